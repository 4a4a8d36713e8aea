import type { CommentOrder } from "@newfeed/client";

/** Names of queries, one line each. Of posts, comments and notifications, queries only say when to fetch; `EntityStore`s hold them. */
export const keys = {
  post: (id: string) => ["post", id] as const,
  history: (id: string) => ["history", id] as const,
  postPeople: (postId: string, which: "likes" | "reposts") => ["post-people", postId, which] as const,
  feed: (name: FeedName) => ["feed", name] as const,
  comments: (postId: string, order?: CommentOrder) => ["comments", postId, ...(order ? [order] : [])] as const,
  comment: (id: string) => ["comment", id] as const,
  /** Without an order: those that are shown below their comment. */
  replies: (commentId: string, order?: CommentOrder) => ["replies", commentId, ...(order ? [order] : [])] as const,
  user: (username: string) => ["user", username.toLowerCase()] as const,
  mention: (username: string) => ["mention", username.toLowerCase()] as const,
  people: (of: "followers" | "following", userId: string) => ["people", of, userId] as const,
  /** Whether notifications are pushed to this browser. */
  push: ["push"] as const,
  /** Whether there is any device that notifications are pushed to. */
  pushDevices: ["push-devices"] as const,
  followRequests: ["follow-requests"] as const,
  bell: (userId: string) => ["bell", userId] as const,
  blocked: ["blocked"] as const,
  muted: ["muted"] as const,
  mutedIds: ["muted-ids"] as const,
  mutedPosts: ["muted-posts"] as const,
  search: (text: string) => ["search", text] as const,
  postSearch: (text: string) => ["post-search", text] as const,
  scheduled: ["scheduled"] as const,
  cases: (state: string) => ["cases", state] as const,
  moderationRules: ["moderation-rules"] as const,
  pictureHash: (id: string | null) => ["picture-hash", id] as const,
  /** What the console shows: events by their filters, replays, dead letters, the services. */
  console: (...what: readonly unknown[]) => ["console", ...what] as const,
  moderationFigures: ["moderation-figures"] as const,
  audit: ["audit"] as const,
  communityRules: ["community-rules"] as const,
  around: (id: string) => ["around", id] as const,
  case: (id: string, revision: number) => ["case", id, revision] as const,
  drafts: ["drafts"] as const,
  kept: (by: KeptName) => ["kept", by] as const,
  pinned: (userId: string) => ["pinned", userId] as const,
  userComments: (userId: string) => ["user-comments", userId] as const,
  tag: (tag: string) => ["tag", tag] as const,
  popular: (window: "day" | "week") => ["popular", window] as const,
  trends: ["trends"] as const,
  categories: ["categories"] as const,
  suggestions: ["suggestions"] as const,
  tagSearch: (text: string) => ["tag-search", text] as const,
  /** With a filter, those that it leaves; without one, those of all filters, too, where queries are looked for. */
  notifications: (filter?: string) => ["notifications", ...(filter ? [filter] : [])] as const,
  why: (notificationId: string) => ["why", notificationId] as const,
  unread: ["unread"] as const,
  preferences: ["preferences"] as const,
  notificationPreferences: ["notification-preferences"] as const,
  mailAddress: ["mail-address"] as const,
  devices: ["devices"] as const,
  signInOptions: ["sign-in-options"] as const,
  externalLogins: ["external-logins"] as const,
  applicants: ["applicants"] as const,
  invites: ["invites"] as const,
  secondFactor: ["second-factor"] as const,
  passkeys: ["passkeys"] as const,
  apiTokens: ["api-tokens"] as const,
  passwordRules: ["password-rules"] as const,
};

/** What a user bookmarks and likes, and what any user has reposted, or likes where that is public. */
export type KeptName = "bookmarks" | "likes" | `reposts:${string}` | `likes:${string}`;

/** `home`, `public`, whose posts, those of them with media, those with a tag, or in a category. */
export type FeedName = "home" | "public" | `user:${string}` | `media:${string}` | `tag:${string}` | `category:${string}`;
