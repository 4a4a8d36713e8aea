import { type Comment, createClient, createOutbox, liveComments, liveInbox, type NewFeedClient } from "@newfeed/client";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed();
});
afterAll(() => feed.close());

const open: { close(): void }[] = [];
afterEach(() => {
  for (const item of open.splice(0).reverse()) item.close();
});
const closing = <T extends { close(): void }>(item: T): T => {
  open.push(item);
  return item;
};

let accounts = 0;
async function signedUp(name: string, options: { fetch?: typeof fetch } = {}) {
  const client = closing(createClient({ baseUrl: feed.url, ...options }));
  const username = `${name}_${++accounts}`;
  await client.session.signUp({ username, email: `${username}@test.com`, password: "Test123", fullName: `${name} Tester` });
  return client;
}

const contents = (items: readonly Comment[]) => items.map(({ content }) => content);

describe("a live list of comments", () => {
  test("is loaded, paged and kept up to date with others' changes", async () => {
    const [alice, bob] = await Promise.all([signedUp("alice"), signedUp("bob")]);
    const post = await alice.posts.create({ content: "Hello", postType: "TEXT" });
    for (const content of ["one", "two", "three"]) await alice.comments.create(post.id, { content });
    const list = closing(liveComments(bob, post.id, { limit: 2 }));
    await list.ready;
    expect(contents(list.state.items)).toEqual(["three", "two"]);
    await list.loadMore();
    expect(contents(list.state.items)).toEqual(["three", "two", "one"]);
    expect(list.state.hasMore).toBe(false);
    const four = await alice.comments.create(post.id, { content: "four" });
    const parent = list.state.items.at(-1) as Comment;
    await alice.comments.create(post.id, { content: "a reply", parentCommentId: parent.id });
    await eventually(() => expect(contents(list.state.items)).toEqual(["four", "three", "two", "one"]));
    await alice.comments.update(four.id, "four, reworded");
    await eventually(() => expect(contents(list.state.items)[0]).toBe("four, reworded"));
    await alice.comments.delete(four.id);
    await eventually(() => expect(contents(list.state.items)).toEqual(["three", "two", "one"]));
  });

  test("shows a write at once, without duplicates, and removes it with the reason when it is refused", async () => {
    const alice = await signedUp("alice");
    const post = await alice.posts.create({ content: "Hello", postType: "TEXT" });
    const list = closing(liveComments(alice, post.id));
    await list.ready;
    const shown: string[][] = [];
    list.subscribe(({ items, pending }) => shown.push([...pending.map(({ item }) => item), ...items].map(({ content }) => content)));
    const writing = list.add("Mine");
    expect(list.state.pending.map(({ item }) => item.content)).toEqual(["Mine"]);
    expect((await writing).clientMutationId).not.toBeNull();
    await alice.comments.create(post.id, { content: "after it" });
    await eventually(() => expect(contents(list.state.items)).toEqual(["after it", "Mine"]));
    for (const each of shown) expect(each.filter((content) => content === "Mine")).toHaveLength(1);
    const refused = list.add("x".repeat(3_000));
    expect(list.state.pending).toHaveLength(1);
    await expect(refused).rejects.toMatchObject({ code: "validation_failed", fieldErrors: [{ field: "content" }] });
    expect(list.state.pending).toHaveLength(0);
    expect(list.state.items).toHaveLength(2);
  });

  test("fetches again after a reset, and then matches the server", async () => {
    const [alice, bob] = await Promise.all([signedUp("alice"), signedUp("bob")]);
    const post = await alice.posts.create({ content: "Hello", postType: "TEXT" });
    const gone = await alice.comments.create(post.id, { content: "gone" });
    await alice.comments.create(post.id, { content: "stays" });
    // An unknown cursor, as after restoring a backup, which the server answers with a reset.
    const stale: Pick<NewFeedClient, "comments" | "follow" | "session"> = {
      ...bob,
      follow: { ...bob.follow, post: (id) => bob.follow.post(id, { cursor: "another-epoch:7" }) },
    };
    const list = closing(liveComments(stale, post.id));
    await list.ready;
    await alice.comments.delete(gone.id);
    await alice.comments.create(post.id, { content: "new" });
    await eventually(() => expect(contents(list.state.items)).toEqual(["new", "stays"]));
  });
});

test("a live inbox knows what is unread, and what has been read on another device", async () => {
  const [alice, bob] = await Promise.all([signedUp("alice"), signedUp("bob")]);
  const post = await alice.posts.create({ content: "Hello", postType: "TEXT" });
  const inbox = closing(liveInbox(alice));
  await inbox.ready;
  await bob.posts.like(post.id);
  await eventually(() => expect(inbox.state.items.map(({ type }) => type)).toContain("post_liked"));
  const before = inbox.unread.state as number;
  expect(before).toBeGreaterThan(0);
  const like = inbox.state.items.find(({ type }) => type === "post_liked");
  await alice.notifications.markRead(String(like?.id));
  await eventually(() => expect(inbox.unread.state).toBe(before - 1));
  expect(inbox.state.items.find(({ id }) => id === like?.id)).toMatchObject({ read: true });
});

test("a live inbox shows and counts what comes quietly, in its current text", async () => {
  const [alice, bob] = await Promise.all([signedUp("alice"), signedUp("bob")]);
  const post = await alice.posts.create({ content: "Hello", postType: "TEXT" });
  const inbox = closing(liveInbox(alice));
  await inbox.ready;
  const shown = (type: string) => inbox.state.items.find((item) => item.type === type);
  await bob.posts.like(post.id);
  await eventually(() => expect(shown("post_liked")?.data.post).toEqual({ id: post.id, title: null, contentWarning: null, content: "Hello" }));
  await bob.posts.unlike(post.id);
  await eventually(() => expect(shown("post_liked")).toBeUndefined());
  const before = inbox.unread.state as number;
  await bob.posts.like(post.id);
  await eventually(() => expect([shown("post_liked")?.read, inbox.unread.state]).toEqual([false, before + 1]));
  const comment = await bob.comments.create(post.id, { content: "before" });
  await eventually(() => expect(shown("new_comment")?.data.comment?.content).toBe("before"));
  await bob.comments.update(comment.id, "after");
  await eventually(() => expect(shown("new_comment")?.data.comment).toEqual({ id: comment.id, content: "after" }));
});

describe("a write whose response is lost", () => {
  /** Sends the request, then fails like a connection that breaks before the response. */
  const losing = (count: number, until: () => Promise<unknown> = async () => {}): typeof fetch => {
    let left = count;
    return async (input, init) => {
      const response = await fetch(input, init);
      if (input instanceof Request && input.method === "POST" && /comments$/.test(new URL(input.url).pathname) && left-- > 0) {
        await response.arrayBuffer();
        await until();
        throw new TypeError("fetch failed");
      }
      return response;
    };
  };

  test("is retried by itself, and takes effect once", async () => {
    const alice = await signedUp("alice", { fetch: losing(2) });
    const post = await alice.posts.create({ content: "Hello", postType: "TEXT" });
    const comment = await alice.comments.create(post.id, { content: "Once" });
    expect((await alice.comments.list(post.id)).data.map(({ id }) => id)).toEqual([comment.id]);
  });

  test("is confirmed by its live event when no response arrives at all", async () => {
    // The connection breaks once the event has arrived.
    const delivered = () => eventually(() => expect(contents(list.state.items)).toEqual(["Delivered"]));
    const alice = await signedUp("alice", { fetch: losing(100, delivered) });
    const post = await alice.posts.create({ content: "Hello", postType: "TEXT" });
    const list = closing(liveComments(alice, post.id));
    await list.ready;
    expect(await list.add("Delivered")).toMatchObject({ content: "Delivered", postId: post.id });
    expect(contents(list.state.items)).toEqual(["Delivered"]);
    expect(list.state.pending).toEqual([]);
  });

  test("is removed with the reason when it did not arrive", async () => {
    const outbox = createOutbox<Comment>();
    const failure = new Error("refused");
    const sending = outbox.send(
      (clientMutationId) => ({ clientMutationId }) as Comment,
      () => Promise.reject(failure),
    );
    expect(outbox.state).toHaveLength(1);
    await expect(sending).rejects.toBe(failure);
    expect(outbox.state).toHaveLength(0);
  });
});
