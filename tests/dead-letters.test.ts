import { randomUUID } from "node:crypto";
import type { StoringServiceName } from "@newfeed/shared/contracts/services.ts";
import { actOnAll, listDeadLetters } from "@newfeed/shared/outbox/dead-letter-desk.ts";
import { deliveryLimit } from "@newfeed/shared/ports/bus.ts";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSocket } from "./support/clients.ts";
import { startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
let database: RawDatabase;
beforeAll(async () => {
  feed = await startTestFeed();
  database = await feed.platform.openDatabase("notification-service");
});
afterAll(() => feed.close());

describe("an event handler that fails", () => {
  test("dead-letters its event and blocks no other; replayed after the fix, the event arrives once", async () => {
    const [alice, bob] = await Promise.all([feed.person("alice"), feed.person("bob")]);
    const { body: post } = await alice.post("/api/v1/posts", { content: "Hello", postType: "TEXT" });
    const socket = await openSocket(feed, bob);
    await socket.ask("subscribe-post", post.id);
    const contents = () => socket.of("new_comment").map((item) => item.data.comment.content);

    // The handler fails for one event: the database refuses just this entry.
    await database.query(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the event handler fails'; END $$`);
    await database.query(
      `CREATE TRIGGER refuse BEFORE INSERT ON stream_entry FOR EACH ROW WHEN (NEW.data->'comment'->>'content' = 'poison') EXECUTE FUNCTION refuse()`,
    );
    for (const content of ["one", "poison", "two"]) await alice.post(`/api/v1/posts/${post.id}/comments`, { content });
    await eventually(() => expect(contents()).toEqual(["one", "two"]), 10_000);
    const [letter, ...others] = await listDeadLetters(database.query, 10);
    expect(others).toEqual([]);
    expect(letter).toMatchObject({ type: "comment.created", reason: expect.stringContaining("the event handler fails"), tries: 5 });

    await database.query("DROP TRIGGER refuse ON stream_entry");
    for (let time = 0; time < 2; time++) expect(await actOnAll(database.query, "replay", { id: String(letter?.id) })).toBe(1);
    await eventually(() => expect(contents()).toEqual(["one", "two", "poison"]));
    expect(await listDeadLetters(database.query, 10)).toEqual([]);
    socket.close();
  });

  test("a message that is not a valid event is dead-lettered at once, with the reason", async () => {
    await feed.platform.bus.publish([
      { id: "1", type: "comment.created", key: null, body: "not JSON" },
      { id: "2", type: "comment.created", key: null, body: '{"type":"comment.created"}' },
      { id: "3", type: "comment.created", key: null, body: '{"type":"something.newer"}' },
    ]);
    await eventually(async () =>
      expect((await listDeadLetters(database.query, 10)).map(({ messageId, reason }) => [messageId, reason])).toEqual([
        ["1", "not JSON"],
        ["2", "wrong schema"],
      ]),
    );
  });

  test("a message that its consumers did not survive is dead-lettered without another attempt", async () => {
    const bus = await feed.platform.openDatabase("bus" as StoringServiceName);
    const next = { id: randomUUID(), type: "comment.created", key: null, body: "not JSON" };
    await bus.query("INSERT INTO message (queue, message_id, type, body, attempts) VALUES ('notification-service.events', 'deadly', $1, 'not JSON', $2)", [
      next.type,
      deliveryLimit,
    ]);
    // Wakes the consumer.
    await feed.platform.bus.publish([next]);
    await eventually(async () =>
      expect((await listDeadLetters(database.query, 10)).slice(-2)).toMatchObject([
        { messageId: "deadly", reason: "delivery limit", tries: deliveryLimit },
        { messageId: next.id, reason: "not JSON", tries: 1 },
      ]),
    );
  });
});
