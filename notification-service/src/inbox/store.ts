import { asCommentId, asNotificationId, asPostId, asUserId, type NotificationId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import { transact } from "@newfeed/shared/outbox/transact.ts";
import type { Database, Query } from "@newfeed/shared/ports/database.ts";
import type { Window } from "@newfeed/shared/store/cursors.ts";
import type { PrismaPg } from "@prisma/adapter-pg";
import { type Notification, PrismaClient } from "../generated/client.ts";
import * as sql from "./statements.ts";

export type { StoredNotification } from "./statements.ts";

type StoredNotification = sql.StoredNotification;

/** Prisma's rows have ids that say nothing. */
const branded = (row: Notification): StoredNotification => ({
  ...row,
  id: asNotificationId(row.id),
  userId: asUserId(row.userId),
  actorId: row.actorId === null ? null : asUserId(row.actorId),
  postId: row.postId === null ? null : asPostId(row.postId),
  commentId: row.commentId === null ? null : asCommentId(row.commentId),
});

/** notification-service's database, as its requests use it. */
export function createStore(database: Database, wake: () => void) {
  const prisma = new PrismaClient({ adapter: database.prismaAdapter as PrismaPg });
  return {
    /** Null for one that is not in this user's inbox. */
    async notificationOf(userId: UserId, id: NotificationId): Promise<StoredNotification | null> {
      const row = await prisma.notification.findFirst({ where: { id, userId } });
      return row && branded(row);
    },
    listNotifications: (userId: UserId, window: Window): Promise<StoredNotification[]> => sql.listNotifications(database.query, window, { userId }),
    async unreadCount(userId: UserId): Promise<number> {
      return (await prisma.inbox.findUnique({ where: { userId } }))?.unread ?? 0;
    },
    /** Marks one of a user's notifications as read, or all (null). Returns the ids of those that were unread, and the new unread count. */
    async markRead(query: Query, userId: UserId, id: NotificationId | null): Promise<{ ids: NotificationId[]; unreadCount: number }> {
      const [inbox] = await query(sql.markRead, { userId, id });
      return inbox ?? { ids: [], unreadCount: 0 };
    },
    transaction: <T>(work: (query: Query) => Promise<T>): Promise<T> => transact(database, wake, ({ query }) => work(query)),
    async exportNotifications(userId: UserId, after: string | undefined, take: number): Promise<StoredNotification[]> {
      const rows = await prisma.notification.findMany({ where: { userId, ...(after && { id: { gt: after } }) }, orderBy: { id: "asc" }, take });
      return rows.map(branded);
    },
    close: () => prisma.$disconnect(),
  };
}
export type Store = ReturnType<typeof createStore>;
