import type { Author, Comment, Post, User } from "@newfeed/shared/contracts/dto.ts";
import type { PostId } from "@newfeed/shared/contracts/ids.ts";
import type { Page } from "@newfeed/shared/contracts/primitives.ts";
import { avatarAt, headerAt, type PictureSize } from "@newfeed/shared/contracts/profile-pictures.ts";
import { bellRoutes } from "@newfeed/shared/contracts/routes/bells.ts";
import { categoryRoutes } from "@newfeed/shared/contracts/routes/categories.ts";
import { commentRoutes } from "@newfeed/shared/contracts/routes/comments.ts";
import { discoveryRoutes } from "@newfeed/shared/contracts/routes/discovery.ts";
import { type NotificationPreferences, notificationPreferenceRoutes } from "@newfeed/shared/contracts/routes/notification-preferences.ts";
import { notificationRoutes } from "@newfeed/shared/contracts/routes/notifications.ts";
import { postMuteRoutes } from "@newfeed/shared/contracts/routes/post-mutes.ts";
import { postRoutes } from "@newfeed/shared/contracts/routes/posts.ts";
import { preferenceRoutes } from "@newfeed/shared/contracts/routes/preferences.ts";
import { searchRoutes } from "@newfeed/shared/contracts/routes/search.ts";
import { tagRoutes } from "@newfeed/shared/contracts/routes/tags.ts";
import { userRoutes } from "@newfeed/shared/contracts/routes/users.ts";
import { whyNotifiedRoutes } from "@newfeed/shared/contracts/routes/why-notified.ts";
import { withoutNulls } from "@newfeed/shared/http/route-input.ts";
import type { ListOwner } from "./comment-lists.ts";
import type { GraphqlContext } from "./context.ts";
import { federationQueries } from "./entities.ts";
import { mediaMutations, mediaQueries } from "./media-resolvers.ts";
import { moderationMutations, moderationQueries } from "./moderation-resolvers.ts";
import { resultOf } from "./results.ts";
import { noPage, userMutations, userQueries } from "./user-resolvers.ts";
import { writingMutations, writingQueries } from "./writing-resolvers.ts";

type Input = Record<string, unknown>;
type ChannelsInput = Input & { type: string };
type ById = { id: string };
type OfPost = { postId: string };
type ListArguments = { limit?: number | null; cursor?: string | null };
type OfUserId = { userId: string };
type OfUser = ListArguments & OfUserId;

const nestedLimit = 10;

/** A picture of a profile in the size that is asked for. */
const inSize =
  <Name extends "avatarUrl" | "headerUrl">(name: Name, at: (url: string, size: PictureSize) => string) =>
  (of: Record<Name, string | null>, { size }: { size?: Uppercase<PictureSize> | null }): string | null => {
    const url = of[name];
    return url && size ? at(url, size.toLowerCase() as PictureSize) : url;
  };
const avatarUrl = inSize("avatarUrl", avatarAt);

/** A list within a list: first pages share one call; a later page is a call of its own. Null if its owner is unknown. */
async function nestedComments(
  of: ListOwner,
  { id, postId }: { id: string; postId: PostId },
  { limit, cursor }: ListArguments,
  { call, commentLists }: GraphqlContext,
) {
  if (!cursor) return (await commentLists(of, id, limit ?? nestedLimit))?.data ?? null;
  const query = { limit: limit ?? nestedLimit, cursor, ...(of === "comment" && { parentCommentId: id }) };
  return (await call(commentRoutes.listPostComments, { params: { id: postId }, query })).data;
}

const noPosts = { posts: [], hasMore: false, pageInfo: noPage };

const nobody = { people: [], pageInfo: noPage };

const asPeople = ({ data, pageInfo }: Page<Author>) => ({ people: data, pageInfo });
const noNotifications = { notifications: [], pageInfo: noPage };

/** GraphQL has no objects with keys of their own: a list of the types, each with its channels. */
const asList = ({ types, ...preferences }: NotificationPreferences) => ({
  ...preferences,
  types: Object.entries(types).map(([type, channels]) => ({ type, ...channels })),
});

const asPosts = ({ data, pageInfo }: Page<Post>) => ({ posts: data, pageInfo });

/** A field without a resolver has the same name in REST. */
export const resolvers = {
  Query: {
    ...userQueries,
    ...writingQueries,
    ...mediaQueries,
    ...moderationQueries,
    ...federationQueries,
    getPosts: resultOf(async ({ input }: { input?: Input | null }, { call }) => asPosts(await call(postRoutes.listPosts, { query: input ?? {} })), noPosts),
    getNewsFeed: resultOf(async (query: ListArguments & { category?: string | null }, { call }) => {
      const { data, pageInfo } = await call(postRoutes.homeFeed, { query });
      return { posts: data, hasMore: pageInfo.hasNextPage, nextCursor: pageInfo.endCursor };
    }, noPosts),
    getPost: resultOf(async ({ id }: ById, { call }) => ({ post: await call(postRoutes.getPost, { params: { id } }) })),
    bookmarks: resultOf(async (query: ListArguments, { call }) => asPosts(await call(postRoutes.listBookmarks, { query })), noPosts),
    mutedPosts: resultOf(async (query: ListArguments, { call }) => asPosts(await call(postMuteRoutes.listMutedPosts, { query })), noPosts),
    likedPosts: resultOf(async (query: ListArguments, { call }) => asPosts(await call(postRoutes.listLikedPosts, { query })), noPosts),
    scheduledPosts: resultOf(async (query: ListArguments, { call }) => asPosts(await call(postRoutes.listScheduledPosts, { query })), noPosts),
    likers: resultOf(
      async ({ postId: id, ...query }: ListArguments & OfPost, { call }) => asPeople(await call(postRoutes.listLikers, { params: { id }, query })),
      nobody,
    ),
    reposters: resultOf(
      async ({ postId: id, ...query }: ListArguments & OfPost, { call }) => asPeople(await call(postRoutes.listReposters, { params: { id }, query })),
      nobody,
    ),
    userPosts: resultOf(
      async ({ userId: id, media, ...query }: OfUser & { media?: boolean | null }, { call }) =>
        asPosts(await call(postRoutes.listUserPosts, { params: { id }, query: { ...query, ...(media && { media: "true" }) } })),
      noPosts,
    ),
    pinnedPost: resultOf(async ({ userId: id }: { userId: string }, { call }) => await call(postRoutes.pinnedPost, { params: { id } })),
    userComments: resultOf(
      async ({ userId: id, ...query }: OfUser, { call }) => {
        const { data, pageInfo } = await call(commentRoutes.listUserComments, { params: { id }, query });
        return { comments: data, pageInfo };
      },
      { comments: [], pageInfo: noPage },
    ),
    userLikes: resultOf(
      async ({ userId: id, ...query }: OfUser, { call }) => asPosts(await call(postRoutes.listUserLikes, { params: { id }, query })),
      noPosts,
    ),
    userReposts: resultOf(
      async ({ userId: id, ...query }: OfUser, { call }) => asPosts(await call(postRoutes.listUserReposts, { params: { id }, query })),
      noPosts,
    ),
    popularPosts: resultOf(async (query: { window?: string | null; limit?: number | null }, { call }) => {
      const { data } = await call(discoveryRoutes.popularPosts, { query });
      return { ...noPosts, posts: data };
    }, noPosts),
    search: resultOf(
      async (query: { q: string; type?: string | null; limit?: number | null }, { call }) => {
        const { posts, users, tags } = await call(searchRoutes.search, { query });
        return { posts: posts?.data.map(({ post }) => post) ?? [], users: users?.data ?? [], tags: tags?.data ?? [] };
      },
      { posts: [], users: [], tags: [] },
    ),
    tag: resultOf(async ({ tag, ...query }: ListArguments & { tag: string }, { call }) => {
      const params = { tag };
      const [state, page] = await Promise.all([call(tagRoutes.getTag, { params }), call(tagRoutes.listTagPosts, { params, query })]);
      return { ...state, ...asPosts(page) };
    }, noPosts),
    getComments: resultOf(
      // By the route that calls the post what the document calls it.
      async (query: ListArguments & { postId: string; order?: string | null; parentCommentId?: string | null; around?: string | null }, { call }) => {
        const { data, pageInfo, previousCursor, streamCursor, mayComment } = await call(commentRoutes.listComments, { query });
        return { comments: data, hasMore: pageInfo.hasNextPage, nextCursor: pageInfo.endCursor, previousCursor, streamCursor, mayComment };
      },
      { comments: [], hasMore: false },
    ),
    getComment: resultOf(async ({ id }: ById, { call }) => ({ comment: await call(commentRoutes.getComment, { params: { id } }) })),
    searchPosts: resultOf(async (query: ListArguments & { q: string }, { call }) => {
      const { data, pageInfo } = await call(searchRoutes.searchPosts, { query });
      return { posts: data.map(({ post }) => post), pageInfo };
    }, noPosts),
    getCommentThread: resultOf(async ({ id }: ById, { call }) => await call(commentRoutes.getCommentThread, { params: { id } }), {
      ancestors: [],
      hasEarlier: false,
    }),
    notifications: resultOf(async ({ unread, ...query }: ListArguments & { type?: string | null; unread?: boolean | null }, { call }) => {
      const { data, ...inbox } = await call(notificationRoutes.listNotifications, { query: { ...query, ...(unread && { unread: "true" }) } });
      return { ...inbox, notifications: data };
    }, noNotifications),
    whyNotified: resultOf(async (asked: Input, { call }) => ({ reasons: (await call(whyNotifiedRoutes.whyNotified, { query: withoutNulls(asked) })).data }), {
      reasons: [],
    }),
    bell: resultOf(({ userId }: OfUserId, { call }) => call(bellRoutes.getBell, { params: { id: userId } })),
    async postHistory(_parent: unknown, { id }: ById, { call }: GraphqlContext) {
      return (await call(postRoutes.postHistory, { params: { id } })).data;
    },
    async commentHistory(_parent: unknown, { id }: ById, { call }: GraphqlContext) {
      return (await call(commentRoutes.commentHistory, { params: { id } })).data;
    },
    async followedTags(_parent: unknown, _arguments: unknown, { call }: GraphqlContext) {
      return (await call(tagRoutes.listFollowedTags, {})).data;
    },
    async searchTags(_parent: unknown, query: { q: string; limit?: number | null }, { call }: GraphqlContext) {
      return (await call(searchRoutes.searchTags, { query })).data;
    },
    async suggestedUsers(_parent: unknown, query: { limit?: number | null }, { call }: GraphqlContext) {
      return (await call(userRoutes.suggestedUsers, { query })).data;
    },
    unreadCount: resultOf((_given: object, { call }) => call(notificationRoutes.unreadCount, {})),
    async categories(_parent: unknown, _arguments: unknown, { call }: GraphqlContext) {
      return (await call(categoryRoutes.listCategories, {})).data;
    },
    async trends(_parent: unknown, query: { limit?: number | null }, { call }: GraphqlContext) {
      return (await call(discoveryRoutes.trends, { query })).data;
    },
    async me(_parent: unknown, _arguments: unknown, { call, viewer }: GraphqlContext) {
      return viewer && call(userRoutes.getUser, { params: { id: viewer.userId } });
    },
    async preferences(_parent: unknown, _arguments: unknown, { call, viewer }: GraphqlContext) {
      return viewer && call(preferenceRoutes.getPreferences, {});
    },
    async notificationPreferences(_parent: unknown, _arguments: unknown, { call, viewer }: GraphqlContext) {
      return viewer && asList(await call(notificationPreferenceRoutes.getNotificationPreferences, {}));
    },
  },

  Mutation: {
    ...userMutations,
    ...writingMutations,
    ...mediaMutations,
    ...moderationMutations,
    createPost: resultOf(async ({ input }: { input: Input }, { call }) => {
      const post = await call(postRoutes.createPost, { body: withoutNulls(input) });
      return { message: "The post is created.", post };
    }),
    updatePost: resultOf(async ({ id, input }: ById & { input: Input }, { call }) => {
      const removed = Object.fromEntries(
        ["title", "contentWarning", "category", "location", "poll"].filter((name) => input[name] === null).map((name) => [name, null]),
      );
      const body = { ...withoutNulls(input), ...removed };
      return { message: "The post is changed.", post: await call(postRoutes.updatePost, { params: { id }, body }) };
    }),
    deletePost: resultOf(async ({ id }: ById, { call }) => {
      await call(postRoutes.deletePost, { params: { id } });
      return { message: "The post is deleted." };
    }),
    likePost: resultOf(async ({ id }: ById, { call }) => {
      await call(postRoutes.likePost, { params: { id } });
      return { message: "You like the post.", post: () => call(postRoutes.getPost, { params: { id } }) };
    }),
    unlikePost: resultOf(async ({ id }: ById, { call }) => {
      await call(postRoutes.unlikePost, { params: { id } });
      return { message: "You no longer like the post.", post: () => call(postRoutes.getPost, { params: { id } }) };
    }),
    bookmarkPost: resultOf(async ({ id }: ById, { call }) => {
      await call(postRoutes.bookmarkPost, { params: { id } });
      return { message: "The post is bookmarked.", post: () => call(postRoutes.getPost, { params: { id } }) };
    }),
    removeBookmark: resultOf(async ({ id }: ById, { call }) => {
      await call(postRoutes.removeBookmark, { params: { id } });
      return { message: "The bookmark is removed." };
    }),
    mutePost: resultOf(async ({ id, until }: ById & { until?: string | null }, { call }) => {
      await call(postMuteRoutes.mutePost, { params: { id }, body: { until } });
      return { message: "The conversation is muted.", post: () => call(postRoutes.getPost, { params: { id } }) };
    }),
    unmutePost: resultOf(async ({ id }: ById, { call }) => {
      await call(postMuteRoutes.unmutePost, { params: { id } });
      return { message: "The conversation is not muted any more.", post: () => call(postRoutes.getPost, { params: { id } }) };
    }),
    pinPost: resultOf(async ({ id }: ById, { call }) => {
      await call(postRoutes.pinPost, { params: { id } });
      return { message: "The post is pinned.", post: () => call(postRoutes.getPost, { params: { id } }) };
    }),
    unpinPost: resultOf(async ({ id }: ById, { call }) => {
      await call(postRoutes.unpinPost, { params: { id } });
      return { message: "The post is no longer pinned." };
    }),
    repostPost: resultOf(async ({ id }: ById, { call }) => {
      await call(postRoutes.repost, { params: { id } });
      return { message: "The post is reposted.", post: () => call(postRoutes.getPost, { params: { id } }) };
    }),
    removeRepost: resultOf(async ({ id }: ById, { call }) => {
      await call(postRoutes.removeRepost, { params: { id } });
      return { message: "The repost is taken back." };
    }),
    votePoll: resultOf(async ({ id, option }: ById & { option: number }, { call }) => {
      await call(postRoutes.votePoll, { params: { id }, body: { option } });
      return { message: "Your vote is counted.", post: () => call(postRoutes.getPost, { params: { id } }) };
    }),
    createComment: resultOf(async ({ input }: { input: Input }, { call }) => {
      const comment = await call(commentRoutes.createComment, { body: withoutNulls(input) });
      return { message: "The comment is created.", comment };
    }),
    updateComment: resultOf(async ({ id, content }: ById & { content: string }, { call }) => {
      const comment = await call(commentRoutes.updateComment, { params: { id }, body: { content } });
      return { message: "The comment is changed.", comment };
    }),
    deleteComment: resultOf(async ({ id }: ById, { call }) => {
      await call(commentRoutes.deleteComment, { params: { id } });
      return { message: "The comment is deleted." };
    }),
    likeComment: resultOf(async ({ id }: ById, { call }) => {
      await call(commentRoutes.likeComment, { params: { id } });
      return { message: "You like the comment.", comment: () => call(commentRoutes.getComment, { params: { id } }) };
    }),
    unlikeComment: resultOf(async ({ id }: ById, { call }) => {
      await call(commentRoutes.unlikeComment, { params: { id } });
      return { message: "You no longer like the comment.", comment: () => call(commentRoutes.getComment, { params: { id } }) };
    }),
    updatePreferences: resultOf(async ({ input }: { input: Input }, { call }) => {
      const unset = Object.fromEntries(["language", "timeZone"].filter((name) => input[name] === null).map((name) => [name, null]));
      const preferences = await call(preferenceRoutes.updatePreferences, { body: { ...withoutNulls(input), ...unset } });
      return { message: "Your preferences are changed.", preferences };
    }),
    updateNotificationPreferences: resultOf(async ({ input }: { input: Input & { types?: readonly ChannelsInput[] | null } }, { call }) => {
      const { types, ...given } = input;
      const body = {
        ...withoutNulls(given),
        ...(input.quietHours === null && { quietHours: null }),
        ...(types && { types: Object.fromEntries(types.map(({ type, ...channels }) => [type, withoutNulls(channels)])) }),
      };
      const preferences = await call(notificationPreferenceRoutes.updateNotificationPreferences, { body });
      return { message: "Your preferences are changed.", preferences: asList(preferences) };
    }),
    setBell: resultOf(({ userId }: OfUserId, { call }) => call(bellRoutes.setBell, { params: { id: userId } })),
    removeBell: resultOf(({ userId }: OfUserId, { call }) => call(bellRoutes.removeBell, { params: { id: userId } })),
    readNotification: resultOf(({ id }: ById, { call }) => call(notificationRoutes.readNotification, { params: { id }, body: {} })),
    unreadNotification: resultOf(({ id }: ById, { call }) => call(notificationRoutes.unreadNotification, { params: { id }, body: {} })),
    readPostNotifications: resultOf(({ postId }: { postId: string }, { call }) => call(notificationRoutes.readPostNotifications, { body: { postId } })),
    followTag: resultOf((params: { tag: string }, { call }) => call(tagRoutes.followTag, { params })),
    unfollowTag: resultOf((params: { tag: string }, { call }) => call(tagRoutes.unfollowTag, { params })),
    seeNotifications: resultOf((given: object, { call }) => call(notificationRoutes.seeNotifications, { body: withoutNulls(given) })),
    readAllNotifications: resultOf((_given: object, { call }) => call(notificationRoutes.readAllNotifications, { body: {} })),
  },

  // Fetched only if the document asks for it.
  PostResult: {
    post: ({ post }: { post?: Post | (() => Promise<Post>) | null }) => (typeof post === "function" ? post() : (post ?? null)),
  },
  CommentResult: {
    comment: ({ comment }: { comment?: Comment | (() => Promise<Comment>) | null }) => (typeof comment === "function" ? comment() : (comment ?? null)),
  },
  UserResult: {
    user: ({ user }: { user?: User | (() => Promise<User>) | null }) => (typeof user === "function" ? user() : (user ?? null)),
  },
  Author: { avatarUrl },
  User: { avatarUrl, headerUrl: inSize("headerUrl", headerAt) },

  Post: {
    comments: ({ id }: Post, list: ListArguments, context: GraphqlContext) => nestedComments("post", { id, postId: id }, list, context),
  },

  Comment: {
    replies: (comment: Comment, list: ListArguments, context: GraphqlContext) => nestedComments("comment", comment, list, context),
  },
};
