/** What is shown of users, posts, comments and notifications. */
export const objects = /* GraphQL */ `
  type TagHit {
    tag: String!
    "Of the newest 500 posts with such tags, those that you may see"
    posts: Int!
  }

  type TagState {
    "Without #, and without regard to case and accents"
    tag: String!
    followedByMe: Boolean!
  }

  type SuggestedUser {
    user: User!
    "Of the last users whom you followed, those who follow them"
    followees: Int!
  }

  "What a post will say, as far as it is written"
  type Draft {
    id: ID!
    title: String
    content: String!
    sensitive: Boolean!
    contentWarning: String
    category: ID
    quotable: Boolean!
    location: String
    visibility: String!
    "When the post is to be published; null for at once"
    publishAt: String
    createdAt: String!
    updatedAt: String!
    revision: Int!
  }

  "An upload"
  type Media {
    id: ID!
    publicId: ID!
    ownerId: ID!
    kind: String!
    url: String!
    thumbnailUrl: String
    width: Int
    height: Int
    "Seconds, of a video"
    duration: Float
    blurhash: String
    "Of a document, under which it is downloaded"
    name: String
    bytes: Int!
    contentType: String!
    postId: ID
    "When it is removed unless a post or the profile shows it"
    expiresAt: String
    createdAt: String!
    revision: Int!
  }

  type ReportTarget {
    type: String!
    id: ID!
  }

  type Report {
    id: ID!
    target: ReportTarget!
    reason: String!
    note: String!
    "Something was done about it; null until that is decided"
    accepted: Boolean
    createdAt: String!
    revision: Int!
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

  type Author {
    id: ID!
    username: String!
    fullName: String!
    avatarUrl(size: PictureSize): String
  }

  type User @key(fields: "id") {
    id: ID!
    username: String!
    fullName: String!
    avatarUrl(size: PictureSize): String
    "Three times as wide as high"
    headerUrl(size: PictureSize): String
    bio: String!
    "Where the user is, in their words"
    location: String
    "Addresses elsewhere"
    links: [String!]!
    followerCount: Int!
    followingCount: Int!
    "Followers are approved, and only they see the user's posts"
    private: Boolean!
    followedByMe: Boolean!
    "You have asked to follow this user"
    requestedByMe: Boolean!
    followsMe: Boolean!
    blockedByMe: Boolean!
    "Their posts are in none of your lists, and nothing that they do notifies you"
    mutedByMe: Boolean!
    "When your mute ends by itself; null where it does not"
    mutedUntil: String
    "Who sees the user's posts may also list what they like"
    publicLikes: Boolean!
    createdAt: String!
    updatedAt: String!
    revision: Int!
  }

  type Preferences {
    theme: String!
    language: String
    timeZone: String
    whoMayMention: String!
    whoMayComment: String!
    privateAccount: Boolean!
    publicLikes: Boolean!
    contentFilters: ContentFilters!
    revision: Int!
  }

  "What hides posts, comments and notifications in this user's client, and notifies them of nothing"
  type ContentFilters {
    words: [String!]!
    "When some of them end to be filtered"
    ends: [FilterEnd!]!
  }

  type FilterEnd {
    word: String!
    "ISO 8601"
    until: String!
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
    "Of a document, under which it is downloaded"
    name: String
    "Null of what was attached by an earlier version"
    bytes: Int
    "What it shows, in words, for those who do not see it"
    alt: String
  }

  "What the page that a post links to says of itself"
  type LinkCard {
    url: String!
    title: String!
    "Empty where the page does not say"
    description: String!
    "Empty where the page does not say"
    siteName: String!
  }

  type Post @key(fields: "id") {
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
    "Where it was written, in the author's words"
    location: String
    media: [Attachment!]!
    mediaUrls: [String!]!
    "Of a long text, written by a program; it comes moments after the post, as a change of it"
    summary: String
    "Of the first link; it comes moments after the post, as a change of it"
    linkCard: LinkCard
    quotedPostId: ID
    "null, too, where you may not see it, or it is gone"
    quotedPost: QuotedPost
    "Others may quote it"
    quotable: Boolean!
    poll: Poll
    likeCount: Int!
    commentCount: Int!
    repostCount: Int!
    "The same as repostCount"
    shareCount: Int!
    likedByMe: Boolean!
    bookmarkedByMe: Boolean!
    repostedByMe: Boolean!
    "Nothing about it, or under it, notifies you"
    mutedByMe: Boolean!
    "In the home feed, whom you follow and who brought it there; null elsewhere"
    repostedBy: Author
    repostedAt: String
    clientMutationId: String
    "When it will be published; null unless it is scheduled"
    publishAt: String
    publishedAt: String
    createdAt: String!
    updatedAt: String!
    "Grows by one with every change; the higher revision of an id wins"
    revision: Int!
    "Of a post that only you, its author, see: it is hidden, or waits for a moderator"
    moderation: ContentModeration
    "Newest first; getComments says whether there are more, and gives the cursor of the next page"
    comments(limit: Int = 10, cursor: ID): [Comment!]
  }

  type ContentModeration {
    "hidden: a moderator has rejected it. pending: it waits for one"
    state: String!
    "null where it waits because nobody knows its author yet"
    reason: String
    caseId: ID
    "Where its author appeals, with POST; null as long as nobody has decided"
    appealUrl: String
  }

  type Poll {
    options: [PollOption!]!
    "Of all options together"
    votes: Int!
    "Seconds from publication to the end"
    duration: Int!
    "null of a post that is not published"
    endsAt: String
    "It has ended"
    closed: Boolean!
    "The place of the option that you voted for, from 0; null where you have not voted"
    myVote: Int
  }

  type PollOption {
    text: String!
    votes: Int!
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
    poll: Poll
    publishedAt: String
    createdAt: String!
  }

  type Comment @key(fields: "id") {
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
    "Of a comment that only you, its author, see: it is hidden, or waits for a moderator"
    moderation: ContentModeration
    "Among a user's comments, the post that it stands under; null elsewhere"
    post: QuotedPost
    "Direct replies, newest first"
    replies(limit: Int = 10, cursor: ID): [Comment!]
  }
`;
