import { boolean, text, userId } from "@newfeed/shared/ports/columns.ts";
import { opaque } from "@newfeed/shared/ports/statement.ts";
import { isAway } from "@newfeed/shared/projections/authors.ts";
import { blockBetween } from "@newfeed/shared/projections/relations.ts";
import { markedOf, type Reading, sparseList } from "@newfeed/shared/store/list.ts";
import { isUnread, markOf, mayBeUnread, shownColumns, storedNotification, subject } from "./notification-statements.ts";

// An inbox, and what a filter leaves of it: each is the part of an index.

/** Not about a deleted post, nor of what a deleted or blocked user alone has done: such notifications are being removed. */
export const isThere = `((SELECT p.deleted FROM seen_aggregate p WHERE p.type = 'post' AND p.id = n.post_id) IS NOT TRUE
  AND NOT ((n.group_key IS NULL OR n.count = 1) AND (${isAway("n.actor_id")} OR ${blockBetween("n.user_id", "n.actor_id")})))`;

const key = ["n.created_at", "n.id"] as const;

/** Those of these candidates that show. Subjects are looked up behind the cut. (A join, of which the planner does not believe that it leaves few.) */
const shown = (userId: string, { order, showing }: Reading, candidates: string, shows = isThere) =>
  `SELECT ${shownColumns(markOf(userId))}, ${markedOf("n")}
   FROM (${showing(candidates, { as: "n", shows, key })}) n ${subject} ${order(...key)}`;

export const listNotifications = sparseList({
  parameters: { userId },
  row: storedNotification,
  sql: ({ userId }, reading) => {
    const inbox = reading.within("n.user_id", userId);
    return shown(userId, reading, `SELECT n.* FROM notification n WHERE ${inbox.beyond(...key)} ${inbox.order(...key)}`);
  },
});

/** Those of one category; `unread`: of those, the unread ones. */
export const listOfCategory = sparseList({
  parameters: { userId, category: text, unread: boolean },
  row: storedNotification,
  sql: ({ userId, category, unread }, reading) => {
    const inbox = reading.within(["n.user_id", "n.category"], [userId, category]);
    const candidates = `SELECT n.* FROM notification n WHERE ${inbox.beyond(...key)} ${inbox.order(...key)}`;
    return shown(userId, reading, candidates, `(${isThere} AND (NOT ${unread} OR ${isUnread(markOf(userId))}))`);
  },
});

/** The unread ones. Those that only a mark reads are passed over: where it was set, few were unread, or one of them is unread again. */
export const listUnread = sparseList({
  parameters: { userId },
  row: storedNotification,
  sql: ({ userId }, reading) => {
    const inbox = reading.within("n.user_id", userId);
    const again = `(SELECT a.created_at FROM notification a WHERE a.user_id = ${userId} AND a.unread_at IS NOT NULL ORDER BY a.created_at LIMIT 1)`;
    // Compared as rows, so that reading the index ends there.
    const end = `(n.user_id, n.created_at) >= (${opaque(userId)}, least(${markOf(userId)}, ${again}))`;
    const candidates = `SELECT n.* FROM notification n WHERE ${inbox.beyond(...key)} AND ${mayBeUnread("n")} AND ${end} ${inbox.order(...key)}`;
    return shown(userId, reading, candidates, `(${isThere} AND ${isUnread(markOf(userId))})`);
  },
});
