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
      stream: streamOf.user(row.user_id),
      type: "notification",
      aggregate: { type: "notification", id: row.id },
      actorId: row.actor_id,
      revision: row.revision,
      data: { ...toNotification(row, authors), unreadCount: row.unread },
    }),
  );
  const unread = new Map(changed.map((row) => [row.owner_id, row.unread]));
  const retractions = [...Map.groupBy(removed, (row) => row.user_id)].map(
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
