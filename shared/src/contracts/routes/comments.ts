import * as z from "zod";
import { Comment, CommentContent, UserComment } from "../dto.ts";
import { CommentId, Id, PostId, UserId } from "../ids.ts";
import { ClientMutationId, PageInfo, PageQuery, pageOf, Revision, StreamCursor, Timestamp } from "../primitives.ts";
import { defineRoutes } from "./define.ts";
import { LikeState } from "./posts.ts";

const common = { service: "comment-service", tag: "Comments" } as const;
const byId = { params: z.object({ id: CommentId }) };
const ofPost = { params: z.object({ id: PostId }) };

/** `streamCursor` is the post's stream position from before the list was read; null: follow first, then fetch again. */
const CommentPage = pageOf(Comment)
  .extend({
    previousCursor: z
      .string()
      .nullable()
      .meta({ description: "The page before this one, as `cursor`; null where the list begins, and with `since` and `page`" }),
    nextCursor: z.string().nullable().meta({ description: "The page after this one, as `cursor`; null where the list ends, and with `since`" }),
    streamCursor: StreamCursor.nullable(),
    mayComment: z.boolean().meta({ description: "The post's author takes comments of the reader" }),
  })
  .meta({ id: "CommentPage" });

export const commentOrders = ["newest", "oldest", "most_liked"] as const;
export type CommentOrder = (typeof commentOrders)[number];

const CommentQuery = PageQuery.safeExtend({
  parentCommentId: CommentId.optional().meta({ description: "List the direct replies to this comment, which may itself be a reply" }),
  order: z.enum(commentOrders).default("newest").meta({
    description:
      "Which come first; `cursor` continues in this order. With `most_liked`, where the newest of equally many likes comes first and `since` is not taken, a comment whose likes change between two pages may come twice or not at all: keep each id once",
  }),
  around: CommentId.optional().meta({ description: "A page with this comment in the middle, which goes on both ways: by `previousCursor` and `nextCursor`" }),
}).refine(({ around, cursor, since, page }) => around === undefined || (cursor === undefined && since === undefined && page === undefined), {
  message: "cannot be combined with cursor, since or page",
  path: ["around"],
});
export type CommentQuery = z.output<typeof CommentQuery>;

/** Those of which the reader sees the posts cannot be counted to. */
const UserCommentsQuery = PageQuery.refine(({ page }) => page === undefined, {
  message: "is not taken here: read on with cursor, the endCursor of the page before",
  path: ["page"],
});

/** A comment, and how one comes to it. */
const CommentThread = z
  .object({
    comment: Comment,
    ancestors: z.array(Comment).meta({ description: "What it answers, and so on upwards, the nearest last; at most 20, without those of blocked users" }),
    hasEarlier: z.boolean().meta({ description: "More stand above: ask for the thread of the first ancestor" }),
  })
  .meta({ id: "CommentThread" });
export type CommentThread = z.output<typeof CommentThread>;

const CommentVersion = z
  .object({ content: z.string(), writtenAt: Timestamp, endedAt: Timestamp.meta({ description: "When it was changed" }) })
  .meta({ id: "CommentVersion" });

const newComment = { content: CommentContent, parentCommentId: CommentId.optional(), clientMutationId: ClientMutationId.optional() };
const CreateCommentOnPost = z.strictObject(newComment).meta({ id: "CreateCommentOnPost" });
export const CreateComment = z.strictObject({ postId: PostId, ...newComment }).meta({ id: "CreateComment" });
export type CreateComment = z.output<typeof CreateComment>;

const list = {
  method: "get",
  summary: "Comments of a post: newest, oldest or most liked first",
  access: "anyone",
  response: CommentPage,
  errors: ["not_found"],
} as const;
const create = {
  method: "post",
  access: "user",
  limit: "createComment",
  idempotent: true,
  response: Comment,
  status: 201,
  errors: ["not_found", "comments_restricted"],
} as const;

export const commentRoutes = defineRoutes(common, {
  listPostComments: { ...list, path: "/api/v1/posts/:id/comments", ...ofPost, query: CommentQuery },
  listComments: { ...list, path: "/api/v1/comments", query: CommentQuery.safeExtend({ postId: PostId }) },
  createPostComment: { ...create, path: "/api/v1/posts/:id/comments", summary: "Comment on a post", ...ofPost, body: CreateCommentOnPost },
  createComment: {
    ...create,
    path: "/api/v1/comments",
    summary: "Comment on the post named in the body",
    body: CreateComment,
  },
  listUserComments: {
    method: "get",
    path: "/api/v1/users/:id/comments",
    summary: "A user's comments under posts that you may see, newest first, each with its post",
    access: "anyone",
    params: z.object({ id: UserId }),
    query: UserCommentsQuery,
    response: pageOf(UserComment),
    errors: ["not_found"],
  },
  getComment: {
    method: "get",
    path: "/api/v1/comments/:id",
    summary: "One comment",
    access: "anyone",
    ...byId,
    response: Comment,
    errors: ["not_found"],
  },
  getCommentThread: {
    method: "get",
    path: "/api/v1/comments/:id/thread",
    summary: "One comment with the comments above it",
    access: "anyone",
    ...byId,
    response: CommentThread,
    errors: ["not_found"],
  },
  commentHistory: {
    method: "get",
    path: "/api/v1/comments/:id/history",
    summary: "What a comment said before its changes, newest first: the last 20 versions that stood for five minutes or more",
    access: "anyone",
    ...byId,
    response: z.object({ data: z.array(CommentVersion) }),
    errors: ["not_found"],
  },
  updateComment: {
    method: "patch",
    path: "/api/v1/comments/:id",
    summary: "Change a comment",
    access: "user",
    ...byId,
    body: z.strictObject({ content: CommentContent }).meta({ id: "UpdateComment" }),
    response: Comment,
    errors: ["not_found", "not_owner"],
  },
  deleteComment: {
    method: "delete",
    path: "/api/v1/comments/:id",
    summary: "Delete a comment (its author, or the post's author)",
    access: "user",
    ...byId,
    errors: ["not_found", "not_owner"],
  },
  likeComment: {
    method: "post",
    path: "/api/v1/comments/:id/like",
    summary: "Like a comment (idempotent)",
    access: "user",
    ...byId,
    response: LikeState,
    errors: ["not_found"],
  },
  unlikeComment: {
    method: "delete",
    path: "/api/v1/comments/:id/like",
    summary: "Remove a like (idempotent)",
    access: "user",
    ...byId,
    response: LikeState,
    errors: ["not_found"],
  },
});

/** What other services count of a comment. */
const CountedComment = z.object({ id: CommentId, postId: PostId, postAuthorId: UserId, authorId: UserId, revision: Revision, createdAt: Timestamp });

/** For other services only. */
export const commentInternalRoutes = defineRoutes(common, {
  /** First pages of many lists in one query: comments of posts, or replies to comments. The caller has checked that `viewer` may see the posts. */
  commentPages: {
    method: "post",
    path: "/internal/comments/pages",
    summary: "First pages of several comment lists",
    access: "service",
    body: z.strictObject({ viewer: UserId.nullable(), of: z.enum(["post", "comment"]), ids: z.array(Id).max(500), limit: z.int().min(1).max(100) }),
    response: z.object({ pages: z.array(z.object({ id: Id, data: z.array(Comment), pageInfo: PageInfo })) }),
  },
  /** What a copy of some comments must leave out or lacks for a viewer. */
  visibleComments: {
    method: "post",
    path: "/internal/comments/visible",
    summary: "Which of these comments a viewer may see, with their revisions; and the comments that they wrote last",
    access: "service",
    body: z.strictObject({ viewer: UserId, ids: z.array(CommentId).max(1_000) }),
    response: z.object({
      visible: z.array(z.object({ id: CommentId, revision: Revision })),
      newest: z.array(z.object({ id: CommentId, postId: PostId, parentCommentId: CommentId.nullable(), createdAt: Timestamp })),
    }),
  },
  commentsAfter: {
    method: "get",
    path: "/internal/comments/written",
    summary: "Comments in the order of their ids, some at a time, without what they say: for those who count them",
    access: "service",
    query: z.strictObject({ after: CommentId.optional() }),
    response: z.object({ comments: z.array(CountedComment), next: CommentId.nullable() }),
  },
  visibleComment: {
    method: "get",
    path: "/internal/comments/:id/visible",
    summary: "A comment, as a viewer sees it",
    access: "service",
    ...byId,
    query: z.strictObject({ viewer: UserId.optional() }),
    response: Comment,
    errors: ["not_found"],
  },
  commentExport: {
    method: "get",
    path: "/internal/users/:id/export",
    summary: "A user's comments, what they said before, and comment likes",
    access: "service",
    params: z.object({ id: UserId }),
    query: z.strictObject({ section: z.enum(["comments", "commentVersions", "commentLikes"]), after: Id.optional() }),
    response: z.object({ items: z.array(z.unknown()), next: Id.nullable() }),
  },
});
