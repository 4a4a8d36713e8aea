import type { NotificationId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { CountChange, RemovedNotification } from "./batch-store.ts";

interface Change {
  id: NotificationId;
  userId: UserId;
  /** It is no news to its user. */
  quiet?: boolean;
  /** Of a group: more have joined it. */
  grown?: boolean;
}

/** What a batch has changed in inboxes so far. */
export interface InboxChanges {
  /** Notifications that were added or updated, and not removed since. */
  readonly changedIds: ReadonlySet<NotificationId>;
  /** Those that this batch made, whatever became of them. */
  readonly addedIds: ReadonlySet<NotificationId>;
  /** Those that were updated, so that the log may have entries of theirs. */
  readonly updatedIds: ReadonlySet<NotificationId>;
  /** Groups that more have joined, otherwise than quietly. */
  readonly grownIds: ReadonlySet<NotificationId>;
  /** Those of the changed ones that were only changed quietly. */
  readonly quietIds: ReadonlySet<NotificationId>;
  /** Whether this batch changed a notification otherwise than quietly. */
  isNews(id: NotificationId): boolean;
  /** Of each user whose inbox changed, at least one. */
  readonly counts: readonly CountChange[];
  readonly removed: readonly RemovedNotification[];
  added(change: Change & { createdAt: Date }): void;
  updated(change: Change): void;
  remove(rows: readonly RemovedNotification[]): void;
  /** The inbox is gone, and its owner: nobody receives these changes. */
  forget(userId: UserId, ids: readonly NotificationId[]): void;
}

export function createInboxChanges(): InboxChanges {
  const changedIds = new Set<NotificationId>();
  const addedIds = new Set<NotificationId>();
  const updatedIds = new Set<NotificationId>();
  const grownIds = new Set<NotificationId>();
  const quietIds = new Set<NotificationId>();
  const counts = new Map<UserId, CountChange[]>();
  const removed = new Map<NotificationId, RemovedNotification>();

  function count(userId: UserId, difference: number, madeAt: Date): void {
    const changes = counts.get(userId) ?? [];
    counts.set(userId, changes);
    if (difference !== 0) changes.push({ userId, difference, madeAt });
  }

  function change({ id, userId, quiet = false }: Change): void {
    if (!quiet) quietIds.delete(id);
    else if (!changedIds.has(id)) quietIds.add(id);
    changedIds.add(id);
    if (!counts.has(userId)) counts.set(userId, []);
  }

  return {
    changedIds,
    addedIds,
    updatedIds,
    grownIds,
    quietIds,
    isNews: (id) => changedIds.has(id) && !quietIds.has(id),
    get counts() {
      return [...counts].flatMap(([userId, changes]) => (changes.length > 0 ? changes : [{ userId, difference: 0, madeAt: null }]));
    },
    get removed() {
      return [...removed.values()];
    },
    added({ createdAt, ...added }) {
      change(added);
      addedIds.add(added.id);
      count(added.userId, 1, createdAt);
    },
    updated(updated) {
      change(updated);
      updatedIds.add(updated.id);
      if (updated.grown && !updated.quiet) grownIds.add(updated.id);
    },
    remove(rows) {
      for (const row of rows) {
        changedIds.delete(row.id);
        removed.set(row.id, row);
        count(row.userId, row.unread ? -1 : 0, row.createdAt);
      }
    },
    forget(userId, ids) {
      for (const id of ids) changedIds.delete(id);
      counts.delete(userId);
    },
  };
}
