import { federation } from "./schema/federation.ts";
import { inputs } from "./schema/inputs.ts";
import { notificationObjects } from "./schema/notification-objects.ts";
import { objects } from "./schema/objects.ts";
import { results } from "./schema/results.ts";
import { subscriptions } from "./schema/subscriptions.ts";

const operations = /* GraphQL */ `
  type Query {
    "The public feed, newest first"
    getPosts(input: FeedInput): PostsResult
    "The home feed: your own posts, those of the users that you follow, and what they have reposted"
    getNewsFeed(limit: Int = 20, cursor: ID, category: ID): NewsFeed
    getPost(id: ID!): PostResult
    "What a post said before its changes, newest first"
    postHistory(id: ID!): [PostVersion!]
    "What a comment said before its changes, newest first"
    commentHistory(id: ID!): [CommentVersion!]
    "The posts that you have bookmarked and may see, the last one bookmarked first"
    bookmarks(limit: Int = 20, cursor: ID): PostsResult
    "The posts whose conversations you have muted, and may see, the last one muted first"
    mutedPosts(limit: Int = 20, cursor: ID): PostsResult
    "The posts that you like and may see, the last one liked first"
    likedPosts(limit: Int = 20, cursor: ID): PostsResult
    "Your scheduled posts, the next one to be published first"
    scheduledPosts(limit: Int = 20, cursor: ID): PostsResult
    "Who likes a post, the last one first"
    likers(postId: ID!, limit: Int = 20, cursor: ID): PeopleResult
    "Who has reposted a post, the last one first"
    reposters(postId: ID!, limit: Int = 20, cursor: ID): PeopleResult
    "A user's posts, newest first; with media, those that are published with pictures, videos or documents"
    userPosts(userId: ID!, media: Boolean = false, limit: Int = 20, cursor: ID): PostsResult
    "The post that a user shows first on their profile"
    pinnedPost(userId: ID!): PostResult
    "A user's comments under posts that you may see, newest first"
    userComments(userId: ID!, limit: Int = 20, cursor: ID): UserCommentsResult
    "The posts that a user likes, the last one liked first; forbidden where that is not public"
    userLikes(userId: ID!, limit: Int = 20, cursor: ID): PostsResult
    "The posts that a user has reposted, the last one reposted first"
    userReposts(userId: ID!, limit: Int = 20, cursor: ID): PostsResult
    "Public posts that most people like and comment, the most popular first"
    popularPosts(window: PopularWindow = day, limit: Int = 10): PostsResult
    "The first posts, users and tags that a search finds, or those of one type"
    search(q: String!, type: SearchType, limit: Int = 5): SearchResult
    "Public posts with a tag, newest first"
    tag(tag: String!, limit: Int = 20, cursor: ID): TagResult
    "The tags that you follow, by name"
    followedTags: [TagState!]
    "Tags by how they begin, the most used first"
    searchTags(q: String!, limit: Int = 20): [TagHit!]
    "The categories that a post can be in, in their order"
    categories: [Category!]
    "Tags that most people use today, the most talked of first"
    trends(limit: Int = 10): [Trend!]
    "Comments of a post, or with parentCommentId the direct replies to one of them, newest first without an order; around is a comment in the middle of the page"
    getComments(postId: ID!, limit: Int = 20, cursor: ID, order: CommentOrder, parentCommentId: ID, around: ID): CommentsResult
    "One comment with those above it"
    getCommentThread(id: ID!): CommentThreadResult
    getComment(id: ID!): CommentResult
    "Posts that a search finds, the best first"
    searchPosts(q: String!, limit: Int = 20, cursor: ID): PostsResult
    "Users that a search finds, the best first"
    searchUsers(q: String!, limit: Int = 20, cursor: ID): UsersResult
    user(id: ID!): UserResult
    userByUsername(username: String!): UserResult
    "Whom most of those follow whom you follow"
    suggestedUsers(limit: Int = 10): [SuggestedUser!]
    followers(userId: ID!, limit: Int = 20, cursor: ID): UsersResult
    "The users that a user follows"
    following(userId: ID!, limit: Int = 20, cursor: ID): UsersResult
    "The users who ask to follow you, as your account is private"
    followRequests(limit: Int = 20, cursor: ID): UsersResult
    blockedUsers(limit: Int = 20, cursor: ID): UsersResult
    mutedUsers(limit: Int = 20, cursor: ID): UsersResult
    "Your inbox, newest first; or what of it is of one type, or unread"
    notifications(type: NotificationCategory, unread: Boolean, limit: Int = 20, cursor: ID): NotificationsResult
    "The numbers of unread and of unseen notifications"
    unreadCount: InboxResult
    "Why you did, or did not, hear of something: one of a notification, a post and what happens under it, or an event of the last 24 hours"
    whyNotified(notification: ID, post: ID, event: ID): WhyNotifiedResult
    "Do this user's new posts notify you?"
    bell(userId: ID!): BellResult
    "What you have begun to write on any device, the last one begun first"
    drafts(limit: Int = 20, cursor: ID): DraftsResult
    draft(id: ID!): DraftResult
    "An upload"
    media(id: ID!): MediaResult
    "A user's uploads, newest first: of others' those of posts that you may see, and of the profile"
    userMedia(userId: ID!, limit: Int = 20, cursor: ID): MediaListResult
    "The rules of the community; null where there are none"
    communityRules: String
    "The signed-in user; null for a visitor"
    me: User
    "What the signed-in user has set; null for a visitor"
    preferences: Preferences
    "Where the signed-in user's notifications go; null for a visitor"
    notificationPreferences: NotificationPreferences
  }

  type Mutation {
    createPost(input: CreatePostInput!): PostResult
    updatePost(id: ID!, input: UpdatePostInput!): PostResult
    deletePost(id: ID!): PostResult
    likePost(id: ID!): PostResult
    unlikePost(id: ID!): PostResult
    "Nobody else learns of it"
    bookmarkPost(id: ID!): PostResult
    "Also of a post that you may no longer see"
    removeBookmark(id: ID!): PostResult
    "Nothing about it, or under it, notifies you: until then (ISO 8601), or for good. Nobody else learns of it"
    mutePost(id: ID!, until: String): PostResult
    "Also of a post that you may no longer see"
    unmutePost(id: ID!): PostResult
    "Shows it first on your profile"
    pinPost(id: ID!): PostResult
    unpinPost(id: ID!): PostResult
    "A public post; your followers find it in their home feeds"
    repostPost(id: ID!): PostResult
    "Also of a post that you may no longer see"
    removeRepost(id: ID!): PostResult
    "Once, and for good. option: its place, from 0"
    votePoll(id: ID!, option: Int!): PostResult
    "A hundred drafts at most"
    createDraft(input: DraftInput!): DraftResult
    "Replaces a draft, if it still has the revision that you know: another device may have changed it (conflict)"
    updateDraft(id: ID!, revision: Int!, input: DraftInput!): DraftResult
    deleteDraft(id: ID!): DraftResult
    "Two or three sentences of a text, or about it. It is worked on, never obeyed"
    summarize(content: String!): WrittenResult
    "A title of at most sixty characters"
    suggestTitle(content: String!): WrittenResult
    createComment(input: CreateCommentInput!): CommentResult
    updateComment(id: ID!, content: String!): CommentResult
    "For the comment's author and for the post's"
    deleteComment(id: ID!): CommentResult
    updateNotificationPreferences(input: UpdateNotificationPreferencesInput!): NotificationPreferencesResult
    likeComment(id: ID!): CommentResult
    unlikeComment(id: ID!): CommentResult
    updateProfile(input: UpdateProfileInput!): UserResult
    "Follows a user, or asks to, where the account is private"
    followUser(id: ID!): FollowResult
    "Takes back a request to follow, too"
    unfollowUser(id: ID!): FollowResult
    approveFollowRequest(id: ID!): UserResult
    refuseFollowRequest(id: ID!): UserResult
    "The user does not follow you any more"
    removeFollower(id: ID!): UserResult
    "Neither sees, follows nor is notified of the other"
    blockUser(id: ID!): UserResult
    unblockUser(id: ID!): UserResult
    "Your lists and notifications leave the user out: until then (ISO 8601), or for good. They do not learn of it"
    muteUser(id: ID!, until: String): UserResult
    unmuteUser(id: ID!): UserResult
    "The new posts of a user whom you follow notify you. Nobody else learns of it"
    setBell(userId: ID!): BellResult
    removeBell(userId: ID!): BellResult
    "Its public posts are in your home feed"
    followTag(tag: String!): FollowedTagResult
    unfollowTag(tag: String!): FollowedTagResult
    "Uploads are made over REST or gRPC"
    deleteMedia(id: ID!): MediaResult
    "Tells moderators of a post, comment, profile or upload that you can see; again, it is the same report"
    createReport(input: CreateReportInput!): ReportResult
    "Against what was done about your content, once: another moderator decides. caseId stands in its moderation"
    appealCase(id: ID!, text: String!): ReportResult
    updatePreferences(input: UpdatePreferencesInput!): PreferencesResult
    readNotification(id: ID!): InboxResult
    "Marks it as unread again"
    unreadNotification(id: ID!): InboxResult
    "Marks what is about a post as read"
    readPostNotifications(postId: ID!): InboxResult
    readAllNotifications: InboxResult
    "Your inbox was looked at: what was there until then, or now, is seen, and stays unread"
    seeNotifications(until: String): InboxResult
  }
`;

/**
 * The GraphQL schema. Every field that a call of a service resolves is nullable, so that a document gets the rest while
 * one service is down.
 */
export const typeDefs = [operations, subscriptions, inputs, results, objects, notificationObjects, federation].join("\n");
