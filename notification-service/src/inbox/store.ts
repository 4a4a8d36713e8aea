import type { NotificationCategory } from "@newfeed/shared/contracts/dto.ts";
import { asNotificationId, type NotificationId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import { transact } from "@newfeed/shared/outbox/transact.ts";
import type { Database, Query, Transaction } from "@newfeed/shared/ports/database.ts";
import type { Listed, Window } from "@newfeed/shared/store/cursors.ts";
import type { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "../generated/client.ts";
import { oldWithdrawals } from "./batch-statements.ts";
import * as list from "./list-statements.ts";
import type { StoredNotification } from "./notification-statements.ts";
import { findNotifications } from "./notification-store.ts";
import * as reading from "./read-statements.ts";
import * as sql from "./statements.ts";

export { actorsOfNotification, commentsOfNotification } from "./batch-statements.ts";
export type { StoredNotification } from "./notification-statements.ts";

export interface InboxCounts {
  unreadCount: number;
  /** Of the newest hundred, those that are unread and were not seen in the list yet. */
  unseenCount: number;
}

/** What of an inbox is listed. */
export interface InboxFilter {
  category?: NotificationCategory | undefined;
  unread?: boolean;
}

/** Forgets what was taken back so long ago that doing it again is news. */
export const withdrawalRetention = (database: Pick<Database, "transaction">) => oldWithdrawals("withdrawals", database);

/** notification-service's database, as its requests use it. */
export function createStore(database: Database, wake: () => void) {
  const prisma = new PrismaClient({ adapter: database.prismaAdapter as PrismaPg });
  async function stateOf(userId: UserId, query: Query = database.query): Promise<InboxCounts & { top: number }> {
    const [state] = await query(sql.inboxState, { userId });
    return state ?? { unreadCount: 0, unseenCount: 0, top: 0 };
  }
  return {
    /** Whether a notification is in this user's inbox. */
    async isOf(userId: UserId, id: NotificationId): Promise<boolean> {
      return (await prisma.notification.findFirst({ where: { id, userId }, select: { id: true } })) !== null;
    },
    listNotifications(userId: UserId, window: Window, { category, unread = false }: InboxFilter = {}): Promise<Listed<StoredNotification>> {
      if (category !== undefined) return list.listOfCategory(database.query, window, { userId, category, unread });
      return (unread ? list.listUnread : list.listNotifications)(database.query, window, { userId });
    },
    async unreadCount(userId: UserId): Promise<number> {
      return (await prisma.inbox.findUnique({ where: { userId } }))?.unread ?? 0;
    },
    async counts(userId: UserId, query?: Query): Promise<InboxCounts> {
      const { unreadCount, unseenCount } = await stateOf(userId, query);
      return { unreadCount, unseenCount };
    },
    /** The counts, and the top of the inbox's log, at one moment. */
    stateOf,
    /** What was so until then has been seen in the list. Returns whether that is new. */
    async markSeen(query: Query, userId: UserId, until: Date): Promise<boolean> {
      return (await query(sql.markSeen, { userId, until })).length > 0;
    },
    /** Marks one of a user's notifications as read, or all (null), however many there are. Returns whether any was unread, and the new unread count. */
    async markRead(query: Query, userId: UserId, id: NotificationId | null): Promise<{ changed: boolean; unreadCount: number }> {
      const [inbox] = await (id ? query(reading.markRead, { userId, id }) : query(reading.markAllRead, { userId }));
      return inbox ?? { changed: false, unreadCount: 0 };
    },
    /** Marks one as unread again. Returns whether it was read, and the new unread count. */
    async markUnread(query: Query, userId: UserId, id: NotificationId): Promise<{ changed: boolean; unreadCount: number }> {
      const [inbox] = await query(reading.markUnread, { userId, id });
      return inbox ?? { changed: false, unreadCount: 0 };
    },
    /** Until when all of a user's notifications are read. */
    async readUntil(query: Query, userId: UserId): Promise<Date> {
      const [inbox] = await query(reading.readUntil, { userId });
      return inbox?.readUntil ?? new Date();
    },
    transaction: <T>(work: (transaction: Pick<Transaction, "query" | "enqueue">) => Promise<T>): Promise<T> => transact(database, wake, work),
    async exportNotifications(userId: UserId, after: string | undefined, take: number) {
      const where = { userId, ...(after && { id: { gt: after } }) };
      const rows = await prisma.notification.findMany({ where, select: { id: true }, orderBy: { id: "asc" }, take });
      return findNotifications(
        database.query,
        userId,
        rows.map(({ id }) => asNotificationId(id)),
      );
    },
    close: () => prisma.$disconnect(),
  };
}
export type Store = ReturnType<typeof createStore>;
