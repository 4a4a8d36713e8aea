import type { Visibility } from "@newfeed/shared/contracts/dto.ts";
import type { PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import { type Batch, batchOf } from "@newfeed/shared/jobs/job.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import * as sql from "./removal-statements.ts";

export { removalOfPosts } from "./statements.ts";

// Batches of removals. Keys are those of a `Job`.

/** Removes the next rows of one of the tables that hold what stands under a deleted post. */
export const underPost = sql.deleteUnderPost.map(({ table, having, statement }) => ({
  table,
  /** Those of these posts that have any. */
  having: async (query: Query, postIds: readonly PostId[]) => (await query(having, { postIds })).map(({ subject }) => subject),
  async removeNext(query: Query, postId: PostId, after: string | null, limit: number): Promise<Batch> {
    const gone = await query(statement, { postId, after, limit });
    return batchOf(
      gone.map(({ key }) => key),
      limit,
    );
  },
}));

/** Removes the next of a user's posts. Gives them with the revision that they had. */
export async function removePostsOf(
  query: Query,
  userId: UserId,
  after: string | null,
  limit: number,
): Promise<{ posts: { id: PostId; revision: number }[]; batch: Batch }> {
  const [beforeAt = "infinity", beforeId = "ffffffff-ffff-ffff-ffff-ffffffffffff"] = after?.split(" ") ?? [];
  const posts = await query(sql.deletePostsOf, { userId, beforeAt, beforeId: beforeId as PostId, limit });
  const keys = posts.map(({ at, id }) => `${at.toISOString()} ${id}`).sort();
  // They come in no order; the oldest is the last.
  return { posts, batch: batchOf(keys.reverse(), limit) };
}

/** Removes the next of a user's bookmarks. */
export async function removeBookmarksOf(query: Query, userId: UserId, after: string | null, limit: number): Promise<Batch> {
  const gone = await query(sql.deleteBookmarksOf, { userId, after, limit });
  return batchOf(
    gone.map(({ key }) => key),
    limit,
  );
}

/** A like that was removed just now, and its post without it. `revision` is that of the removal. */
export interface RemovedLike {
  id: string;
  revision: number;
  postId: PostId;
  postAuthorId: UserId;
  likeCount: number;
  visibility: Visibility;
}

/** Removes the next of a user's likes. Gives those that were active. */
export async function removeLikesOf(query: Query, userId: UserId, after: string | null, limit: number): Promise<{ likes: RemovedLike[]; batch: Batch }> {
  const removed = await query(sql.deleteLikesOf, { userId, after, limit });
  const active = new Map(removed.filter((like) => like.active).map((like) => [like.postId, like]));
  const posts = await query(sql.uncountLikes, { ids: [...active.keys()] });
  const likes = posts.flatMap(({ id: postId, authorId, likeCount, visibility }) => {
    const like = active.get(postId);
    return like ? [{ id: like.id, revision: like.revision + 1, postId, postAuthorId: authorId, likeCount, visibility }] : [];
  });
  return { likes, batch: batchOf(removed.map(({ id }) => id).sort(), limit) };
}
