import type { NotificationId, PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import { readAboutPost } from "./read-statements.ts";
import * as sql from "./statements.ts";

/** Those of a user's notifications that have these ids, by id, with their actors. */
export const findNotifications = (query: Query, userId: UserId, ids: readonly NotificationId[]) => query(sql.findNotifications, { userId, ids });

/**
 * Marks the newest of a user's notifications about a post as read, those before an id (null: from the newest one on). Returns their
 * ids, whether any was unread, and the new unread count.
 */
export async function markReadAboutPost(query: Query, userId: UserId, postId: PostId, before: NotificationId | null, limit: number) {
  const [read] = await query(readAboutPost, { userId, postId, before, limit });
  return read ?? { ids: [], changed: false, unreadCount: 0 };
}
