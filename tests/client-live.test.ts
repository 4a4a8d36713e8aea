import { createClient, type NewFeedClient, type PostEvent, type Subscription, type TransportChoice } from "@newfeed/client";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { cursorOf } from "./support/cursors.ts";
import { startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed();
});
afterAll(() => feed.close());

const open: NewFeedClient[] = [];
afterEach(() => {
  for (const client of open.splice(0)) client.close();
});

let accounts = 0;
async function signedUp(name: string, transport: TransportChoice = "auto", baseUrl = feed.url) {
  const client = createClient({ baseUrl, transport });
  open.push(client);
  const username = `${name}_${++accounts}`;
  const user = await client.session.signUp({ username, email: `${username}@test.com`, password: "Test123", fullName: `${name} Tester` });
  return { client, user };
}

const contents = (events: readonly PostEvent[]) => events.flatMap((event) => (event.type === "comment_created" ? [event.comment.content] : []));
const upTo = (count: number, from = 0) => Array.from({ length: count }, (_, index) => String(from + index));

function collect(subscription: Subscription<PostEvent>): PostEvent[] {
  const events: PostEvent[] = [];
  subscription.subscribe((event) => events.push(event));
  return events;
}

async function write(client: NewFeedClient, postId: string, texts: readonly string[]) {
  for (const content of texts) await client.comments.create(postId, { content });
}

test("a client goes live although visitors have used up the points of its address", async () => {
  const busy = await startTestFeed({ RATE_LIMIT_FACTOR: "0.1" });
  try {
    const { client } = await signedUp("alice", "socket", busy.url);
    const post = await client.posts.create({ content: "Hello", postType: "TEXT" });
    await eventually(async () => expect((await busy.call("GET", "/api/v1/posts")).status).toBe(429));
    await client.follow.post(post.id).ready;
    client.close();
  } finally {
    await busy.close();
  }
});

describe.each(["socket", "sse"] as const)("live streams over %s", (transport) => {
  test("deliver comments to an async iterable and to callbacks, once and in order", async () => {
    const [{ client: alice }, { client: bob }] = await Promise.all([signedUp("alice"), signedUp("bob", transport)]);
    const post = await alice.posts.create({ content: "Hello", postType: "TEXT" });
    const subscription = bob.follow.post(post.id);
    const called: string[] = [];
    const second = bob.follow.post(post.id);
    second.on("comment_created", ({ comment }) => called.push(comment.content));
    await subscription.ready;
    await write(alice, post.id, upTo(20));
    const iterated: string[] = [];
    for await (const event of subscription) {
      if (event.type === "comment_created") iterated.push(event.comment.content);
      if (iterated.length === 20) break;
    }
    expect(iterated).toEqual(upTo(20));
    await eventually(() => expect(called).toEqual(upTo(20)));
    expect(await subscription.ended).toEqual({ reason: "closed" });
    expect(bob.connection.state).toMatchObject({ state: "live", transport });
    second.close();
    await eventually(() => expect(bob.connection.state).toEqual({ state: "idle" }));
  });

  test("deliver notifications, and read marks of other devices", async () => {
    const [{ client: alice }, { client: bob }] = await Promise.all([signedUp("alice", transport), signedUp("bob")]);
    const post = await alice.posts.create({ content: "Hello", postType: "TEXT" });
    const streamCursor = await cursorOf(() => alice.notifications.list());
    const inbox = alice.follow.inbox({ cursor: streamCursor });
    const unread: [string, number][] = [];
    inbox.on("notification", ({ notification, unreadCount }) => unread.push([notification.type, unreadCount]));
    inbox.on("notification_read", ({ unreadCount }) => unread.push(["read", unreadCount]));
    await bob.comments.create(post.id, { content: "Hi" });
    await eventually(() => expect(unread.at(-1)?.[0]).toBe("new_comment"));
    await alice.notifications.markAllRead();
    await eventually(() => expect(unread.at(-1)).toEqual(["read", 0]));
  });

  test("end when the post is deleted, and are refused for an unknown post", async () => {
    const [{ client: alice }, { client: bob }] = await Promise.all([signedUp("alice"), signedUp("bob", transport)]);
    const post = await alice.posts.create({ content: "Hello", postType: "TEXT" });
    const subscription = bob.follow.post(post.id);
    await subscription.ready;
    await alice.posts.delete(post.id);
    const types: string[] = [];
    for await (const { type } of subscription) types.push(type);
    expect(types).toEqual(["post_deleted"]);
    expect(await subscription.ended).toEqual({ reason: "deleted" });
    const nowhere = bob.follow.post("01a21450-6d93-76a6-9b63-f37b004d8a53");
    await expect(nowhere.ready).rejects.toMatchObject({ status: 404, code: "not_found" });
    await expect(nowhere[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: "not_found" });
    expect(await nowhere.ended).toMatchObject({ reason: "refused" });
  });

  test("deliver new posts by followed authors", async () => {
    const [{ client: alice, user }, { client: bob }] = await Promise.all([signedUp("alice"), signedUp("bob", transport)]);
    await bob.users.follow(user.id);
    const first = await alice.posts.create({ content: "Before", postType: "TEXT" });
    await eventually(async () => expect((await bob.feed.home()).data.map(({ id }) => id)).toContain(first.id));
    const subscription = bob.follow.feed({ askEveryMs: 50 });
    const seen: string[] = [];
    subscription.on("new_post", ({ post }) => seen.push(post.content));
    await subscription.ready;
    await alice.posts.create({ content: "After", postType: "TEXT" });
    await eventually(() => expect(seen).toEqual(["After"]));
  });

  test("end at once when the session is revoked from another device, which the session state shows", async () => {
    const [{ client: alice }, { client: bob, user }] = await Promise.all([signedUp("alice"), signedUp("bob", transport)]);
    const post = await alice.posts.create({ content: "Hello", postType: "TEXT" });
    const phone = createClient({ baseUrl: feed.url });
    await phone.session.signIn({ email: user.username, password: "Test123" });
    const subscription = bob.follow.post(post.id);
    await subscription.ready;
    const device = (await phone.session.list()).find(({ current }) => !current);
    await phone.session.revoke(String(device?.id));
    expect(await subscription.ended).toEqual({ reason: "session" });
    expect(bob.session.state).toEqual({ status: "ended", user: null, reason: "revoked" });
    await expect(bob.posts.like(post.id)).rejects.toMatchObject({ code: "unauthenticated" });
  });

  test("closed in the middle of a replay and followed again from its start begin at the start", async () => {
    const [{ client: alice }, { client: bob }] = await Promise.all([signedUp("alice"), signedUp("bob", transport)]);
    const post = await alice.posts.create({ content: "Hello", postType: "TEXT" });
    const streamCursor = await cursorOf(() => bob.comments.list(post.id));
    await write(alice, post.id, upTo(12));
    const again = await new Promise<Subscription<PostEvent>>((resolve) => {
      let received = 0;
      const first = bob.follow.post(post.id, { cursor: streamCursor });
      first.subscribe(() => {
        if (++received !== 5) return;
        first.close();
        resolve(bob.follow.post(post.id, { cursor: streamCursor }));
      });
    });
    const events = collect(again);
    await again.ready;
    await write(alice, post.id, ["and on"]);
    await eventually(() => expect(contents(events)).toEqual([...upTo(12), "and on"]), 20_000);
  }, 60_000);

  test("resume from a list's cursor, and a slow iteration reads the rest from the log", async () => {
    const [{ client: alice }, { client: bob }] = await Promise.all([signedUp("alice"), signedUp("bob", transport)]);
    const post = await alice.posts.create({ content: "Hello", postType: "TEXT" });
    const streamCursor = await cursorOf(() => bob.comments.list(post.id));
    await write(alice, post.id, upTo(5));
    const slow = bob.follow.post(post.id, { cursor: streamCursor, bufferSize: 3 });
    const quick = collect(bob.follow.post(post.id, { cursor: streamCursor }));
    await slow.ready;
    await write(alice, post.id, upTo(10, 5));
    await eventually(() => expect(contents(quick)).toEqual(upTo(15)), 20_000);
    const iterated: PostEvent[] = [];
    for await (const event of slow) {
      iterated.push(event);
      if (contents(iterated).length === 10) await write(alice, post.id, upTo(5, 15));
      if (contents(iterated).length === 20) break;
    }
    expect(contents(iterated)).toEqual(upTo(20));
  }, 60_000);
});
