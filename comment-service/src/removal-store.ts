import type { CommentId, PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import { type Batch, batchOf, scheduleJobs } from "@newfeed/shared/jobs/job.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import * as sql from "./removal-statements.ts";

/** The name of the job that removes the likes of one comment. */
export const likesOfComment = "remove-likes-of-comment";

/** Removes the likes of comments that are gone: most of them at once, the rest of very many in the background. */
export async function removeLikesUnder(query: Query, ids: readonly CommentId[]): Promise<void> {
  const removed = await query(sql.deleteLikes, { ids });
  if (removed.length < sql.likesAtOnce) return;
  const liked = await query(sql.findLiked, { ids });
  await scheduleJobs(
    query,
    likesOfComment,
    liked.map(({ id }) => id),
  );
}

// Batches. Keys are those of a `Job`.

export async function removeLikesOfComment(query: Query, commentId: CommentId, after: string | null, limit: number): Promise<Batch> {
  const likes = await query(sql.deleteNextLikesUnder, { commentId, after: after as UserId | null, limit });
  return batchOf(
    likes.map(({ key }) => key),
    limit,
  );
}

/** The next of a user's comments. */
export async function nextCommentsOf(query: Query, userId: UserId, after: string | null, limit: number): Promise<{ ids: CommentId[]; batch: Batch }> {
  const ids = (await query(sql.nextCommentsOf, { userId, after, limit })).map(({ id }) => id);
  return { ids, batch: batchOf(ids, limit) };
}

/** Takes back the next of a user's likes. Gives those that others saw, with the revision of their deletion, and the comments without them. */
export async function removeLikesOfUser(query: Query, userId: UserId, after: string | null, limit: number) {
  const likes = await query(sql.nextLikesOf, { userId, after, limit });
  await query(sql.lockLiked, { ids: likes.map(({ commentId }) => commentId) });
  const ids = likes.map(({ id }) => id);
  return { removed: await query(sql.deleteLikesById, { ids }), batch: batchOf(ids, limit) };
}

/** Where a comment stands in a list. */
interface Place {
  createdAt: Date | string;
  id: CommentId;
}
const beginning: Place = { createdAt: "-infinity", id: "00000000-0000-0000-0000-000000000000" as CommentId };
const keyOf = ({ createdAt, id }: Place) => `${typeof createdAt === "string" ? createdAt : createdAt.toISOString()} ${id}`;

/** The places in a key: of the last top-level comment, and of the last reply to the one behind it, if some of its replies are gone. */
function placesOf(key: string | null): { top: Place; reply?: Place } {
  const [topAt, topId, replyAt, replyId] = key?.split(" ") ?? [];
  const top = topAt && topId ? { createdAt: topAt, id: topId as CommentId } : beginning;
  return replyAt && replyId ? { top, reply: { createdAt: replyAt, id: replyId as CommentId } } : { top };
}

const behind = ({ createdAt, id }: Place) => ({ afterAt: createdAt, afterId: id });

/** Those of these posts that have comments. */
export const commentedPosts = async (query: Query, postIds: readonly PostId[]) => (await query(sql.commented, { postIds })).map(({ subject }) => subject);

/** Removes the next comments under a deleted post: some with all their replies, or some of the replies to one that has very many. */
export async function removeUnderPost(query: Query, postId: PostId, after: string | null, limit: number): Promise<Batch> {
  const { top, reply } = placesOf(after);
  const comments = await query(sql.nextTopLevel, { postId, ...behind(top), limit });
  const [first] = comments;
  if (!first) return { rows: 0, next: null };
  if (reply || first.replyCount > limit) return removeReplies(query, limit, top, first, reply);

  const fitting: typeof comments = [];
  let rows = 0;
  for (const comment of comments) {
    rows += 1 + comment.replyCount;
    if (rows > 2 * limit) break;
    fitting.push(comment);
  }
  const ids = fitting.map(({ id }) => id);
  const replies = (await query(sql.findReplies, { ids })).map(({ id }) => id);
  await query(sql.deleteComments, { ids });
  await removeLikesUnder(query, [...ids, ...replies]);
  const isEnd = ids.length === comments.length && comments.length < limit;
  return { rows: ids.length + replies.length, next: isEnd ? null : keyOf(fitting.at(-1) ?? top) };
}

/** Removes the next replies to a comment, and with the last ones the comment. */
async function removeReplies(query: Query, limit: number, before: Place, comment: Place, reply: Place = beginning): Promise<Batch> {
  const replies = await query(sql.nextReplies, { parentId: comment.id, ...behind(reply), limit });
  const last = replies.at(-1);
  const more = last !== undefined && replies.length === limit;
  const ids = [...replies.map(({ id }) => id), ...(more ? [] : [comment.id])];
  await query(sql.deleteComments, { ids });
  await removeLikesUnder(query, ids);
  return { rows: ids.length, next: more ? `${keyOf(before)} ${keyOf(last)}` : keyOf(comment) };
}
