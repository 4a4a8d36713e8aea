import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Database, Query } from "@newfeed/shared/ports/database.ts";
import { blockBetween } from "@newfeed/shared/projections/relations.ts";
import { type Key, limitOf, sizeOf, type Window } from "@newfeed/shared/store/cursors.ts";
import { keyset, viewer } from "./keyset.ts";
import { keepFeed, touchFeed } from "./materialised-feeds.ts";
import { type PostRow, postColumns } from "./post-row.ts";

/** A page of a kept feed, each row with what is known of the feed itself; a page without posts is one row of that. */
interface KeptRow extends PostRow {
  floor_at: Date | null;
  floor_id: string;
  stale: boolean;
}

/**
 * The viewer's own posts and those of whom they follow. The newest are kept as rows, from the first read on; what is
 * older than the kept feed is merged from the posts themselves. A page of the kept feed costs a page, whatever the number
 * of followees or followers; an older one looks once at every followee.
 */
export async function homeFeed(database: Pick<Database, "query" | "prepared" | "transaction">, viewerId: UserId, window: Window): Promise<PostRow[]> {
  // Pages by number are for older clients, and may lie anywhere.
  if (window.skip > 0) return mergedPage(database.query, viewerId, window);
  let kept = await keptPage(database.prepared, viewerId, window);
  if (kept.length === 0) {
    await keepFeed(database, viewerId);
    kept = await keptPage(database.prepared, viewerId, window);
  }
  const [feed] = kept;
  if (!feed) throw new Error("a feed that was kept just now is gone");
  if (feed.stale) await touchFeed(database.query, viewerId);

  const floor = feed.floor_at && { at: feed.floor_at, id: feed.floor_id };
  const posts = kept.filter(({ id }) => id !== null);
  // All of it is kept, or the page ends above the floor.
  if (!floor || (!window.after && posts.length >= window.take)) return posts;
  if (window.after) return isBefore(window.after, floor) ? mergedPage(database.prepared, viewerId, window) : posts;
  const from = window.before && isBefore(window.before, floor) ? window.before : floor;
  return [...posts, ...(await mergedPage(database.prepared, viewerId, { ...window, before: from }))];
}

const isBefore = (one: Key, other: Key) => one.at < other.at || (one.at.getTime() === other.at.getTime() && one.id < other.id);

type Keyset = ReturnType<typeof keyset>;

/**
 * SQL: the `size` newest posts of many authors, the rows of `authors(author_id)`. No more than `size` authors can have
 * one of them, and these are the ones whose newest post is newest: one look at each author, and a page of each of those.
 */
const newestOf = (authors: string, { within, order }: Keyset, size: number) => `
  SELECT merged.id, merged.published_at FROM (
    SELECT authors.author_id FROM ${authors} authors CROSS JOIN LATERAL (
      SELECT p.published_at, p.id FROM post p WHERE p.author_id = authors.author_id AND p.status = 'published' AND ${within("p.published_at")}
      ${order("p.published_at")} LIMIT 1
    ) newest ${order("newest.published_at", "newest.id")} LIMIT ${size}
  ) nearest CROSS JOIN LATERAL (
    SELECT p.id, p.published_at FROM post p WHERE p.author_id = nearest.author_id AND p.status = 'published' AND ${within("p.published_at")}
    ${order("p.published_at")} LIMIT ${size}
  ) merged`;

/** SQL: the viewer's own published posts. */
const own = ({ within, order }: Keyset, size: number) => `
  SELECT p.id, p.published_at FROM post p WHERE p.author_id = ${viewer} AND p.status = 'published' AND ${within("p.published_at")}
  ${order("p.published_at")} LIMIT ${size}`;

/**
 * SQL: what was written into the viewer's feed. Row by row (hence `OFFSET 0` and `LIMIT 1`): a planner that joins all that
 * the viewer follows, or hashes it, costs those who follow ten thousand the page many times over. Between a follower and
 * an author without a block `canView` is true of everything published.
 */
const rows = ({ within, order }: Keyset, size: number) => `
  SELECT i.post_id, i.published_at
  FROM (SELECT i.* FROM feed_item i WHERE i.user_id = ${viewer} AND ${within("i.published_at", "i.post_id")} ${order("i.published_at", "i.post_id")} OFFSET 0) i
  CROSS JOIN LATERAL (SELECT FROM projection.follow f WHERE f.follower_id = ${viewer} AND f.followee_id = i.author_id AND f.active LIMIT 1) followed
  CROSS JOIN LATERAL (SELECT FROM post p WHERE p.id = i.post_id AND p.status = 'published' AND NOT ${blockBetween(viewer, "i.author_id")} LIMIT 1) published
  ${order("i.published_at", "i.post_id")} LIMIT ${size}`;

/**
 * From the kept feed: one's own posts, the rows that were written into it, and the posts of large authors. Each is an
 * index read in order that ends with the page, so the length of the feed costs nothing. Every part is filtered before it
 * is cut, or a page could end before the feed does. Empty when the feed is not kept.
 */
function keptPage(query: Query, viewerId: UserId, window: Window): Promise<KeptRow[]> {
  const keys = keyset(window);
  const { order } = keys;
  const size = sizeOf(window.take);
  return query<KeptRow>(
    // Materialized: in one piece, so that there is one plan, whatever the statistics say. A union, not all of it: the posts
    // of an author who became large are in the rows and in the merge.
    `WITH feed AS MATERIALIZED (
       SELECT floor_at, floor_id, seen_at < now() - interval '1 day' AS stale FROM feed_reader WHERE user_id = ${viewer}
     ),
     large AS MATERIALIZED (SELECT s.author_id FROM feed_source s WHERE s.user_id = ${viewer}),
     candidate AS (
       (${own(keys, size)})
       UNION
       (${rows(keys, size)})
       UNION
       (${newestOf("large", keys, size)})
     ),
     page AS MATERIALIZED (
       SELECT candidate.id FROM candidate CROSS JOIN feed WHERE (candidate.published_at, candidate.id) >= (feed.floor_at, feed.floor_id)
       ${order("candidate.published_at", "candidate.id")} LIMIT ${size}
     )
     SELECT CASE WHEN isfinite(feed.floor_at) THEN feed.floor_at END AS floor_at, feed.floor_id, feed.stale, shown.*
     FROM feed LEFT JOIN (SELECT ${postColumns(viewer)} FROM page JOIN post p USING (id) JOIN projection.author a ON a.id = p.author_id) shown ON true
     ${order("shown.published_at", "shown.id")}`,
    [viewerId, ...keys.position],
  );
}

/** The same from the posts themselves, complete at every depth. */
function mergedPage(query: Query, viewerId: UserId, window: Window): Promise<PostRow[]> {
  const keys = keyset(window);
  const { order } = keys;
  const size = window.skip > 0 ? window.take + window.skip : sizeOf(window.take);
  return query<PostRow>(
    // Between a follower and an author without a block `canView` is true of everything published, so it is not asked of each post.
    `WITH followed AS MATERIALIZED (
       SELECT f.followee_id AS author_id FROM projection.follow f
       WHERE f.follower_id = ${viewer} AND f.active AND NOT ${blockBetween(viewer, "f.followee_id")}
     ),
     candidate AS ((${own(keys, size)}) UNION (${newestOf("followed", keys, size)})),
     page AS MATERIALIZED (SELECT id FROM candidate ${order("published_at", "id")} ${limitOf(window)})
     SELECT ${postColumns(viewer)} FROM page JOIN post p USING (id) JOIN projection.author a ON a.id = p.author_id ${order("p.published_at")}`,
    [viewerId, ...keys.position],
  );
}
