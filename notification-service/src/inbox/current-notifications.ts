import type { NotificationId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import type { Entry } from "../streams/log.ts";
import { findNotifications } from "./notification-store.ts";
import { toNotification } from "./notifications.ts";

const isNotification = ({ type }: Entry) => type === "notification" || type === "notification_updated";

/** Entries of a user's inbox that show notifications as they are now: under today's names, with the texts that the user may see now. */
export async function withCurrentNotifications(query: Query, userId: UserId, entries: readonly Entry[]): Promise<Entry[]> {
  const ids = new Set(entries.filter(isNotification).map(({ data }) => data.id as NotificationId));
  if (ids.size === 0) return [...entries];
  const rows = new Map((await findNotifications(query, userId, [...ids])).map((row) => [row.id, row]));
  return entries.map((entry) => {
    if (!isNotification(entry)) return entry;
    const row = rows.get(entry.data.id as NotificationId);
    // It is being removed.
    if (!row) return { ...entry, type: "blank", actorId: null, data: {} };
    return { ...entry, actorId: row.actorId, data: { ...entry.data, ...toNotification(row) } };
  });
}
