import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { EventSourcePolyfill } from "event-source-polyfill";
import { EventSource } from "eventsource";
import { afterAll, beforeAll, describe, expect, type TestContext, test } from "vitest";
import { closedAfterEach, openEvents } from "./support/clients.ts";
import { createComment, createPost } from "./support/comments.ts";
import { startEdge } from "./support/edge.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";

const app = "https://app.example";
let feed: TestFeed;
let alice: Person;
let postId: string;
const listening = closedAfterEach();
beforeAll(async () => {
  feed = await startTestFeed({ ALLOWED_ORIGINS: app });
  alice = await feed.person("alice");
  postId = (await alice.post("/api/v1/posts", { content: "Hello", postType: "TEXT" })).body.id;
});
afterAll(() => feed.close());

const comment = async (content: string) => expect((await alice.post(`/api/v1/posts/${postId}/comments`, { content })).status).toBe(201);

describe("a page of another origin", () => {
  const preflight = { origin: app, "access-control-request-method": "GET", "access-control-request-headers": "authorization,last-event-id" };
  const corsOf = ({ headers }: { headers: Headers }) =>
    Object.fromEntries([...headers].filter(([name]) => name.startsWith("access-control-") || name === "vary").sort(([a], [b]) => (a < b ? -1 : 1)));
  const bothPorts = () => [feed.url, feed.notificationUrl];

  test("gets the gateway's answer to its preflight on every path past the gateway", async () => {
    const expected = await feed.call("OPTIONS", "/api/v1/posts", undefined, preflight);
    expect(expected.status).toBe(204);
    expect(corsOf(expected)).toMatchObject({
      "access-control-allow-origin": app,
      "access-control-allow-credentials": "true",
      "access-control-allow-headers": "authorization,last-event-id",
    });
    for (const at of bothPorts())
      for (const path of [
        `/api/sse/comments/${postId}`,
        "/api/sse/notifications",
        "/api/sse?streams=user:me",
        "/api/sse/embedded~name/streams",
        "/api/sse/nothing",
        "/notifications/socket.io/?EIO=4&transport=polling",
        "/socket.io/?EIO=4&transport=polling",
      ]) {
        const response = await fetch(at + path, { method: "OPTIONS", headers: preflight });
        expect([path, response.status, corsOf(response)]).toEqual([path, 204, corsOf(expected)]);
      }
    const elsewhere = await fetch(`${feed.notificationUrl}/api/v1/notifications`, { method: "OPTIONS", headers: preflight });
    expect([elsewhere.status, corsOf(elsewhere)]).toEqual([204, corsOf(expected)]);
  });

  test("may read refusals and streams, with the headers that the gateway exposes; one that is not allowed may not", async () => {
    const { "access-control-expose-headers": exposed } = corsOf(await feed.call("GET", "/api/v1/posts", undefined, { origin: app }));
    expect(exposed).toContain("retry-after");
    const bearer = { authorization: `Bearer ${alice.token}` };
    const requests: [number, string, string, Record<string, string>][] = [
      [200, "GET", "/api/sse/notifications", bearer],
      [400, "GET", "/api/sse/comments/nonsense", bearer],
      [400, "GET", "/api/sse/notifications?nonsense=1", bearer],
      [401, "GET", "/api/sse/notifications", {}],
      [403, "GET", "/api/sse?streams=user:01a21450-6d93-76a6-9b63-f37b004d8a53", bearer],
      [404, "GET", "/api/sse/comments/01a21450-6d93-76a6-9b63-f37b004d8a53", bearer],
      [404, "GET", "/api/sse/nothing", bearer],
      [405, "POST", "/api/sse/notifications", bearer],
      [400, "GET", "/notifications/socket.io/?EIO=4&transport=nonsense", {}],
    ];
    for (const at of bothPorts())
      for (const [status, method, path, headers] of requests)
        for (const origin of [app, "https://evil.example"]) {
          const response = await fetch(at + path, { method, headers: { ...headers, origin } });
          await response.body?.cancel();
          const cors = corsOf(response);
          expect([path, response.status, cors["access-control-allow-origin"], cors["access-control-expose-headers"]]).toEqual(
            origin === app ? [path, status, app, exposed] : [path, status, undefined, cors["access-control-expose-headers"]],
          );
          expect(response.headers.get("x-content-type-options"), path).toBe("nosniff");
        }
  });

  test("learns which method a path has, where no origin is allowed", async () => {
    const closed = await startTestFeed();
    for (const path of ["/api/sse/notifications", `/api/sse/comments/${postId}`, "/api/sse"]) {
      const { status, headers } = await closed.call("OPTIONS", path);
      expect([path, status, headers.get("allow"), headers.get("access-control-allow-origin")]).toEqual([path, 204, "GET", null]);
    }
    await closed.close();
  });
});

describe("the position to resume from", () => {
  const seen = async (path: string, headers: Record<string, string> = {}) => {
    const source = listening(await openEvents(feed, alice, path, headers["last-event-id"]));
    await eventually(() => expect(source.of("comment_added", "reset").length).toBeGreaterThan(0));
    return source.received.filter(({ event }) => event !== "hello").map(({ event, data }) => (event === "comment_added" ? data.comment.content : event));
  };

  test("may have any of the spellings that clients and polyfills use", async () => {
    const path = `/api/sse/comments/${postId}`;
    const start = listening(await openEvents(feed, alice, path)).of("hello")[0]?.cursor as string;
    await comment("missed");
    for (const name of ["last_event_id", "lastEventId", "lastEventID", "Last-Event-ID", "last-event-id", "LastEventId", "evs_last_event_id"])
      expect([name, await seen(`${path}?${name}=${encodeURIComponent(start)}`)]).toEqual([name, ["missed"]]);
    // What polyfills send beside it.
    expect(await seen(`${path}?lastEventId=${start}&r=6180339887`)).toEqual(["missed"]);
    expect(await seen(`${path}?evs_preamble=2056&evs_last_event_id=${start}&_=1`)).toEqual(["missed"]);
    expect(await seen(`${path}?last_event_id=&lastEventId=${start}`)).toEqual(["missed"]);
    // A polyfill appends its own to a URL that says where the stream began.
    expect(await seen(`${path}?last_event_id=elsewhere:1&lastEventId=${start}`)).toEqual(["missed"]);
    expect(await seen(`${path}?last_event_id=elsewhere:1`, { "last-event-id": start })).toEqual(["missed"]);
    expect(await seen(`${path}?lastEventId=${start}&lastEventId=${start}`)).toEqual(["reset"]);
  });

  test("is all that a single stream's query may hold: anything else is refused, with its name", async () => {
    for (const path of [`/api/sse/comments/${postId}`, "/api/sse/notifications", "/api/sse?streams=user:me"])
      for (const name of ["cursor", "since", "lastId", "last_event", "token", "__proto__"]) {
        const separator = path.includes("?") ? "&" : "?";
        expect(await alice.get(`${path}${separator}${name}=x`)).toMatchObject({
          status: 400,
          body: { code: "validation_failed", errors: [{ field: name }] },
        });
      }
  });

  /** Opens a client behind an edge that cuts connections, and comments while it is away. */
  async function resumes(open: (url: string, token: string) => EventTarget & { close(): void }, { expect }: TestContext) {
    const edge = await startEdge(feed.url);
    const ownPost = await createPost(alice);
    const source = open(`${edge.url}/api/sse/comments/${ownPost}`, alice.token);
    const received: string[] = [];
    let hellos = 0;
    source.addEventListener("hello", () => void hellos++);
    source.addEventListener("comment_added", (event) => received.push(JSON.parse((event as MessageEvent).data).comment.content));
    source.addEventListener("reset", () => received.push("reset"));
    await eventually(() => expect(hellos).toBe(1));
    await createComment(alice, ownPost, "live");
    await eventually(() => expect(received).toEqual(["live"]));
    for (const round of [1, 2]) {
      edge.cut();
      await createComment(alice, ownPost, `away ${round}`);
      await eventually(() => expect(hellos).toBe(round + 1), 10_000);
      await eventually(() => expect(received.at(-1)).toBe(`away ${round}`));
    }
    source.close();
    await edge.close();
    return { received, queries: edge.requests().map((line) => new URL(line.split(" ")[1] as string, edge.url).search.slice(1).split("=")[0] as string) };
  }

  test.for([
    [
      "eventsource",
      "",
      (url: string, token: string) =>
        new EventSource(url, { fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } }) }),
    ],
    ["event-source-polyfill", "lastEventId", (url: string, token: string) => new EventSourcePolyfill(url, { headers: { authorization: `Bearer ${token}` } })],
    [
      "event-source-polyfill with Mercure's name",
      "Last-Event-ID",
      (url: string, token: string) =>
        new EventSourcePolyfill(url, { headers: { authorization: `Bearer ${token}` }, lastEventIdQueryParameterName: "Last-Event-ID" }),
    ],
  ] as const)("is understood from %s: it misses nothing and repeats nothing", { concurrent: true }, async ([_name, parameter, open], context) => {
    const { expect } = context;
    const { received, queries } = await resumes(open as never, context);
    expect(received).toEqual(["live", "away 1", "away 2"]);
    expect(queries).toEqual(["", parameter, parameter]);
  });
});
