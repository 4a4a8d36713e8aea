import { queueOf } from "@newfeed/shared/contracts/events.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSocket } from "./support/clients.ts";
import { startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed();
});
afterAll(() => feed.close());

const queue = queueOf("notification-service");

describe("an event handler that fails", () => {
  test("ends in the dead letters and hinders nobody; replayed after the fix, its event arrives once", async () => {
    const [alice, bob] = await Promise.all([feed.person("alice"), feed.person("bob")]);
    const { body: post } = await alice.post("/api/v1/posts", { content: "Hello", postType: "TEXT" });
    const socket = await openSocket(feed, bob);
    await socket.ask("subscribe-post", post.id);
    const contents = () => socket.of("new_comment").map((item) => item.data.comment.content);

    // A fault of the handler's own: the database refuses just this entry.
    const database = await feed.platform.openDatabase("notification-service");
    await database.query(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the event handler fails'; END $$`);
    await database.query(
      `CREATE TRIGGER refuse BEFORE INSERT ON stream_entry FOR EACH ROW WHEN (NEW.data->'comment'->>'content' = 'poison') EXECUTE FUNCTION refuse()`,
    );
    for (const content of ["one", "poison", "two"]) await alice.post(`/api/v1/posts/${post.id}/comments`, { content });
    await eventually(() => expect(contents()).toEqual(["one", "two"]), 10_000);
    const [letter, ...others] = await feed.platform.bus.deadLetters.list(queue, 10);
    expect(others).toEqual([]);
    expect(letter).toMatchObject({ type: "comment.created", reason: expect.stringContaining("the event handler fails") });

    await database.query("DROP TRIGGER refuse ON stream_entry");
    expect(await feed.platform.bus.deadLetters.replay(queue, letter?.key ?? "")).toBe(true);
    await eventually(() => expect(contents()).toEqual(["one", "two", "poison"]));
    socket.close();
  });

  test("what is no event at all is dead-lettered at once, with the reason", async () => {
    await feed.platform.bus.publish([
      { id: "1", type: "comment.created", body: "not JSON" },
      { id: "2", type: "comment.created", body: '{"type":"comment.created"}' },
      { id: "3", type: "comment.created", body: '{"type":"something.newer"}' },
    ]);
    await eventually(async () =>
      expect((await feed.platform.bus.deadLetters.list(queue, 10)).map(({ id, reason }) => [id, reason])).toEqual([
        ["1", "not JSON"],
        ["2", "wrong schema"],
      ]),
    );
  });
});
