import type { NotificationId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { RemovedNotification } from "./batch-store.ts";

/** What a batch has changed in inboxes so far. */
export interface InboxChanges {
  /** Notifications that were added or updated, and not removed since. */
  readonly changedIds: ReadonlySet<NotificationId>;
  /** For each user whose inbox changed: how many more notifications are unread, or fewer. */
  readonly unread: ReadonlyMap<UserId, number>;
  readonly removed: readonly RemovedNotification[];
  added(notification: { id: NotificationId; userId: UserId }): void;
  updated(notification: { id: NotificationId; userId: UserId }): void;
  remove(rows: readonly RemovedNotification[]): void;
  /** The inbox is gone, and its owner: nobody receives these changes. */
  forget(userId: UserId, ids: readonly NotificationId[]): void;
}

export function createInboxChanges(): InboxChanges {
  const changedIds = new Set<NotificationId>();
  const unread = new Map<UserId, number>();
  const removed = new Map<NotificationId, RemovedNotification>();

  const count = (userId: UserId, difference: number) => unread.set(userId, (unread.get(userId) ?? 0) + difference);

  return {
    changedIds,
    unread,
    get removed() {
      return [...removed.values()];
    },
    added({ id, userId }) {
      changedIds.add(id);
      count(userId, 1);
    },
    updated({ id, userId }) {
      changedIds.add(id);
      count(userId, 0);
    },
    remove(rows) {
      for (const row of rows) {
        changedIds.delete(row.id);
        removed.set(row.id, row);
        count(row.userId, row.unread ? -1 : 0);
      }
    },
    forget(userId, ids) {
      for (const id of ids) changedIds.delete(id);
      unread.delete(userId);
    },
  };
}
