import type { Author, Comment, CommentState } from "@newfeed/shared/contracts/dto.ts";

/** A comment as it is stored, joined with its author's snapshot. A tombstone has no author and no content. */
export interface StoredComment {
  id: string;
  postId: string;
  parentCommentId: string | null;
  parentAuthorId: string | null;
  authorId: string | null;
  author: Author | null;
  content: string;
  deletedAt: Date | null;
  likeCount: number;
  replyCount: number;
  clientMutationId: string | null;
  mentionedUserIds: string[];
  createdAt: Date;
  updatedAt: Date;
  revision: number;
  likedByMe: boolean;
}

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
