import { randomUUID } from "node:crypto";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openEvents, openSocket } from "./support/clients.ts";
import { direct } from "./support/direct.ts";
import { startTestFeed, type TestFeed } from "./support/feed.ts";

const token = "a token of the metrics";
const scraper = { authorization: `Bearer ${token}` };

let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed({ METRICS_TOKEN: token });
});
afterAll(() => feed.close());

/** The value of one series, as `name{label="value"}`, with labels in their declared order. */
async function read(series: string, of: TestFeed = feed): Promise<number> {
  const { status, body } = await of.call("GET", "/metrics", undefined, scraper);
  expect(status).toBe(200);
  const line = (body as string).split("\n").find((text) => text.startsWith(`${series} `));
  return line ? Number(line.slice(series.length + 1)) : 0;
}

describe("/metrics", () => {
  test("counts requests by route pattern, never by path", async () => {
    const alice = await feed.person("alice");
    const id = randomUUID();
    expect((await alice.get(`/api/v1/posts/${id}`)).status).toBe(404);
    await feed.call("GET", `/nowhere/${id}`);
    await eventually(async () => {
      for (const service of ["api-gateway", "post-service"])
        expect(await read(`newfeed_http_request_seconds_count{service="${service}",route="/api/v1/posts/:id",method="GET",status="4xx"}`)).toBe(1);
      expect(await read('newfeed_http_request_seconds_count{service="api-gateway",route="none",method="GET",status="4xx"}')).toBe(1);
    });
    expect((await feed.call("GET", "/metrics", undefined, scraper)).body).not.toContain(id);
  });

  test("measures deliveries to live clients, and the lag of events", async () => {
    const [alice, bob] = await Promise.all([feed.person("alice"), feed.person("bob")]);
    const { body: post } = await alice.post("/api/v1/posts", { content: "Hello", postType: "TEXT" });
    const [socket, events] = await Promise.all([openSocket(feed, bob), openEvents(feed, bob, `/api/sse/comments/${post.id}`)]);
    await socket.ask("subscribe-post", post.id);
    expect(await read('newfeed_connections{transport="socket"}')).toBe(1);
    expect(await read('newfeed_connections{transport="sse"}')).toBe(1);
    expect(await read('newfeed_followed_streams{transport="socket"}')).toBe(1);

    const consumed = await read('newfeed_event_lag_seconds_count{service="notification-service"}');
    await alice.post(`/api/v1/posts/${post.id}/comments`, { content: "one" });
    await eventually(() => expect([socket.of("new_comment").length, events.of("comment_added").length]).toEqual([1, 1]));
    expect(await read('newfeed_deliveries_total{transport="socket"}')).toBe(1);
    expect(await read('newfeed_deliveries_total{transport="sse"}')).toBe(1);
    expect(await read('newfeed_event_lag_seconds_count{service="notification-service"}')).toBeGreaterThan(consumed);

    const start = `${socket.cursor()?.split(":")[0]}:0`;
    const returning = await openEvents(feed, bob, `/api/sse/comments/${post.id}`, start);
    const lost = await openEvents(feed, bob, `/api/sse/comments/${post.id}`, "elsewhere:7");
    await eventually(() => expect([returning.of("comment_added").length, lost.of("reset").length]).toEqual([1, 1]));
    expect(await read('newfeed_replayed_entries_total{transport="sse"}')).toBe(1);
    expect(await read('newfeed_resets_total{transport="sse",reason="epoch"}')).toBe(1);

    await bob.post("/api/auth/logout");
    await eventually(async () => {
      expect(await read('newfeed_connections_closed_total{transport="socket",code="revoked"}')).toBe(1);
      expect(await read('newfeed_connections{transport="socket"}')).toBe(0);
    });
    for (const listener of [socket, events, returning, lost]) listener.close();
  });

  test("shows unsent events, dead letters and breaker states", async () => {
    const database = await feed.platform.openDatabase("media-service");
    await eventually(async () => expect(await read('newfeed_outbox_unsent{service="post-service"}')).toBe(0));
    // Another holder has the lease, so that this feed's relay stops sending once half of its own lease is over.
    await database.query("UPDATE newfeed.relay_lease SET holder = 'another', expires_at = now() + interval '1 hour'");
    await eventually(async () => {
      await database.query(
        "INSERT INTO newfeed.outbox (event_id, type, body, created_at) VALUES (gen_random_uuid(), 'media.deleted', '{}', now() - interval '1 minute')",
      );
      expect(await read('newfeed_outbox_unsent{service="media-service"}')).toBeGreaterThan(0);
      expect(await read('newfeed_outbox_oldest_seconds{service="media-service"}')).toBeGreaterThanOrEqual(60);
    }, 15_000);
    await database.query("UPDATE newfeed.relay_lease SET expires_at = now()");

    await feed.platform.bus.publish([{ id: "1", type: "comment.created", key: null, body: "not JSON" }]);
    await eventually(async () => expect(await read('newfeed_events_dead_lettered_total{service="notification-service"}')).toBe(1));
    expect(await read('newfeed_dead_letters{service="notification-service"}')).toBe(1);
    expect(await read('newfeed_dead_letters{service="media-service"}')).toBe(0);
    expect(await read('newfeed_breaker_state{upstream="post-service",state="closed"}')).toBe(1);
    expect(await read('newfeed_breaker_state{upstream="post-service",state="open"}')).toBe(0);
    expect(await read("process_resident_memory_bytes")).toBeGreaterThan(10_000_000);
  });

  test("counts several feeds in one process separately", async () => {
    const other = await startTestFeed({ METRICS_TOKEN: token });
    try {
      expect(await read('newfeed_event_lag_seconds_count{service="notification-service"}', other)).toBe(0);
      expect(await read('newfeed_event_lag_seconds_count{service="notification-service"}')).toBeGreaterThan(0);
    } finally {
      await other.close();
    }
  });

  test("is served to those who have the token, wherever they are", async () => {
    // A proxy on this machine has a local address, and need not say for whom it calls.
    const alice = await feed.person("alice");
    const wrong = ["", "Bearer", "Bearer ", `Basic ${token}`, `Bearer ${token}x`, `Bearer ${alice.token}`, token];
    for (const authorization of wrong)
      expect([authorization, (await feed.call("GET", "/metrics", undefined, { authorization })).status]).toEqual([authorization, 401]);
    expect((await feed.call("GET", "/metrics")).body).toMatchObject({ code: "unauthenticated" });
    expect((await feed.call("GET", `/metrics?token=${token}`)).status).toBe(401);
    expect((await feed.call("GET", "/metrics", undefined, { ...scraper, "x-forwarded-for": "203.0.113.7" })).status).toBe(200);
    // Each service serves it on its own address too.
    const own = String(feed.platform.listenAt("post-service"));
    expect(await direct(own, "GET", "/metrics", {})).toMatchObject({ status: 401 });
    expect(await direct(own, "GET", "/metrics", scraper)).toMatchObject({ status: 200, text: expect.stringContaining("newfeed_outbox_unsent") });
  });

  test("is not served at all without a token", async () => {
    const closed = await startTestFeed();
    try {
      expect((await closed.call("GET", "/metrics")).status).toBe(404);
      for (const headers of [scraper, { authorization: "Bearer null" }])
        expect((await closed.call("GET", "/metrics", undefined, headers)).body).not.toContain("newfeed_");
      expect((await direct(String(closed.platform.listenAt("post-service")), "GET", "/metrics", {})).status).toBe(404);
    } finally {
      await closed.close();
    }
  });
});
