import type { Comment } from "@newfeed/shared/contracts/dto.ts";
import type { EventComment } from "@newfeed/shared/contracts/event-data.ts";
import type { StoredComment } from "./store.ts";

/** A comment as events carry it, without what depends on the viewer. */
export const toState = (row: StoredComment): EventComment => ({
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

export const toComment = (row: StoredComment): Comment => ({ ...toState(row), likedByMe: row.likedByMe });
