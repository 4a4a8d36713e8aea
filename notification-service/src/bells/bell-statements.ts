import { behind, havingRow, idOrFirst, removeBehind } from "@newfeed/shared/jobs/job.ts";
import { array, int4, postId, type RowOf, text, userId, uuid } from "@newfeed/shared/ports/columns.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";
import { isGone } from "@newfeed/shared/projections/authors.ts";
import { blockBetween, follows } from "@newfeed/shared/projections/relations.ts";

// Of whose new posts users are notified.

const pair = { userId, authorId: userId };

/** Gives a row unless the author is unknown or gone, or there is a block between the two. */
export const setBell = statement({
  parameters: pair,
  row: { authorId: userId },
  sql: ({ userId, authorId }) =>
    `INSERT INTO bell (user_id, author_id) SELECT ${userId}, a.id FROM projection.author a
     WHERE a.id = ${authorId} AND NOT a.deleted AND NOT ${isGone(userId)} AND NOT ${blockBetween(userId, authorId)}
     ON CONFLICT (author_id, user_id) DO UPDATE SET user_id = excluded.user_id RETURNING author_id`,
});
export const removeBells = statement({
  parameters: { userIds: array(userId), authorIds: array(userId) },
  sql: ({ userIds, authorIds }) =>
    `DELETE FROM bell USING unnest(${userIds}, ${authorIds}) AS pair(user_id, author_id)
     WHERE bell.author_id = pair.author_id AND bell.user_id = pair.user_id`,
});
export const findBell = statement({
  parameters: pair,
  row: { authorId: userId },
  sql: ({ userId, authorId }) => `SELECT author_id FROM bell WHERE author_id = ${authorId} AND user_id = ${userId}`,
});

/** The same, if they follow the author. */
export const findRinging = statement({
  parameters: pair,
  row: { authorId: userId },
  sql: ({ userId, authorId }) => `SELECT author_id FROM bell WHERE author_id = ${authorId} AND user_id = ${userId} AND ${follows(userId, authorId)}`,
});

/** Those of these authors on whom anybody has a bell. */
export const authorsWithBells = statement({
  parameters: { authorIds: array(userId) },
  row: { subject: userId.notNull },
  sql: ({ authorIds }) => havingRow(authorIds, "bell", "author_id"),
  plan: "each time",
});

/** The next users who hear of an author's posts, behind one (null: from the first one on). */
export const nextListeners = statement({
  parameters: { authorId: userId, after: userId.nullable, limit: int4 },
  row: { userId },
  sql: ({ authorId, after, limit }) => {
    const { where, order } = behind(["author_id", "user_id"], authorId, [idOrFirst(after)]);
    return `SELECT user_id FROM bell WHERE ${where} ${order} LIMIT ${limit}`;
  },
  plan: "each time",
});

/** The next authors of a user's bells, for their export. */
export const nextBells = statement({
  parameters: { userId, after: userId.nullable, limit: int4 },
  row: { authorId: userId },
  sql: ({ userId, after, limit }) => {
    const { where, order } = behind(["user_id", "author_id"], userId, [idOrFirst(after)]);
    return `SELECT author_id FROM bell WHERE ${where} ${order} LIMIT ${limit}`;
  },
  plan: "each time",
});

const published = { authorId: userId, title: text.nullable, content: text, contentWarning: text.nullable };
export type PublishedPost = RowOf<typeof published>;
/** A post as notifications show it, if it is published. */
export const findPublished = statement({
  parameters: { id: postId },
  row: published,
  sql: ({ id }) => `SELECT author_id, title, content, content_warning FROM post_summary WHERE id = ${id} AND status = 'published'`,
});

const forget = (column: "author_id" | "user_id", key: "author_id" | "user_id") =>
  statement({
    parameters: { owner: uuid, after: uuid.nullable, limit: int4 },
    row: { key: uuid },
    sql: ({ owner, after, limit }) => removeBehind("bell", [column, key], { owner, after, limit }),
    plan: "each time",
  });
export const forgetBells = { of: forget("author_id", "user_id"), by: forget("user_id", "author_id") };
