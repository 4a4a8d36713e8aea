import { int4, int8, timestamptz, userId } from "@newfeed/shared/ports/columns.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";
import { newestWithin } from "@newfeed/shared/store/list.ts";
import { isThere } from "./list-statements.ts";
import { ids, isUnread, markOf, shownColumns, storedNotification, subject } from "./notification-statements.ts";

// What requests run.

/** Those of a user's notifications that have these ids, with their actors. (`IS TRUE`, so that no index by user, with all of an inbox, can serve.) */
export const findNotifications = statement({
  parameters: { userId, ids },
  row: storedNotification,
  sql: ({ userId, ids }) =>
    `SELECT ${shownColumns(markOf(userId))} FROM notification n ${subject} WHERE n.id = ANY(${ids}) AND (n.user_id = ${userId}) IS TRUE AND ${isThere} ORDER BY n.id`,
});

/** Most badges say no more than that. */
const countedAsUnseen = 100;
/** How many of a user's notifications are unread, how many of the newest of them they have not seen in the list, and the top of the inbox's log. */
export const inboxState = statement({
  parameters: { userId },
  row: { unreadCount: int4.notNull, unseenCount: int4.notNull, top: int8.notNull },
  sql: ({ userId }) => {
    const { beyond, order } = newestWithin("n.user_id", userId);
    return `SELECT coalesce((SELECT i.unread FROM inbox i WHERE i.user_id = ${userId}), 0) AS unread_count, (
       SELECT count(*)::int FROM (
         SELECT n.read_at, n.unread_at, n.created_at, n.updated_at FROM notification n WHERE ${beyond("n.created_at", "n.id")} ${order("n.created_at", "n.id")} LIMIT ${countedAsUnseen}
       ) n WHERE ${isUnread(markOf(userId))} AND n.updated_at > coalesce((SELECT i.seen_until FROM inbox i WHERE i.user_id = ${userId}), '-infinity')
     ) AS unseen_count, coalesce((SELECT top FROM stream WHERE id = 'user:' || ${userId}), 0) AS top`;
  },
});

/** Moves the mark of what was seen, never back and not into the future. Gives a row if it moved. */
export const markSeen = statement({
  parameters: { userId, until: timestamptz },
  row: { userId },
  sql: ({ userId, until }) =>
    `INSERT INTO inbox AS i (user_id, unread, seen_until) VALUES (${userId}, 0, least(${until}, clock_timestamp()))
     ON CONFLICT (user_id) DO UPDATE SET seen_until = excluded.seen_until
     WHERE i.seen_until IS NULL OR i.seen_until < excluded.seen_until RETURNING user_id`,
});
