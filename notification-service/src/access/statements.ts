import { array, boolean, commentId, int4, int8, jsonb, type RowOf, text, userId } from "@newfeed/shared/ports/columns.ts";
import { removal } from "@newfeed/shared/ports/housekeeping.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";
import { mutes } from "@newfeed/shared/projections/mutes.ts";
import { blockBetween } from "@newfeed/shared/projections/relations.ts";

const kept = "1 hour";
/** Longer than a transaction lives: no row with a lower id can be committed any more. */
const settledAfter = "30 seconds";

export const recordAccessChanges = statement({
  parameters: { changes: array(text) },
  sql: ({ changes }) => `INSERT INTO access_change (change) SELECT c::jsonb FROM unnest(${changes}) AS c`,
});

const storedChange = {
  id: int8,
  change: jsonb<unknown>(),
  /** No row with a lower id can appear any more. */
  settled: boolean.notNull,
};
/** An access change as it is stored; a newer instance may have written one of a kind that is not known here. */
export type StoredChange = RowOf<typeof storedChange>;

export const readAccessChanges = statement({
  parameters: { after: int8, limit: int4 },
  row: storedChange,
  // A plan must know how much is read.
  plan: "each time",
  sql: ({ after, limit }) =>
    `SELECT id, change, created_at < now() - interval '${settledAfter}' AS settled FROM access_change WHERE id > ${after} ORDER BY id LIMIT ${limit}`,
});

export const oldAccessChanges = removal({ table: "access_change", at: "created_at", after: kept });

export const areBlocked = statement({
  parameters: { one: userId, other: userId },
  row: { blocked: boolean.notNull },
  sql: ({ one, other }) => `SELECT ${blockBetween(one, other)} AS blocked`,
});

export const hasUnfollowed = statement({
  parameters: { followerId: userId, authorId: userId },
  row: { unfollowed: boolean.notNull },
  sql: ({ followerId, authorId }) =>
    `SELECT EXISTS (SELECT FROM projection.follow WHERE follower_id = ${followerId} AND followee_id = ${authorId} AND NOT active) AS unfollowed`,
});

export const followersAmong = statement({
  parameters: { authorId: userId, userIds: array(userId) },
  row: { followerId: userId },
  // Of few users, or of all who are connected.
  plan: "each time",
  sql: ({ authorId, userIds }) => `SELECT follower_id FROM projection.follow WHERE followee_id = ${authorId} AND active AND follower_id = ANY(${userIds})`,
});

/** Those of these users who follow the author, and do not mute them. */
export const readersAmong = statement({
  parameters: { authorId: userId, userIds: array(userId) },
  row: { followerId: userId },
  // Of few users, or of all who are connected.
  plan: "each time",
  sql: ({ authorId, userIds }) =>
    `SELECT f.follower_id FROM projection.follow f
     WHERE f.followee_id = ${authorId} AND f.active AND f.follower_id = ANY(${userIds}) AND NOT ${mutes("f.follower_id", authorId)}`,
});

export const readCommentsBy = statement({
  parameters: { streams: array(text), userId },
  row: { stream: text, ids: array(commentId).notNull },
  // Of few streams, or of many.
  plan: "each time",
  sql: ({ streams, userId }) =>
    `SELECT stream, array_agg(DISTINCT aggregate_id) AS ids FROM stream_entry
     WHERE stream = ANY(${streams}) AND actor_id = ${userId} AND aggregate_type = 'comment' AND type <> 'comment_deleted' GROUP BY stream`,
});
