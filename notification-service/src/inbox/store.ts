import { asCommentId, asNotificationId, asPostId, asUserId, type NotificationId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import { transact } from "@newfeed/shared/outbox/transact.ts";
import type { Database, Query } from "@newfeed/shared/ports/database.ts";
import type { Window } from "@newfeed/shared/store/cursors.ts";
import type { PrismaPg } from "@prisma/adapter-pg";
import { type Notification, type Prisma, PrismaClient } from "../generated/client.ts";
import { addUnread } from "./batch-store.ts";
import type { NotificationRow } from "./notifications.ts";

const toRow = (row: Notification): NotificationRow => ({
  id: asNotificationId(row.id),
  user_id: asUserId(row.userId),
  type: row.type,
  group_key: row.groupKey,
  actor_id: row.actorId === null ? null : asUserId(row.actorId),
  count: row.count,
  post_id: row.postId === null ? null : asPostId(row.postId),
  comment_id: row.commentId === null ? null : asCommentId(row.commentId),
  read_at: row.readAt,
  revision: row.revision,
  created_at: row.createdAt,
  updated_at: row.updatedAt,
});

/** Strictly beyond a key, in the order (created_at, id). */
const beyond = (key: { at: Date; id: string }, way: "lt" | "gt"): Prisma.NotificationWhereInput => ({
  OR: [{ createdAt: { [way]: key.at } }, { createdAt: key.at, id: { [way]: key.id } }],
});

/** notification-service's database, as its requests use it; event handlers run on plain SQL. */
export function createStore(database: Database, wake: () => void) {
  const prisma = new PrismaClient({ adapter: database.prismaAdapter as PrismaPg });
  return {
    /** Null for one that is not in this user's inbox. */
    async notificationOf(userId: UserId, id: NotificationId): Promise<NotificationRow | null> {
      const row = await prisma.notification.findFirst({ where: { id, userId } });
      return row && toRow(row);
    },
    async listNotifications(userId: UserId, { take, skip, before, after }: Window): Promise<NotificationRow[]> {
      const order = after ? "asc" : "desc";
      const rows = await prisma.notification.findMany({
        where: { userId, ...(before && beyond(before, "lt")), ...(after && beyond(after, "gt")) },
        orderBy: [{ createdAt: order }, { id: order }],
        take,
        skip,
      });
      return rows.map(toRow);
    },
    async unreadCount(userId: UserId): Promise<number> {
      return (await prisma.inbox.findUnique({ where: { userId } }))?.unread ?? 0;
    },
    /** Marks one of a user's notifications as read, or all (null). Returns the ids of those that were unread, and the new unread count. */
    async markRead(query: Query, userId: UserId, id: NotificationId | null): Promise<{ ids: NotificationId[]; unreadCount: number }> {
      const [inbox] = await query<{ ids: NotificationId[]; unreadCount: number }>(
        `WITH read AS (
           UPDATE notification SET read_at = clock_timestamp(), revision = revision + 1
           WHERE user_id = $1::uuid AND ($2::uuid IS NULL OR id = $2::uuid) AND read_at IS NULL RETURNING id, user_id
         ),
         counted AS (${addUnread("SELECT user_id, -count(*)::int AS unread FROM read GROUP BY user_id")})
         SELECT ARRAY(SELECT id FROM read) AS ids,
           coalesce((SELECT unread FROM counted), (SELECT unread FROM inbox WHERE user_id = $1::uuid), 0) AS "unreadCount"`,
        [userId, id],
      );
      return inbox ?? { ids: [], unreadCount: 0 };
    },
    transaction: <T>(work: (query: Query) => Promise<T>): Promise<T> => transact(database, wake, ({ query }) => work(query)),
    async exportNotifications(userId: UserId, after: string | undefined, take: number): Promise<NotificationRow[]> {
      const rows = await prisma.notification.findMany({ where: { userId, ...(after && { id: { gt: after } }) }, orderBy: { id: "asc" }, take });
      return rows.map(toRow);
    },
    close: () => prisma.$disconnect(),
  };
}
export type Store = ReturnType<typeof createStore>;
