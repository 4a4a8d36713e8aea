import { keepDeadLetter } from "@newfeed/shared/outbox/dead-letters.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { administratorOf, auditorOf, moderatorOf } from "./support/administrator.ts";
import { closedAfterEach, openEvents, openSocket } from "./support/clients.ts";
import { startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed({ INSTANCE: "first" });
});
afterAll(() => feed.close());
const listening = closedAfterEach();

describe("for operators", () => {
  test("auditors and administrators see who is connected to each instance, and nobody else does", async () => {
    const [admin, auditor, moderator, ann] = [await administratorOf(feed), await auditorOf(feed), await moderatorOf(feed), await feed.person("ann")];
    const path = "/api/v1/live-instances";
    for (const person of [ann, moderator]) expect(await person.get(path)).toMatchObject({ status: 403 });
    expect(await feed.call("GET", path)).toMatchObject({ status: 401 });
    const sees = (counts: object) =>
      eventually(async () => expect((await auditor.get(path)).body.instances).toMatchObject([{ name: "first", ...counts }]), 10_000);
    await sees({ sockets: 0, eventStreams: 0, users: 0 });
    const socket = listening(await openSocket(feed, ann));
    const events = listening(await openEvents(feed, ann, "/api/sse/notifications"));
    listening(await openSocket(feed, moderator));
    await sees({ sockets: 2, eventStreams: 1, users: 2 });
    socket.close();
    events.close();
    await sees({ sockets: 1, eventStreams: 0, users: 1 });
    expect(await admin.get(path)).toMatchObject({ status: 200 });
    // An instance that is gone says nothing more.
    const { query } = await feed.platform.openDatabase("notification-service");
    await query("INSERT INTO live_instance VALUES ('gone', now(), 5, 5, 5, now() - interval '61 seconds')");
    await sees({ sockets: 1 });
  });

  test("auditors and administrators see what of the limits was asked for and refused", async () => {
    const strict = await startTestFeed({ INSTANCE: "strict", RATE_LIMIT_FACTOR: "1" });
    const [admin, auditor, ann] = [await administratorOf(strict), await auditorOf(strict), await strict.person("ann")];
    const path = "/admin/rate-limits";
    expect(await ann.get(path)).toMatchObject({ status: 403 });
    expect(await strict.call("GET", path)).toMatchObject({ status: 401 });
    const limit = async (name: string) => (await auditor.get(path)).body.limits.find((each: { name: string }) => each.name === name);
    expect(await limit("report")).toMatchObject({ points: 30, windowSeconds: 3600, asked: 0, refused: 0 });
    const statuses: number[] = [];
    for (let n = 0; n < 33; n++) statuses.push((await ann.post("/api/v1/reports", { target: { type: "user", id: admin.id }, reason: "spam" })).status);
    expect(statuses.filter((status) => status === 429)).toHaveLength(3);
    expect(await limit("report")).toMatchObject({ asked: 33, refused: 3 });
    expect(await admin.get(path)).toMatchObject({ status: 200, body: { instance: "strict" } });
    await strict.close();
  });

  test("auditors and administrators see what the services say of themselves, and nobody else does", async () => {
    const [admin, auditor, moderator] = [await administratorOf(feed), await auditorOf(feed), await moderatorOf(feed)];
    const path = "/admin/doctor";
    expect(await moderator.get(path)).toMatchObject({ status: 403 });
    expect(await feed.call("GET", path)).toMatchObject({ status: 401 });
    const findings = async (person = auditor) =>
      Object.fromEntries((await person.get(path)).body.findings.map(({ name, ...finding }: { name: string }) => [name, finding]));
    const well = await findings(admin);
    expect(well).toMatchObject({
      outbox: { level: "ok" },
      "dead letters": { level: "ok" },
      queues: { level: "ok" },
      replication: { what: "the server has no replicas" },
      disk: { what: expect.stringMatching(/^\d+\.\d GB \(\d+ %\) are free at newfeed-test-\w+ \(first\)$/) },
    });
    expect(Object.keys(well)).toHaveLength(6);
    const { query } = await feed.platform.openDatabase("post-service");
    await keepDeadLetter(query, { id: "1", type: "user.created", key: null, body: "{}" }, null, false, { reason: "it failed", detail: null, tries: 5 });
    // Consumers fetch it in the course of time, and cannot read it either.
    await eventually(async () => {
      await query("INSERT INTO newfeed.outbox (event_id, type, body, sent_at) VALUES (gen_random_uuid(), 'post.created', '{}', now() - interval '40 s')");
      expect(await findings()).toMatchObject({
        "dead letters": { level: "warning", what: expect.stringContaining("post-service 1"), advice: expect.stringContaining("npm run dead-letters") },
        queues: { level: "failed", what: expect.stringMatching(/\S+-service has not had \d+ of post-service \(post\.created\), since \d\d:\d\d UTC/) },
      });
    });
  });
});
