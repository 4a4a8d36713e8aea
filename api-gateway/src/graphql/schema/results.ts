/** What the fields of Query and Mutation answer. */
export const results = /* GraphQL */ `
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

  type NotificationPreferencesResult implements Result {
    success: Boolean!
    message: String
    code: String
    errors: [FieldError!]
    preferences: NotificationPreferences
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

  type UserCommentsResult implements Result {
    success: Boolean!
    message: String
    code: String
    errors: [FieldError!]
    comments: [Comment!]!
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

  type UserResult implements Result {
    success: Boolean!
    message: String
    code: String
    errors: [FieldError!]
    user: User
  }

  type UsersResult implements Result {
    success: Boolean!
    message: String
    code: String
    errors: [FieldError!]
    users: [User!]!
    pageInfo: PageInfo!
  }

  type FollowResult implements Result {
    success: Boolean!
    message: String
    code: String
    errors: [FieldError!]
    following: Boolean
    "The account is private, and has not answered yet"
    requested: Boolean
    "Of the user's followers"
    followerCount: Int
    revision: Int
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

  type WhyNotifiedResult implements Result {
    success: Boolean!
    message: String
    code: String
    errors: [FieldError!]
    "Of each type that it may be; empty for an event of which nothing was for you, or nothing is known"
    reasons: [WhyNotified!]!
  }

  type BellResult implements Result {
    success: Boolean!
    message: String
    code: String
    errors: [FieldError!]
    on: Boolean
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
    "The page before this one, as cursor; null where the list begins"
    previousCursor: ID
    "The post's stream position from before the list was read; null: follow first, then fetch again"
    streamCursor: String
    "Whether the post's author takes comments of the reader; null for a post that is not there"
    mayComment: Boolean
  }

  type FollowedTagResult implements Result {
    success: Boolean!
    message: String
    code: String
    errors: [FieldError!]
    "Without #, and without regard to case and accents"
    tag: String
    followedByMe: Boolean
  }

  type DraftResult implements Result {
    success: Boolean!
    message: String
    code: String
    errors: [FieldError!]
    draft: Draft
  }

  type DraftsResult implements Result {
    success: Boolean!
    message: String
    code: String
    errors: [FieldError!]
    drafts: [Draft!]!
    pageInfo: PageInfo!
  }

  type WrittenResult implements Result {
    success: Boolean!
    message: String
    code: String
    errors: [FieldError!]
    text: String
    "What wrote it: extractive, which chooses sentences of the text, or the name of a model"
    model: String
  }

  type MediaResult implements Result {
    success: Boolean!
    message: String
    code: String
    errors: [FieldError!]
    media: Media
  }

  type MediaListResult implements Result {
    success: Boolean!
    message: String
    code: String
    errors: [FieldError!]
    media: [Media!]!
    pageInfo: PageInfo!
  }

  type ReportResult implements Result {
    success: Boolean!
    message: String
    code: String
    errors: [FieldError!]
    "Null of an appeal"
    report: Report
  }

  type PageInfo {
    hasNextPage: Boolean!
    endCursor: ID
    startCursor: ID
  }
`;
