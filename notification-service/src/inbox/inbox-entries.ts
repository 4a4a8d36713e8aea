import type { NotificationId } from "@newfeed/shared/contracts/ids.ts";
import { streamOf } from "@newfeed/shared/contracts/sockets.ts";
import type { NewEntry } from "../streams/log.ts";
import type { ChangedInbox, RemovedNotification } from "./batch-store.ts";
import { toNotification, withoutTexts } from "./notifications.ts";

/**
 * The entries that bring changed inboxes to their owners' clients: one for each notification, and one for each inbox from which
 * some were removed. Of `quiet` ones clients make no fuss.
 */
export function entriesOf(changed: readonly ChangedInbox[], removed: readonly RemovedNotification[], quiet: ReadonlySet<NotificationId>): NewEntry[] {
  const rows = changed.filter((row) => row.id !== null);
  const notifications = rows.map((row): NewEntry => {
    const data = { ...toNotification(row), unreadCount: row.unread };
    return {
      stream: streamOf.user(row.userId),
      type: quiet.has(row.id) ? "notification_updated" : "notification",
      aggregate: { type: "notification", id: row.id },
      actorId: row.actorId,
      revision: row.revision,
      data,
      logged: withoutTexts(data),
    };
  });
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
