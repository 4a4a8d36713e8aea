import type { CommentId, PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import { type Batch, batchOf, scheduleJobs } from "@newfeed/shared/jobs/job.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import { planRemoval, type RemovalPlan } from "./removal-plan.ts";
import * as sql from "./removal-statements.ts";

/** The name of the job that removes the likes of one comment. */
export const likesOfComment = "remove-likes-of-comment";
/** The name of the job that removes tombstones which nothing answers any more, upwards. */
export const emptyTombstones = "remove-empty-tombstones";

/** Removes the likes of comments that are gone: most of them at once, the rest of very many in the background. */
async function removeLikesUnder(query: Query, ids: readonly CommentId[]): Promise<void> {
  const removed = await query(sql.deleteLikes, { ids });
  if (removed.length < sql.likesAtOnce) return;
  const liked = await query(sql.findLiked, { ids });
  await scheduleJobs(
    query,
    likesOfComment,
    liked.map(({ id }) => id),
  );
}

/** A comment that was deleted just now. `revision` is that of its deletion. */
export interface RemovedComment {
  id: CommentId;
  postId: PostId;
  authorId: UserId;
  revision: number;
}

/** Removes rows and counts them with what they answered, as planned. */
async function carryOut(query: Query, { gone, fewerReplies }: RemovalPlan): Promise<void> {
  if (gone.length > 0) await query(sql.deleteComments, { ids: gone });
  if (fewerReplies.size > 0) await query(sql.countRepliesLess, { ids: [...fewerReplies.keys()], replies: [...fewerReplies.values()] });
}

/** See `Operations.removeComments`. */
export async function removeComments(query: Query, ids: readonly CommentId[]): Promise<RemovedComment[]> {
  const locked = await query(sql.lockForRemoval, { ids });
  const asked = new Set(ids);
  const removed = locked.flatMap(({ id, postId, authorId, deleted, revision }) =>
    asked.has(id) && !deleted && authorId !== null ? [{ id, postId, authorId, revision: revision + 1 }] : [],
  );
  if (removed.length === 0) return [];
  const plan = planRemoval(locked, new Set(removed.map(({ id }) => id)));
  await carryOut(query, plan);
  const gone = new Set(plan.gone);
  const staying = removed.flatMap(({ id }) => (gone.has(id) ? [] : [id]));
  if (staying.length > 0) await query(sql.leaveTombstones, { ids: staying });
  await removeLikesUnder(
    query,
    removed.map(({ id }) => id),
  );
  await scheduleJobs(query, emptyTombstones, plan.emptied);
  return removed;
}

// Batches. Keys are those of a `Job`.

export async function removeLikesOfComment(query: Query, commentId: CommentId, after: string | null, limit: number): Promise<Batch> {
  const likes = await query(sql.deleteNextLikesUnder, { commentId, after: after as UserId | null, limit });
  return batchOf(
    likes.map(({ key }) => key),
    limit,
  );
}

/** Removes a tombstone that nothing answers, and those above it that nothing answers then. */
export async function removeTombstones(query: Query, commentId: CommentId, after: string | null, limit: number): Promise<Batch> {
  const locked = await query(sql.lockUpwards, { id: (after ?? commentId) as CommentId, limit });
  const plan = planRemoval(locked, new Set());
  await carryOut(query, plan);
  return { rows: plan.gone.length, next: plan.emptied[0] ?? null };
}

/** The next of a user's comments. */
export async function nextCommentsOf(query: Query, userId: UserId, after: string | null, limit: number): Promise<{ ids: CommentId[]; batch: Batch }> {
  const ids = (await query(sql.nextCommentsOf, { userId, after, limit })).map(({ id }) => id);
  return { ids, batch: batchOf(ids, limit) };
}

/** Takes back the next of a user's likes. Gives those that others saw, with the revision of their deletion, and the comments without them. */
export async function removeLikesOfUser(query: Query, userId: UserId, after: string | null, limit: number) {
  const likes = await query(sql.nextLikesOf, { userId, after, limit });
  await query(sql.lockComments, { ids: likes.map(({ commentId }) => commentId) });
  const ids = likes.map(({ id }) => id);
  return { removed: await query(sql.deleteLikesById, { ids }), batch: batchOf(ids, limit) };
}

/** Those of these posts that have comments. */
export const commentedPosts = async (query: Query, postIds: readonly PostId[]) => (await query(sql.commented, { postIds })).map(({ subject }) => subject);

const deepest = { depth: 2_147_483_647, id: "ffffffff-ffff-ffff-ffff-ffffffffffff" as CommentId };

/** The place in a key. One of an earlier version is another: what it had removed is gone, and the rest is found from the beginning. */
function placeOf(key: string | null): { depth: number; id: CommentId } {
  const [depth, id] = key?.split(" ") ?? [];
  return depth && id && /^\d+$/.test(depth) ? { depth: Number(depth), id: id as CommentId } : deepest;
}

/** Removes the next comments under a deleted post, the deepest first. */
export async function removeUnderPost(query: Query, postId: PostId, after: string | null, limit: number): Promise<Batch> {
  const { depth: beforeDepth, id: beforeId } = placeOf(after);
  const comments = await query(sql.nextUnderPost, { postId, beforeDepth, beforeId, limit });
  const ids = comments.map(({ id }) => id);
  if (ids.length > 0) {
    await query(sql.lockComments, { ids });
    await query(sql.deleteComments, { ids });
    await removeLikesUnder(query, ids);
  }
  return batchOf(
    comments.map(({ depth, id }) => `${depth} ${id}`),
    limit,
  );
}
