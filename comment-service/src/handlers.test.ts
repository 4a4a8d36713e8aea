import { type EventType, parseEvent } from "@newfeed/shared/contracts/events.ts";
import { asCommentId, asPostId, asUserId, type CommentId, type PostId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { relationJobs } from "@newfeed/shared/projections/relations.ts";
import { windowOf } from "@newfeed/shared/store/cursors.ts";
import { applyEvents } from "@newfeed/shared/testing/handle-events.ts";
import { openServiceDatabase } from "@newfeed/shared/testing/own-database.ts";
import { runJobs } from "@newfeed/shared/testing/run-jobs.ts";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { handlers } from "./handlers.ts";
import { jobs } from "./jobs.ts";
import { commentService } from "./service.ts";
import { createStore, type Store } from "./store.ts";

let database: RawDatabase;
let store: Store;
beforeAll(async () => {
  database = await openServiceDatabase("comment_handlers", commentService);
  store = createStore(database, () => {});
});
afterAll(async () => {
  await store.close();
  await database.close();
});

const apply = (type: EventType, id: string, data: object) =>
  applyEvents(database, handlers, [
    parseEvent(
      JSON.stringify({
        id: uuidv7(),
        type,
        aggregate: { type: "any", id, revision: 1 },
        actorId: null,
        occurredAt: new Date().toISOString(),
        correlationId: "test",
        data,
      }),
    ) as never,
  ]);
async function person(): Promise<UserId> {
  const id = asUserId(uuidv7());
  await apply("user.registered", id, { user: { id, username: `u_${id.slice(-8)}`, fullName: "Full Name", avatarUrl: null } });
  return id;
}
const deleteUser = (userId: UserId) => apply("user.deleted", userId, { userId });

/** Inserts comments, or replies, and counts them. Returns their ids, the newest first. */
async function comments(authorId: UserId, postId: PostId, count: number, parentId: CommentId | null = null): Promise<CommentId[]> {
  const rows = await database.query<{ id: CommentId }>(
    `WITH counted AS (UPDATE comment SET reply_count = reply_count + $4 WHERE id = $3::uuid)
     INSERT INTO comment (id, post_id, post_author_id, author_id, parent_comment_id, content, visibility, created_at)
     SELECT uuidv7(), $2::uuid, $1::uuid, $1::uuid, $3::uuid, 'words', 'public', now() - n * interval '1 second' FROM generate_series(1, $4::int) n RETURNING id`,
    [authorId, postId, parentId, count],
  );
  return rows.map(({ id }) => id);
}
/** Inserts likes of as many users. */
const likes = (commentId: CommentId, count: number) =>
  database.query(
    `WITH counted AS (UPDATE comment SET like_count = like_count + $2 WHERE id = $1::uuid)
     INSERT INTO comment_like (id, comment_id, user_id, active) SELECT uuidv7(), $1::uuid, gen_random_uuid(), true FROM generate_series(1, $2::int)`,
    [commentId, count],
  );
const count = async (from: string, ...values: unknown[]) => (await database.query(`SELECT 1 FROM ${from}`, values)).length;

/** Does all jobs. Returns the types and data of what the service has published since the last call. */
async function finish(): Promise<{ type: string; data: Record<string, unknown> }[]> {
  const all: { type: string; data: Record<string, unknown> }[] = [];
  for (let more = true; more; ) {
    more = await runJobs(database, [...jobs, ...relationJobs]);
    const rows = await database.query<{ body: string }>("UPDATE newfeed.outbox SET sent_at = now() WHERE sent_at IS NULL RETURNING body");
    all.push(...rows.map(({ body }) => JSON.parse(body)));
  }
  expect(await count("newfeed.job")).toBe(0);
  return all;
}

describe("a deleted user with very many comments", () => {
  test("is not shown from then on, and the comments go in batches, with an event for each", async () => {
    const [leaver, friend] = [await person(), await person()];
    const [postId, other] = [asPostId(uuidv7()), asPostId(uuidv7())];
    const [theirs] = await comments(friend, postId, 1);
    const all = await comments(leaver, postId, 650);
    const answered = all.at(-1) as CommentId;
    const [reply] = await comments(friend, postId, 1, answered);
    await comments(leaver, other, 30, theirs);
    await finish();

    await deleteUser(leaver);
    expect(await count("comment WHERE author_id = $1", leaver), "no event handler takes them all").toBe(580);
    const list = async () => (await store.list({ viewerId: friend, postId, parentCommentId: null }, windowOf({ limit: 100 }))).rows;
    const shown = await list();
    expect(shown.map(({ id }) => id)).toEqual([theirs, answered]);
    expect(shown[1]).toMatchObject({ author: null, authorId: null, content: "", deletedAt: expect.any(Date), likeCount: 0 });
    // It ends among those that are being removed.
    expect((await store.firstPages(friend, "post", [postId], 21)).get(postId)).toMatchObject({ rows: [{ id: theirs }], end: { at: expect.any(Date) } });
    expect(await store.find(all[300] as CommentId, friend)).toBeNull();
    expect(await store.find(answered, friend)).toMatchObject({ author: null, content: "" });
    await store.transaction(async (operations) => {
      expect(await operations.lockAnswered(answered, friend)).toMatchObject({ deletedAt: expect.any(Date) });
      expect(await operations.lockLiving(all[300] as CommentId)).toBeNull();
    });

    const events = await finish();
    expect(events.filter(({ type }) => type === "comment.deleted")).toHaveLength(680);
    expect(new Set(events.map(({ data }) => data.commentId)).size).toBe(680);
    expect(await count("comment WHERE author_id = $1", leaver)).toBe(0);
    expect((await list()).map(({ id, replyCount }) => ({ id, replyCount }))).toEqual([
      { id: theirs, replyCount: 0 },
      { id: answered, replyCount: 1 },
    ]);
    expect(await store.find(reply as CommentId, friend)).toMatchObject({ content: "words" });
  });

  test("takes back all likes, and says how many are left of each", async () => {
    const [leaver, friend] = [await person(), await person()];
    const liked = await comments(friend, asPostId(uuidv7()), 300);
    await database.query("INSERT INTO comment_like (id, comment_id, user_id, active) SELECT uuidv7(), id, $2::uuid, true FROM unnest($1::uuid[]) id", [
      liked,
      leaver,
    ]);
    await database.query("UPDATE comment SET like_count = 3 WHERE id = ANY($1)", [liked]);
    await finish();
    await deleteUser(leaver);
    expect(await count("comment_like WHERE user_id = $1", leaver)).toBe(200);
    const events = await finish();
    expect(events.filter(({ type, data }) => type === "like.deleted" && data.likeCount === 2)).toHaveLength(300);
    expect(await count("comment WHERE id = ANY($1) AND like_count <> 2", liked)).toBe(0);
    expect(await count("comment_like WHERE user_id = $1", leaver)).toBe(0);
  });
});

describe("a deleted post", () => {
  test("takes very many comments, replies and likes along in batches, and no others", async () => {
    const [author, postId] = [await person(), asPostId(uuidv7())];
    const [stays] = await comments(author, asPostId(uuidv7()), 1);
    await likes(stays as CommentId, 3);
    const tops = await comments(author, postId, 1_300);
    await comments(author, postId, 1_700, tops[40]);
    for (const some of tops.slice(200, 205)) await comments(author, postId, 30, some);
    await likes(tops[600] as CommentId, 1_600);
    const under = () => count("comment WHERE post_id = $1", postId);

    await apply("post.deleted", postId, { postId, authorId: author });
    expect(await under(), "no event handler takes them all").toBeGreaterThan(2_800);
    expect(await finish(), "the deletion of the post says it").toEqual([]);
    expect(await under()).toBe(0);
    expect(await count("comment_like WHERE comment_id = $1", tops[600])).toBe(0);
    expect(await count("comment_like WHERE comment_id = $1", stays)).toBe(3);
    expect(await store.find(stays as CommentId, author)).toMatchObject({ likeCount: 3 });
  });

  test("takes the likes of a comment along that has many more than one transaction removes", async () => {
    const author = await person();
    const [popular] = await comments(author, asPostId(uuidv7()), 1);
    await likes(popular as CommentId, 2_300);
    await store.transaction(async (operations) => {
      expect(await operations.removeComments([asCommentId(popular as string)])).toHaveLength(1);
    });
    expect(await store.find(popular as CommentId, author)).toBeNull();
    expect(await count("comment_like WHERE comment_id = $1", popular), "a request takes some of them").toBe(1_800);
    await finish();
    expect(await count("comment_like WHERE comment_id = $1", popular)).toBe(0);
  });
});
