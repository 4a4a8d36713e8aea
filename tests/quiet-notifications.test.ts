import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { closedAfterEach, type Listener, openEvents, openSocket } from "./support/clients.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
const listening = closedAfterEach();
beforeAll(async () => {
  feed = await startTestFeed();
});
afterAll(() => feed.close());

async function writePost(author: Person): Promise<string> {
  return (await author.post("/api/v1/posts", { content: "Hello", postType: "TEXT" })).body.id;
}
async function comment(author: Person, postId: string, content = "Hi"): Promise<string> {
  const { status, body } = await author.post(`/api/v1/posts/${postId}/comments`, { content });
  expect(status, JSON.stringify(body)).toBe(201);
  return body.id;
}

/** The owner of an inbox on both transports. `settled` resolves once all that was done before it has arrived. */
async function inboxOf(owner: Person) {
  const [socket, events] = [listening(await openSocket(feed, owner)), listening(await openEvents(feed, owner, "/api/sse/notifications"))];
  await socket.ask("subscribe");
  const postId = await writePost(owner);
  const [witness, other] = await Promise.all([feed.person("witness"), feed.person("other")]);
  let settledTimes = 0;
  const of = (listener: Listener, name: string, type: string) => listener.of(name).flatMap(({ data }) => (data.type === type ? [data] : []));
  return {
    witness,
    other,
    /** How often each client was called for attention by notifications of a type. */
    rings: (type: string) => [socket, events].map((listener) => of(listener, "notification", type).length),
    quiet: (type: string) => of(socket, "notification_updated", type),
    unread: () => socket.received.findLast(({ data }) => data?.unreadCount !== undefined)?.data.unreadCount as number,
    async settled() {
      settledTimes++;
      await comment(witness, postId);
      // What people do to each other comes over another producer than comments.
      await other.post(`/api/v1/users/${owner.id}/follow`);
      await eventually(() => {
        for (const listener of [socket, events]) {
          expect(of(listener, "notification", "new_comment").filter(({ actor }) => actor.id === witness.id)).toHaveLength(settledTimes);
          expect(of(listener, "notification", "new_follower").some(({ actor }) => actor.id === other.id)).toBe(true);
        }
      });
    },
  };
}

const listOf = async (owner: Person, type: string) =>
  (await owner.get("/api/v1/notifications")).body.data.filter((item: { type: string }) => item.type === type);
const unreadCount = async (owner: Person) => (await owner.get("/api/v1/notifications/unread-count")).body.unreadCount;

describe("what an actor takes back and does again within an hour is quiet:", () => {
  test("a like of a post", async () => {
    const [alice, bob] = await Promise.all([feed.person("alice"), feed.person("bob")]);
    const postId = await writePost(alice);
    const inbox = await inboxOf(alice);
    await bob.post(`/api/v1/posts/${postId}/like`);
    // Of what is taken back before its user heard of it, the next is news.
    await eventually(() => expect(inbox.rings("post_liked")).toEqual([1, 1]));
    for (let times = 0; times < 5; times++) {
      await bob.delete(`/api/v1/posts/${postId}/like`);
      await bob.post(`/api/v1/posts/${postId}/like`);
    }
    await eventually(async () => expect(await listOf(alice, "post_liked")).toMatchObject([{ actor: { id: bob.id }, data: { count: 1 }, read: false }]));
    await eventually(() => expect(inbox.quiet("post_liked").at(-1)).toMatchObject({ actor: { id: bob.id }, data: { postId, count: 1 } }));
    await inbox.settled();
    expect(inbox.rings("post_liked")).toEqual([1, 1]);
    expect(inbox.unread()).toBe(await unreadCount(alice));

    // After an hour it is news again.
    const database = await feed.platform.openDatabase("notification-service");
    await bob.delete(`/api/v1/posts/${postId}/like`);
    await eventually(async () => expect(await listOf(alice, "post_liked")).toEqual([]));
    await database.query("UPDATE withdrawal SET at = at - interval '61 minutes' WHERE user_id = $1", [alice.id]);
    await bob.post(`/api/v1/posts/${postId}/like`);
    await eventually(() => expect(inbox.rings("post_liked")).toEqual([2, 2]));
  });

  test("a like beside another's, of which the first change of the number is news", async () => {
    const [alice, bob, carol] = await Promise.all([feed.person("alice"), feed.person("bob"), feed.person("carol")]);
    const postId = await writePost(alice);
    const inbox = await inboxOf(alice);
    await bob.post(`/api/v1/posts/${postId}/like`);
    await eventually(() => expect(inbox.rings("post_liked")).toEqual([1, 1]));
    for (let times = 0; times < 4; times++) {
      await carol.post(`/api/v1/posts/${postId}/like`);
      await carol.delete(`/api/v1/posts/${postId}/like`);
    }
    await inbox.settled();
    await eventually(async () => expect(await listOf(alice, "post_liked")).toMatchObject([{ actor: { id: bob.id }, data: { count: 1 } }]));
    // Of a batch that holds a like and its end there is one entry.
    for (const rings of inbox.rings("post_liked")) expect(rings).toBeLessThanOrEqual(3);
    expect(inbox.unread()).toBe(await unreadCount(alice));
  });

  test("a like of a comment", async () => {
    const [alice, bob] = await Promise.all([feed.person("alice"), feed.person("bob")]);
    const commentId = await comment(alice, await writePost(bob));
    const inbox = await inboxOf(alice);
    for (let times = 0; times < 3; times++) {
      await bob.post(`/api/v1/comments/${commentId}/like`);
      await bob.delete(`/api/v1/comments/${commentId}/like`);
    }
    await bob.post(`/api/v1/comments/${commentId}/like`);
    await eventually(async () => expect(await listOf(alice, "like_created")).toMatchObject([{ data: { count: 1 } }]));
    await inbox.settled();
    expect(inbox.rings("like_created")).toEqual([1, 1]);
  });

  test("a follow, also after a block between", async () => {
    const [alice, bob] = await Promise.all([feed.person("alice"), feed.person("bob")]);
    const inbox = await inboxOf(alice);
    const follows = async (expected: number) =>
      eventually(async () =>
        expect((await listOf(alice, "new_follower")).filter(({ actor }: { actor: Person }) => actor.id === bob.id)).toHaveLength(expected),
      );
    const rings = () => inbox.rings("new_follower");
    for (let times = 0; times < 3; times++) {
      await bob.post(`/api/v1/users/${alice.id}/follow`);
      await follows(1);
      await bob.delete(`/api/v1/users/${alice.id}/follow`);
      await follows(0);
    }
    await bob.post(`/api/v1/users/${alice.id}/follow`);
    await follows(1);
    await alice.post(`/api/v1/users/${bob.id}/block`);
    await follows(0);
    await alice.delete(`/api/v1/users/${bob.id}/block`);
    await eventually(async () => expect((await bob.post(`/api/v1/users/${alice.id}/follow`)).status).toBe(200));
    await follows(1);
    await inbox.settled();
    // Bob's first, and the other's by which the inbox settles.
    expect(rings()).toEqual([2, 2]);
    expect(inbox.unread()).toBe(await unreadCount(alice));
  });
});
