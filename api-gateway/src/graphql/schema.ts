/**
 * The GraphQL schema. Every field that a call of a service resolves is nullable, so that a document gets the rest while
 * one service is down.
 */
export const typeDefs = /* GraphQL */ `
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
    "The posts that you like and may see, the last one liked first"
    likedPosts(limit: Int = 20, cursor: ID): PostsResult
    "Who likes a post, the last one first"
    likers(postId: ID!, limit: Int = 20, cursor: ID): PeopleResult
    "Who has reposted a post, the last one first"
    reposters(postId: ID!, limit: Int = 20, cursor: ID): PeopleResult
    "The posts that a user has reposted, the last one reposted first"
    userReposts(userId: ID!, limit: Int = 20, cursor: ID): PostsResult
    "Public posts that most people like and comment, the most popular first"
    popularPosts(window: PopularWindow = day, limit: Int = 10): PostsResult
    "The first posts, users and tags that a search finds, or those of one type"
    search(q: String!, type: SearchType, limit: Int = 5): SearchResult
    "Public posts with a tag, newest first"
    tag(tag: String!, limit: Int = 20, cursor: ID): TagResult
    "The categories that a post can be in, in their order"
    categories: [Category!]
    "Tags that most people use today, the most talked of first"
    trends(limit: Int = 10): [Trend!]
    "Comments of a post, newest first"
    getComments(postId: ID!, limit: Int = 20, cursor: ID): CommentsResult
    "One comment with those above it"
    getCommentThread(id: ID!): CommentThreadResult
    "Your inbox, newest first; or what of it is of one type, or unread"
    notifications(type: NotificationCategory, unread: Boolean, limit: Int = 20, cursor: ID): NotificationsResult
    "The signed-in user; null for a visitor"
    me: User
    "What the signed-in user has set; null for a visitor"
    preferences: Preferences
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
    "A public post; your followers find it in their home feeds"
    repostPost(id: ID!): PostResult
    "Also of a post that you may no longer see"
    removeRepost(id: ID!): PostResult
    createComment(input: CreateCommentInput!): CommentResult
    updateComment(id: ID!, content: String!): CommentResult
    "For the comment's author and for the post's"
    deleteComment(id: ID!): CommentResult
    updatePreferences(input: UpdatePreferencesInput!): PreferencesResult
    readNotification(id: ID!): InboxResult
    "Marks it as unread again"
    unreadNotification(id: ID!): InboxResult
    "Marks what is about a post as read"
    readPostNotifications(postId: ID!): InboxResult
    readAllNotifications: InboxResult
  }

  "Give at most one of cursor, since and page"
  input FeedInput {
    "1 to 100"
    limit: Int = 20
    "endCursor of the page before: posts older than it"
    cursor: ID
    "startCursor of the newest page that was read: posts newer than it, oldest first"
    since: ID
    "For older clients: pages by number end with the 10,000th item"
    page: Int
    "Only posts in this category"
    category: ID
  }

  input CreatePostInput {
    content: String
    title: String
    "TEXT, IMAGE, VIDEO or LINK"
    postType: String!
    "Your own uploads"
    mediaIds: [ID!]
    mediaUrls: [String!]
    "What uploads of mediaIds show, in words"
    altTexts: [AltText!]
    "A public post that you may see, and whose author allows it"
    quotedPostId: ID
    "Others may quote it; true unless given"
    quotable: Boolean
    "The media are shown only when a reader asks for them"
    sensitive: Boolean
    "What readers see in place of the post until they ask for it"
    contentWarning: String
    "The slug of a category"
    category: ID
    "public or followers"
    visibility: String
    "published or draft"
    status: String
    "Unique per author: the same id again creates nothing and answers the first post"
    clientMutationId: String
  }

  input AltText {
    mediaId: ID!
    "Empty: none"
    alt: String!
  }

  enum NotificationCategory {
    mentions
    comments
    likes
    reposts
    follows
  }

  enum SearchType {
    posts
    users
    tags
  }

  "What was liked and commented in the last 24 hours, or 7 days"
  enum PopularWindow {
    day
    week
  }

  "What is left out stays as it is; title, contentWarning or category null removes it"
  input UpdatePostInput {
    content: String
    title: String
    "Of the post's media; one that is left out keeps its text"
    altTexts: [AltText!]
    "Posts that quote it already stay"
    quotable: Boolean
    sensitive: Boolean
    contentWarning: String
    category: ID
    visibility: String
    "published: makes a draft visible"
    status: String
  }

  input CreateCommentInput {
    postId: ID!
    content: String!
    "The comment that this one replies to"
    parentCommentId: ID
    clientMutationId: String
  }

  "What is left out stays as it is; language or timeZone null: the device's"
  input UpdatePreferencesInput {
    "system, light or dark"
    theme: String
    "BCP 47"
    language: String
    "A name of the IANA database"
    timeZone: String
    "everyone, following (those whom you follow) or nobody"
    whoMayMention: String
    "As whoMayMention"
    whoMayComment: String
    "Followers are approved, and only they see your posts"
    privateAccount: Boolean
    contentFilters: ContentFiltersInput
  }

  input ContentFiltersInput {
    words: [String!]!
  }

  "An argument that was refused, under the name that it has in the document: input.content"
  type FieldError {
    field: String!
    message: String!
  }

  "What every call answers. A refusal stands here, not in the response's errors: these are failures, and what concerns all calls (unauthenticated, rate_limited)"
  interface Result {
    success: Boolean!
    message: String
    "Of a refusal: not_found, not_owner, validation_failed …"
    code: String
    errors: [FieldError!]
  }

  type PostResult implements Result {
    success: Boolean!
    message: String
    code: String
    errors: [FieldError!]
    post: Post
  }

  type CommentResult implements Result {
    success: Boolean!
    message: String
    code: String
    errors: [FieldError!]
    comment: Comment
  }

  type CommentThreadResult implements Result {
    success: Boolean!
    message: String
    code: String
    errors: [FieldError!]
    comment: Comment
    "The nearest last, at most 20, without those of blocked users"
    ancestors: [Comment!]!
    "More stand above the first of them"
    hasEarlier: Boolean!
  }

  type PreferencesResult implements Result {
    success: Boolean!
    message: String
    code: String
    errors: [FieldError!]
    preferences: Preferences
  }

  type PostsResult implements Result {
    success: Boolean!
    message: String
    code: String
    errors: [FieldError!]
    posts: [Post!]!
    pageInfo: PageInfo!
  }

  type PeopleResult implements Result {
    success: Boolean!
    message: String
    code: String
    errors: [FieldError!]
    people: [Author!]!
    pageInfo: PageInfo!
  }

  type NotificationsResult implements Result {
    success: Boolean!
    message: String
    code: String
    errors: [FieldError!]
    notifications: [Notification!]!
    pageInfo: PageInfo!
    "Of the whole inbox"
    unreadCount: Int
    "Of its newest hundred, those that are unread and were not seen in the list yet"
    unseenCount: Int
    "The inbox's stream position from before the list was read; null: follow first, then fetch again"
    streamCursor: String
  }

  type InboxResult implements Result {
    success: Boolean!
    message: String
    code: String
    errors: [FieldError!]
    unreadCount: Int
    unseenCount: Int
  }

  "Empty for the types that were not asked for"
  type SearchResult implements Result {
    success: Boolean!
    message: String
    code: String
    errors: [FieldError!]
    posts: [Post!]!
    users: [User!]!
    tags: [TagHit!]!
  }

  type TagHit {
    tag: String!
    "Of the newest 500 posts with such tags, those that you may see"
    posts: Int!
  }

  type CommentVersion {
    content: String!
    writtenAt: String!
    "When it was changed"
    endedAt: String!
  }

  type PostVersion {
    title: String
    content: String!
    writtenAt: String!
    "When it was changed"
    endedAt: String!
  }

  type TagResult implements Result {
    success: Boolean!
    message: String
    code: String
    errors: [FieldError!]
    "Without #, and without regard to case and accents"
    tag: String
    followedByMe: Boolean
    posts: [Post!]!
    pageInfo: PageInfo
  }

  type Category {
    "What addresses and filters call it"
    slug: ID!
    name: String!
    position: Int!
  }

  type Trend {
    tag: String!
    "Who used it within a day, in public posts; new accounts do not count"
    authors: Int!
  }

  type NewsFeed implements Result {
    success: Boolean!
    message: String
    code: String
    errors: [FieldError!]
    posts: [Post!]!
    hasMore: Boolean!
    nextCursor: ID
  }

  type CommentsResult implements Result {
    success: Boolean!
    message: String
    code: String
    errors: [FieldError!]
    comments: [Comment!]!
    hasMore: Boolean!
    nextCursor: ID
    "The post's stream position from before the list was read; null: follow first, then fetch again"
    streamCursor: String
    "Whether the post's author takes comments of the reader; null for a post that is not there"
    mayComment: Boolean
  }

  type PageInfo {
    hasNextPage: Boolean!
    endCursor: ID
    startCursor: ID
  }

  type Author {
    id: ID!
    username: String!
    fullName: String!
    avatarUrl(size: PictureSize): String
  }

  "Of an uploaded picture of a profile; any other has one size. An avatar is 96, 192 or 512 pixels wide, a header 480, 960 or 1500; LARGE without the argument"
  enum PictureSize {
    SMALL
    MEDIUM
    LARGE
  }

  type User {
    id: ID!
    username: String!
    fullName: String!
    avatarUrl(size: PictureSize): String
    "Three times as wide as high"
    headerUrl(size: PictureSize): String
    bio: String!
    followerCount: Int!
    followingCount: Int!
    "Followers are approved, and only they see the user's posts"
    private: Boolean!
    createdAt: String!
    updatedAt: String!
    revision: Int!
  }

  type Notification {
    id: ID!
    type: String!
    "mentions, comments, likes, reposts or follows; null where no filter lists it"
    category: String
    message: String!
    "The latest of those whom it speaks of"
    actor: Author
    "The latest of those whom it speaks of, three at most, the latest first"
    actors: [Author!]
    data: NotificationData!
    groupKey: String
    read: Boolean!
    createdAt: String!
    updatedAt: String!
    revision: Int!
  }

  type NotificationData {
    postId: ID
    "The comment that it leads to"
    commentId: ID
    userId: ID
    "How many people a grouped notification speaks of"
    count: Int
    post: NotifiedPost
    comment: NotifiedComment
  }

  "The start of a post, as it is now: of one with a content warning only that"
  type NotifiedPost {
    id: ID!
    title: String
    content: String!
    contentWarning: String
  }

  "The start of a comment, as it is now"
  type NotifiedComment {
    id: ID!
    content: String!
  }

  type Preferences {
    theme: String!
    language: String
    timeZone: String
    whoMayMention: String!
    whoMayComment: String!
    privateAccount: Boolean!
    contentFilters: ContentFilters!
    revision: Int!
  }

  "What hides posts, comments and notifications in this user's client"
  type ContentFilters {
    words: [String!]!
  }

  type Attachment {
    id: ID!
    kind: String!
    url: String!
    thumbnailUrl: String
    width: Int
    height: Int
    "Seconds, of a video."
    duration: Float
    blurhash: String
    "What it shows, in words, for those who do not see it"
    alt: String
  }

  type Post {
    id: ID!
    author: Author!
    title: String
    content: String!
    postType: String!
    visibility: String!
    status: String!
    "Its media are shown only when a reader asks for them"
    sensitive: Boolean!
    "What readers see in place of the whole post until they ask for it"
    contentWarning: String
    "The slug of a category"
    category: ID
    media: [Attachment!]!
    mediaUrls: [String!]!
    quotedPostId: ID
    "null, too, where you may not see it, or it is gone"
    quotedPost: QuotedPost
    "Others may quote it"
    quotable: Boolean!
    likeCount: Int!
    commentCount: Int!
    repostCount: Int!
    "The same as repostCount"
    shareCount: Int!
    likedByMe: Boolean!
    bookmarkedByMe: Boolean!
    repostedByMe: Boolean!
    "In the home feed, whom you follow and who brought it there; null elsewhere"
    repostedBy: Author
    repostedAt: String
    clientMutationId: String
    publishedAt: String
    createdAt: String!
    updatedAt: String!
    "Grows by one with every change; the higher revision of an id wins"
    revision: Int!
    "Newest first; getComments says whether there are more, and gives the cursor of the next page"
    comments(limit: Int = 10, cursor: ID): [Comment!]
  }

  "Of a post that another quotes, what its reader sees"
  type QuotedPost {
    id: ID!
    author: Author!
    title: String
    content: String!
    sensitive: Boolean!
    contentWarning: String
    media: [Attachment!]!
    publishedAt: String
    createdAt: String!
  }

  type Comment {
    id: ID!
    postId: ID!
    "The comment that it answers, at any depth"
    parentCommentId: ID
    "The top-level comment above it"
    rootCommentId: ID
    depth: Int!
    "null once deleted"
    author: Author
    content: String!
    deleted: Boolean!
    likeCount: Int!
    replyCount: Int!
    likedByMe: Boolean!
    clientMutationId: String
    createdAt: String!
    updatedAt: String!
    revision: Int!
    "Direct replies, newest first"
    replies(limit: Int = 10, cursor: ID): [Comment!]
  }
`;
