import type { NotificationId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { RemovedNotification } from "./batch-store.ts";

interface Change {
  id: NotificationId;
  userId: UserId;
  /** It is no news to its user. */
  quiet?: boolean;
}

/** What a batch has changed in inboxes so far. */
export interface InboxChanges {
  /** Notifications that were added or updated, and not removed since. */
  readonly changedIds: ReadonlySet<NotificationId>;
  /** Those of them that were only changed quietly. */
  readonly quietIds: ReadonlySet<NotificationId>;
  /** Whether this batch changed a notification otherwise than quietly. */
  isNews(id: NotificationId): boolean;
  /** For each user whose inbox changed: how many more notifications are unread, or fewer. */
  readonly unread: ReadonlyMap<UserId, number>;
  readonly removed: readonly RemovedNotification[];
  added(change: Change): void;
  updated(change: Change): void;
  remove(rows: readonly RemovedNotification[]): void;
  /** The inbox is gone, and its owner: nobody receives these changes. */
  forget(userId: UserId, ids: readonly NotificationId[]): void;
}

export function createInboxChanges(): InboxChanges {
  const changedIds = new Set<NotificationId>();
  const quietIds = new Set<NotificationId>();
  const unread = new Map<UserId, number>();
  const removed = new Map<NotificationId, RemovedNotification>();

  const count = (userId: UserId, difference: number) => unread.set(userId, (unread.get(userId) ?? 0) + difference);

  function change({ id, userId, quiet = false }: Change, difference: number): void {
    if (!quiet) quietIds.delete(id);
    else if (!changedIds.has(id)) quietIds.add(id);
    changedIds.add(id);
    count(userId, difference);
  }

  return {
    changedIds,
    quietIds,
    isNews: (id) => changedIds.has(id) && !quietIds.has(id),
    unread,
    get removed() {
      return [...removed.values()];
    },
    added: (added) => change(added, 1),
    updated: (updated) => change(updated, 0),
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
