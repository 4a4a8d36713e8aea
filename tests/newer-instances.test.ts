import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { closedAfterEach, type Listener, openEvents, openSocket } from "./support/clients.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
let database: RawDatabase;
const listening = closedAfterEach();
beforeAll(async () => {
  feed = await startTestFeed();
  database = await feed.platform.openDatabase("notification-service");
});
afterAll(() => feed.close());

/** Appends an entry of an unknown type, as an instance of a newer version does. */
const appendNewer = (stream: string, type = "poll_closed") =>
  database.query(
    `WITH raised AS (
       INSERT INTO stream (id, top) VALUES ($1, 1) ON CONFLICT (id) DO UPDATE SET top = stream.top + 1 RETURNING id, top
     )
     INSERT INTO stream_entry (stream, "offset", aggregate_type, aggregate_id, type, revision, data)
     SELECT id, top, 'poll', $2::uuid, $3, 1, '{"votes": 3}' FROM raised`,
    [stream, uuidv7(), type],
  );

async function writePost(author: Person, body: Record<string, unknown> = {}): Promise<string> {
  return (await author.post("/api/v1/posts", { content: "Hello", postType: "TEXT", ...body })).body.id;
}
const comment = (author: Person, postId: string, content: string) => author.post(`/api/v1/posts/${postId}/comments`, { content });
const contents = (listener: Listener) => listener.of("new_comment", "comment_added").map(({ data }) => data.comment.content);
const offsetOf = (cursor: string | undefined) => Number(cursor?.split(":")[1]);

describe("while a newer version runs beside this one", () => {
  test("an entry of an unknown type keeps its offset: it is not delivered, and order and cursors stay correct", async () => {
    const [alice, bob] = await Promise.all([feed.person("alice"), feed.person("bob")]);
    const postId = await writePost(alice);
    const stream = `post:${postId}`;
    const [socket, events] = [listening(await openSocket(feed, bob)), listening(await openEvents(feed, bob, `/api/sse/comments/${postId}`))];
    const { cursor: start } = await socket.ask("subscribe-post", postId);
    const live = [socket, events];

    await comment(bob, postId, "one");
    await eventually(() => expect(live.map(contents)).toEqual([["one"], ["one"]]));
    for (const type of ["poll_closed", "toString"]) await appendNewer(stream, type);
    await comment(bob, postId, "two");
    await eventually(
      () =>
        expect(live.map(contents)).toEqual([
          ["one", "two"],
          ["one", "two"],
        ]),
      10_000,
    );
    expect(live.map((listener) => offsetOf(listener.cursor()))).toEqual([4, 4]);

    const late = listening(await openSocket(feed, bob));
    expect(await late.ask("subscribe-post", postId, { cursor: start })).toMatchObject({ ok: true, replayed: 2 });
    expect(contents(late)).toEqual(["one", "two"]);
    const polled = await bob.get(`/api/v1/streams/${stream}/entries?after=${start}&limit=3`);
    expect(polled).toMatchObject({ status: 200, body: { entries: [{ event: "new_comment" }], hasMore: true } });
    expect(offsetOf(polled.body.cursor)).toBe(3);
    const rest = await bob.get(`/api/v1/streams/${stream}/entries?after=${polled.body.cursor}`);
    expect(rest.body).toMatchObject({ entries: [{ data: { comment: { content: "two" } } }], hasMore: false });
  });

  test("a notification of an unknown type is shown as one, and counted, read and exported like any other", async () => {
    const [alice, bob] = await Promise.all([feed.person("alice"), feed.person("bob")]);
    const postId = await writePost(alice);
    const id = uuidv7();
    await database.query(
      `INSERT INTO notification (id, user_id, type, group_key, actor_id, post_id, count) VALUES ($1::uuid, $2::uuid, 'poll_closed', 'poll_closed:1', $3::uuid, $4::uuid, 2)`,
      [id, alice.id, bob.id, postId],
    );
    for (const actorId of [bob.id, uuidv7()])
      await database.query("INSERT INTO notification_actor (notification_id, actor_id) VALUES ($1::uuid, $2::uuid)", [id, actorId]);
    await database.query("INSERT INTO inbox (user_id, unread) VALUES ($1::uuid, 1) ON CONFLICT (user_id) DO UPDATE SET unread = inbox.unread + 1", [alice.id]);
    const shown = { id, type: "poll_closed", message: "You have a new notification", data: expect.objectContaining({ postId }), read: false };

    const list = await alice.get("/api/v1/notifications");
    expect(list.status).toBe(200);
    expect(list.body.data).toContainEqual(expect.objectContaining(shown));
    const exported = await alice.get("/api/v1/users/me/export");
    expect(exported.body.notifications).toContainEqual(expect.objectContaining(shown));

    // An actor is deleted, which updates the remaining group.
    const inbox = listening(await openSocket(feed, alice));
    await inbox.ask("subscribe");
    await bob.delete("/api/auth/me", { password: bob.password });
    await eventually(() =>
      expect(inbox.of("notification").map(({ data }) => data)).toContainEqual(expect.objectContaining({ ...shown, actor: null, revision: 2 })),
    );
    expect((await alice.patch(`/api/v1/notifications/${id}/read`)).status).toBe(200);
  });

  test("an access change of an unknown kind is ignored; a post of unknown visibility is its author's only until access is checked again", async () => {
    const [alice, bob] = await Promise.all([feed.person("alice"), feed.person("bob")]);
    await bob.post(`/api/v1/users/${alice.id}/follow`);
    const postId = await writePost(alice);
    const [author, follower] = [listening(await openSocket(feed, alice)), listening(await openSocket(feed, bob))];
    for (const socket of [author, follower]) expect(await socket.ask("subscribe-post", postId)).toMatchObject({ ok: true });
    await eventually(async () => expect(await database.query("SELECT 1 FROM projection.follow WHERE follower_id = $1::uuid", [bob.id])).toHaveLength(1));

    for (const change of [
      { kind: "suspension", userId: bob.id },
      { kind: "visibility", postId, authorId: alice.id, visibility: "close_friends", revision: 100, since: "a newer version" },
    ])
      await database.query("INSERT INTO access_change (change) VALUES ($1::jsonb)", [JSON.stringify(change)]);
    await eventually(() => expect(follower.of("retract")).toMatchObject([{ data: { items: [{ type: "post", id: postId }] } }]), 10_000);
    expect(author.of("retract")).toEqual([]);
    expect(await follower.ask("subscribe-post", postId)).toMatchObject({ ok: true });
  });
});
