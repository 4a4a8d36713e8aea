import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createComment, createPost, listComments, publishedEvents, sendComment } from "./support/comments.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
let database: RawDatabase;
beforeAll(async () => {
  feed = await startTestFeed();
  database = await feed.platform.openDatabase("comment-service");
});
afterAll(() => feed.close());

describe("a comment", () => {
  test("on a new post is visible to everyone at once, with its author", async () => {
    const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
    const postId = await createPost(ann);
    const comment = await createComment(ben, postId, "  first!  ", { clientMutationId: "m-1" });
    expect(comment).toMatchObject({ postId, parentCommentId: null, content: "first!", deleted: false, likeCount: 0, replyCount: 0, revision: 1 });
    expect(comment).toMatchObject({ author: { id: ben.id, username: ben.username, fullName: "ben Tester", avatarUrl: null }, clientMutationId: "m-1" });
    expect(await listComments(ann, postId)).toEqual([comment]);
    expect((await feed.call("GET", `/api/comments?postId=${postId}`)).body.data).toEqual([comment]);
    expect((await ann.get(`/api/v1/comments/${comment.id}`)).body).toEqual(comment);
    const [event] = await publishedEvents(database, "comment.created", comment.id);
    expect(event).toMatchObject({ actorId: ben.id, aggregate: { type: "comment", revision: 1 } });
    expect(event?.data).toMatchObject({ authorId: ben.id, postAuthorId: ann.id, parentAuthorId: null, mentionedUserIds: [], visibility: "public" });
    expect(event?.data.comment).not.toHaveProperty("likedByMe");
  });

  test("can name its post in the request body", async () => {
    const ann = await feed.person("ann");
    const postId = await createPost(ann);
    const { status, body } = await ann.post("/api/v1/comments", { postId, content: "hello" });
    expect(status).toBe(201);
    expect(await listComments(ann, postId)).toEqual([body]);
  });

  test("raises its post's comment count, and lowers it when deleted", async () => {
    const ann = await feed.person("ann");
    const postId = await createPost(ann);
    const comment = await createComment(ann, postId, "one");
    await createComment(ann, postId, "two", { parentCommentId: comment.id });
    const count = async () => (await ann.get(`/api/v1/posts/${postId}`)).body.commentCount;
    await eventually(async () => expect(await count()).toBe(2));
    await ann.delete(`/api/v1/comments/${comment.id}`);
    await eventually(async () => expect(await count()).toBe(1));
  });

  test("that is empty, too long or not storable is refused", async () => {
    const ann = await feed.person("ann");
    const postId = await createPost(ann);
    for (const content of ["", "   ", "x".repeat(2_001), "a\u0000b", 7])
      expect(await ann.post(`/api/v1/posts/${postId}/comments`, { content })).toMatchObject({ status: 400, body: { code: "validation_failed" } });
    expect(await ann.post(`/api/v1/posts/${postId}/comments`, { content: "x", authorId: ann.id })).toMatchObject({ status: 400 });
    expect(await feed.call("POST", `/api/v1/posts/${postId}/comments`, { content: "x" })).toMatchObject({ status: 401 });
    expect(await listComments(ann, postId)).toEqual([]);
  });

  test("shows the author's new name after a rename", async () => {
    const ann = await feed.person("ann");
    const postId = await createPost(ann);
    const comment = await createComment(ann, postId, "who am I?");
    expect(await ann.patch("/api/v1/users/me", { fullName: "Ann Renamed" })).toMatchObject({ status: 200 });
    await eventually(async () => expect((await ann.get(`/api/v1/comments/${comment.id}`)).body.author.fullName).toBe("Ann Renamed"));
  });
});

describe("replies", () => {
  test("stand below what they answer, at any depth, and each event names the author replied to", async () => {
    const [ann, ben, cat] = [await feed.person("ann"), await feed.person("ben"), await feed.person("cat")];
    const postId = await createPost(ann);
    const top = await createComment(ann, postId, "top");
    const reply = await createComment(ben, postId, "reply", { parentCommentId: top.id });
    const answer = await createComment(cat, postId, "answer to the reply", { parentCommentId: reply.id });
    expect(reply).toMatchObject({ parentCommentId: top.id, rootCommentId: top.id, depth: 1 });
    expect(answer).toMatchObject({ parentCommentId: reply.id, rootCommentId: top.id, depth: 2 });
    expect((await publishedEvents(database, "comment.created", reply.id))[0]?.data.parentAuthorId).toBe(ann.id);
    expect((await publishedEvents(database, "comment.created", answer.id))[0]?.data.parentAuthorId).toBe(ben.id);
    expect(await listComments(ann, postId)).toEqual([{ ...top, replyCount: 1 }]);
    expect(await listComments(ann, postId, `?parentCommentId=${top.id}`)).toEqual([{ ...reply, replyCount: 1 }]);
    expect(await listComments(ann, postId, `?parentCommentId=${reply.id}`)).toEqual([answer]);
    await cat.patch(`/api/v1/comments/${answer.id}`, { content: "a better answer" });
    expect((await publishedEvents(database, "comment.updated", answer.id))[0]?.data.parentAuthorId).toBe(ben.id);
  });

  test("are read with the nearest twenty comments above them", async () => {
    const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
    const postId = await createPost(ann);
    const chain = [await createComment(ann, postId, "0")];
    for (let depth = 1; depth <= 22; depth++) chain.push(await createComment(ann, postId, `${depth}`, { parentCommentId: chain.at(-1)?.id }));
    const thread = async (depth: number) => (await ben.get(`/api/v1/comments/${chain[depth]?.id}/thread`)).body;
    const contents = (comments: { content: string }[]) => comments.map(({ content }) => content);
    const deepest = await thread(22);
    expect(deepest).toMatchObject({ comment: { content: "22", depth: 22, rootCommentId: chain[0]?.id }, hasEarlier: true });
    expect(contents(deepest.ancestors)).toEqual(Array.from({ length: 20 }, (_, index) => `${index + 2}`));
    const rest = await thread(2);
    expect([contents(rest.ancestors), rest.hasEarlier]).toEqual([["0", "1"], false]);
    expect((await thread(20)).hasEarlier).toBe(false);
    expect((await thread(0)).ancestors).toEqual([]);
    const query = "query ($id: ID!) { getCommentThread(id: $id) { success comment { content depth } ancestors { content } hasEarlier } }";
    expect((await ben.graphql(query, { id: chain[2]?.id })).body.data.getCommentThread).toEqual({
      ...{ success: true, comment: { content: "2", depth: 2 }, ancestors: [{ content: "0" }, { content: "1" }], hasEarlier: false },
    });
    await ann.delete(`/api/v1/comments/${chain[1]?.id}`);
    expect((await thread(2)).ancestors).toMatchObject([{ content: "0" }, { content: "", deleted: true, author: null }]);
    expect(await ben.get(`/api/v1/comments/${postId}/thread`)).toMatchObject({ status: 404 });
  });

  test("show no ancestors of blocked users, and nothing of a post that the reader may not see", async () => {
    const [ann, ben, cat] = [await feed.person("ann"), await feed.person("ben"), await feed.person("cat")];
    const postId = await createPost(ann);
    const top = await createComment(ben, postId, "by ben");
    const reply = await createComment(ann, postId, "by ann", { parentCommentId: top.id });
    const path = `/api/v1/comments/${reply.id}/thread`;
    await cat.post(`/api/v1/users/${ben.id}/block`);
    await eventually(async () => expect((await cat.get(path)).body).toMatchObject({ comment: { content: "by ann" }, ancestors: [] }));
    await cat.post(`/api/v1/users/${ann.id}/block`);
    await eventually(async () => expect(await cat.get(path)).toMatchObject({ status: 404 }));
  });

  test("that are deleted take the tombstones above them along", async () => {
    const ann = await feed.person("ann");
    const postId = await createPost(ann);
    const chain = [await createComment(ann, postId, "0")];
    for (let depth = 1; depth < 5; depth++) chain.push(await createComment(ann, postId, `${depth}`, { parentCommentId: chain.at(-1)?.id }));
    for (const { id } of chain.slice(1, 4)) expect(await ann.delete(`/api/v1/comments/${id}`)).toMatchObject({ status: 204 });
    expect((await ann.get(`/api/v1/comments/${chain[4]?.id}`)).body.content).toBe("4");
    await ann.delete(`/api/v1/comments/${chain[4]?.id}`);
    expect(await ann.get(`/api/v1/comments/${chain[3]?.id}`), "it is not seen from then on").toMatchObject({ status: 404 });
    await eventually(async () => expect(await listComments(ann, postId)).toMatchObject([{ content: "0", replyCount: 0 }]));
    expect(await database.query("SELECT 1 FROM comment WHERE post_id = $1", [postId])).toHaveLength(1);
  });

  test("must have an existing parent comment on the same post", async () => {
    const ann = await feed.person("ann");
    const [postId, otherPostId] = [await createPost(ann), await createPost(ann)];
    const elsewhere = await createComment(ann, otherPostId, "elsewhere");
    const top = await createComment(ann, postId, "top");
    await createComment(ann, postId, "keeps the tombstone", { parentCommentId: top.id });
    await ann.delete(`/api/v1/comments/${top.id}`);
    for (const parentCommentId of [elsewhere.id, top.id, postId])
      expect(await sendComment(ann, postId, "reply", { parentCommentId })).toMatchObject({
        status: 400,
        body: { code: "validation_failed", errors: [{ field: "parentCommentId" }] },
      });
  });

  test("created concurrently are all counted", async () => {
    const ann = await feed.person("ann");
    const postId = await createPost(ann);
    const top = await createComment(ann, postId, "top");
    const replies = await Promise.all(Array.from({ length: 8 }, (_, index) => createComment(ann, postId, `reply ${index}`, { parentCommentId: top.id })));
    await Promise.all(replies.slice(0, 3).map(({ id }) => ann.delete(`/api/v1/comments/${id}`)));
    expect(await listComments(ann, postId)).toMatchObject([{ id: top.id, replyCount: 5 }]);
  });
});

describe("changing a comment", () => {
  test("is allowed to its author only; others get 403, and nothing changes", async () => {
    const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
    const postId = await createPost(ann);
    const comment = await createComment(ben, postId, "frist");
    expect(await ann.patch(`/api/v1/comments/${comment.id}`, { content: "mine" })).toMatchObject({ status: 403, body: { code: "not_owner" } });
    const { status, body } = await ben.patch(`/api/v1/comments/${comment.id}`, { content: "first" });
    expect(status).toBe(200);
    expect(body).toEqual({ ...comment, content: "first", revision: 2, updatedAt: body.updatedAt });
    expect(Date.parse(body.updatedAt)).toBeGreaterThanOrEqual(Date.parse(comment.updatedAt));
    expect(await listComments(ann, postId)).toEqual([body]);
    expect(await publishedEvents(database, "comment.updated", comment.id)).toMatchObject([
      { aggregate: { revision: 2 }, data: { comment: { content: "first", revision: 2 } } },
    ]);
  });

  test("deleting is allowed to its author and the post's author", async () => {
    const [ann, ben, cat] = [await feed.person("ann"), await feed.person("ben"), await feed.person("cat")];
    const postId = await createPost(ann);
    const [mine, moderated] = [await createComment(ben, postId, "mine"), await createComment(ben, postId, "unkind")];
    expect(await cat.delete(`/api/v1/comments/${mine.id}`)).toMatchObject({ status: 403, body: { code: "not_owner" } });
    expect(await ben.delete(`/api/v1/comments/${mine.id}`)).toMatchObject({ status: 204 });
    expect(await ann.delete(`/api/v1/comments/${moderated.id}`)).toMatchObject({ status: 204 });
    expect(await listComments(ann, postId)).toEqual([]);
    expect(await ben.delete(`/api/v1/comments/${mine.id}`)).toMatchObject({ status: 404, body: { code: "not_found" } });
    expect(await ben.patch(`/api/v1/comments/${mine.id}`, { content: "again" })).toMatchObject({ status: 404 });
    const data = { commentId: moderated.id, postId, authorId: ben.id, deletedById: ann.id };
    expect(await publishedEvents(database, "comment.deleted", moderated.id)).toMatchObject([{ aggregate: { revision: 2 }, actorId: ann.id, data }]);
  });

  test("a comment with replies leaves an empty tombstone until its last reply is deleted, and is deleted only once", async () => {
    const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
    const postId = await createPost(ann);
    const top = await createComment(ben, postId, "I regret this");
    await ann.post(`/api/v1/comments/${top.id}/like`);
    const replies = [
      await createComment(ann, postId, "one", { parentCommentId: top.id }),
      await createComment(ann, postId, "two", { parentCommentId: top.id }),
    ];
    await ben.delete(`/api/v1/comments/${top.id}`);

    const [tombstone] = await listComments(ann, postId);
    expect(tombstone).toMatchObject({ id: top.id, author: null, content: "", deleted: true, likeCount: 0, likedByMe: false, replyCount: 2, revision: 2 });
    expect((await ann.get(`/api/v1/comments/${top.id}`)).body).toEqual(tombstone);
    expect(await database.query("SELECT 1 FROM comment WHERE author_id = $1", [ben.id])).toEqual([]);
    for (const again of [
      ben.delete(`/api/v1/comments/${top.id}`),
      ben.patch(`/api/v1/comments/${top.id}`, { content: "no" }),
      ann.post(`/api/v1/comments/${top.id}/like`),
    ])
      expect(await again).toMatchObject({ status: 404 });

    await ann.delete(`/api/v1/comments/${replies[0]?.id}`);
    expect(await listComments(ann, postId)).toMatchObject([{ id: top.id, replyCount: 1 }]);
    await ann.delete(`/api/v1/comments/${replies[1]?.id}`);
    expect(await listComments(ann, postId)).toEqual([]);
    expect(await ann.get(`/api/v1/comments/${top.id}`)).toMatchObject({ status: 404 });
    expect(await publishedEvents(database, "comment.deleted", top.id)).toHaveLength(1);
  });
});

describe("a like of a comment", () => {
  test("counts once however often it is sent, and so does its removal", async () => {
    const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
    const postId = await createPost(ann);
    const comment = await createComment(ann, postId, "likable");
    const path = `/api/v1/comments/${comment.id}/like`;
    expect((await ben.post(path)).body).toEqual({ liked: true, likeCount: 1, revision: 1 });
    expect((await ben.post(path)).body).toEqual({ liked: true, likeCount: 1, revision: 1 });
    expect(await listComments(ben, postId)).toMatchObject([{ likedByMe: true, likeCount: 1 }]);
    expect(await listComments(ann, postId)).toMatchObject([{ likedByMe: false, likeCount: 1 }]);
    expect((await ben.delete(path)).body).toEqual({ liked: false, likeCount: 0, revision: 2 });
    expect((await ben.delete(path)).body).toEqual({ liked: false, likeCount: 0, revision: 2 });
    expect((await ben.post(path)).body).toEqual({ liked: true, likeCount: 1, revision: 3 });

    const [like] = await database.query<{ id: string }>("SELECT id FROM comment_like WHERE comment_id = $1", [comment.id]);
    const created = await publishedEvents(database, "like.created", like?.id ?? "");
    expect(created.map(({ aggregate }) => aggregate.revision)).toEqual([1, 3]);
    expect(created[0]?.data).toMatchObject({ commentId: comment.id, postId, commentAuthorId: ann.id, userId: ben.id, likeCount: 1, visibility: "public" });
    expect(created[0]?.data.user).toMatchObject({ id: ben.id, username: ben.username });
    expect(await publishedEvents(database, "like.deleted", like?.id ?? "")).toMatchObject([{ aggregate: { revision: 2 }, data: { likeCount: 0 } }]);
  });

  test("that does not exist is removed without an event", async () => {
    const ann = await feed.person("ann");
    const comment = await createComment(ann, await createPost(ann), "unliked");
    const path = `/api/v1/comments/${comment.id}/like`;
    expect((await ann.delete(path)).body).toEqual({ liked: false, likeCount: 0, revision: 1 });
    expect((await ann.post(path)).body).toEqual({ liked: true, likeCount: 1, revision: 2 });
    const [like] = await database.query<{ id: string }>("SELECT id FROM comment_like WHERE comment_id = $1", [comment.id]);
    expect(await publishedEvents(database, "like.deleted", like?.id ?? "")).toEqual([]);
  });

  test("counts once per user when many send it concurrently", async () => {
    const users = await Promise.all(Array.from({ length: 5 }, () => feed.person("fan")));
    const [ann] = users as [Person];
    const comment = await createComment(ann, await createPost(ann), "popular");
    await Promise.all(users.flatMap((person) => [person.post(`/api/v1/comments/${comment.id}/like`), person.post(`/api/v1/comments/${comment.id}/like`)]));
    expect((await ann.get(`/api/v1/comments/${comment.id}`)).body.likeCount).toBe(5);
  });
});

describe("mentions", () => {
  test("resolve to the ids of known users, without the author, and again with every edit", async () => {
    const [ann, ben, cat] = [await feed.person("ann"), await feed.person("ben"), await feed.person("cat")];
    const postId = await createPost(ann);
    const comment = await createComment(ann, postId, `@${ben.username}, @${ann.username} and @nobody_at_all: see ${cat.username}@test.com`);
    expect((await publishedEvents(database, "comment.created", comment.id))[0]?.data.mentionedUserIds).toEqual([ben.id]);
    await ann.patch(`/api/v1/comments/${comment.id}`, { content: `no, @${cat.username.toUpperCase()}!` });
    expect((await publishedEvents(database, "comment.updated", comment.id))[0]?.data.mentionedUserIds).toEqual([cat.id]);
  });

  test("that an edit removes take their notifications back, and no others", async () => {
    const [ann, ben, cat] = [await feed.person("ann"), await feed.person("ben"), await feed.person("cat")];
    const comment = await createComment(ben, await createPost(ann), `@${cat.username} and @${ann.username}, hello`);
    const told = async (person: Person) => {
      const { body } = await person.get("/api/v1/notifications");
      const types = body.data.filter((entry: { data: object }) => "commentId" in entry.data && entry.data.commentId === comment.id);
      return { types: types.map(({ type }: { type: string }) => type), unread: (await person.get("/api/v1/notifications/unread-count")).body.unreadCount };
    };
    await eventually(async () => expect((await told(cat)).types).toEqual(["mention"]));
    const { unread } = await told(cat);
    await ben.patch(`/api/v1/comments/${comment.id}`, { content: "hello" });
    await eventually(async () => expect(await told(cat)).toEqual({ types: [], unread: unread - 1 }));
    expect((await told(ann)).types).toEqual(["new_comment"]);
    await ben.patch(`/api/v1/comments/${comment.id}`, { content: `hello @${cat.username}` });
    await eventually(async () => expect((await told(cat)).types).toEqual(["mention"]));
  });
});

describe("a comment sent twice", () => {
  test("under one clientMutationId is created once, even when both requests arrive together", async () => {
    const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
    const postId = await createPost(ann);
    const send = (person: Person) => createComment(person, postId, "once", { clientMutationId: "mutation-1" });
    const [first, second] = await Promise.all([send(ann), send(ann)]);
    const third = await send(ann);
    expect([second, third]).toEqual([first, first]);
    expect(await publishedEvents(database, "comment.created", first.id)).toHaveLength(1);
    // Unique per author.
    expect((await send(ben)).id).not.toBe(first.id);
    expect(await listComments(ann, postId)).toHaveLength(2);
  });

  test("under one Idempotency-Key gets the stored response, and 422 when the content differs", async () => {
    const ann = await feed.person("ann");
    const postId = await createPost(ann);
    const send = (content: string) => ann.post(`/api/v1/posts/${postId}/comments`, { content }, { "idempotency-key": "key-1" });
    const first = await send("once");
    expect(first.status).toBe(201);
    expect(first.headers.get("idempotent-replayed")).toBeNull();
    await ann.patch(`/api/v1/comments/${first.body.id}`, { content: "changed since" });
    const replayed = await send("once");
    expect(replayed).toMatchObject({ status: 201, body: first.body });
    expect(replayed.headers.get("idempotent-replayed")).toBe("true");
    expect(await send("another")).toMatchObject({ status: 422, body: { code: "idempotency_mismatch" } });
    expect(await listComments(ann, postId)).toHaveLength(1);
  });
});

describe("deletions elsewhere", () => {
  test("a deleted post loses its comments and refuses new ones", async () => {
    const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
    const postId = await createPost(ann);
    const top = await createComment(ben, postId, "top");
    await createComment(ann, postId, "reply", { parentCommentId: top.id });
    await ann.post(`/api/v1/comments/${top.id}/like`);
    expect(await ann.delete(`/api/v1/posts/${postId}`)).toMatchObject({ status: 204 });
    expect(await sendComment(ben, postId, "too late")).toMatchObject({ status: 404, body: { code: "not_found" } });
    await eventually(async () => expect(await database.query("SELECT 1 FROM comment WHERE post_id = $1", [postId])).toEqual([]));
    expect(await database.query("SELECT 1 FROM comment_like WHERE comment_id = $1", [top.id])).toEqual([]);
    expect(await publishedEvents(database, "comment.deleted", top.id)).toEqual([]);
  });

  test.each([
    ["post", "INSERT INTO commented_post (post_id, deleted) VALUES ($1, true)", { status: 404, body: { code: "not_found" } }],
    ["user", "UPDATE projection.author SET deleted = true WHERE id = $1", { status: 401, body: { code: "unauthenticated" } }],
  ])("a comment already in flight is refused once its %s is deleted", async (deleted, deletion, refusal) => {
    const ann = await feed.person("ann");
    const postId = await createPost(ann);
    await createComment(ann, await createPost(ann), "makes sure that ann's snapshot is here");
    const { response } = await database.transaction(async (query) => {
      await query(deletion, [deleted === "post" ? postId : ann.id]);
      const response = sendComment(ann, postId, "behind the deletion");
      const waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
      await eventually(async () => expect(await database.query(waiting)).toHaveLength(1));
      return { response };
    });
    expect(await response).toMatchObject(refusal);
    expect(await database.query("SELECT 1 FROM comment WHERE post_id = $1", [postId])).toEqual([]);
  });

  test("a deleted user's comments and likes are removed; a comment with replies of others leaves a tombstone", async () => {
    const [ann, ben, cat] = [await feed.person("ann"), await feed.person("ben"), await feed.person("cat")];
    const postId = await createPost(ann);
    const repliedTo = await createComment(ben, postId, "others replied to this");
    const reply = await createComment(cat, postId, "as I do", { parentCommentId: repliedTo.id });
    const own = await createComment(ben, postId, "only I replied to this");
    const ownReply = await createComment(ben, postId, "indeed", { parentCommentId: own.id });
    const leaf = await createComment(ben, postId, "nobody replied");
    const kept = await createComment(cat, postId, "by cat");
    const underKept = await createComment(ben, postId, "a reply of ben's", { parentCommentId: kept.id });
    for (const person of [ann, ben]) await person.post(`/api/v1/comments/${kept.id}/like`);
    const [like] = await database.query<{ id: string }>("SELECT id FROM comment_like WHERE user_id = $1", [ben.id]);

    expect(await ben.delete("/api/auth/me", { password: ben.password })).toMatchObject({ status: 200 });
    await eventually(async () =>
      expect(await listComments(ann, postId)).toMatchObject([
        { id: kept.id, likeCount: 1, replyCount: 0, likedByMe: true },
        { id: repliedTo.id, deleted: true, author: null, content: "", replyCount: 1 },
      ]),
    );
    for (const { id } of [repliedTo, own, ownReply, leaf, underKept])
      expect(await publishedEvents(database, "comment.deleted", id)).toMatchObject([
        { aggregate: { revision: 2 }, data: { commentId: id, authorId: ben.id, deletedById: ben.id } },
      ]);
    expect(await publishedEvents(database, "like.deleted", like?.id ?? "")).toMatchObject([
      { aggregate: { revision: 2 }, data: { commentId: kept.id, likeCount: 1, userId: ben.id } },
    ]);
    expect(await database.query("SELECT 1 FROM comment WHERE author_id = $1", [ben.id])).toEqual([]);
    await cat.delete(`/api/v1/comments/${reply.id}`);
    expect(await listComments(ann, postId)).toHaveLength(1);
  });
});
