import type { Author, Notification } from "@newfeed/shared/contracts/dto.ts";
import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import { messageOf } from "./notification-table.ts";
import type { StoredNotification } from "./store.ts";

/** What a client sees. The names are those of now, so that a rename shows in old notifications. */
export function toNotification(row: StoredNotification, authors: ReadonlyMap<UserId, Author>): Notification {
  const actor = row.actorId === null ? null : (authors.get(row.actorId) ?? null);
  return {
    id: row.id,
    type: row.type,
    message: messageOf(row.type, actor?.fullName ?? "Someone", row.count - 1),
    data: {
      ...(row.postId && { postId: row.postId }),
      ...(row.commentId && { commentId: row.commentId }),
      ...(row.type === "new_follower" && row.actorId && { userId: row.actorId }),
      ...(row.groupKey && row.type !== "welcome" && { count: row.count }),
    },
    actor,
    groupKey: row.groupKey,
    read: row.readAt !== null,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    revision: row.revision,
  };
}
