import type { NotificationId } from "@newfeed/shared/contracts/ids.ts";
import { before, behind, havingRow, idOrLast, removeBehind } from "@newfeed/shared/jobs/job.ts";
import { array, commentId, float8, int4, postId, timestamptz, userId, uuid } from "@newfeed/shared/ports/columns.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";

// Removal in batches: each gives the rows behind a key. Planned each time: the beginning has no key.

const id = uuid.as<NotificationId>();

export const nextOfInbox = statement({
  parameters: { userId, afterAt: timestamptz, afterId: id, limit: int4 },
  row: { id, createdAt: timestamptz },
  sql: ({ userId, afterAt, afterId, limit }) => {
    const { where, order } = behind(["user_id", "created_at", "id"], userId, [afterAt, afterId]);
    return `SELECT id, created_at FROM notification WHERE ${where} ${order} LIMIT ${limit}`;
  },
  plan: "each time",
});
/**
 * Some of everyone's that have not changed for so many days, from an id on, which sorts them by when they were made. One that is
 * being changed is left out.
 */
export const nextOld = statement({
  parameters: { from: id, days: float8, limit: int4 },
  row: { id },
  sql: ({ from, days, limit }) =>
    `SELECT id FROM notification WHERE id >= ${from} AND id < (SELECT uuidv7(-${days} * interval '1 day')) AND updated_at < now() - ${days} * interval '1 day'
     ORDER BY id LIMIT ${limit} FOR UPDATE SKIP LOCKED`,
  plan: "each time",
});
/** The newest first: those that clients show. */
export const nextAboutPost = statement({
  parameters: { postId, before: id.nullable, limit: int4 },
  row: { id },
  sql: ({ postId, before: last, limit }) => {
    const { where, order } = before(["post_id", "id"], postId, [idOrLast(last)]);
    return `SELECT id FROM notification WHERE ${where} ${order} LIMIT ${limit}`;
  },
  plan: "each time",
});
/** Which of these posts any notification is about. */
export const notified = statement({
  parameters: { postIds: array(postId) },
  row: { subject: postId.notNull },
  sql: ({ postIds }) => havingRow(postIds, "notification", "post_id"),
  plan: "each time",
});
/** Ungrouped ones of an actor, from the inboxes of users up to the last. */
export const nextUngroupedOf = statement({
  parameters: { actorId: userId, afterUser: userId, afterId: id, lastUser: userId, limit: int4 },
  row: { id, userId },
  sql: ({ actorId, afterUser, afterId, lastUser, limit }) => {
    const { where, order } = behind(["actor_id", "user_id", "id"], actorId, [afterUser, afterId]);
    return `SELECT id, user_id FROM notification WHERE group_key IS NULL AND ${where} AND (actor_id, user_id) <= (${actorId}, ${lastUser}) ${order} LIMIT ${limit}`;
  },
  plan: "each time",
});
/** Groups of an actor, of users up to the last. */
export const nextGroupsOf = statement({
  parameters: { actorId: userId, afterUser: userId, afterId: id, lastUser: userId, limit: int4 },
  row: { id, userId: userId.notNull },
  sql: ({ actorId, afterUser, afterId, lastUser, limit }) => {
    const { where, order } = behind(["actor_id", "user_id", "notification_id"], actorId, [afterUser, afterId]);
    return `SELECT notification_id AS id, user_id FROM notification_actor WHERE ${where} AND (actor_id, user_id) <= (${actorId}, ${lastUser}) ${order} LIMIT ${limit}`;
  },
  plan: "each time",
});
/** Those that an earlier version wrote, of one user, or of everyone (null). */
export const nextOlderGroupsOf = statement({
  parameters: { actorId: userId, userId: userId.nullable, afterId: id, limit: int4 },
  row: { id },
  sql: ({ actorId, userId, afterId, limit }) =>
    `SELECT notification_id AS id FROM notification_actor WHERE actor_id = ${actorId} AND user_id IS NULL AND notification_id > ${afterId}
       AND (${userId} IS NULL OR (SELECT n.user_id FROM notification n WHERE n.id = notification_id) = ${userId})
     ORDER BY notification_id LIMIT ${limit}`,
  plan: "each time",
});
/** Of a group of comments, sorted by their actors. */
export const removeNextComments = statement({
  parameters: { id, afterActor: userId, afterComment: commentId, limit: int4 },
  row: { actorId: userId, commentId },
  sql: ({ id, afterActor, afterComment, limit }) => {
    const { where, order } = behind(["notification_id", "actor_id", "comment_id"], id, [afterActor, afterComment]);
    return `WITH taken AS MATERIALIZED (SELECT actor_id, comment_id FROM notification_comment WHERE ${where} ${order} LIMIT ${limit}),
     gone AS (DELETE FROM notification_comment c USING taken WHERE c.comment_id = taken.comment_id)
     SELECT actor_id, comment_id FROM taken ORDER BY actor_id, comment_id`;
  },
  plan: "each time",
});
export const removeNextActors = statement({
  parameters: { id, after: userId.nullable, limit: int4 },
  row: { key: userId },
  sql: ({ id, after, limit }) => removeBehind("notification_actor", ["notification_id", "actor_id"], { owner: id, after, limit }),
  plan: "each time",
});
