import { before } from "@newfeed/shared/jobs/job.ts";
import { array, int4, postId, timestamptz, userId } from "@newfeed/shared/ports/columns.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";
import { isPrivate } from "@newfeed/shared/projections/preferences.ts";

/** Waits for posts that their author writes or changes now; later ones see what this transaction has changed. */
export const holdAuthor = statement({ parameters: { userId }, sql: ({ userId }) => `SELECT FROM projection.author WHERE id = ${userId} FOR UPDATE` });

const listedAt = "coalesce(published_at, created_at)";
/** Some of an author's posts, the newest first, in the order of the index by which lists read them. */
export const nextPosts = statement({
  parameters: { userId, beforeAt: timestamptz, beforeId: postId, limit: int4 },
  row: { id: postId, at: timestamptz.notNull },
  sql: ({ userId, beforeAt, beforeId, limit }) => {
    const { where, order } = before(["author_id", listedAt, "id"], userId, [beforeAt, beforeId]);
    return `SELECT id, ${listedAt} AS at FROM post WHERE ${where} ${order} LIMIT ${limit}`;
  },
  plan: "each time",
});

/** Brings the visibility of these posts of an author in line with whether the account is private. Gives those that changed, locked in id order. */
export const alignPosts = statement({
  parameters: { userId, ids: array(postId) },
  row: { id: postId },
  sql: ({ userId, ids }) =>
    `WITH locked AS MATERIALIZED (SELECT id FROM post WHERE id = ANY(${ids}) ORDER BY id FOR UPDATE),
     account AS MATERIALIZED (SELECT ${isPrivate(userId)} AS private)
     UPDATE post SET visibility = CASE WHEN account.private THEN 'followers' ELSE 'public' END, narrowed = account.private, revision = revision + 1
     FROM locked, account WHERE post.id = locked.id AND CASE WHEN account.private THEN visibility = 'public' ELSE narrowed END RETURNING post.id`,
  plan: "each time",
});
