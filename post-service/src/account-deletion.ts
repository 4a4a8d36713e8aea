import type { PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import type { HandlerTransaction } from "@newfeed/shared/ports/service.ts";

const batch = 500;

/** Repeats until a round had less than a whole batch to do. */
async function inBatches(round: () => Promise<number>): Promise<void> {
  while ((await round()) === batch);
}

/** Removes all that belongs to a deleted user, beside the copies of people: posts, likes, feed. Each loss that others see is an event of its own. */
export async function removeUser(userId: UserId, { query, enqueue }: Pick<HandlerTransaction, "query" | "enqueue">): Promise<void> {
  await inBatches(async () => {
    const posts = await query<{ id: PostId; revision: number }>(
      `DELETE FROM post WHERE id IN (SELECT id FROM post WHERE author_id = $1::uuid LIMIT ${batch}) RETURNING id, revision`,
      [userId],
    );
    await enqueue(
      ...posts.map(({ id, revision }) => ({
        type: "post.deleted" as const,
        aggregate: { id, revision: revision + 1 },
        actorId: userId,
        data: { postId: id, authorId: userId },
      })),
    );
    return posts.length;
  });
  await inBatches(() => removeLikes(userId, { query, enqueue }));

  for (const table of ["feed_reader", "feed_item", "feed_source"]) await query(`DELETE FROM ${table} WHERE user_id = $1::uuid`, [userId]);
  await inBatches(async () => {
    const sources = await query(
      `DELETE FROM feed_source WHERE author_id = $1::uuid AND user_id IN (SELECT user_id FROM feed_source WHERE author_id = $1::uuid LIMIT ${batch}) RETURNING 1`,
      [userId],
    );
    return sources.length;
  });
  await query("DELETE FROM large_author WHERE author_id = $1::uuid", [userId]);
}

async function removeLikes(userId: UserId, { query, enqueue }: Pick<HandlerTransaction, "query" | "enqueue">): Promise<number> {
  const likes = await query<{ id: string; post_id: PostId; revision: number; active: boolean }>(
    `DELETE FROM post_like WHERE id IN (SELECT id FROM post_like WHERE user_id = $1::uuid LIMIT ${batch}) RETURNING id, post_id, revision, active`,
    [userId],
  );
  const active = new Map(likes.filter((like) => like.active).map((like) => [like.post_id, like]));
  const posts = await query<{ id: PostId; author_id: UserId; like_count: number; visibility: "public" | "followers" }>(
    `UPDATE post SET like_count = like_count - 1, revision = revision + 1 WHERE id = ANY($1::uuid[])
     RETURNING id, author_id, like_count, visibility`,
    [[...active.keys()]],
  );
  await enqueue(
    ...posts.flatMap(({ id: postId, author_id, like_count, visibility }) => {
      const like = active.get(postId);
      if (!like) return [];
      return {
        type: "post.unliked" as const,
        aggregate: { id: like.id, revision: like.revision + 1 },
        actorId: userId,
        // Their names are forgotten, here as everywhere.
        data: { postId, postAuthorId: author_id, userId, user: { id: userId, username: "", fullName: "", avatarUrl: null }, likeCount: like_count, visibility },
      };
    }),
  );
  return likes.length;
}

/** Removes what stood under a deleted post. */
export async function removeRemains(query: Query, postId: PostId): Promise<void> {
  for (const table of ["feed_item", "post_like", "counted_comment"]) await query(`DELETE FROM ${table} WHERE post_id = $1::uuid`, [postId]);
}
