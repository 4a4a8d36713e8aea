import * as z from "zod";
import { heldStates } from "../content-moderation.ts";
import { Post, PostStatus, QuotedPost, Visibility } from "../dto.ts";
import { Id, PostId, UserId } from "../ids.ts";
import { OpenEnum, PageQuery, pageOf, Revision, Timestamp } from "../primitives.ts";
import { defineRoutes } from "./define.ts";

const common = { service: "post-service", tag: "Posts" } as const;
const ofUser = { params: z.object({ id: UserId }) };

/** What other services need to know of a post. */
const ListedPost = z.object({
  id: PostId,
  authorId: UserId,
  status: OpenEnum([...PostStatus.options, ...heldStates]),
  visibility: Visibility,
  revision: Revision,
});
export type ListedPost = z.infer<typeof ListedPost>;
/** The same with whether its author takes comments of the viewer; older instances do not say. */
const VisiblePost = ListedPost.extend({ mayComment: z.boolean().default(true) });
export type VisiblePost = z.infer<typeof VisiblePost>;

/** What other services count of a like or a repost. `changedAt` is when the user last liked or reposted the post. */
const CountedReaction = z.object({ id: Id, postId: PostId, postAuthorId: UserId, userId: UserId, revision: Revision, changedAt: Timestamp });

/** For other services only. */
export const postInternalRoutes = defineRoutes(common, {
  access: {
    method: "post",
    path: "/internal/posts/access",
    summary: "The posts that a viewer may see: unknown, deleted and hidden ones are left out",
    access: "service",
    body: z.strictObject({ viewer: UserId.nullable(), postIds: z.array(PostId).max(500) }),
    response: z.object({ posts: z.array(VisiblePost) }),
  },
  accessOfMany: {
    method: "post",
    path: "/internal/posts/access-of-many",
    summary: "Whether viewers may see a post each: an answer per request, in order; null for unknown, deleted and hidden posts",
    access: "service",
    body: z.strictObject({ asked: z.array(z.strictObject({ viewer: UserId.nullable(), postId: PostId })).max(500) }),
    response: z.object({ answers: z.array(VisiblePost.nullable()) }),
  },
  postsOfMany: {
    method: "post",
    path: "/internal/posts/of-many",
    summary:
      "A post for each viewer, as their lists show it: an answer per request, in order; null for unknown, deleted and hidden posts, and those of whom the viewer has muted",
    access: "service",
    body: z.strictObject({ asked: z.array(z.strictObject({ viewer: UserId.nullable(), postId: PostId })).max(100) }),
    response: z.object({ answers: z.array(Post.nullable()) }),
  },
  commentedPosts: {
    method: "post",
    path: "/internal/posts/commented",
    summary: "Of posts that a user has commented on, those that a viewer may see; null where the viewer sees nothing of the user's",
    access: "service",
    body: z.strictObject({ viewer: UserId.nullable(), authorId: UserId, postIds: z.array(PostId).max(101) }),
    response: z.object({ posts: z.array(QuotedPost).nullable() }),
  },
  publicPage: {
    method: "post",
    path: "/internal/posts/public",
    summary: "A page of the public feed as a viewer sees it, without the posts' content",
    access: "service",
    body: z.strictObject({ viewer: UserId.nullable(), limit: z.int().min(1).max(100), cursor: PageQuery.shape.cursor }),
    response: pageOf(ListedPost),
  },
  publishedAfter: {
    method: "get",
    path: "/internal/posts/published",
    summary: "Published posts in the order of their ids, some at a time: for those who begin to keep something of them",
    access: "service",
    query: z.strictObject({ after: PostId.optional() }),
    response: z.object({ posts: z.array(Post), next: PostId.nullable() }),
  },
  firstPublic: {
    method: "get",
    path: "/internal/posts/first-public",
    summary: "When the first public post that is there was published",
    access: "service",
    response: z.object({ at: Timestamp.nullable() }),
  },
  publicDay: {
    method: "get",
    path: "/internal/posts/public-day",
    summary: "The newest public posts of a day in UTC, 2,000 at most",
    access: "service",
    query: z.strictObject({ day: z.iso.date() }),
    response: z.object({ posts: z.array(z.object({ id: PostId, username: z.string(), updatedAt: Timestamp })) }),
  },
  likesAfter: {
    method: "get",
    path: "/internal/posts/likes",
    summary: "Likes of posts in the order of their ids, some at a time: for those who count them",
    access: "service",
    query: z.strictObject({ after: Id.optional() }),
    response: z.object({ likes: z.array(CountedReaction), next: Id.nullable() }),
  },
  repostsAfter: {
    method: "get",
    path: "/internal/posts/reposts",
    summary: "Reposts in the order of their ids, some at a time: for those who count them",
    access: "service",
    query: z.strictObject({ after: Id.optional() }),
    response: z.object({ reposts: z.array(CountedReaction), next: Id.nullable() }),
  },
  postExport: {
    method: "get",
    path: "/internal/users/:id/export",
    summary: "A user's posts, likes, reposts, votes in polls, bookmarks, muted posts, pinned post and followed tags",
    access: "service",
    ...ofUser,
    query: z.strictObject({
      section: z.enum(["posts", "postVersions", "postLikes", "postReposts", "pollVotes", "bookmarks", "mutedPosts", "pinnedPosts", "followedTags", "drafts"]),
      after: Id.optional(),
    }),
    response: z.object({ items: z.array(z.unknown()), next: Id.nullable() }),
  },
});
