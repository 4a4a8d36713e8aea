import type { Author } from "@newfeed/shared/contracts/dto.ts";
import { boolean, int4, json, timestamptz, userId } from "@newfeed/shared/ports/columns.ts";
import { opaque } from "@newfeed/shared/ports/database.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";
import { isGone } from "@newfeed/shared/projections/authors.ts";
import { blockBetween } from "@newfeed/shared/projections/relations.ts";
import { markedOf, newestWithin, sparseList } from "@newfeed/shared/store/list.ts";
import { actor, counting, id, ids, isUnread, markOf, shownColumns, storedNotification, subject } from "./notification-statements.ts";

// What requests run.

/** Not about a deleted post, nor of what a deleted or blocked user alone has done: such notifications are being removed. */
const isThere = `((SELECT p.deleted FROM seen_aggregate p WHERE p.type = 'post' AND p.id = n.post_id) IS NOT TRUE
  AND NOT ((n.group_key IS NULL OR n.count = 1) AND (${isGone("n.actor_id")} OR ${blockBetween("n.user_id", "n.actor_id")})))`;

export const listNotifications = sparseList({
  parameters: { userId },
  row: storedNotification,
  // Subjects are looked up behind the cut. (A join, of which the planner does not believe that it leaves few.)
  sql: ({ userId }, { within, order, showing }) => {
    const inbox = within("n.user_id", userId);
    const all = `SELECT n.* FROM notification n WHERE ${inbox.beyond("n.created_at", "n.id")} ${inbox.order("n.created_at", "n.id")}`;
    return `SELECT ${shownColumns(markOf(userId))}, ${markedOf("n")}
       FROM (${showing(all, { as: "n", shows: isThere, key: ["n.created_at", "n.id"] })}) n ${subject} ${order("n.created_at", "n.id")}`;
  },
});

/** Those of a user's notifications that have these ids, with their actors. (`IS TRUE`, so that no index by user, with all of an inbox, can serve.) */
export const findNotifications = statement({
  parameters: { userId, ids },
  row: { ...storedNotification, actor: json<Author>().nullable },
  sql: ({ userId, ids }) =>
    `SELECT ${shownColumns(markOf(userId))}, ${actor} FROM notification n ${subject} WHERE n.id = ANY(${opaque(ids)}) AND (n.user_id = ${userId}) IS TRUE AND ${isThere} ORDER BY n.id`,
});

/** Most badges say no more than that. */
const countedAsUnseen = 100;
/** How many of a user's notifications are unread, and how many of the newest of them they have not seen in the list. */
export const inboxCounts = statement({
  parameters: { userId },
  row: { unreadCount: int4.notNull, unseenCount: int4.notNull },
  sql: ({ userId }) => {
    const { beyond, order } = newestWithin("n.user_id", userId);
    return `SELECT coalesce((SELECT i.unread FROM inbox i WHERE i.user_id = ${userId}), 0) AS unread_count, (
       SELECT count(*)::int FROM (
         SELECT n.read_at, n.created_at, n.updated_at FROM notification n WHERE ${beyond("n.created_at", "n.id")} ${order("n.created_at", "n.id")} LIMIT ${countedAsUnseen}
       ) n WHERE ${isUnread(markOf(userId))} AND n.updated_at > coalesce((SELECT i.seen_until FROM inbox i WHERE i.user_id = ${userId}), '-infinity')
     ) AS unseen_count`;
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

const read = { changed: boolean.notNull, unreadCount: int4.notNull };

/** One of a user's notifications. */
export const markRead = statement({
  parameters: { userId, id },
  row: read,
  sql: ({ userId, id }) =>
    `WITH read AS (
       UPDATE notification n SET read_at = clock_timestamp(), revision = revision + 1
       WHERE id = ${id} AND user_id = ${userId} AND ${isUnread(markOf(userId))} RETURNING user_id, created_at
     ),
     change AS (SELECT user_id, -1 AS unread, created_at FROM read),
     ${counting}
     SELECT EXISTS (SELECT FROM read) AS changed,
       coalesce((SELECT unread FROM counted), (SELECT unread FROM inbox WHERE user_id = ${userId}), 0) AS unread_count`,
});

/** How many "mark all as read" marks by themselves: instances of earlier versions know no marks, and few users have more unread. */
const readByThemselves = 200;
/** Sets the mark if any is unread. */
export const markAllRead = statement({
  parameters: { userId },
  row: read,
  sql: ({ userId }) =>
    `WITH read AS (
       UPDATE notification SET read_at = clock_timestamp(), revision = revision + 1
       WHERE read_at IS NULL AND id = ANY(ARRAY(
         SELECT n.id FROM notification n WHERE n.user_id = ${userId} AND ${isUnread(markOf(userId))} ORDER BY n.created_at DESC LIMIT ${readByThemselves}
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
