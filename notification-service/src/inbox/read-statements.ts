import { idOrLast } from "@newfeed/shared/jobs/job.ts";
import { array, boolean, int4, postId, timestamptz, userId } from "@newfeed/shared/ports/columns.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";
import { counting, id, isReadByMark, isUnread, markOf, mayBeUnread, unreadSince } from "./notification-statements.ts";

// What marks notifications as read, and as unread again: docs/decisions/0057-read-marks.md.

const read = { changed: boolean.notNull, unreadCount: int4.notNull };
/** Behind a `change` that is counted. */
const counted = (userId: string, changed: string) => `EXISTS (SELECT FROM ${changed}) AS changed,
  coalesce((SELECT unread FROM counted), (SELECT unread FROM inbox WHERE user_id = ${userId}), 0) AS unread_count`;

/** One of a user's notifications. */
export const markRead = statement({
  parameters: { userId, id },
  row: read,
  sql: ({ userId, id }) =>
    `WITH read AS (
       UPDATE notification n SET read_at = clock_timestamp(), unread_at = NULL, revision = n.revision + 1
       WHERE n.id = ${id} AND n.user_id = ${userId} AND ${isUnread(markOf(userId))} RETURNING n.user_id, ${unreadSince("old")} AS created_at
     ),
     change AS (SELECT user_id, -1 AS unread, created_at FROM read),
     ${counting}
     SELECT ${counted(userId, "read")}`,
});

/** One of a user's notifications. A mark that is set meanwhile reads it: it is unread since the next moment after the one that is known. */
export const markUnread = statement({
  parameters: { userId, id },
  row: read,
  sql: ({ userId, id }) =>
    `WITH unread AS (
       UPDATE notification n SET read_at = coalesce(n.read_at, ${markOf(userId)}), revision = n.revision + 1 + ${isReadByMark(markOf(userId))}::int,
         unread_at = coalesce((SELECT i.read_until FROM inbox i WHERE i.user_id = ${userId}) + interval '1 millisecond', n.created_at)
       WHERE n.id = ${id} AND n.user_id = ${userId} AND NOT ${isUnread(markOf(userId))} RETURNING n.user_id, n.unread_at AS created_at
     ),
     change AS (SELECT user_id, 1 AS unread, created_at FROM unread),
     ${counting}
     SELECT ${counted(userId, "unread")}`,
});

/** The newest of a user's notifications about a post that may be unread, before an id. Gives their ids, and whether any was unread. */
export const readAboutPost = statement({
  parameters: { userId, postId, before: id.nullable, limit: int4 },
  row: { ...read, ids: array(id).notNull },
  sql: ({ userId, postId, before, limit }) =>
    `WITH taken AS MATERIALIZED (
       SELECT n.id FROM notification n
       WHERE (n.user_id, n.post_id, n.id) < (${userId}, ${postId}, ${idOrLast(before)}) AND (n.user_id, n.post_id) >= (${userId}, ${postId}) AND ${mayBeUnread("n")}
       ORDER BY n.user_id DESC, n.post_id DESC, n.id DESC LIMIT ${limit}
     ),
     read AS (
       UPDATE notification n SET read_at = clock_timestamp(), unread_at = NULL, revision = n.revision + 1 FROM taken
       WHERE n.id = taken.id AND ${mayBeUnread("n")} RETURNING n.user_id, ${unreadSince("old")} AS created_at
     ),
     change AS (SELECT user_id, -1 AS unread, created_at FROM read),
     ${counting}
     SELECT ${counted(userId, `read WHERE created_at > ${markOf(userId)}`)},
       ARRAY(SELECT id FROM taken ORDER BY id DESC) AS ids`,
  plan: "each time",
});

/** How many "mark all as read" marks by themselves: instances of earlier versions know no marks, and few users have more unread. */
const readByThemselves = 200;
/** Sets the mark if any is unread. */
export const markAllRead = statement({
  parameters: { userId },
  row: read,
  sql: ({ userId }) =>
    `WITH read AS (
       UPDATE notification n SET read_at = coalesce(n.read_at, clock_timestamp()), unread_at = NULL, revision = n.revision + 1
       WHERE ${mayBeUnread("n")} AND n.id = ANY(ARRAY(
         SELECT n.id FROM notification n WHERE n.user_id = ${userId} AND n.read_at IS NULL AND n.created_at > ${markOf(userId)}
         ORDER BY n.created_at DESC LIMIT ${readByThemselves}
       ) || ARRAY(
         SELECT n.id FROM notification n WHERE n.user_id = ${userId} AND n.unread_at IS NOT NULL ORDER BY n.created_at LIMIT ${readByThemselves}
       )) RETURNING 1
     ),
     marked AS (
       INSERT INTO inbox (user_id, unread, read_until) SELECT ${userId}, 0, clock_timestamp() FROM (SELECT count(*) AS count FROM read) first
       WHERE first.count > 0 OR (SELECT unread FROM inbox WHERE user_id = ${userId}) <> 0
       ON CONFLICT (user_id) DO UPDATE SET unread = 0, read_until = greatest(clock_timestamp(), inbox.read_until + interval '1 millisecond',
         (SELECT created_at FROM notification WHERE user_id = ${userId} ORDER BY created_at DESC LIMIT 1))
       RETURNING 1
     )
     SELECT EXISTS (SELECT FROM marked) AS changed, 0 AS unread_count`,
});

/** The mark of "mark all as read". */
export const readUntil = statement({
  parameters: { userId },
  row: { readUntil: timestamptz.nullable },
  sql: ({ userId }) => `SELECT read_until FROM inbox WHERE user_id = ${userId}`,
});
