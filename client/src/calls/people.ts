import { type Http, unwrap } from "../http.ts";
import type {
  BlockState,
  CallOptions,
  Export,
  FollowState,
  InboxCounts,
  MuteState,
  NotificationPage,
  NotificationQuery,
  Page,
  PageQuery,
  Suggestion,
  UpdateUser,
  User,
  WhyNotified,
} from "../types.ts";

export interface UserCalls {
  get(id: string, options?: CallOptions): Promise<User>;
  /** The signed-in user's profile. */
  me(options?: CallOptions): Promise<User>;
  byUsername(username: string, options?: CallOptions): Promise<User>;
  /** Those of up to 50 names that are usernames, as their users write them. */
  known(usernames: readonly string[], options?: CallOptions): Promise<string[]>;
  /** Users whose username or full name begins with `text`. */
  search(text: string, query?: PageQuery, options?: CallOptions): Promise<Page<User>>;
  /** Whom to follow: users whom most of the user's followees follow, the best first. */
  suggestions(query?: { limit?: number }, options?: CallOptions): Promise<Suggestion[]>;
  updateMe(body: UpdateUser, options?: CallOptions): Promise<User>;
  /** All data that NewFeed holds about the signed-in user. */
  exportMe(options?: CallOptions): Promise<Export>;
  /** Asks to follow, where the account is private. */
  follow(id: string, options?: CallOptions): Promise<FollowState>;
  /** Takes back the request to follow, too. */
  unfollow(id: string, options?: CallOptions): Promise<FollowState>;
  followers(id: string, query?: PageQuery, options?: CallOptions): Promise<Page<User>>;
  following(id: string, query?: PageQuery, options?: CallOptions): Promise<Page<User>>;
  /** Who asks to follow the signed-in user, the latest first. */
  followRequests(query?: PageQuery, options?: CallOptions): Promise<Page<User>>;
  approveFollowRequest(id: string, options?: CallOptions): Promise<void>;
  refuseFollowRequest(id: string, options?: CallOptions): Promise<void>;
  /** Removes a follower of the signed-in user. */
  removeFollower(id: string, options?: CallOptions): Promise<void>;
  /** Whom the user has blocked, the latest first. */
  blocked(query?: PageQuery, options?: CallOptions): Promise<Page<User>>;
  /** Neither user sees, follows or is notified about the other. */
  block(id: string, options?: CallOptions): Promise<BlockState>;
  unblock(id: string, options?: CallOptions): Promise<BlockState>;
  /** Whom the user has muted, the latest first. */
  muted(query?: PageQuery, options?: CallOptions): Promise<Page<User>>;
  /** Lists and notifications leave a user out, until then (ISO 8601) or for good; they are not told. */
  mute(id: string, end?: { until?: string | null }, options?: CallOptions): Promise<MuteState>;
  unmute(id: string, options?: CallOptions): Promise<MuteState>;
  /** Do a user's new posts notify the signed-in user? */
  bell(id: string, options?: CallOptions): Promise<boolean>;
  /** Has them do so, or not, while the user is followed. It ends with an unfollow or a block; nobody else learns of it. */
  setBell(id: string, on: boolean, options?: CallOptions): Promise<boolean>;
}

export function userCalls({ api }: Http): UserCalls {
  const at = (id: string) => ({ params: { path: { id } } });
  const list = (id: string, query: PageQuery = {}) => ({ params: { path: { id }, query } });
  return {
    get: (id, options) => unwrap(api.GET("/api/v1/users/{id}", { ...at(id), ...options })),
    me: (options) => unwrap(api.GET("/api/v1/users/me", { ...options })),
    byUsername: (username, options) => unwrap(api.GET("/api/v1/users/by-username/{username}", { params: { path: { username } }, ...options })),
    known: async (usernames, options) =>
      (await unwrap(api.GET("/api/v1/users/known", { params: { query: { usernames: usernames.join(",") } }, ...options }))).data,
    search: (q, query = {}, options) => unwrap(api.GET("/api/v1/users/search", { params: { query: { ...query, q } }, ...options })),
    suggestions: async (query = {}, options) => (await unwrap(api.GET("/api/v1/users/suggestions", { params: { query }, ...options }))).data,
    updateMe: (body, options) => unwrap(api.PATCH("/api/v1/users/me", { body, ...options })),
    exportMe: (options) => unwrap(api.GET("/api/v1/users/me/export", { ...options })),
    follow: (id, options) => unwrap(api.POST("/api/v1/users/{id}/follow", { ...at(id), ...options })),
    unfollow: (id, options) => unwrap(api.DELETE("/api/v1/users/{id}/follow", { ...at(id), ...options })),
    followers: (id, query, options) => unwrap(api.GET("/api/v1/users/{id}/followers", { ...list(id, query), ...options })),
    following: (id, query, options) => unwrap(api.GET("/api/v1/users/{id}/following", { ...list(id, query), ...options })),
    followRequests: (query = {}, options) => unwrap(api.GET("/api/v1/users/me/follow-requests", { params: { query }, ...options })),
    async approveFollowRequest(id, options) {
      await unwrap(api.POST("/api/v1/users/me/follow-requests/{id}/approve", { ...at(id), ...options }));
    },
    async refuseFollowRequest(id, options) {
      await unwrap(api.DELETE("/api/v1/users/me/follow-requests/{id}", { ...at(id), ...options }));
    },
    async removeFollower(id, options) {
      await unwrap(api.DELETE("/api/v1/users/me/followers/{id}", { ...at(id), ...options }));
    },
    blocked: (query, options) => unwrap(api.GET("/api/v1/users/me/blocks", { params: { query: query ?? {} }, ...options })),
    block: (id, options) => unwrap(api.POST("/api/v1/users/{id}/block", { ...at(id), ...options })),
    muted: (query, options) => unwrap(api.GET("/api/v1/users/me/mutes", { params: { query: query ?? {} }, ...options })),
    mute: (id, end = {}, options) => unwrap(api.POST("/api/v1/users/{id}/mute", { ...at(id), body: end, ...options })),
    unmute: (id, options) => unwrap(api.DELETE("/api/v1/users/{id}/mute", { ...at(id), ...options })),
    bell: async (id, options) => (await unwrap(api.GET("/api/v1/users/{id}/bell", { ...at(id), ...options }))).on,
    setBell: async (id, on, options) =>
      (await unwrap(on ? api.POST("/api/v1/users/{id}/bell", { ...at(id), ...options }) : api.DELETE("/api/v1/users/{id}/bell", { ...at(id), ...options }))).on,
    unblock: (id, options) => unwrap(api.DELETE("/api/v1/users/{id}/block", { ...at(id), ...options })),
  };
}

export interface NotificationCalls {
  /** The user's inbox, newest first. `streamCursor` is where to follow from. */
  list(query?: NotificationQuery, options?: CallOptions): Promise<NotificationPage>;
  unreadCount(options?: CallOptions): Promise<number>;
  /** How many are unread, and how many of those were not seen in the list yet: what a badge shows, up to a hundred. */
  counts(options?: CallOptions): Promise<InboxCounts>;
  /** The list was looked at, up to this `updatedAt`: what was there is seen, and stays unread. */
  markSeen(until?: string, options?: CallOptions): Promise<InboxCounts>;
  /** Resolves with how many are still unread. */
  markRead(id: string, options?: CallOptions): Promise<number>;
  /** Marks it as unread again. */
  markUnread(id: string, options?: CallOptions): Promise<number>;
  /** Marks what is about a post as read. */
  markPostRead(postId: string, options?: CallOptions): Promise<number>;
  markAllRead(options?: CallOptions): Promise<number>;
  /** Why the user did, or did not, hear of something: of each type that it may be. Of an event: within 24 hours. */
  why(about: { notification: string } | { post: string } | { event: string }, options?: CallOptions): Promise<WhyNotified[]>;
}

export function notificationCalls({ api }: Http): NotificationCalls {
  return {
    list: ({ unread = false, ...page } = {}, options) => {
      const query = { ...page, ...(unread && { unread: "true" as const }) };
      return unwrap(api.GET("/api/v1/notifications", { params: { query }, ...options }));
    },
    counts: (options) => unwrap(api.GET("/api/v1/notifications/unread-count", { ...options })),
    markSeen: (until, options) => unwrap(api.POST("/api/v1/notifications/seen", { body: until === undefined ? {} : { until }, ...options })),
    unreadCount: async (options) => (await unwrap(api.GET("/api/v1/notifications/unread-count", { ...options }))).unreadCount,
    markRead: async (id, options) => (await unwrap(api.PATCH("/api/v1/notifications/{id}/read", { params: { path: { id } }, ...options }))).unreadCount,
    markUnread: async (id, options) => (await unwrap(api.PATCH("/api/v1/notifications/{id}/unread", { params: { path: { id } }, ...options }))).unreadCount,
    markPostRead: async (postId, options) => (await unwrap(api.POST("/api/v1/notifications/read", { body: { postId }, ...options }))).unreadCount,
    markAllRead: async (options) => (await unwrap(api.POST("/api/v1/notifications/read-all", { ...options }))).unreadCount,
    why: async (query, options) => (await unwrap(api.GET("/api/v1/notifications/why", { params: { query }, ...options }))).data,
  };
}
