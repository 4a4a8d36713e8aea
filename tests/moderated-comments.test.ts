import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { closedAfterEach, openEvents, openSocket } from "./support/clients.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { type Moderation, moderationOf } from "./support/moderation-events.ts";
import { openStored, type Stored } from "./support/stored.ts";

let feed: TestFeed;
let moderation: Moderation;
let stored: Stored;
const listening = closedAfterEach();
beforeAll(async () => {
  feed = await startTestFeed();
  moderation = await moderationOf(feed);
  stored = await openStored(feed);
});
afterAll(() => feed.close());

const secret = "a secret word";
const contentOf = (author: Person, id: string) => ({ type: "comment" as const, id, authorId: author.id });
const countOf = async (reader: Person, postId: string) => (await reader.get(`/api/v1/posts/${postId}`)).body.commentCount;

async function thread() {
  const [ann, ben, reader] = [await feed.person("ann"), await feed.person("ben"), await feed.person("reader")];
  const { body: post } = await ann.post("/api/v1/posts", { content: "What do you think?", postType: "TEXT" });
  const say = async (person: Person, content: string, parentCommentId?: string): Promise<string> => {
    const { status, body } = await person.post(`/api/v1/posts/${post.id}/comments`, { content, ...(parentCommentId && { parentCommentId }) });
    expect(status).toBe(201);
    return body.id;
  };
  return { ann, ben, reader, postId: post.id as string, say };
}

/** Every way by which a comment leaves; each says whether its words do. */
const waysOut: Record<string, (reader: Person, about: { postId: string; id: string; author: Person; parentId: string | null }) => Promise<unknown>> = {
  comment: async (reader, { id }) => (await reader.get(`/api/v1/comments/${id}`)).body,
  history: async (reader, { id }) => (await reader.get(`/api/v1/comments/${id}/history`)).body,
  thread: async (reader, { id }) => (await reader.get(`/api/v1/comments/${id}/thread`)).body,
  list: async (reader, { postId }) => (await reader.get(`/api/v1/posts/${postId}/comments?limit=100`)).body,
  "list by likes": async (reader, { postId }) => (await reader.get(`/api/v1/posts/${postId}/comments?order=most_liked`)).body,
  replies: async (reader, { postId, parentId }) =>
    (await reader.get(`/api/v1/posts/${postId}/comments?limit=100${parentId ? `&parentCommentId=${parentId}` : ""}`)).body,
  "list around it": async (reader, { postId, id, parentId }) =>
    (await reader.get(`/api/v1/posts/${postId}/comments?around=${id}${parentId ? `&parentCommentId=${parentId}` : ""}`)).body,
  "comments of its author": async (reader, { author }) => (await reader.get(`/api/v1/users/${author.id}/comments`)).body,
  aggregate: async (reader, { postId }) => (await reader.get(`/query/post/${postId}`)).body,
  GraphQL: async (reader, { postId }) =>
    (
      await reader.graphql(
        `{ getComments(postId: "${postId}") { comments { content replies { content } } } getPost(id: "${postId}") { post { comments { content } } } }`,
      )
    ).body,
  "entries of the stream": async (reader, { postId }) => (await reader.get(`/api/v1/streams/post:${postId}/entries?after=`)).body,
  notifications: async (reader) => (await reader.get("/api/v1/notifications")).body,
  pages: async (_reader, { postId, id }) =>
    Promise.all([`/posts/${postId}`, `/posts/${postId}/comments/${id}`].map(async (path) => (await feed.call("GET", path)).body)),
  "a preview elsewhere": async (_reader, { postId, id }) =>
    (await feed.call("GET", `/oembed?url=${encodeURIComponent(`${feed.url}/posts/${postId}/comments/${id}`)}`)).body,
  export: async (reader) => (await reader.get("/api/v1/users/me/export")).body,
};
type About = Parameters<(typeof waysOut)[string]>[1];
async function openTo(reader: Person, about: About): Promise<string[]> {
  const open: string[] = [];
  for (const [way, read] of Object.entries(waysOut)) if (JSON.stringify(await read(reader, about)).includes(secret)) open.push(way);
  return open;
}

test("a hidden comment leaves by no way to anybody but its author, and is back whole when it is restored", async () => {
  const { ann, ben, reader, postId, say } = await thread();
  const parentId = await say(ann, "I begin");
  const id = await say(ben, `${secret} for @${reader.username}`, parentId);
  const answer = await say(ann, "I see", id);
  await reader.post(`/api/v1/comments/${id}/like`);
  const about = { postId, id, author: ben, parentId };
  await stored.settled();
  const before = await openTo(reader, about);
  expect(before).toEqual(expect.arrayContaining(["comment", "thread", "replies", "list around it", "comments of its author", "GraphQL", "notifications"]));
  const shown = (await reader.get(`/api/v1/comments/${id}`)).body;
  expect(await countOf(reader, postId)).toBe(3);

  const caseId = await moderation.reject(contentOf(ben, id));
  await eventually(async () => expect((await reader.get(`/api/v1/comments/${id}`)).body).toMatchObject({ deleted: true, content: "", author: null }));
  await stored.settled();
  expect([await openTo(reader, about), await openTo(ann, about)]).toEqual([[], []]);
  expect(await countOf(reader, postId)).toBe(2);
  // Its place is kept for what answers it.
  expect((await reader.get(`/api/v1/comments/${answer}`)).status).toBe(200);
  for (const act of ["like", "comments"]) expect((await reader.post(`/api/v1/comments/${id}/like`)).status, act).toBe(404);
  expect((await reader.post(`/api/v1/posts/${postId}/comments`, { content: "no", parentCommentId: id })).status).toBe(400);
  // Its author reads it, with the reason, and may change it, which shows it to nobody.
  const moderated = { state: "hidden", reason: "harassment", caseId, appealUrl: `/api/v1/moderation/cases/${caseId}/appeal` };
  expect((await ben.get(`/api/v1/comments/${id}`)).body).toMatchObject({ content: shown.content, deleted: false, moderation: moderated });
  expect(await openTo(ben, about)).toEqual(expect.arrayContaining(["comment", "replies", "comments of its author", "export"]));
  expect((await ben.patch(`/api/v1/comments/${id}`, { content: `${secret} for @${reader.username}, changed` })).body.moderation).toMatchObject({
    state: "hidden",
  });
  await stored.settled();
  expect([await openTo(reader, about), await openTo(ann, about)]).toEqual([[], []]);

  await moderation.approve(contentOf(ben, id));
  await eventually(async () =>
    expect((await reader.get(`/api/v1/comments/${id}`)).body).toMatchObject({ content: `${secret} for @${reader.username}, changed`, moderation: null }),
  );
  await stored.settled();
  expect((await reader.get(`/api/v1/comments/${id}`)).body).toMatchObject({ likeCount: 1, likedByMe: true, replyCount: 1, createdAt: shown.createdAt });
  expect(await openTo(reader, about)).toEqual(before);
  expect(await countOf(reader, postId)).toBe(3);
}, 60_000);

test("replies are counted as who reads has them: a hidden one for its author alone, unless something answers it", async () => {
  const { ann, ben, reader, postId, say } = await thread();
  const parentId = await say(ann, "I begin");
  const [one, other] = [await say(ben, "one", parentId), await say(ben, "another", parentId)];
  const countsOf = async () =>
    Promise.all(
      [reader, ann, ben].map(async (person) => {
        const { body } = await person.get(`/api/v1/comments/${parentId}`);
        const { body: list } = await person.get(`/api/v1/posts/${postId}/comments?parentCommentId=${parentId}`);
        expect(list.data).toHaveLength(body.replyCount);
        const { body: all } = await person.get(`/api/v1/posts/${postId}/comments`);
        expect(all.data[0].replyCount).toBe(body.replyCount);
        return body.replyCount;
      }),
    );
  expect(await countsOf()).toEqual([2, 2, 2]);
  await moderation.reject(contentOf(ben, one));
  await eventually(async () => expect(await countsOf()).toEqual([1, 1, 2]));
  // Something answers it: its place is kept.
  await say(ann, "I see", other);
  await moderation.reject(contentOf(ben, other));
  await eventually(async () => expect((await reader.get(`/api/v1/comments/${other}`)).body.deleted).toBe(true));
  expect(await countsOf()).toEqual([1, 1, 2]);
  await moderation.approve(contentOf(ben, one));
  await eventually(async () => expect(await countsOf()).toEqual([2, 2, 2]));
  await moderation.reject(contentOf(ben, one));
  await eventually(async () => expect(await countsOf()).toEqual([1, 1, 2]));
  await moderation.reject(contentOf(ben, one), "delete");
  await eventually(async () => expect(await countsOf()).toEqual([1, 1, 1]));
});

test("a hidden comment that nothing answers is not there at all, leaves open pages at once, and comes live when it is restored", async () => {
  const { ann, ben, reader, postId, say } = await thread();
  const id = await say(ben, secret);
  const socket = listening(await openSocket(feed, reader));
  expect((await socket.ask("subscribe-post", postId)).ok).toBe(true);
  const events = listening(await openEvents(feed, reader, `/api/sse/comments/${postId}`));
  await moderation.flag(contentOf(ben, id));
  for (const listener of [socket, events]) await eventually(() => expect(listener.of("comment_deleted")[0]?.data.commentId).toBe(id), 2_000);
  expect((await reader.get(`/api/v1/comments/${id}`)).status).toBe(404);
  expect((await reader.get(`/api/v1/posts/${postId}/comments`)).body.data).toEqual([]);
  expect((await ben.get(`/api/v1/posts/${postId}/comments`)).body.data).toMatchObject([{ id, moderation: { state: "pending", appealUrl: null } }]);
  expect(await countOf(ann, postId)).toBe(0);
  const log = await feed.platform.openDatabase("notification-service");
  expect(await log.query("SELECT FROM stream_entry WHERE stream = $1 AND data::text LIKE '%secret%'", [`post:${postId}`])).toEqual([]);

  await moderation.reject(contentOf(ben, id), "warn");
  for (const listener of [socket, events])
    await eventually(() => expect(listener.of("new_comment", "comment_added").at(-1)?.data.comment).toMatchObject({ id, content: secret }), 2_000);
  await eventually(async () => expect(await countOf(ann, postId)).toBe(1));
  await moderation.reject(contentOf(ben, id), "delete");
  await eventually(async () => expect((await ben.get(`/api/v1/comments/${id}`)).status).toBe(404));
  await eventually(async () => expect(await countOf(ann, postId)).toBe(0));
});
