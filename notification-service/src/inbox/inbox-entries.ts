import { streamOf } from "@newfeed/shared/contracts/sockets.ts";
import type { NewEntry } from "../streams/log.ts";
import type { ChangedInbox, RemovedNotification } from "./batch-store.ts";
import { toNotification } from "./notifications.ts";

/** The entries that bring changed inboxes to their owners' clients: one for each notification, and one for each inbox from which some were removed. */
export function entriesOf(changed: readonly ChangedInbox[], removed: readonly RemovedNotification[]): NewEntry[] {
  const rows = changed.filter((row) => row.id !== null);
  const authors = new Map(rows.flatMap(({ actor }) => (actor ? [[actor.id, actor]] : [])));
  const notifications = rows.map(
    (row): NewEntry => ({
      stream: streamOf.user(row.userId),
      type: "notification",
      aggregate: { type: "notification", id: row.id },
      actorId: row.actorId,
      revision: row.revision,
      data: { ...toNotification(row, authors), unreadCount: row.unread },
    }),
  );
  const unread = new Map(changed.map((row) => [row.ownerId, row.unread]));
  const retractions = [...Map.groupBy(removed, (row) => row.userId)].map(
    ([userId, items]): NewEntry => ({
      stream: streamOf.user(userId),
      type: "retract",
      aggregate: { type: "notification", id: items[0]?.id ?? userId },
      actorId: null,
      revision: 1,
      data: { stream: streamOf.user(userId), items: items.map(({ id }) => ({ type: "notification", id })), unreadCount: unread.get(userId) ?? 0 },
    }),
  );
  return [...notifications, ...retractions];
}
