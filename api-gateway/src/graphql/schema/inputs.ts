/** What documents give: inputs and the values that they choose from. */
export const inputs = /* GraphQL */ `
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
    poll: NewPoll
    "The media are shown only when a reader asks for them"
    sensitive: Boolean
    "What readers see in place of the post until they ask for it"
    contentWarning: String
    "The slug of a category"
    category: ID
    "public or followers"
    visibility: String
    "Where you write it, in your words"
    location: String
    "published, draft or scheduled"
    status: String
    "Of a scheduled post, from five seconds to a year ahead"
    publishAt: String
    "Unique per author: the same id again creates nothing and answers the first post"
    clientMutationId: String
    "A draft of yours that the post is made of: it is deleted"
    draftId: ID
  }

  "Two to six options, with either a duration or an end"
  input NewPoll {
    options: [String!]!
    "Seconds from publication to the end: five minutes to 30 days"
    duration: Int
    "Of a post that is published at once"
    endsAt: String
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

  "Which comments come first; with most_liked, one whose likes change between two pages may come twice or not at all"
  enum CommentOrder {
    newest
    oldest
    most_liked
  }

  "What was liked and commented in the last 24 hours, or 7 days"
  enum PopularWindow {
    day
    week
  }

  "What is left out stays as it is; title, contentWarning, category, location or poll null removes it"
  input UpdatePostInput {
    content: String
    title: String
    "Of the post's media; one that is left out keeps its text"
    altTexts: [AltText!]
    "Posts that quote it already stay"
    quotable: Boolean
    "As long as nobody has voted; its time begins again"
    poll: NewPoll
    sensitive: Boolean
    contentWarning: String
    category: ID
    location: String
    visibility: String
    "published, draft or scheduled; a published post stays published"
    status: String
    "Of a scheduled post, or one that becomes scheduled"
    publishAt: String
  }

  input DraftInput {
    title: String
    content: String
    sensitive: Boolean
    contentWarning: String
    "The slug of a category"
    category: ID
    quotable: Boolean
    location: String
    "public or followers"
    visibility: String
    publishAt: String
  }

  input ReportTargetInput {
    "post, comment, user (a profile) or media"
    type: String!
    id: ID!
  }

  input CreateReportInput {
    target: ReportTargetInput!
    "A reason of the moderators, such as spam"
    reason: String!
    note: String
  }

  input CreateCommentInput {
    postId: ID!
    content: String!
    "The comment that this one replies to"
    parentCommentId: ID
    clientMutationId: String
  }

  "Where the notifications of one type go; what is left out stays as it is"
  input NotificationChannelsInput {
    type: String!
    inbox: Boolean
    push: Boolean
    mail: Boolean
  }

  input QuietHoursInput {
    from: String!
    to: String!
    timeZone: String!
  }

  "What is left out stays as it is; quietHours null: none"
  input UpdateNotificationPreferencesInput {
    types: [NotificationChannelsInput!]
    mailFrequency: MailFrequency
    quietHours: QuietHoursInput
  }

  "What is left out stays as it is; location, avatarUrl or headerUrl null removes it"
  input UpdateProfileInput {
    fullName: String
    bio: String
    location: String
    "Four addresses at most"
    links: [String!]
    avatarUrl: String
    headerUrl: String
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
    publicLikes: Boolean
    contentFilters: ContentFiltersInput
  }

  input ContentFiltersInput {
    words: [String!]!
    "When some of them end to be filtered; without it, those of the words that stay are as they were"
    ends: [FilterEndInput!]
  }

  input FilterEndInput {
    word: String!
    "ISO 8601"
    until: String!
  }

  "Of an uploaded picture of a profile; any other has one size. An avatar is 96, 192 or 512 pixels wide, a header 480, 960 or 1500; LARGE without the argument"
  enum PictureSize {
    SMALL
    MEDIUM
    LARGE
  }
`;
