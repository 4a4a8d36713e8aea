import type { Author, Notification } from "@newfeed/shared/contracts/dto.ts";
import type { CommentId, NotificationId, PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import { messageOf } from "./notification-table.ts";

/** A notification as SQL returns it. */
export interface NotificationRow {
  id: NotificationId;
  user_id: UserId;
  /** As a newer instance may have written it. */
  type: string;
  group_key: string | null;
  actor_id: UserId | null;
  count: number;
  post_id: PostId | null;
  comment_id: CommentId | null;
  read_at: Date | null;
  revision: number;
  created_at: Date;
  updated_at: Date;
}

/** What a client sees. The names are those of now, so that a rename shows in old notifications. */
export function toNotification(row: NotificationRow, authors: ReadonlyMap<UserId, Author>): Notification {
  const actor = row.actor_id === null ? null : (authors.get(row.actor_id) ?? null);
  return {
    id: row.id,
    type: row.type,
    message: messageOf(row.type, actor?.fullName ?? "Someone", row.count - 1),
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
