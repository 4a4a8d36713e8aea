import type { PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import { keptPosts } from "./materialised-feeds.ts";

// What changes kept feeds. The callers hold them (`holdFeeds`), so that nobody fills one meanwhile.

/**
 * Puts a published post into the kept feeds of its author's followers, if these are few enough. An author who has more
 * becomes large, for good: their posts are merged into feeds when these are read, the earlier ones too.
 */
export async function fanOut(query: Query, postId: PostId, followersForFanOut: number): Promise<void> {
  const [post] = await query<{ author_id: string; followers: number }>(
    // Its deletion waits, likes and comments do not. A large author's followers are not counted.
    `SELECT p.author_id, (SELECT count(*) FROM (
       SELECT FROM projection.follow f WHERE f.followee_id = p.author_id AND f.active LIMIT $2::int + 1
     ) enough)::int AS followers
     FROM post p WHERE p.id = $1::uuid AND p.status = 'published' AND NOT EXISTS (SELECT 1 FROM large_author l WHERE l.author_id = p.author_id)
     FOR KEY SHARE`,
    [postId, followersForFanOut],
  );
  if (!post) return;
  const feedsOfFollowers = "projection.follow f JOIN feed_reader r ON r.user_id = f.follower_id";
  if (post.followers > followersForFanOut) {
    await query("INSERT INTO large_author (author_id) VALUES ($1::uuid)", [post.author_id]);
    await query(
      `INSERT INTO feed_source (user_id, author_id) SELECT f.follower_id, f.followee_id FROM ${feedsOfFollowers}
       WHERE f.followee_id = $1::uuid AND f.active ON CONFLICT DO NOTHING`,
      [post.author_id],
    );
    return;
  }
  await query(
    `INSERT INTO feed_item (user_id, published_at, post_id, author_id)
     SELECT f.follower_id, p.published_at, p.id, p.author_id FROM post p CROSS JOIN ${feedsOfFollowers}
     WHERE p.id = $1::uuid AND f.followee_id = p.author_id AND f.active
     ON CONFLICT DO NOTHING`,
    [postId],
  );
}

/** Takes an author into the feed of a new follower, if that is kept: what the feed holds of anybody, or as a source. */
export async function addAuthor(query: Query, followerId: UserId, authorId: UserId): Promise<void> {
  await query(
    `INSERT INTO feed_source (user_id, author_id) SELECT r.user_id, l.author_id FROM feed_reader r CROSS JOIN large_author l
     WHERE r.user_id = $1::uuid AND l.author_id = $2::uuid ON CONFLICT DO NOTHING`,
    [followerId, authorId],
  );
  await query(
    // An author with more posts than a feed holds raises its floor: below their oldest row it would not be whole.
    `WITH filled AS MATERIALIZED (
       SELECT r.user_id, post.published_at, post.id FROM feed_reader r CROSS JOIN LATERAL (
         SELECT p.published_at, p.id FROM post p
         WHERE p.author_id = $2::uuid AND p.status = 'published' AND (p.published_at, p.id) >= (r.floor_at, r.floor_id)
         ORDER BY p.published_at DESC, p.id DESC LIMIT ${keptPosts}
       ) post WHERE r.user_id = $1::uuid AND NOT EXISTS (SELECT 1 FROM large_author l WHERE l.author_id = $2::uuid)
     ),
     item AS (
       INSERT INTO feed_item (user_id, published_at, post_id, author_id) SELECT user_id, published_at, id, $2::uuid FROM filled ON CONFLICT DO NOTHING
     )
     UPDATE feed_reader r SET floor_at = oldest.published_at, floor_id = oldest.id
     FROM (SELECT * FROM filled ORDER BY published_at DESC, id DESC OFFSET ${keptPosts - 1}) oldest WHERE r.user_id = oldest.user_id`,
    [followerId, authorId],
  );
}

/** Takes an author out of one feed. */
export async function removeAuthor(query: Query, userId: UserId, authorId: UserId): Promise<void> {
  for (const table of ["feed_item", "feed_source"]) await query(`DELETE FROM ${table} WHERE author_id = $2::uuid AND user_id = $1::uuid`, [userId, authorId]);
}
