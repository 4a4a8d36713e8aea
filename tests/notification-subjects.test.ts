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

async function done(answer: Promise<{ status: number; body: { id: string } }>): Promise<string> {
  const { status, body } = await answer;
  expect(status, JSON.stringify(body)).toBeLessThan(300);
  return body.id;
}
const write = (author: Person, post: Record<string, unknown> = {}) => done(author.post("/api/v1/posts", { content: "Hello", postType: "TEXT", ...post }));
const comment = (author: Person, postId: string, content: string) => done(author.post(`/api/v1/posts/${postId}/comments`, { content }));

/** What a notification is about, in the parts that are looked at here. */
interface Item {
  type: string;
  actor: { id: string } | null;
  data: Record<string, unknown>;
}
const listOf = async (reader: Person): Promise<Item[]> => (await reader.get("/api/v1/notifications")).body.data;
const ofType = (listener: Listener, name: string, type: string): Item[] => listener.of(name).flatMap(({ data }) => (data.type === type ? [data] : []));
const waitFor = (reader: Person, type: string) =>
  eventually(async () => {
    const item = (await listOf(reader)).find((item) => item.type === type);
    if (!item) throw new Error(`no ${type} yet`);
    return item;
  });

describe("a notification", () => {
  test("holds the comment and the post that it is about, live on both transports, in the list, and replayed", async () => {
    const [alice, bob] = await Promise.all([feed.person("alice"), feed.person("bob")]);
    const [socket, events] = [listening(await openSocket(feed, alice)), listening(await openEvents(feed, alice, "/api/sse/notifications"))];
    const { cursor } = await socket.ask("subscribe");
    const postId = await write(alice, { title: "A title", content: "What alice wrote" });
    await eventually(async () => {
      const { query } = await feed.platform.openDatabase("notification-service");
      expect(await query("SELECT 1 FROM post_summary WHERE id = $1", [postId])).toHaveLength(1);
    });
    const commentId = await comment(bob, postId, "What bob wrote");
    await bob.post(`/api/v1/posts/${postId}/like`);
    const answerId = await comment(alice, postId, "alice answers");
    await bob.post(`/api/v1/comments/${answerId}/like`);

    const post = { id: postId, title: "A title", content: "What alice wrote", contentWarning: null };
    const expected: [string, Record<string, unknown>][] = [
      ["new_comment", { postId, commentId, count: 1, post, comment: { id: commentId, content: "What bob wrote" } }],
      ["post_liked", { postId, count: 1, post }],
      ["like_created", { postId, commentId: answerId, count: 1, post, comment: { id: answerId, content: "alice answers" } }],
    ];
    for (const [type, data] of expected) {
      await eventually(() => {
        for (const listener of [socket, events]) expect(ofType(listener, "notification", type)[0]?.data).toEqual(data);
      });
      expect((await waitFor(alice, type)).data).toEqual(data);
      const again = listening(await openSocket(feed, alice));
      await again.ask("subscribe", null, { cursor });
      expect(ofType(again, "notification", type)[0]?.data).toEqual(data);
    }
    const { body } = await alice.get("/api/v1/users/me/export");
    expect(body.notifications.map(({ data }: Item) => data)).toEqual(expect.arrayContaining(expected.map(([, data]) => data)));
  });

  test("holds the start of a long text", async () => {
    const [alice, bob] = await Promise.all([feed.person("alice"), feed.person("bob")]);
    const postId = await write(alice, { content: `${"long ".repeat(200)}post` });
    const text = `${"x".repeat(198)}👩‍👩‍👧 and more`;
    await comment(bob, postId, text);
    const { data } = await waitFor(alice, "new_comment");
    expect(data.comment).toMatchObject({ content: "x".repeat(198) });
    await eventually(async () => expect((await waitFor(alice, "new_comment")).data.post).toMatchObject({ content: "long ".repeat(40).trimEnd() }));
  });

  test("that is unread brings an edit of its comment live, without calling attention", async () => {
    const [alice, bob] = await Promise.all([feed.person("alice"), feed.person("bob")]);
    const postId = await write(alice);
    const socket = listening(await openSocket(feed, alice));
    await socket.ask("subscribe");
    const commentId = await comment(bob, postId, "before");
    await eventually(() => expect(ofType(socket, "notification", "new_comment")).toHaveLength(1));
    await bob.patch(`/api/v1/comments/${commentId}`, { content: "after" });
    await eventually(() =>
      expect(ofType(socket, "notification_updated", "new_comment").map(({ data }) => data.comment)).toEqual([{ id: commentId, content: "after" }]),
    );
    expect(ofType(socket, "notification", "new_comment")).toHaveLength(1);
  });

  test("leaves no text in the log of the inbox", async () => {
    const [alice, bob] = await Promise.all([feed.person("alice"), feed.person("bob")]);
    await comment(bob, await write(alice, { content: "the post's own words" }), "the comment's own words");
    await waitFor(alice, "new_comment");
    const { query } = await feed.platform.openDatabase("notification-service");
    expect(await query("SELECT 1 FROM stream_entry WHERE stream = $1 AND data::text LIKE '%own words%'", [`user:${alice.id}`])).toEqual([]);
  });
});

/** A notification whose subject is in some state for its reader. What the reader may not see says "secret"; what they may, "now". */
interface State {
  make(author: Person, reader: Person, writer: Person): Promise<unknown>;
  /** What is left of the notification: the type, and whether it holds texts. */
  left: { type: string; texts: boolean } | null;
}
const at = ({ username }: Person) => `@${username}`;

const states: Record<string, State> = {
  "for followers, to one of them": {
    async make(author, reader, writer) {
      for (const person of [reader, writer]) await done(person.post(`/api/v1/users/${author.id}/follow`));
      const postId = await write(author, { visibility: "followers", content: "post now", contentWarning: null });
      await eventually(async () => expect((await writer.get(`/api/v1/posts/${postId}`)).status).toBe(200));
      await comment(writer, postId, `${at(reader)} now`);
    },
    left: { type: "mention", texts: true },
  },
  edited: {
    async make(author, reader, writer) {
      const postId = await write(author, { content: "secret post" });
      const commentId = await comment(writer, postId, `${at(reader)} secret`);
      await waitFor(reader, "mention");
      await done(writer.patch(`/api/v1/comments/${commentId}`, { content: `${at(reader)} now` }));
      await done(author.patch(`/api/v1/posts/${postId}`, { content: "post now", contentWarning: null }));
    },
    left: { type: "mention", texts: true },
  },
  private: {
    async make(author, reader, writer) {
      const postId = await write(author, { content: "secret post" });
      await comment(writer, postId, `${at(reader)} secret`);
      await waitFor(reader, "mention");
      await done(author.patch(`/api/v1/posts/${postId}`, { visibility: "followers" }));
    },
    left: { type: "mention", texts: false },
  },
  "of an account that became private": {
    async make(author, reader, writer) {
      const postId = await write(author, { content: "secret post" });
      await comment(writer, postId, `${at(reader)} secret`);
      await waitFor(reader, "mention");
      await done(author.patch("/api/v1/users/me/preferences", { privateAccount: true }));
    },
    left: { type: "mention", texts: false },
  },
  "for followers, to one who is none any more": {
    async make(author, reader, writer) {
      for (const person of [reader, writer]) await done(person.post(`/api/v1/users/${author.id}/follow`));
      const postId = await write(author, { visibility: "followers", content: "secret post" });
      await eventually(async () => expect((await writer.get(`/api/v1/posts/${postId}`)).status).toBe(200));
      await comment(writer, postId, `${at(reader)} secret`);
      await waitFor(reader, "mention");
      await reader.delete(`/api/v1/users/${author.id}/follow`);
    },
    left: { type: "mention", texts: false },
  },
  "of an author who blocks the reader": {
    async make(author, reader, writer) {
      await comment(writer, await write(author, { content: "secret post" }), `${at(reader)} secret`);
      await waitFor(reader, "mention");
      await author.post(`/api/v1/users/${reader.id}/block`);
    },
    left: { type: "mention", texts: false },
  },
  "of a commenter whom the reader blocks": {
    async make(author, reader, writer) {
      await comment(writer, await write(author, { content: "secret post" }), `${at(reader)} secret`);
      await waitFor(reader, "mention");
      await reader.post(`/api/v1/users/${writer.id}/block`);
    },
    left: null,
  },
  "deleted, the comment": {
    async make(author, reader, writer) {
      const commentId = await comment(writer, await write(author, { content: "secret post" }), `${at(reader)} secret`);
      await waitFor(reader, "mention");
      await writer.delete(`/api/v1/comments/${commentId}`);
    },
    left: null,
  },
  "deleted, the post": {
    async make(author, reader, writer) {
      const postId = await write(author, { content: "secret post" });
      await comment(writer, postId, `${at(reader)} secret`);
      await waitFor(reader, "mention");
      await author.delete(`/api/v1/posts/${postId}`);
    },
    left: null,
  },
  "a draft": {
    async make(author, reader) {
      await comment(author, await write(author, { status: "draft", content: "secret post" }), `${at(reader)} secret`);
      // What comes after it has arrived.
      await comment(author, await write(author, { content: "post now", contentWarning: null }), `${at(reader)} now`);
    },
    left: { type: "mention", texts: true },
  },
};

/** Every way in which an inbox leaves, from its beginning. */
const waysOut: Record<string, (reader: Person, start: string) => Promise<string>> = {
  list: async (reader) => JSON.stringify(await listOf(reader)),
  export: async (reader) => JSON.stringify((await reader.get("/api/v1/users/me/export")).body.notifications),
  poll: async (reader, start) => JSON.stringify((await reader.get(`/api/v1/streams/user:${reader.id}/entries?after=${start}`)).body),
  async socket(reader, start) {
    const listener = listening(await openSocket(feed, reader));
    await listener.ask("subscribe", null, { cursor: start });
    return JSON.stringify(listener.received);
  },
  async events(reader, start) {
    const top = (await reader.get(`/api/v1/streams/user:${reader.id}/entries`)).body.cursor;
    const listener = listening(await openEvents(feed, reader, "/api/sse/notifications", start));
    await eventually(() => expect(listener.cursor()).toBe(top));
    return JSON.stringify(listener.received);
  },
};

describe.each(Object.entries(states))("a notification about what is %s", (name, { make, left }) => {
  test("shows by every way out only what its reader may see now", async () => {
    const [author, reader, writer] = await Promise.all([feed.person("author"), feed.person("reader"), feed.person("writer")]);
    const start = String((await reader.get(`/api/v1/streams/user:${reader.id}/entries`)).body.cursor).replace(/\d+$/, "0");
    await make(author, reader, writer);
    await eventually(async () => {
      const items = (await listOf(reader)).filter(({ type }) => type !== "welcome");
      expect(JSON.stringify(items)).not.toContain("secret");
      if (!left) return expect(items).toEqual([]);
      expect(items).toMatchObject([{ type: left.type, data: { postId: expect.any(String), commentId: expect.any(String) } }]);
      expect(items[0]?.data.comment).toEqual(left.texts ? { id: items[0]?.data.commentId, content: `${at(reader)} now` } : undefined);
      expect(items[0]?.data.post).toEqual(left.texts ? { id: items[0]?.data.postId, title: null, content: "post now", contentWarning: null } : undefined);
    });
    for (const [way, read] of Object.entries(waysOut)) {
      const text = await read(reader, start);
      expect({ name, way, text }).toEqual({ name, way, text: expect.not.stringContaining("secret") });
      if (left) expect(text).toContain(left.texts ? "post now" : left.type);
    }
  });
});
