import type { Notification } from "@newfeed/shared/contracts/dto.ts";
import { facesOfGroup } from "./faces.ts";
import { messageOf } from "./notification-table.ts";
import type { StoredNotification } from "./store.ts";

/** The same without texts and other actors, which are read anew when the notification is shown again. */
export const withoutTexts = <N extends Notification>({ data: { post: _post, comment: _comment, ...data }, actors: _actors, ...notification }: N) => ({
  ...notification,
  data,
});

const isAboutActor = (type: string) => type === "new_follower" || type === "follow_request" || type === "follow_approved";

/** What a client sees. Names and texts are those of now, so that a rename and an edit show in old notifications. */
export function toNotification({ actor, ...row }: StoredNotification): Notification {
  const actors = [...(actor ? [actor] : []), ...(row.actors ?? []).filter(({ id }) => id !== row.actorId)].slice(0, facesOfGroup);
  return {
    id: row.id,
    type: row.type,
    ...(row.category !== null && { category: row.category }),
    message: messageOf(
      row.type,
      (actor ? actors : []).map(({ fullName }) => fullName),
      row.count,
      row.outcome,
    ),
    data: {
      ...(row.postId && { postId: row.postId }),
      ...(row.commentId && { commentId: row.commentId }),
      ...(isAboutActor(row.type) && row.actorId && { userId: row.actorId }),
      ...(row.groupKey && row.outcome === null && row.type !== "welcome" && { count: row.count }),
      ...(row.outcome !== null && { outcome: row.outcome }),
      ...(row.postId && row.post && { post: { id: row.postId, ...row.post } }),
      ...(row.commentId && row.commentContent && { comment: { id: row.commentId, content: row.commentContent } }),
    },
    actor,
    actors,
    groupKey: row.groupKey,
    read: row.read,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    revision: row.revision,
  };
}
