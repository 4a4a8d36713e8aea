/** What notifications are, and which a user gets. */
export const notificationObjects = /* GraphQL */ `
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

  "Where the notifications of one type go"
  type NotificationChannels {
    type: String!
    "What is not in the inbox goes nowhere else"
    inbox: Boolean!
    push: Boolean!
    mail: Boolean!
  }

  enum MailFrequency {
    at_once
    daily
    weekly
  }

  type QuietHours {
    from: String!
    to: String!
    timeZone: String!
  }

  type NotificationPreferences {
    types: [NotificationChannels!]!
    mailFrequency: MailFrequency!
    "When nothing is pushed, and nothing but digests is mailed, until they end"
    quietHours: QuietHours
    revision: Int!
  }

  type ChannelWhy {
    "It was sent, or will be"
    goes: Boolean!
    "Why not, or why later; null where it goes at once"
    reason: String
    "When it is due, where that is later"
    at: String
    sentAt: String
  }

  "What became of a notification beside the inbox"
  type WhyChannels {
    push: ChannelWhy!
    mail: ChannelWhy!
  }

  type WhyNotified {
    type: String!
    "What is in your inbox about it"
    notificationId: ID
    heard: Boolean!
    "Why you did not hear of it; null where you did"
    reason: String
    "Of filtered_word: which"
    word: String
    "You have chosen where notifications of this type go"
    chosen: Boolean!
    "How many people the notification speaks of"
    count: Int
    "Null where you did not hear of it"
    channels: WhyChannels
  }
`;
