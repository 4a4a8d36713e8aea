import { array, int4, postId, userId } from "@newfeed/shared/ports/columns.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";
import { isAway, isGone } from "@newfeed/shared/projections/authors.ts";
import { mutes } from "@newfeed/shared/projections/mutes.ts";
import { blockBetween, follows } from "@newfeed/shared/projections/relations.ts";
import { canViewPublic } from "@newfeed/shared/projections/visibility.ts";
import type { Reading } from "@newfeed/shared/store/list.ts";

// Reposts in home feeds: a row of a feed that names the post and who reposted it, at the time of the repost.

/** How many reposts of a post, the last ones before one of them, are looked at for one that the reader has seen already. */
const lookedBack = 100;

/** Reposts that a page looks at, of authors whose reposts are not in its feed's rows. */
const lookedAt = 300;

/** How many reposts a materialised feed is filled with. */
const held = 500;

/**
 * SQL: does a repost of a post `p` belong into the viewer's home feed, beside that the viewer follows who made it? Where the post is public and seen, is not
 * there by its author, by the viewer or by a tag, and was not handed on before, in the last hundred reposts, by another whom the viewer follows.
 */
export const repostShows = (viewer: string, { reposter, at }: { reposter: string; at: string }) =>
  `(p.status = 'published' AND p.visibility = 'public' AND p.author_id <> ${viewer} AND NOT ${follows(viewer, "p.author_id")} AND ${canViewPublic(viewer)}
    AND NOT ${isAway(reposter)} AND NOT ${blockBetween(viewer, reposter)} AND NOT ${blockBetween("p.author_id", reposter)}
    AND NOT ${mutes(viewer, "p.author_id")} AND NOT ${mutes(viewer, reposter)}
    AND coalesce((SELECT mine.active AND mine.changed_at = ${at} FROM post_repost mine WHERE mine.post_id = p.id AND mine.user_id = ${reposter}), false)
    AND NOT coalesce(p.tags && ARRAY(SELECT f.tag FROM tag_follow f WHERE f.user_id = ${viewer} LIMIT 100), false)
    AND NOT coalesce((SELECT bool_or(${follows(viewer, "earlier.user_id")} AND NOT ${mutes(viewer, "earlier.user_id")} AND NOT ${isAway("earlier.user_id")} AND NOT ${blockBetween("p.author_id", "earlier.user_id")}) FROM (
      SELECT e.user_id FROM post_repost e WHERE e.active AND (e.post_id, e.changed_at, e.user_id) < (p.id, ${at}, ${reposter}) AND e.post_id >= p.id
      ORDER BY e.post_id DESC, e.changed_at DESC, e.user_id DESC LIMIT ${lookedBack}
    ) earlier), false))`;

/**
 * The newest reposts by the rows of `authors(author_id)` that show, as many as a page can need. The newest of each author says whose can be among them;
 * of what does not show, as many more are looked at as are missing, and a few more, 300 at the most.
 */
export const newestReposts = (viewer: string, authors: string, { within, order, from, atMost }: Reading) => {
  const ofAuthor = within("r.user_id", "authors.author_id::uuid", ["last.at", "last.id"]);
  const ofNearest = within("r.user_id", "nearest.author_id::uuid", ["last.at", "last.id"]);
  const [at, id] = ["r.changed_at", "r.post_id"];
  const few = `least(${atMost}, ${atMost} - last.shown + 20)`;
  const shows = `coalesce((SELECT ${repostShows(viewer, { reposter: "r.user_id", at })} FROM post p WHERE p.id = r.post_id), false)`;
  return `WITH RECURSIVE handed_on (at, id, reposter_id, shows, position, shown) AS (
      SELECT ${from.join(", ")}, NULL::uuid, false, 0::bigint, 0::bigint
      UNION ALL
      SELECT ${at}, ${id}, r.user_id, r.shows, last.position + row_number() OVER newest, last.shown + count(*) FILTER (WHERE r.shows) OVER newest
      FROM (SELECT * FROM handed_on ORDER BY position DESC LIMIT 1) last CROSS JOIN LATERAL (
        SELECT r.*, ${shows} AS shows FROM (
          SELECT ${at}, ${id}, r.user_id FROM (
            SELECT authors.author_id FROM ${authors} authors CROSS JOIN LATERAL (
              SELECT ${at}, ${id} FROM post_repost r WHERE ${ofAuthor.beyond(at, id)} AND r.active ${ofAuthor.order(at, id)} LIMIT 1
            ) r ${order(at, id)} LIMIT ${atMost}
          ) nearest CROSS JOIN LATERAL (
            SELECT r.changed_at, r.post_id, r.user_id FROM post_repost r WHERE ${ofNearest.beyond(at, id)} AND r.active ${ofNearest.order(at, id)} LIMIT ${atMost}
          ) r ${order(at, id)} LIMIT ${few}
        ) r OFFSET 0
      ) r WHERE last.shown < ${atMost} AND last.position < ${lookedAt}
      WINDOW newest AS (${order(at, id)})
    )
    SELECT id, at, reposter_id FROM handed_on WHERE shows ${order("at", "id")} LIMIT ${atMost}`;
};

// Changing. Joins are planned each time, as those of posts.

const repost = { postId, reposterId: userId };
/** A repost that stands, by a user who is not large, with the user's followers, counted to one beyond `limit`. */
export const lockRepost = statement({
  parameters: { ...repost, limit: int4 },
  row: { followers: int4.notNull },
  sql: ({ postId, reposterId, limit }) =>
    `SELECT (SELECT count(*) FROM (
       SELECT FROM projection.follow f WHERE f.followee_id = r.user_id AND f.active LIMIT ${limit} + 1
     ) enough)::int AS followers
     FROM post_repost r WHERE r.post_id = ${postId} AND r.user_id = ${reposterId} AND r.active AND NOT ${isGone("r.user_id")}
       AND NOT EXISTS (SELECT 1 FROM large_author l WHERE l.author_id = r.user_id)
     FOR KEY SHARE`,
  plan: "each time",
});
export const addReposts = statement({
  parameters: repost,
  sql: ({ postId, reposterId }) =>
    `INSERT INTO feed_item (user_id, published_at, post_id, author_id, reposter_id)
     SELECT f.follower_id, x.changed_at, p.id, p.author_id, x.user_id
     FROM post_repost x JOIN post p ON p.id = x.post_id CROSS JOIN projection.follow f JOIN materialised_feed r ON r.user_id = f.follower_id
     WHERE x.post_id = ${postId} AND x.user_id = ${reposterId} AND x.active AND f.followee_id = x.user_id AND f.active
     ON CONFLICT DO NOTHING`,
  plan: "each time",
});
/** Of each repost as many as were added. */
export const removeReposts = statement({
  parameters: { postIds: array(postId), reposterIds: array(userId), limit: int4 },
  sql: ({ postIds, reposterIds, limit }) =>
    `DELETE FROM feed_item WHERE ctid = ANY(ARRAY(
       SELECT item.ctid FROM unnest(${postIds}, ${reposterIds}) AS repost(post_id, reposter_id) CROSS JOIN LATERAL (
         SELECT i.ctid FROM feed_item i WHERE i.reposter_id = repost.reposter_id AND i.post_id = repost.post_id LIMIT ${limit}
       ) item))`,
  plan: "each time",
});

/** As the posts of those whom a user follows. */
export const fillReposts = statement({
  parameters: { userId },
  sql: ({ userId }) =>
    `WITH newest AS MATERIALIZED (
       SELECT f.followee_id AS author_id, repost.changed_at FROM projection.follow f CROSS JOIN LATERAL (
         SELECT x.changed_at FROM post_repost x WHERE x.user_id = f.followee_id AND x.active ORDER BY x.changed_at DESC, x.post_id DESC LIMIT 1
       ) repost
       WHERE f.follower_id = ${userId} AND f.active AND NOT ${isGone("f.followee_id")}
         AND NOT EXISTS (SELECT 1 FROM large_author l WHERE l.author_id = f.followee_id)
       ORDER BY repost.changed_at DESC LIMIT ${held}
     ),
     oldest AS MATERIALIZED (SELECT CASE WHEN count(*) = ${held} THEN min(changed_at) ELSE '-infinity' END AS at FROM newest)
     INSERT INTO feed_item (user_id, published_at, post_id, author_id, reposter_id)
     SELECT ${userId}, repost.changed_at, repost.post_id, p.author_id, repost.author_id FROM (
       SELECT newest.author_id, x.changed_at, x.post_id FROM newest CROSS JOIN LATERAL (
         SELECT x.changed_at, x.post_id FROM post_repost x
         WHERE x.user_id = newest.author_id AND x.active AND x.changed_at >= (SELECT at FROM oldest)
         ORDER BY x.changed_at DESC, x.post_id DESC LIMIT ${held}
       ) x ORDER BY x.changed_at DESC, x.post_id DESC LIMIT ${held}
     ) repost CROSS JOIN LATERAL (SELECT author_id FROM post WHERE id = repost.post_id LIMIT 1) p
     ON CONFLICT DO NOTHING`,
  plan: "each time",
});

const follow = { followerId: userId, reposterId: userId };
/** A user with more reposts than a feed holds raises its floor, as by their posts. */
export const addRepostsTo = statement({
  parameters: follow,
  sql: ({ followerId, reposterId }) =>
    `WITH filled AS MATERIALIZED (
       SELECT r.user_id, repost.changed_at, repost.post_id FROM materialised_feed r CROSS JOIN LATERAL (
         SELECT x.changed_at, x.post_id FROM post_repost x
         WHERE x.user_id = ${reposterId} AND x.active AND (x.changed_at, x.post_id) >= (r.floor_at, r.floor_id)
         ORDER BY x.changed_at DESC, x.post_id DESC LIMIT ${held}
       ) repost WHERE r.user_id = ${followerId} AND NOT EXISTS (SELECT 1 FROM large_author l WHERE l.author_id = ${reposterId})
     ),
     item AS (
       INSERT INTO feed_item (user_id, published_at, post_id, author_id, reposter_id)
       SELECT filled.user_id, filled.changed_at, filled.post_id, p.author_id, ${reposterId}
       FROM filled CROSS JOIN LATERAL (SELECT author_id FROM post WHERE id = filled.post_id LIMIT 1) p ON CONFLICT DO NOTHING
     )
     UPDATE materialised_feed r SET floor_at = oldest.changed_at, floor_id = oldest.post_id
     FROM (SELECT * FROM filled ORDER BY changed_at DESC, post_id DESC OFFSET ${held - 1}) oldest WHERE r.user_id = oldest.user_id`,
  plan: "each time",
});
export const removeRepostsFrom = statement({
  parameters: { userId, reposterId: userId },
  sql: ({ userId, reposterId }) => `DELETE FROM feed_item WHERE user_id = ${userId} AND reposter_id = ${reposterId}`,
});
