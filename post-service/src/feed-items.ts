import type { Query } from "@newfeed/shared/ports/database.ts";

/** How far back a feed is filled when somebody is followed. */
const backfilledPosts = 100;

/**
 * Puts a published post into the feeds of its author's followers, if they are few enough; else it is left to be read
 * from the post itself. Decided once per post and noted on it in the same statement that writes the items: whoever reads
 * finds it by one way or the other, so an author who crosses the threshold loses nothing and doubles nothing.
 */
export async function fanOut(query: Query, postId: string, followersForFanOut: number): Promise<void> {
  const [post] = await query<{ author_id: string; followers: number }>(
    `SELECT p.author_id, (SELECT count(*) FROM (
       SELECT FROM projection.follow f WHERE f.followee_id = p.author_id AND f.active LIMIT $2::int + 1
     ) enough)::int AS followers
     FROM post p WHERE p.id = $1::uuid AND p.status = 'published' AND NOT p.fanned_out FOR UPDATE`,
    [postId, followersForFanOut],
  );
  if (!post) return;
  if (post.followers > followersForFanOut) {
    await query("INSERT INTO large_author (author_id) VALUES ($1::uuid) ON CONFLICT DO NOTHING", [post.author_id]);
    return;
  }
  await query(
    `WITH fanned AS (UPDATE post SET fanned_out = true WHERE id = $1::uuid RETURNING id, author_id, published_at)
     INSERT INTO feed_item (user_id, published_at, post_id, author_id)
     SELECT f.follower_id, fanned.published_at, fanned.id, fanned.author_id
     FROM fanned JOIN projection.follow f ON f.followee_id = fanned.author_id AND f.active
     ON CONFLICT DO NOTHING`,
    [postId],
  );
}

/** Fills a new follower's feed with the author's latest posts; those that are not fanned out are in it already. */
export async function backfill(query: Query, followerId: string, authorId: string): Promise<void> {
  await query(
    `INSERT INTO feed_item (user_id, published_at, post_id, author_id)
     SELECT $1::uuid, p.published_at, p.id, p.author_id FROM post p
     WHERE p.author_id = $2::uuid AND p.status = 'published' AND p.fanned_out
     ORDER BY coalesce(p.published_at, p.created_at) DESC, p.id DESC LIMIT ${backfilledPosts}
     ON CONFLICT DO NOTHING`,
    [followerId, authorId],
  );
}

/** Takes an author out of one feed. */
export async function removeAuthor(query: Query, userId: string, authorId: string): Promise<void> {
  await query("DELETE FROM feed_item WHERE author_id = $2::uuid AND user_id = $1::uuid", [userId, authorId]);
}
