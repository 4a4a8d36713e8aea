import { beforeEach, describe, expect, test } from "vitest";
import { type CommentCache, createCommentCache } from "./comment-cache.ts";
import { deferred } from "./deferred.ts";
import type { PostEvent } from "./live/events.ts";
import { newestFirst } from "./merge.ts";
import { createMergedList, type MergedList } from "./merged-list.ts";
import type { Comment } from "./types.ts";

const author = { id: "ann", username: "ann", fullName: "Ann", avatarUrl: null };
const comment = (id: string, fields: Partial<Comment> = {}): Comment => ({
  ...{ id, postId: "post", parentCommentId: null, rootCommentId: null, depth: 0, author, content: `Says ${id}`, deleted: false, clientMutationId: null },
  ...{ likeCount: 0, likedByMe: false, replyCount: 0, createdAt: "2026-01-01T00:00:00.000Z", updatedAt: "", revision: 1, moderation: null },
  ...fields,
});
const liveOf = ({ likedByMe: _mine, moderation: _held, ...live }: Comment) => ({ postId: "post", comment: live, cursor: "" });
const created = (item: Comment): PostEvent => ({ type: "comment_created", ...liveOf(item) });
const updated = (item: Comment): PostEvent => ({ type: "comment_updated", ...liveOf(item) });
const deleted = (commentId: string): PostEvent => ({ type: "comment_deleted", postId: "post", commentId, cursor: "" });

let cache: CommentCache;
let list: MergedList<Comment>;
let replies: MergedList<Comment>;
let commentCount: number;
/** What the server answers next: to a write, a deletion, or a fetch. */
let answer: ReturnType<typeof deferred<unknown>>;

beforeEach(() => {
  commentCount = 0;
  answer = deferred();
  const call = () => answer.promise;
  const client = { session: { state: { status: "signed-in", user: author } }, comments: { create: call, update: call, delete: call, list: call } };
  cache = createCommentCache(client as never, {
    listsOf: ({ parentCommentId }) => [parentCommentId === null ? list : replies],
    counted: (_postId, by) => {
      commentCount += by;
    },
  });
  list = createMergedList<Comment>(newestFirst, cache.store);
  replies = createMergedList<Comment>(newestFirst, cache.store);
});

const top = { postId: "post", parentCommentId: null };
/** The comment that the pending write becomes. */
const writtenAs = (id: string) => comment(id, { clientMutationId: cache.outbox.state[0]?.clientMutationId ?? "" });
const state = () => ({ pending: cache.outbox.state.length, ids: list.ids, commentCount });

describe("a comment that is written here", () => {
  test("is pending, then shown and counted once, when its event comes before its answer", async () => {
    const writing = cache.write(top, "Mine");
    expect(cache.outbox.state[0]?.item).toMatchObject({ content: "Mine", author, revision: 0 });
    const written = writtenAs("mine");
    expect(cache.apply(created(written)).map(({ id }) => id)).toEqual(["mine"]);
    expect(state()).toEqual({ pending: 0, ids: ["mine"], commentCount: 1 });
    answer.resolve(written);
    await writing;
    expect(state()).toEqual({ pending: 0, ids: ["mine"], commentCount: 1 });
    // Rendered by the same key as while it was pending.
    expect([cache.outbox.keyOf("mine"), cache.outbox.keyOf("other")]).toEqual([written.clientMutationId, "other"]);
  });

  test("is no news any more when its answer came before its event", async () => {
    const writing = cache.write(top, "Mine");
    const written = writtenAs("mine");
    answer.resolve(written);
    await writing;
    expect(cache.apply(created(written))).toEqual([]);
    expect(state()).toEqual({ pending: 0, ids: ["mine"], commentCount: 1 });
  });

  test("is not shown twice when a fetched page holds it before its answer came", async () => {
    void cache.write(top, "Mine");
    const written = writtenAs("mine");
    answer = deferred();
    answer.resolve({ data: [written], pageInfo: {} });
    await cache.fetch(top, {});
    // Counted already in what was fetched.
    expect(state()).toEqual({ pending: 0, ids: ["mine"], commentCount: 0 });
  });

  test("shows nothing to the next user of the page, though its answer comes later", async () => {
    const writing = cache.write(top, "Mine");
    const written = writtenAs("mine");
    cache.clear();
    answer.resolve(written);
    expect(await writing).toBe(written);
    expect(state()).toEqual({ pending: 0, ids: [], commentCount: 0 });
  });

  test("and deleted elsewhere before its answer came, stays deleted", async () => {
    const writing = cache.write(top, "Mine");
    const written = writtenAs("mine");
    cache.apply(created(written));
    cache.apply(deleted("mine"));
    answer.resolve(written);
    await writing;
    expect([cache.store.get("mine")?.content, commentCount]).toEqual(["", 0]);
  });
});

describe("a comment that is deleted", () => {
  beforeEach(() => {
    for (const id of ["b", "a"]) cache.apply(created(comment(id)));
  });

  test("elsewhere, loses its words and author at once and leaves its place, once", () => {
    expect(cache.apply(deleted("a")).map(({ content }) => content)).toEqual(["Says a"]);
    expect(cache.store.get("a")).toMatchObject({ content: "", author: null, deleted: true });
    expect(cache.apply({ type: "retract", stream: "post:post", items: [{ type: "comment", id: "a" }] })).toEqual([]);
    expect(state()).toEqual({ pending: 0, ids: ["b", "a"], commentCount: 1 });
  });

  test("here, goes with its place, and comes back when that is refused", async () => {
    const removing = cache.remove(comment("a"));
    expect(list.ids).toEqual(["b"]);
    answer.reject(new Error("refused"));
    await expect(removing).rejects.toThrow("refused");
    expect([list.items.map(({ content }) => content), commentCount]).toEqual([["Says b", "Says a"], 2]);
  });

  test("here, is deleted though the answer got lost, when its event says so", async () => {
    const removing = cache.remove(comment("a"));
    cache.apply(deleted("a"));
    answer.reject(new Error("no answer"));
    await removing;
    expect([list.ids, commentCount]).toEqual([["b"], 1]);
  });

  test("here, stays in its place without words when it has replies", () => {
    void cache.remove(comment("a", { replyCount: 1 }));
    expect(list.items.map(({ content }) => content)).toEqual(["Says b", ""]);
  });
});

test("a reply counts with the comment that it answers, and is taken off again", () => {
  cache.apply(created(comment("a")));
  cache.apply(created(comment("reply", { parentCommentId: "a" })));
  cache.apply(created(comment("reply", { parentCommentId: "a" })));
  expect([cache.store.get("a")?.replyCount, replies.ids, list.ids]).toEqual([1, ["reply"], ["a"]]);
  cache.apply(deleted("reply"));
  expect(cache.store.get("a")?.replyCount).toBe(0);
});

test("an edited comment that is not listed is not put into the list, and an older answer does not undo the edit", () => {
  const merge = list.refetching();
  cache.apply(updated(comment("old", { content: "Edited", revision: 2 })));
  expect(list.ids).toEqual([]);
  merge([comment("old")], false);
  expect(list.items.map(({ content }) => content)).toEqual(["Edited"]);
});
