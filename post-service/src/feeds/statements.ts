import type { Author } from "@newfeed/shared/contracts/dto.ts";
import { array, boolean, int4, json, outer, postId, type RowOf, timestamptz, userId } from "@newfeed/shared/ports/columns.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";
import { authorJson, isAway, isGone } from "@newfeed/shared/projections/authors.ts";
import { mutes } from "@newfeed/shared/projections/mutes.ts";
import { blockBetween } from "@newfeed/shared/projections/relations.ts";
import { list, type Reading } from "@newfeed/shared/store/list.ts";
import { columns, storedPost } from "../posts/statements.ts";
import { taggedPosts } from "../tags/statements.ts";
import { newestReposts, repostShows } from "./repost-statements.ts";

const [ids, viewerId] = [array(userId), userId];

/** How many posts of others a materialised feed holds. */
export const heldPosts = 500;
const tables = ["materialised_feed", "feed_item", "materialised_feed_author"] as const;

// Reading

/**
 * The newest posts of many authors, the rows of `authors(author_id)`, as many as a page can need. No more authors can have
 * one of them, and these are the ones whose newest post is newest: one look at each author, and a page of each of those.
 */
const newestOf = (authors: string, { beyond, order, atMost }: Reading) => `
  SELECT merged.id, merged.published_at AS at, NULL::uuid AS reposter_id FROM (
    SELECT authors.author_id FROM ${authors} authors CROSS JOIN LATERAL (
      SELECT p.published_at, p.id FROM post p WHERE p.author_id = authors.author_id AND p.status = 'published' AND ${beyond("p.published_at", "p.id")}
      ${order("p.published_at", "p.id")} LIMIT 1
    ) newest ${order("newest.published_at", "newest.id")} LIMIT ${atMost}
  ) nearest CROSS JOIN LATERAL (
    SELECT p.id, p.published_at FROM post p WHERE p.author_id = nearest.author_id AND p.status = 'published' AND ${beyond("p.published_at", "p.id")}
    ${order("p.published_at", "p.id")} LIMIT ${atMost}
  ) merged`;

/** The viewer's own published posts. */
const own = (viewer: string, { beyond, order, atMost }: Reading) => `
  SELECT p.id, p.published_at AS at, NULL::uuid AS reposter_id FROM post p WHERE p.author_id = ${viewer} AND NOT ${isGone(viewer)} AND p.status = 'published' AND ${beyond("p.published_at", "p.id")}
  ${order("p.published_at", "p.id")} LIMIT ${atMost}`;

/**
 * What was written into the viewer's feed. Row by row (hence `OFFSET 0` and `LIMIT 1`): a planner that joins all that
 * the viewer follows, or hashes it, costs those who follow ten thousand the page many times over. Between a follower and
 * an author without a block `canView` is true of everything published. Of a repost, more is asked.
 */
const items = (viewer: string, { beyond, order, atMost }: Reading) => `
  SELECT i.post_id AS id, i.published_at AS at, i.reposter_id
  FROM (SELECT i.* FROM feed_item i WHERE i.user_id = ${viewer} AND ${beyond("i.published_at", "i.post_id")} ${order("i.published_at", "i.post_id")} OFFSET 0) i
  CROSS JOIN LATERAL (SELECT FROM projection.follow f WHERE f.follower_id = ${viewer} AND f.followee_id = coalesce(i.reposter_id, i.author_id) AND f.active LIMIT 1) followed
  CROSS JOIN LATERAL (SELECT FROM post p WHERE p.id = i.post_id AND p.status = 'published' AND NOT ${blockBetween(viewer, "i.author_id")} AND NOT ${isAway("i.author_id")} AND NOT ${mutes(viewer, "i.author_id")}
    AND (i.reposter_id IS NULL OR ${repostShows(viewer, { reposter: "i.reposter_id", at: "i.published_at" })}) LIMIT 1) published
  ${order("i.published_at", "i.post_id")} LIMIT ${atMost}`;

const tagged = (viewer: string, reading: Reading) => `SELECT id, published_at AS at, NULL::uuid AS reposter_id FROM (${taggedPosts(viewer, reading)}) tagged`;

const placedPost = { ...storedPost, at: timestamptz.notNull, repostedBy: json<Author>().nullable };
/** A post in its place in a home feed: at the time of the repost where it is there by one. */
export type PlacedPost = RowOf<typeof placedPost>;
const shown = (
  viewer: string,
) => `SELECT ${columns(viewer)}, page.at, (SELECT ${authorJson("by")} FROM projection.author by WHERE by.id = page.reposter_id) AS reposted_by
  FROM page JOIN post p USING (id) JOIN projection.author a ON a.id = p.author_id`;

/**
 * From a materialised feed: the viewer's own posts, the rows that were written into it, the posts and reposts of large authors, and the posts
 * with tags that the viewer follows.
 * Each is an index read in order that ends with the page, so the length of the feed costs nothing. Every part is filtered
 * before it is cut, or a page could end before the feed does. Each row has what is known of the feed: a page without posts
 * is one row of that; there is none when the feed is not materialised. A floor of null: the feed is complete.
 */
export const listMaterialised = list({
  parameters: { viewerId },
  row: { floorAt: timestamptz.nullable, floorId: postId.notNull, stale: boolean.notNull, ...outer(placedPost) },
  // Materialized: in one piece, so that there is one plan, whatever the statistics say. A union, not all of it: the posts
  // of an author who became large are in the rows and in the merge.
  sql: ({ viewerId }, reading) =>
    `WITH feed AS MATERIALIZED (
       SELECT floor_at, floor_id, seen_at < now() - interval '1 day' AS stale FROM materialised_feed WHERE user_id = ${viewerId}
     ),
     large AS MATERIALIZED (SELECT s.author_id FROM materialised_feed_author s WHERE s.user_id = ${viewerId} AND NOT ${isAway("s.author_id")} AND NOT ${mutes(viewerId, "s.author_id")}),
     candidate AS (
       (${own(viewerId, reading)})
       UNION
       (${items(viewerId, reading)})
       UNION
       (${newestOf("large", reading)})
       UNION
       (${tagged(viewerId, reading)})
       UNION
       (${newestReposts(viewerId, "large", reading)})
     ),
     page AS MATERIALIZED (
       SELECT candidate.* FROM candidate CROSS JOIN feed WHERE (candidate.at, candidate.id) >= (feed.floor_at, feed.floor_id)
       ${reading.order("candidate.at", "candidate.id")} ${reading.limit}
     )
     SELECT CASE WHEN isfinite(feed.floor_at) THEN feed.floor_at END AS floor_at, feed.floor_id, feed.stale, shown.*
     FROM feed LEFT JOIN (${shown(viewerId)}) shown ON true ${reading.order("shown.at", "shown.id")}`,
});

/** The same from the posts themselves, complete at every depth. */
export const listMerged = list({
  parameters: { viewerId },
  row: placedPost,
  // Between a follower and an author without a block `canView` is true of everything published, so it is not asked of each post.
  sql: ({ viewerId }, reading) =>
    `WITH followed AS MATERIALIZED (
       SELECT f.followee_id AS author_id FROM projection.follow f
       WHERE f.follower_id = ${viewerId} AND f.active AND NOT ${blockBetween(viewerId, "f.followee_id")} AND NOT ${isAway("f.followee_id")} AND NOT ${mutes(viewerId, "f.followee_id")}
     ),
     candidate AS ((${own(viewerId, reading)}) UNION (${newestOf("followed", reading)}) UNION (${tagged(viewerId, reading)}) UNION (${newestReposts(viewerId, "followed", reading)})),
     page AS MATERIALIZED (SELECT * FROM candidate ${reading.order("at", "id")} ${reading.limit})
     ${shown(viewerId)} ${reading.order("page.at", "p.id")}`,
});

/** Noted once a day at the most. */
export const noteRead = statement({ parameters: { userId }, sql: ({ userId }) => `UPDATE materialised_feed SET seen_at = now() WHERE user_id = ${userId}` });

// Locks: a change of what feeds should hold takes the one, filling a feed shares it, so that a feed is filled before a change,
// which then finds it, or after it.

const feedsLock = "hashtextextended('home feeds', 0)";
export const lockFeeds = statement({ sql: `SELECT FROM pg_advisory_xact_lock(${feedsLock})` });
export const shareFeeds = statement({ sql: `SELECT FROM pg_advisory_xact_lock_shared(${feedsLock})` });

// Changing. Joins are planned each time: a plan from when feeds were few would scan in full what has grown since.

/** Gives no row when there is one. Waits for a request that adds it now. */
export const insertReader = statement({
  parameters: { userId },
  row: { userId },
  sql: ({ userId }) =>
    `INSERT INTO materialised_feed (user_id, floor_at, floor_id) VALUES (${userId}, '-infinity', '00000000-0000-0000-0000-000000000000')
     ON CONFLICT DO NOTHING RETURNING user_id`,
});
export const fillSources = statement({
  parameters: { userId },
  sql: ({ userId }) =>
    `INSERT INTO materialised_feed_author (user_id, author_id)
     SELECT f.follower_id, l.author_id FROM projection.follow f JOIN large_author l ON l.author_id = f.followee_id
     WHERE f.follower_id = ${userId} AND f.active AND NOT ${isGone("f.followee_id")} ON CONFLICT DO NOTHING`,
  plan: "each time",
});
export const fillItems = statement({
  parameters: { userId },
  // The newest post of each author; the last that is held is at least as old as the oldest of them that is wanted.
  sql: ({ userId }) =>
    `WITH newest AS MATERIALIZED (
       SELECT f.followee_id AS author_id, post.published_at FROM projection.follow f CROSS JOIN LATERAL (
         SELECT p.published_at FROM post p WHERE p.author_id = f.followee_id AND p.status = 'published' ORDER BY p.published_at DESC, p.id DESC LIMIT 1
       ) post
       WHERE f.follower_id = ${userId} AND f.active AND NOT ${isGone("f.followee_id")}
         AND NOT EXISTS (SELECT 1 FROM large_author l WHERE l.author_id = f.followee_id)
       ORDER BY post.published_at DESC LIMIT ${heldPosts}
     ),
     oldest AS MATERIALIZED (SELECT CASE WHEN count(*) = ${heldPosts} THEN min(published_at) ELSE '-infinity' END AS at FROM newest)
     INSERT INTO feed_item (user_id, published_at, post_id, author_id)
     SELECT ${userId}, post.published_at, post.id, newest.author_id FROM newest CROSS JOIN LATERAL (
       SELECT p.published_at, p.id FROM post p
       WHERE p.author_id = newest.author_id AND p.status = 'published' AND p.published_at >= (SELECT at FROM oldest)
       ORDER BY p.published_at DESC, p.id DESC LIMIT ${heldPosts}
     ) post ORDER BY post.published_at DESC, post.id DESC LIMIT ${heldPosts}
     ON CONFLICT DO NOTHING`,
  plan: "each time",
});

/** Cuts feeds to what they hold, and raises their floors to the oldest post that is left. */
export const trim = statement({
  parameters: { ids },
  sql: ({ ids }) =>
    `WITH cut AS MATERIALIZED (
       SELECT r.user_id, oldest.published_at, oldest.post_id FROM materialised_feed r CROSS JOIN LATERAL (
         SELECT i.published_at, i.post_id FROM feed_item i WHERE i.user_id = r.user_id
         ORDER BY i.published_at DESC, i.post_id DESC OFFSET ${heldPosts - 1} LIMIT 1
       ) oldest WHERE r.user_id = ANY(${ids})
     ),
     gone AS (DELETE FROM feed_item i USING cut WHERE i.user_id = cut.user_id AND (i.published_at, i.post_id) < (cut.published_at, cut.post_id))
     UPDATE materialised_feed r SET floor_at = cut.published_at, floor_id = cut.post_id FROM cut
     WHERE r.user_id = cut.user_id AND (r.floor_at, r.floor_id) < (cut.published_at, cut.post_id)`,
  plan: "each time",
});

/**
 * A published post whose author is not large, with the author's followers, counted to one beyond `limit`. Its deletion
 * waits, likes and comments do not.
 */
export const lockForFanOut = statement({
  parameters: { postId, limit: int4 },
  row: { authorId: userId, followers: int4.notNull },
  sql: ({ postId, limit }) =>
    `SELECT p.author_id, (SELECT count(*) FROM (
       SELECT FROM projection.follow f WHERE f.followee_id = p.author_id AND f.active LIMIT ${limit} + 1
     ) enough)::int AS followers
     FROM post p WHERE p.id = ${postId} AND p.status = 'published' AND NOT ${isGone("p.author_id")}
       AND NOT EXISTS (SELECT 1 FROM large_author l WHERE l.author_id = p.author_id)
     FOR KEY SHARE`,
  plan: "each time",
});
const feedsOfFollowers = "projection.follow f JOIN materialised_feed r ON r.user_id = f.follower_id";
export const addItems = statement({
  parameters: { postId },
  sql: ({ postId }) =>
    `INSERT INTO feed_item (user_id, published_at, post_id, author_id)
     SELECT f.follower_id, p.published_at, p.id, p.author_id FROM post p CROSS JOIN ${feedsOfFollowers}
     WHERE p.id = ${postId} AND f.followee_id = p.author_id AND f.active
     ON CONFLICT DO NOTHING`,
  plan: "each time",
});
/** Not where it is by a repost: each of those would have to be written again. */
export const removeItems = statement({
  parameters: { postId, limit: int4 },
  sql: ({ postId, limit }) =>
    `DELETE FROM feed_item WHERE ctid = ANY(ARRAY(SELECT ctid FROM feed_item WHERE post_id = ${postId} AND reposter_id IS NULL LIMIT ${limit}))`,
  plan: "each time",
});
export const insertLargeAuthor = statement({
  parameters: { authorId: userId },
  sql: ({ authorId }) => `INSERT INTO large_author (author_id) VALUES (${authorId})`,
});
export const addSource = statement({
  parameters: { authorId: userId },
  sql: ({ authorId }) =>
    `INSERT INTO materialised_feed_author (user_id, author_id) SELECT f.follower_id, f.followee_id FROM ${feedsOfFollowers}
     WHERE f.followee_id = ${authorId} AND f.active ON CONFLICT DO NOTHING`,
  plan: "each time",
});

const follow = { followerId: userId, authorId: userId };
export const addSourceTo = statement({
  parameters: follow,
  sql: ({ followerId, authorId }) =>
    `INSERT INTO materialised_feed_author (user_id, author_id) SELECT r.user_id, l.author_id FROM materialised_feed r CROSS JOIN large_author l
     WHERE r.user_id = ${followerId} AND l.author_id = ${authorId} ON CONFLICT DO NOTHING`,
});
export const addItemsTo = statement({
  parameters: follow,
  // An author with more posts than a feed holds raises its floor: below their oldest row it would not be whole.
  sql: ({ followerId, authorId }) =>
    `WITH filled AS MATERIALIZED (
       SELECT r.user_id, post.published_at, post.id FROM materialised_feed r CROSS JOIN LATERAL (
         SELECT p.published_at, p.id FROM post p
         WHERE p.author_id = ${authorId} AND p.status = 'published' AND (p.published_at, p.id) >= (r.floor_at, r.floor_id)
         ORDER BY p.published_at DESC, p.id DESC LIMIT ${heldPosts}
       ) post WHERE r.user_id = ${followerId} AND NOT EXISTS (SELECT 1 FROM large_author l WHERE l.author_id = ${authorId})
     ),
     item AS (
       INSERT INTO feed_item (user_id, published_at, post_id, author_id)
       SELECT user_id, published_at, id, ${authorId} FROM filled ON CONFLICT DO NOTHING
     )
     UPDATE materialised_feed r SET floor_at = oldest.published_at, floor_id = oldest.id
     FROM (SELECT * FROM filled ORDER BY published_at DESC, id DESC OFFSET ${heldPosts - 1}) oldest WHERE r.user_id = oldest.user_id`,
  plan: "each time",
});
/** Reposts by others of their posts stay. */
export const removeAuthorFrom = (["feed_item", "materialised_feed_author"] as const).map((table) =>
  statement({
    parameters: { userId, authorId: userId },
    sql: ({ userId, authorId }) =>
      `DELETE FROM ${table} WHERE author_id = ${authorId} AND user_id = ${userId}${table === "feed_item" ? " AND reposter_id IS NULL" : ""}`,
  }),
);

// Clean-up

export const deleteFeeds = tables.map((table) => statement({ parameters: { ids }, sql: ({ ids }) => `DELETE FROM ${table} WHERE user_id = ANY(${ids})` }));

/** A deleted user has no feed from now on, and is merged into none. */
export const deleteUser = (
  [
    ["materialised_feed", "user_id"],
    ["large_author", "author_id"],
  ] as const
).map(([table, column]) => statement({ parameters: { userId }, sql: ({ userId }) => `DELETE FROM ${table} WHERE ${column} = ${userId}` }));

/** Some of those that are due, and that no other instance works on. */
const lockDue = (column: string, age: string, count: number) =>
  statement({
    row: { userId },
    sql: `SELECT user_id FROM materialised_feed WHERE ${column} < now() - interval '${age}' ORDER BY ${column} LIMIT ${count} FOR UPDATE SKIP LOCKED`,
  });
/** A feed that was not read for so long is removed. */
export const lockUnread = lockDue("seen_at", "30 days", 50);
export const lockUntrimmed = lockDue("trimmed_at", "1 day", 200);
export const noteTrimmed = statement({ parameters: { ids }, sql: ({ ids }) => `UPDATE materialised_feed SET trimmed_at = now() WHERE user_id = ANY(${ids})` });
