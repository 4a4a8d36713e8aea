import type { RemovedNotification } from "./batch-store.ts";

/** What a batch has changed in inboxes so far. */
export interface InboxChanges {
  /** Notifications that were added or updated, and not removed since. */
  readonly changedIds: ReadonlySet<string>;
  /** For each user whose inbox changed: how many more notifications are unread, or fewer. */
  readonly unread: ReadonlyMap<string, number>;
  readonly removed: readonly RemovedNotification[];
  added(notification: { id: string; userId: string }): void;
  updated(notification: { id: string; userId: string }): void;
  remove(rows: readonly RemovedNotification[]): void;
  /** The inbox is gone, and its owner: nobody receives these changes. */
  forget(userId: string, ids: readonly string[]): void;
}

export function createInboxChanges(): InboxChanges {
  const changedIds = new Set<string>();
  const unread = new Map<string, number>();
  const removed = new Map<string, RemovedNotification>();

  const count = (userId: string, difference: number) => unread.set(userId, (unread.get(userId) ?? 0) + difference);

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
        count(row.user_id, row.unread ? -1 : 0);
      }
    },
    forget(userId, ids) {
      for (const id of ids) changedIds.delete(id);
      unread.delete(userId);
    },
  };
}
