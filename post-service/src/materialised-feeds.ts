import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Database, Query } from "@newfeed/shared/ports/database.ts";

/** How many posts of others a kept feed holds. What is older is merged from the posts when somebody reads that far. */
export const keptPosts = 500;
/** A feed that nobody read for so long is not kept. */
const keptFor = "30 days";

/**
 * Held by whoever changes what feeds should hold (`holdFeeds`), and shared by whoever fills one from what is there: so
 * that a feed is filled before a change, which then finds it, or after it.
 */
const feedsLock = "hashtextextended('home feeds', 0)";

/** Nobody fills a feed until the transaction ends. First of all, or two could wait for each other. */
export const holdFeeds = (query: Query) => query(`SELECT pg_advisory_xact_lock(${feedsLock})::text`);
const shareFeeds = (query: Query) => query(`SELECT pg_advisory_xact_lock_shared(${feedsLock})::text`);

/** Begins to keep somebody's feed: fills it with the newest posts of those whom they follow. When it is kept already it stays as it is. */
export async function keepFeed(database: Pick<Database, "transaction">, userId: UserId): Promise<void> {
  await database.transaction(async (query) => {
    await shareFeeds(query);
    // Another request of the same reader may be at it: waits for that one.
    const [isNew] = await query(
      `INSERT INTO feed_reader (user_id, floor_at, floor_id) VALUES ($1::uuid, '-infinity', '00000000-0000-0000-0000-000000000000')
       ON CONFLICT DO NOTHING RETURNING 1`,
      [userId],
    );
    if (!isNew) return;
    await query(
      `INSERT INTO feed_source (user_id, author_id)
       SELECT f.follower_id, l.author_id FROM projection.follow f JOIN large_author l ON l.author_id = f.followee_id
       WHERE f.follower_id = $1::uuid AND f.active ON CONFLICT DO NOTHING`,
      [userId],
    );
    await query(
      // The newest post of each; the ${keptPosts}th of them is at least as old as the oldest post that is wanted.
      `WITH newest AS MATERIALIZED (
         SELECT f.followee_id AS author_id, post.published_at FROM projection.follow f CROSS JOIN LATERAL (
           SELECT p.published_at FROM post p WHERE p.author_id = f.followee_id AND p.status = 'published' ORDER BY p.published_at DESC, p.id DESC LIMIT 1
         ) post
         WHERE f.follower_id = $1::uuid AND f.active AND NOT EXISTS (SELECT 1 FROM large_author l WHERE l.author_id = f.followee_id)
         ORDER BY post.published_at DESC LIMIT ${keptPosts}
       ),
       oldest AS MATERIALIZED (SELECT CASE WHEN count(*) = ${keptPosts} THEN min(published_at) ELSE '-infinity' END AS at FROM newest),
       filled AS (
         INSERT INTO feed_item (user_id, published_at, post_id, author_id)
         SELECT $1::uuid, post.published_at, post.id, newest.author_id FROM newest CROSS JOIN LATERAL (
           SELECT p.published_at, p.id FROM post p
           WHERE p.author_id = newest.author_id AND p.status = 'published' AND p.published_at >= (SELECT at FROM oldest)
           ORDER BY p.published_at DESC, p.id DESC LIMIT ${keptPosts}
         ) post ORDER BY post.published_at DESC, post.id DESC LIMIT ${keptPosts}
         ON CONFLICT DO NOTHING
       ) SELECT 1`,
      [userId],
    );
    await trim(query, [userId]);
  });
}

/** Notes, once a day at the most, that somebody still reads their feed. */
export const touchFeed = (query: Query, userId: UserId) => query("UPDATE feed_reader SET seen_at = now() WHERE user_id = $1::uuid", [userId]);

/** Cuts feeds to what is kept, and raises their floors to the oldest post that is left. */
async function trim(query: Query, userIds: readonly UserId[]): Promise<void> {
  await query(
    `WITH cut AS MATERIALIZED (
       SELECT r.user_id, oldest.published_at, oldest.post_id FROM feed_reader r CROSS JOIN LATERAL (
         SELECT i.published_at, i.post_id FROM feed_item i WHERE i.user_id = r.user_id
         ORDER BY i.published_at DESC, i.post_id DESC OFFSET ${keptPosts - 1} LIMIT 1
       ) oldest WHERE r.user_id = ANY($1::uuid[])
     ),
     gone AS (DELETE FROM feed_item i USING cut WHERE i.user_id = cut.user_id AND (i.published_at, i.post_id) < (cut.published_at, cut.post_id))
     UPDATE feed_reader r SET floor_at = cut.published_at, floor_id = cut.post_id FROM cut
     WHERE r.user_id = cut.user_id AND (r.floor_at, r.floor_id) < (cut.published_at, cut.post_id)`,
    [userIds],
  );
}

/**
 * Forgets the feeds of those who do not read them any more, and cuts those that have grown: all that is due, a few at a
 * time. Several instances may do so at once.
 */
export async function sweepFeeds(database: Pick<Database, "transaction">): Promise<void> {
  const due = async (column: string, age: string, count: number, work: (query: Query, userIds: UserId[]) => Promise<unknown>) => {
    for (let taken = count; taken === count; )
      taken = await database.transaction(async (query) => {
        await shareFeeds(query);
        const readers = await query<{ user_id: UserId }>(
          `SELECT user_id FROM feed_reader WHERE ${column} < now() - interval '${age}' ORDER BY ${column} LIMIT ${count} FOR UPDATE SKIP LOCKED`,
        );
        const userIds = readers.map((reader) => reader.user_id);
        if (userIds.length > 0) await work(query, userIds);
        return userIds.length;
      });
  };
  await due("seen_at", keptFor, 50, async (query, userIds) => {
    for (const table of ["feed_reader", "feed_item", "feed_source"]) await query(`DELETE FROM ${table} WHERE user_id = ANY($1::uuid[])`, [userIds]);
  });
  await due("trimmed_at", "1 day", 200, async (query, userIds) => {
    await trim(query, userIds);
    await query("UPDATE feed_reader SET trimmed_at = now() WHERE user_id = ANY($1::uuid[])", [userIds]);
  });
}
