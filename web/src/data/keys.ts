/** Names of what is kept, one line each. Posts and comments are kept once; lists hold their ids. */
export const keys = {
  post: (id: string) => ["post", id] as const,
  comment: (id: string) => ["comment", id] as const,
  feed: (name: FeedName) => ["feed", name] as const,
  comments: (postId: string) => ["comments", postId] as const,
  replies: (commentId: string) => ["replies", commentId] as const,
  user: (username: string) => ["user", username.toLowerCase()] as const,
  people: (of: "followers" | "following", userId: string) => ["people", of, userId] as const,
  search: (text: string) => ["search", text] as const,
  notifications: ["notifications"] as const,
  unread: ["unread"] as const,
  devices: ["devices"] as const,
};

/** `home`, `public`, or whose posts. */
export type FeedName = "home" | "public" | `user:${string}`;
