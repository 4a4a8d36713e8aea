import * as z from "zod";
import {
  AltText,
  Author,
  CategorySlug,
  ContentWarning,
  FeedPost,
  Post,
  PostContent,
  PostLocation,
  PostStatus,
  PostTitle,
  PostType,
  Visibility,
} from "../dto.ts";
import { DraftId, MediaId, PostId, UserId } from "../ids.ts";
import { NewPoll, Poll } from "../poll.ts";
import { ClientMutationId, LinkUrl, PageQuery, pageOf, Revision, Timestamp } from "../primitives.ts";
import { pollBounds } from "../text.ts";
import { defineRoutes } from "./define.ts";

const common = { service: "post-service", tag: "Posts" } as const;
const byId = { params: z.object({ id: PostId }) };
const ofUser = { params: z.object({ id: UserId }) };

const AltTexts = z
  .array(z.strictObject({ mediaId: MediaId, alt: AltText.meta({ description: "Empty: none" }) }).meta({ id: "AltText" }))
  .max(10)
  .refine((texts) => new Set(texts.map(({ mediaId }) => mediaId)).size === texts.length, "must not name an upload twice");

export const CreatePost = z
  .strictObject({
    content: PostContent.default(""),
    title: PostTitle.optional(),
    postType: PostType,
    mediaIds: z.array(MediaId).max(10).default([]),
    mediaUrls: z.array(LinkUrl).max(10).default([]),
    altTexts: AltTexts.default([]).meta({ description: "What uploads of `mediaIds` show, in words" }),
    sensitive: z.boolean().default(false),
    contentWarning: ContentWarning.nullable().default(null),
    quotedPostId: PostId.optional().meta({ description: "A public post that you may see, and whose author allows it" }),
    quotable: z.boolean().default(true).meta({ description: "Others may quote it" }),
    poll: NewPoll.optional(),
    category: CategorySlug.nullable().default(null).meta({ description: "One of those of `GET /api/v1/categories`" }),
    location: PostLocation.nullable().default(null).meta({ description: "Where you write it, in your words" }),
    visibility: Visibility.default("public"),
    status: PostStatus.default("published").meta({ example: "scheduled" }),
    publishAt: Timestamp.optional().meta({ description: "With `status: scheduled`: when it is to be published, from five seconds to a year ahead" }),
    clientMutationId: ClientMutationId.optional(),
    draftId: DraftId.optional().meta({ description: "A draft of yours that the post is made of: it is deleted" }),
  })
  .refine((post) => post.content || post.title || post.mediaIds.length > 0 || post.mediaUrls.length > 0, {
    message: "is required: a post has content, a title or media",
    path: ["content"],
  })
  .refine(({ status, publishAt }) => (status === "scheduled") === (publishAt !== undefined), {
    message: "is required of a scheduled post, and of no other",
    path: ["publishAt"],
  })
  .meta({ id: "CreatePost" });
export type CreatePost = z.output<typeof CreatePost>;

export const UpdatePost = z
  .strictObject({
    content: PostContent,
    title: PostTitle.nullable(),
    altTexts: AltTexts.meta({ description: "Of the post's media; one that is left out keeps its text, an empty one removes it" }),
    sensitive: z.boolean(),
    contentWarning: ContentWarning.nullable(),
    category: CategorySlug.nullable(),
    quotable: z.boolean().meta({ description: "Posts that quote it already stay" }),
    location: PostLocation.nullable(),
    poll: NewPoll.nullable().meta({ description: "As long as nobody has voted; its time begins again" }),
    visibility: Visibility,
    status: PostStatus.meta({ description: "A draft or a scheduled post becomes any other; a published post stays published" }),
    publishAt: Timestamp.meta({ description: "Of a scheduled post, or one that becomes scheduled: from five seconds to a year ahead" }),
  })
  .partial()
  .refine((body) => Object.keys(body).length > 0, "must change something")
  .meta({ id: "UpdatePost", minProperties: 1 });
export type UpdatePost = z.output<typeof UpdatePost>;

export const LikeState = z.object({ liked: z.boolean(), likeCount: z.int(), revision: Revision }).meta({ id: "LikeState" });
export type LikeState = z.infer<typeof LikeState>;

export const RepostState = z.object({ reposted: z.boolean(), repostCount: z.int(), revision: Revision }).meta({ id: "RepostState" });
export type RepostState = z.infer<typeof RepostState>;

const Vote = z
  .strictObject({
    option: z
      .int()
      .min(0)
      .max(pollBounds.options.max - 1)
      .meta({ description: "The place of the option, from 0" }),
  })
  .meta({ id: "Vote" });
const PollState = z.object({ poll: Poll, revision: Revision.meta({ description: "Of the post" }) }).meta({ id: "PollState" });
export type PollState = z.infer<typeof PollState>;

export const PostVersion = z
  .object({ title: z.string().nullable(), content: z.string(), writtenAt: Timestamp, endedAt: Timestamp.meta({ description: "When it was changed" }) })
  .meta({ id: "PostVersion" });
export type PostVersion = z.infer<typeof PostVersion>;
const BookmarkState = z.object({ bookmarked: z.boolean() }).meta({ id: "BookmarkState" });
export type BookmarkState = z.infer<typeof BookmarkState>;

const PinState = z.object({ pinned: z.boolean() }).meta({ id: "PinState" });
export type PinState = z.infer<typeof PinState>;

const FeedQuery = PageQuery.safeExtend({ category: CategorySlug.optional().meta({ description: "Only posts in this category" }) });
/** What a category picks out of a home feed cannot be counted to. */
const HomeFeedQuery = FeedQuery.refine(({ category, page }) => category === undefined || page === undefined, {
  message: "cannot be combined with category: read on with cursor, the endCursor of the page before",
  path: ["page"],
});

const UserPostsQuery = PageQuery.safeExtend({
  media: z.literal("true").optional().meta({ description: "Only what is published with pictures, videos or documents" }),
});

export const postRoutes = defineRoutes(common, {
  homeFeed: {
    method: "get",
    path: "/api/v1/feed",
    aliases: ["/api/v1/posts/feed", "/api/posts/feed"],
    summary:
      "The home feed: your own posts, those of the users that you follow, what they have reposted, and public posts with tags that you follow; each once",
    access: "user",
    query: HomeFeedQuery,
    response: pageOf(FeedPost),
  },
  listPosts: {
    method: "get",
    path: "/api/v1/posts",
    summary: "The public feed, newest first",
    access: "anyone",
    query: FeedQuery,
    response: pageOf(Post),
  },
  createPost: {
    method: "post",
    path: "/api/v1/posts",
    summary: "Write a post, at once, as a draft, or to be published at a time",
    access: "user",
    limit: "createPost",
    idempotent: true,
    body: CreatePost,
    response: Post,
    status: 201,
    errors: ["forbidden"],
  },
  listScheduledPosts: {
    method: "get",
    path: "/api/v1/posts/scheduled",
    summary: "Your scheduled posts, the next one to be published first",
    access: "user",
    query: PageQuery,
    response: pageOf(Post),
  },
  getPost: {
    method: "get",
    path: "/api/v1/posts/:id",
    summary: "One post",
    access: "anyone",
    ...byId,
    response: Post,
    errors: ["not_found"],
  },
  updatePost: {
    method: "patch",
    path: "/api/v1/posts/:id",
    summary: "Change a post; publish or schedule one that is not published",
    access: "user",
    ...byId,
    body: UpdatePost,
    response: Post,
    errors: ["not_found", "not_owner"],
  },
  postHistory: {
    method: "get",
    path: "/api/v1/posts/:id/history",
    summary: "What a post said before its changes, newest first: the last 20 versions that stood for five minutes or more",
    access: "anyone",
    ...byId,
    response: z.object({ data: z.array(PostVersion) }),
    errors: ["not_found"],
  },
  deletePost: {
    method: "delete",
    path: "/api/v1/posts/:id",
    summary: "Delete a post with its comments and media",
    access: "user",
    ...byId,
    errors: ["not_found", "not_owner"],
  },
  likePost: {
    method: "post",
    path: "/api/v1/posts/:id/like",
    summary: "Like a post (idempotent)",
    access: "user",
    ...byId,
    response: LikeState,
    errors: ["not_found"],
  },
  unlikePost: {
    method: "delete",
    path: "/api/v1/posts/:id/like",
    summary: "Remove a like (idempotent)",
    access: "user",
    ...byId,
    response: LikeState,
    errors: ["not_found"],
  },
  listLikers: {
    method: "get",
    path: "/api/v1/posts/:id/likes",
    summary: "Who likes a post, the last one first",
    access: "anyone",
    ...byId,
    query: PageQuery,
    response: pageOf(Author),
    errors: ["not_found"],
  },
  repost: {
    method: "post",
    path: "/api/v1/posts/:id/repost",
    summary: "Repost a public post: your followers find it in their home feeds (idempotent)",
    access: "user",
    limit: "repost",
    ...byId,
    response: RepostState,
    errors: ["not_found", "forbidden"],
  },
  removeRepost: {
    method: "delete",
    path: "/api/v1/posts/:id/repost",
    summary: "Take a repost back, also of a post that you may no longer see (idempotent)",
    access: "user",
    ...byId,
    response: RepostState,
    errors: ["not_found"],
  },
  listReposters: {
    method: "get",
    path: "/api/v1/posts/:id/reposts",
    summary: "Who has reposted a post, the last one first; users with private accounts only to their followers and to the post's author",
    access: "anyone",
    ...byId,
    query: PageQuery,
    response: pageOf(Author),
    errors: ["not_found"],
  },
  listUserReposts: {
    method: "get",
    path: "/api/v1/users/:id/reposts",
    summary: "The posts that a user has reposted and you may see, the last one reposted first",
    access: "anyone",
    ...ofUser,
    query: PageQuery,
    response: pageOf(Post),
    errors: ["not_found"],
  },
  votePoll: {
    method: "post",
    path: "/api/v1/posts/:id/poll/votes",
    summary: "Vote in the poll of a post: once, and for good (idempotent for the same option)",
    access: "user",
    ...byId,
    body: Vote,
    response: PollState,
    errors: ["not_found", "conflict"],
  },
  listBookmarks: {
    method: "get",
    path: "/api/v1/bookmarks",
    summary: "The posts that you have bookmarked and may see, the last one bookmarked first",
    access: "user",
    query: PageQuery,
    response: pageOf(Post),
  },
  bookmarkPost: {
    method: "post",
    path: "/api/v1/posts/:id/bookmark",
    summary: "Bookmark a post; nobody else learns of it (idempotent)",
    access: "user",
    ...byId,
    response: BookmarkState,
    errors: ["not_found"],
  },
  removeBookmark: {
    method: "delete",
    path: "/api/v1/posts/:id/bookmark",
    summary: "Remove a bookmark, also of a post that you may no longer see (idempotent)",
    access: "user",
    ...byId,
    response: BookmarkState,
  },
  listLikedPosts: {
    method: "get",
    path: "/api/v1/users/me/likes",
    summary: "The posts that you like and may see, the last one liked first",
    access: "user",
    query: PageQuery,
    response: pageOf(Post),
  },
  listUserPosts: {
    method: "get",
    path: "/api/v1/users/:id/posts",
    summary: "A user's posts, newest first (your own drafts too)",
    access: "anyone",
    ...ofUser,
    query: UserPostsQuery,
    response: pageOf(Post),
    errors: ["not_found"],
  },
  pinPost: {
    method: "post",
    path: "/api/v1/posts/:id/pin",
    summary: "Show a post of yours first on your profile, in place of another (idempotent)",
    access: "user",
    ...byId,
    response: PinState,
    errors: ["not_found", "not_owner", "forbidden"],
  },
  unpinPost: {
    method: "delete",
    path: "/api/v1/posts/:id/pin",
    summary: "Show a post no longer first on your profile (idempotent)",
    access: "user",
    ...byId,
    response: PinState,
  },
  pinnedPost: {
    method: "get",
    path: "/api/v1/users/:id/pinned",
    summary: "The post that a user shows first on their profile; null where there is none that you may see",
    access: "anyone",
    ...ofUser,
    response: z.object({ post: Post.nullable() }),
    errors: ["not_found"],
  },
  listUserLikes: {
    method: "get",
    path: "/api/v1/users/:id/likes",
    summary: "The posts that a user likes and you may see, the last one liked first; of users whose likes are public, and of yourself",
    access: "anyone",
    ...ofUser,
    query: PageQuery,
    response: pageOf(Post),
    errors: ["not_found", "forbidden"],
  },
});
