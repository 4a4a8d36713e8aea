import { moderationOf } from "@newfeed/shared/contracts/content-moderation.ts";
import type { Comment } from "@newfeed/shared/contracts/dto.ts";
import type { EventComment } from "@newfeed/shared/contracts/event-data.ts";
import type { StoredComment } from "./store.ts";

const stateOf = (row: StoredComment) => ({
  id: row.id,
  postId: row.postId,
  parentCommentId: row.parentCommentId,
  rootCommentId: row.rootCommentId,
  depth: row.depth,
  author: row.author,
  content: row.content,
  deleted: row.deletedAt !== null,
  likeCount: row.likeCount,
  replyCount: row.replyCount,
  clientMutationId: row.clientMutationId,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
  revision: row.revision,
});

/** A comment as events carry it, without what depends on the viewer. Of one that moderators hold it says so, not why. */
export const toState = (row: StoredComment): EventComment => ({ ...stateOf(row), held: row.held });

export const toComment = (row: StoredComment): Comment => ({
  ...stateOf(row),
  moderation: moderationOf(row.held ?? "published", row.moderation),
  likedByMe: row.likedByMe,
});
