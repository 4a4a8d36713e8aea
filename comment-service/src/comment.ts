import type { Comment, CommentState } from "@newfeed/shared/contracts/dto.ts";
import type { StoredComment } from "./store.ts";

/** What is the same for everybody. */
export const toState = (row: StoredComment): CommentState => ({
  id: row.id,
  postId: row.postId,
  parentCommentId: row.parentCommentId,
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
