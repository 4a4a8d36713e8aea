import type { Visibility } from "@newfeed/shared/contracts/dto.ts";
import type { EventData, NewEvent } from "@newfeed/shared/contracts/events.ts";
import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import { toState } from "./comment.ts";
import type { VisiblePost } from "./service-clients.ts";
import type { RemovedComment, StoredComment } from "./store.ts";

/** `author` wrote or changed a comment under a post. */
export const writtenEvent = (type: "comment.created" | "comment.updated", comment: StoredComment, post: VisiblePost, authorId: UserId): NewEvent => ({
  type,
  aggregate: { id: comment.id, revision: comment.revision },
  actorId: authorId,
  data: {
    comment: toState(comment),
    authorId,
    postAuthorId: post.authorId,
    parentAuthorId: comment.parentAuthorId,
    mentionedUserIds: comment.mentionedUserIds,
    visibility: post.visibility,
    postRevision: post.revision,
    postStatus: post.status,
    ...(comment.held === "pending" && { waits: true }),
  },
});

/** Moderators hold a comment, hold it otherwise, or hold it no more. What it says of its post is of the time when it was written. */
export const moderatedEvent = (
  comment: StoredComment,
  authorId: UserId,
  under: { postAuthorId: UserId; visibility: Visibility },
  hiddenFor: string | null,
): NewEvent => ({
  type: "comment.updated",
  aggregate: { id: comment.id, revision: comment.revision },
  actorId: comment.held ? null : authorId,
  data: {
    comment: toState(comment),
    authorId,
    parentAuthorId: comment.parentAuthorId,
    mentionedUserIds: comment.mentionedUserIds,
    ...under,
    shown: !comment.held,
    ...(hiddenFor && { hiddenFor }),
  },
});

export const deletedEvent = ({ id, postId, authorId, revision }: RemovedComment, deletedById: UserId, actorId: UserId | null = deletedById): NewEvent => ({
  type: "comment.deleted",
  aggregate: { id, revision },
  actorId,
  data: { commentId: id, postId, authorId, deletedById },
});

/** A like was set or taken back. */
export const likeEvent = (like: { id: string; active: boolean; revision: number }, data: EventData<"like.created">): NewEvent => ({
  type: like.active ? "like.created" : "like.deleted",
  aggregate: { id: like.id, revision: like.revision },
  actorId: data.userId,
  data,
});
