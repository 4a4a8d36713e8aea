import { array, boolean, json, postId, timestamptz, userId } from "@newfeed/shared/ports/columns.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";
import { hasPublicLikes } from "@newfeed/shared/projections/preferences.ts";
import { blockBetween } from "@newfeed/shared/projections/relations.ts";
import { canView } from "@newfeed/shared/projections/visibility.ts";
import { behindWithin, exportedRows, markedOf, sparseList } from "@newfeed/shared/store/list.ts";
import type { StoredQuote } from "./post.ts";
import { type ReactionTable, showsActsOf } from "./reaction-statements.ts";
import { columns, quoteJson, rowOf, storedPost } from "./statements.ts";

/** A row whose post does not show is read for its place alone: the post may be gone. */
const keptPost = {
  ...storedPost,
  id: storedPost.id.notNull,
  content: storedPost.content.notNull,
  postType: storedPost.postType.notNull,
  visibility: storedPost.visibility.notNull,
  status: storedPost.status.notNull,
  sensitive: storedPost.sensitive.notNull,
  attachments: storedPost.attachments.notNull,
  quotable: storedPost.quotable.notNull,
  likeCount: storedPost.likeCount.notNull,
  commentCount: storedPost.commentCount.notNull,
  repostCount: storedPost.repostCount.notNull,
  createdAt: storedPost.createdAt.notNull,
  updatedAt: storedPost.updatedAt.notNull,
  revision: storedPost.revision.notNull,
  keptAt: timestamptz.notNull,
  /** Null: it has no end. */
  keptUntil: timestamptz.nullable,
};

/**
 * Posts that a user keeps by a row of `table` (`which` an index picks), by the time of that row, until a time. What is deleted, and what they may not see, does
 * not show.
 */
const listKept = (table: string, at: string, { which = "true", until = "'infinity'::timestamptz" } = {}) =>
  sparseList({
    parameters: { userId },
    row: keptPost,
    sql: ({ userId }, { within, order, showing }) => {
      const ofUser = within("k.user_id", userId);
      const all = `SELECT k.post_id, k.${at} AS kept_at, ${until} AS kept_until FROM ${table} k WHERE ${ofUser.beyond(`k.${at}`, "k.post_id")} AND ${which} ${ofUser.order(`k.${at}`, "k.post_id")}`;
      const shows = `(k.kept_until > now() AND coalesce((SELECT ${canView(userId)} FROM post p WHERE p.id = k.post_id), false))`;
      return `WITH page AS MATERIALIZED (${showing(all, { as: "k", shows, key: ["k.kept_at", "k.post_id"] })})
         SELECT ${columns(userId)}, k.kept_at, nullif(k.kept_until, 'infinity') AS kept_until, ${markedOf("k")}
         FROM page k LEFT JOIN LATERAL (SELECT * FROM post WHERE post.id = k.post_id LIMIT 1) p ON true LEFT JOIN projection.author a ON a.id = p.author_id ${order("k.kept_at", "k.post_id")}`;
    },
  });

export const listBookmarks = listKept("post_bookmark", "created_at");
export const listLiked = listKept("post_like", "changed_at", { which: "k.active" });
export const listMuted = listKept("post_mute", "muted_at", { until: "k.until" });

/**
 * Posts that a user has reposted, or likes, by the time of that, as another may see them: not where the author and the user have blocked each
 * other.
 */
const listOthers = (table: ReactionTable, which: string) =>
  sparseList({
    parameters: { viewerId: userId.nullable, userId },
    row: keptPost,
    sql: ({ viewerId, userId }, { within, order, showing }) => {
      const ofUser = within("k.user_id", userId);
      const all = `SELECT k.post_id, k.changed_at AS kept_at FROM ${table} k WHERE ${ofUser.beyond("k.changed_at", "k.post_id")} AND k.active ${ofUser.order("k.changed_at", "k.post_id")}`;
      const ofPost = `SELECT ${which} AND ${canView(viewerId)} AND NOT ${blockBetween("p.author_id", userId)} FROM post p WHERE p.id = k.post_id`;
      const shows = `(${showsActsOf(viewerId, userId)} AND coalesce((${ofPost}), false))`;
      return `WITH page AS MATERIALIZED (${showing(all, { as: "k", shows, key: ["k.kept_at", "k.post_id"] })})
       SELECT ${columns(viewerId)}, k.kept_at, NULL::timestamptz AS kept_until, ${markedOf("k")}
       FROM page k LEFT JOIN LATERAL (SELECT * FROM post WHERE post.id = k.post_id LIMIT 1) p ON true LEFT JOIN projection.author a ON a.id = p.author_id ${order("k.kept_at", "k.post_id")}`;
    },
  });
export const listReposted = listOthers("post_repost", "p.visibility = 'public'");
/** The caller has checked that the user's likes are public. */
export const listLikedByOther = listOthers("post_like", "true");

/** What a viewer may know of a user beside their posts. */
export const findShownActs = statement({
  parameters: { viewerId: userId.nullable, userId },
  row: { shown: boolean.notNull, publicLikes: boolean.notNull },
  sql: ({ viewerId, userId }) => `SELECT ${showsActsOf(viewerId, userId)} AS shown, ${hasPublicLikes(userId)} AS public_likes`,
});

/** Those of these posts that a viewer may see. */
export const findCommented = statement({
  parameters: { viewerId: userId.nullable, ids: array(postId) },
  row: { post: json<StoredQuote>().notNull },
  sql: ({ viewerId, ids }) =>
    `SELECT ${quoteJson("p", "a", viewerId)} AS post FROM (SELECT DISTINCT unnest(${ids}) AS id) asked ${rowOf("asked.id")}
     JOIN projection.author a ON a.id = p.author_id WHERE ${canView(viewerId)}`,
});

/** By the database's clock. One that there is keeps its place. */
export const insertBookmark = statement({
  parameters: { userId, postId },
  sql: ({ userId, postId }) =>
    `INSERT INTO post_bookmark (user_id, post_id, created_at) VALUES (${userId}, ${postId}, clock_timestamp()) ON CONFLICT DO NOTHING`,
});
export const deleteBookmark = statement({
  parameters: { userId, postId },
  sql: ({ userId, postId }) => `DELETE FROM post_bookmark WHERE user_id = ${userId} AND post_id = ${postId}`,
});

/** Of posts that are there, by their ids: a page and one more. */
export const exportBookmarks = statement({
  parameters: { userId, after: postId.nullable },
  row: { id: postId, createdAt: timestamptz },
  sql: ({ userId, after }) => {
    const { beyond, order } = behindWithin("k.user_id", userId, after);
    return `SELECT k.post_id AS id, k.created_at FROM post_bookmark k
     WHERE ${beyond("k.post_id")} AND coalesce((SELECT true FROM post WHERE id = k.post_id), false) ${order("k.post_id")} LIMIT ${exportedRows + 1}`;
  },
});
