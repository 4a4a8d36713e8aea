import type { Visibility } from "@newfeed/shared/contracts/dto.ts";
import type { PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import { type Batch, batchOf } from "@newfeed/shared/jobs/job.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import type { ReactionTable } from "./reaction-statements.ts";
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

/** Removes the next of a user's bookmarks, or of the posts that they have muted. */
export async function removePairsOf(query: Query, table: keyof typeof sql.removalOfPairs, userId: UserId, after: string | null, limit: number): Promise<Batch> {
  const gone = await query(sql.removalOfPairs[table], { userId, after, limit });
  return batchOf(
    gone.map(({ key }) => key),
    limit,
  );
}

/** A like or repost that was removed just now, and its post without it. `revision` is that of the removal. */
export interface RemovedReaction {
  id: string;
  revision: number;
  postId: PostId;
  postAuthorId: UserId;
  /** Of those that the post still has. */
  count: number;
  visibility: Visibility;
}

/** Removes the next of a user's likes or reposts. Gives those that were active. */
export async function removeReactionsOf(
  query: Query,
  table: ReactionTable,
  userId: UserId,
  after: string | null,
  limit: number,
): Promise<{ reactions: RemovedReaction[]; batch: Batch }> {
  const removal = sql.removalOfReactions[table];
  const removed = await query(removal.delete, { userId, after, limit });
  const active = new Map(removed.filter((reaction) => reaction.active).map((reaction) => [reaction.postId, reaction]));
  const posts = await query(removal.uncount, { ids: [...active.keys()] });
  const reactions = posts.flatMap(({ id: postId, authorId, count, visibility }) => {
    const reaction = active.get(postId);
    return reaction ? [{ id: reaction.id, revision: reaction.revision + 1, postId, postAuthorId: authorId, count, visibility }] : [];
  });
  return { reactions, batch: batchOf(removed.map(({ id }) => id).sort(), limit) };
}
