import * as z from "zod";
import { Comment, Notification, Post, Trend } from "./dto.ts";
import { errorCodes, FieldError } from "./errors.ts";
import { asPostId, asUserId, CommentId, Id, NotificationId, PostId, UserId } from "./ids.ts";
import { bounds } from "./limits.ts";
import { PollResult } from "./poll.ts";
import { StreamCursor, Timestamp } from "./primitives.ts";

/** Names of streams: whose they are and of what. */
export const streamOf = {
  user: (userId: UserId) => `user:${userId}`,
  post: (postId: PostId) => `post:${postId}`,
};

/** What a stream's name identifies. */
export function subjectOf(stream: string): { kind: "user"; userId: UserId } | { kind: "post"; postId: PostId } {
  const id = stream.slice(stream.indexOf(":") + 1);
  return stream.startsWith("user:") ? { kind: "user", userId: asUserId(id) } : { kind: "post", postId: asPostId(id) };
}

export const StreamName = z
  .string()
  .regex(/^(user|post):[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/, "must be user:{id} or post:{id}")
  .meta({ description: "`user:{id}` or `post:{id}`" });

/** The user's feed has no log and no positions: only an event stream that carries many streams names it. */
export const feedStream = "feed:me";

/** A stream as a client names it: its own inbox and feed without its id. */
export const FollowedName = z
  .string()
  .regex(
    /^(user:me|feed:me|(user|post):[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})$/,
    "must be `post:<id>`, `user:me` or `feed:me`",
  )
  .meta({ description: "`post:{id}`, `user:me` (the inbox) or `feed:me` (`new_post`, `new_repost`, `repost_removed` and `trends` signals)" });

/** A comment as it goes over a stream: the same for all viewers, so nothing in it depends on the viewer. */
const StreamComment = Comment.omit({ likedByMe: true, moderation: true });
/** Its alias `shareCount` is for clients of REST; which quoted posts a viewer sees depends on them. */
const StreamPost = Post.omit({
  likedByMe: true,
  bookmarkedByMe: true,
  repostedByMe: true,
  mutedByMe: true,
  shareCount: true,
  quotedPost: true,
  publishAt: true,
  moderation: true,
}).extend({
  poll: PollResult.nullable(),
});

const notification = Notification.extend({ unreadCount: z.int() });

/**
 * What the log of a stream holds. `socket` and `sse` are the names under which an entry leaves. A `notification_updated` is
 * shown and counted as a `notification` is, and calls for no attention.
 */
export const entryTable = {
  comment_created: { socket: "new_comment", sse: "comment_added", data: z.object({ postId: PostId, comment: StreamComment }) },
  comment_updated: { socket: "comment_updated", sse: "comment_updated", data: z.object({ postId: PostId, comment: StreamComment }) },
  comment_deleted: { socket: "comment_deleted", sse: "comment_deleted", data: z.object({ postId: PostId, commentId: CommentId }) },
  post_updated: { socket: "post_updated", sse: "post_updated", data: z.object({ postId: PostId, post: StreamPost }) },
  post_deleted: { socket: "post_deleted", sse: "post_deleted", data: z.object({ postId: PostId }) },
  notification: { socket: "notification", sse: "notification", data: notification },
  notification_updated: { socket: "notification_updated", sse: "notification_updated", data: notification },
  notification_read: {
    socket: "notification_read",
    sse: "notification_read",
    data: z.object({ ids: z.array(NotificationId).optional(), all: z.literal(true).optional(), unreadCount: z.int(), unseenCount: z.int().optional() }),
  },
  retract: {
    socket: "retract",
    sse: "retract",
    data: z.object({
      stream: StreamName,
      items: z.array(z.object({ type: z.enum(["post", "comment", "notification"]), id: Id })),
      unreadCount: z.int().optional(),
    }),
  },
} as const satisfies Record<string, { socket: string; sse: string; data: z.ZodObject }>;
export type EntryType = keyof typeof entryTable;

export const Reset = z.object({
  stream: StreamName,
  reason: z.enum(["epoch", "expired", "future"]),
  cursor: StreamCursor,
  refetch: z.array(z.string()),
});
export type Reset = z.infer<typeof Reset>;

/** Why the server closes a connection. (Not `disconnecting`: Socket.IO reserves that name, and its clients refuse a packet that bears it.) */
export const Closing = z.object({
  code: z.enum(["shutdown", "expired", "revoked", "slow_consumer", "too_many_streams", "rate_limited", "service_unavailable"]).meta({
    description:
      "`too_many_streams`: a newer connection of the user took this one's place. `rate_limited`: too many events of a socket, or too many requests. `service_unavailable`: an event stream could not be opened for now",
  }),
  retryAfterMs: z.int(),
  resume: z.boolean().meta({ description: "False: do not reconnect unasked" }),
});
export type Closing = z.infer<typeof Closing>;

/** Why an event was refused. */
const Refusal = z.object({
  code: z.enum(errorCodes),
  message: z.string(),
  errors: z.array(FieldError).optional(),
  retryAfter: z.number().optional().meta({ description: "Seconds" }),
});
export type Refusal = z.infer<typeof Refusal>;

/** What the server emits beside entries: not logged, without a cursor of their own. */
export const signalTable = {
  post_liked: z.object({ postId: PostId, likeCount: z.int() }),
  post_reposted: z.object({ postId: PostId, repostCount: z.int() }),
  /** The votes for each option, in order. */
  poll_voted: z.object({ postId: PostId, votes: z.array(z.int()) }),
  /** Of one of the posts that are followed here: its author's profile shows another post first, or none. A fetch says which. */
  pinned_changed: z.object({ postId: PostId, userId: UserId.meta({ description: "The author" }) }),
  new_post: z.object({ post: StreamPost }),
  /** A fetch says whether the feed has the post: a reader may have it already. */
  new_repost: z.object({ postId: PostId, userId: UserId.meta({ description: "Who reposted it" }) }),
  /** Reposts that feeds have no more: taken back, or by a block or an unfollow. Of one post; without `postId` all, or those of one author's posts. */
  repost_removed: z.object({
    userId: UserId.meta({ description: "Who had reposted" }),
    postId: PostId.nullable(),
    postAuthorId: UserId.nullable(),
  }),
  /** To those who follow their feed. */
  trends: z.object({ trends: z.array(Trend) }),
  /** To the one who mutes, on all connections that follow their inbox: lists are to be fetched again. */
  user_muted: z.object({ userId: UserId, muted: z.boolean(), until: Timestamp.nullable() }),
  reset: Reset,
  retract: entryTable.retract.data,
  closing: Closing,
  error: Refusal.extend({ event: z.string().meta({ description: "The refused event, which was emitted without an acknowledgement" }) }),
} as const;

const Followed = z.strictObject({ stream: FollowedName, cursor: StreamCursor.optional() });
/** A stream to follow, from its cursor or from now on. */
export interface Followed {
  stream: string;
  cursor?: string | undefined;
}
export const FollowedStreams = z.array(Followed).max(bounds.followedStreamsPerSocket);

/** What an event stream that carries many streams is to follow from now on, and what no more. */
export const StreamChange = z
  .strictObject({ add: FollowedStreams.default([]), remove: z.array(FollowedName).max(bounds.followedStreamsPerSocket).default([]) })
  .meta({ id: "StreamChange", description: "`remove` comes first" });
export interface StreamChange {
  add: Followed[];
  remove: string[];
}

/** The name of an event stream that carries many streams. It begins with its instance's. */
export const ConnectionName = z
  .string()
  .max(160)
  .regex(/^[\w.-]+~[\w-]{20}$/, "must be the name that `hello` gave")
  .meta({ description: "As `hello` names it", example: "notification-service-1~8fJ2kQ0mW1xYb7TzR3aC" });

/** What an event stream that carries many streams sends about them, beside what each of them holds. */
export const multiplexedTable = {
  hello: z.object({ connection: ConnectionName }),
  followed: z.object({ stream: z.string(), cursor: StreamCursor.optional() }),
  caught_up: z.object({ stream: z.string(), cursor: StreamCursor.optional(), replayed: z.int(), reset: z.boolean() }),
  unfollowed: z.object({
    stream: z.string(),
    reason: z.enum(["removed", "ended", "refused"]),
    error: z.object({ code: z.enum(errorCodes), message: z.string() }).optional(),
  }),
  reset: Reset,
} as const;
export type MultiplexedEventName = keyof typeof multiplexedTable;
export type MultiplexedEvent<N extends MultiplexedEventName> = z.input<(typeof multiplexedTable)[N]>;
export type Unfollowed = MultiplexedEvent<"unfollowed">;

/** null is what undefined becomes on the wire. */
const Options = z.strictObject({ cursor: StreamCursor.nullish() }).nullish();

/** What a client may emit: the arguments in order, and what refusals call them. */
export const clientEventTable = {
  subscribe: { arguments: z.tuple([UserId.nullish(), Options]), names: ["userId", "options"], summary: "Follow your own inbox" },
  unsubscribe: { arguments: z.tuple([UserId.nullish()]), names: ["userId"], summary: "Stop following your own inbox" },
  "subscribe-post": { arguments: z.tuple([PostId, Options]), names: ["postId", "options"], summary: "Follow a post's comments and changes" },
  "unsubscribe-post": { arguments: z.tuple([PostId]), names: ["postId"], summary: "Stop following a post" },
  "subscribe-feed": {
    arguments: z.tuple([]),
    names: [],
    summary: "Receive `new_post`, `new_repost` and `repost_removed` of those whom you follow, and `trends`",
  },
  "unsubscribe-feed": { arguments: z.tuple([]), names: [], summary: "Stop receiving `new_post`, `new_repost`, `repost_removed` and `trends`" },
  "refresh-token": {
    arguments: z.tuple([z.strictObject({ token: z.string().max(4_096) })]),
    names: ["options"],
    summary: "Extend a live socket with a new access token",
  },
} as const;

export const Acknowledgement = z.discriminatedUnion("ok", [
  z.object({ ok: z.literal(true), cursor: StreamCursor.optional(), replayed: z.int().optional(), reset: z.boolean().optional() }),
  z.object({ ok: z.literal(false), error: Refusal }),
]);
export type Acknowledgement = z.infer<typeof Acknowledgement>;

/** What a stream's follower fetches again after a `reset`. */
export const refetchUrls = (stream: string): string[] => {
  const subject = subjectOf(stream);
  return subject.kind === "user" ? ["/api/v1/notifications"] : [`/api/v1/posts/${subject.postId}`, `/api/v1/posts/${subject.postId}/comments`];
};
