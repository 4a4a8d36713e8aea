import type { Author, Notification, NotificationType } from "@newfeed/shared/contracts/dto.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import { notificationTable } from "./notification-table.ts";

/** A notification as SQL gives it. */
export interface NotificationRow {
  id: string;
  user_id: string;
  type: NotificationType;
  group_key: string | null;
  actor_id: string | null;
  count: number;
  post_id: string | null;
  comment_id: string | null;
  read_at: Date | null;
  revision: number;
  created_at: Date;
  updated_at: Date;
}

/** What a client sees. The names are those of now, so that a rename shows in old notifications. */
export function toNotification(row: NotificationRow, authors: ReadonlyMap<string, Author>): Notification {
  const actor = row.actor_id === null ? null : (authors.get(row.actor_id) ?? null);
  return {
    id: row.id,
    type: row.type,
    message: notificationTable[row.type].message(actor?.fullName ?? "Somebody", row.count - 1),
    data: {
      ...(row.post_id && { postId: row.post_id }),
      ...(row.comment_id && { commentId: row.comment_id }),
      ...(row.type === "new_follower" && row.actor_id && { userId: row.actor_id }),
      ...(row.group_key && row.type !== "welcome" && { count: row.count }),
    },
    actor,
    groupKey: row.group_key,
    read: row.read_at !== null,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    revision: row.revision,
  };
}

/** How many unread notifications each of these users has. */
export async function readUnreadCounts(query: Query, userIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await query<{ user_id: string; unread: number }>(
    "SELECT user_id, count(*)::int AS unread FROM notification WHERE user_id = ANY($1::uuid[]) AND read_at IS NULL GROUP BY user_id",
    [userIds],
  );
  const counts = new Map(userIds.map((id) => [id, 0]));
  for (const row of rows) counts.set(row.user_id, row.unread);
  return counts;
}
