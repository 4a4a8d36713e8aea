import { eventData } from "./event-data.ts";
import type { EventRow } from "./event-row.ts";
import { accountHolders, type ServiceName } from "./services.ts";

/** What keeps every event, of whatever type, beside the consumers that its row names. */
export const eventStore = "event-service" satisfies ServiceName;

/** Who shows what a suspended user has made, or who they are. */
const showingPeople = ["auth-service", "user-service", "post-service", "comment-service", "media-service", "notification-service", "query-service"] as const;

/**
 * Every event that is published. A new type is one row here, a fixture, the use-case that emits it and each event handler.
 * Data only grows (see event-data.ts); a breaking change is a new type.
 *
 * Some aggregates are of their own whose row is never deleted (`follow`, `block`, `mute`, `like`, `repost`, `post_mute`, `moderation_case`, `suspension`): their revision orders
 * an "on" against an "off" however late either arrives.
 */
export const eventTable = {
  "user.registered": {
    producer: "auth-service",
    aggregate: "user",
    data: eventData.user,
    key: "user.id",
    consumers: ["user-service", "post-service", "comment-service", "notification-service", "moderation-service", "delivery-service"],
    people: true,
  },
  "user.updated": {
    producer: "user-service",
    aggregate: "user",
    data: eventData.userUpdated,
    key: "user.id",
    consumers: ["auth-service", "post-service", "comment-service", "media-service", "notification-service", "moderation-service", "delivery-service"],
    people: true,
  },
  "user.deleted": {
    producer: "auth-service",
    aggregate: "user",
    data: eventData.userDeleted,
    key: "userId",
    consumers: ["user-service", "post-service", "comment-service", "media-service", "notification-service", "moderation-service", "delivery-service"],
    deletion: true,
    people: true,
  },
  /** Nothing that its producer held of a deleted account is left there. Each says it that holds any. */
  "account.data_removed": {
    producer: accountHolders,
    aggregate: "user",
    data: eventData.accountDataRemoved,
    key: "userId",
    consumers: [],
    sharesRevision: true,
  },
  /** All have said it. */
  "account.deletion_completed": {
    producer: "event-service",
    aggregate: "user",
    data: eventData.account,
    key: "userId",
    consumers: ["auth-service"],
    sharesRevision: true,
  },
  "user.email_verified": { producer: "auth-service", aggregate: "user", data: eventData.account, key: "userId", consumers: [] },
  "user.email_changed": { producer: "auth-service", aggregate: "user", data: eventData.account, key: "userId", consumers: [] },
  "user.renamed_elsewhere": { producer: "auth-service", aggregate: "user", data: eventData.renamed, key: "userId", consumers: ["user-service"] },
  "user.password_reset": { producer: "auth-service", aggregate: "user", data: eventData.account, key: "userId", consumers: [] },
  "user.logged_in": { producer: "auth-service", aggregate: "session", data: eventData.session, key: "userId", consumers: [] },
  "user.logged_out": { producer: "auth-service", aggregate: "session", data: eventData.session, key: "userId", consumers: [] },
  "session.revoked": {
    producer: "auth-service",
    aggregate: "session",
    data: eventData.session,
    key: "userId",
    consumers: ["notification-service", "delivery-service"],
  },
  "user.followed": {
    producer: "user-service",
    aggregate: "follow",
    data: eventData.followed,
    key: "followerId",
    consumers: ["post-service", "notification-service", "delivery-service"],
    people: true,
  },
  "user.unfollowed": {
    producer: "user-service",
    aggregate: "follow",
    data: eventData.unfollowed,
    key: "followerId",
    consumers: ["post-service", "notification-service", "delivery-service"],
    people: true,
  },
  "user.blocked": {
    producer: "user-service",
    aggregate: "block",
    data: eventData.block,
    key: "blockerId",
    consumers: ["post-service", "comment-service", "notification-service"],
    people: true,
  },
  "user.unblocked": {
    producer: "user-service",
    aggregate: "block",
    data: eventData.block,
    key: "blockerId",
    consumers: ["post-service", "comment-service", "notification-service"],
    people: true,
  },
  /** Anew with every other end. */
  "user.muted": {
    producer: "user-service",
    aggregate: "mute",
    data: eventData.mute,
    key: "muterId",
    consumers: ["post-service", "comment-service", "notification-service"],
    people: true,
  },
  /** Not where a mute ends by itself. */
  "user.unmuted": {
    producer: "user-service",
    aggregate: "mute",
    data: eventData.unmute,
    key: "muterId",
    consumers: ["post-service", "comment-service", "notification-service"],
    people: true,
  },
  /** Lists of posts go by a mute, or its end, from now on. */
  "mute.applied": {
    producer: "post-service",
    aggregate: "mute",
    data: eventData.muteApplied,
    key: "muterId",
    consumers: ["notification-service"],
    sharesRevision: true,
  },
  "user.preferences_changed": {
    producer: "user-service",
    aggregate: "preferences",
    data: eventData.preferences,
    key: "userId",
    consumers: ["auth-service", "post-service", "notification-service"],
    people: true,
  },
  "user.follow_requested": {
    producer: "user-service",
    aggregate: "follow_request",
    data: eventData.followRequested,
    key: "followerId",
    consumers: ["notification-service", "delivery-service"],
    people: true,
  },
  /** It was approved, refused or taken back. */
  "user.follow_request_ended": {
    producer: "user-service",
    aggregate: "follow_request",
    data: eventData.followRequestEnded,
    key: "followerId",
    consumers: ["notification-service"],
    people: true,
  },
  "post.created": {
    producer: "post-service",
    aggregate: "post",
    data: eventData.post,
    key: "post.id",
    consumers: ["media-service", "notification-service", "query-service", "moderation-service"],
  },
  "post.updated": {
    producer: "post-service",
    aggregate: "post",
    data: eventData.postUpdated,
    key: "post.id",
    consumers: ["media-service", "notification-service", "query-service", "moderation-service", "delivery-service"],
  },
  /** With `post.created` or `post.updated`: others may see the post from now on. */
  "post.published": {
    producer: "post-service",
    aggregate: "post",
    data: eventData.post,
    key: "post.id",
    consumers: ["post-service", "media-service", "notification-service", "delivery-service"],
    sharesRevision: true,
  },
  "post.deleted": {
    producer: "post-service",
    aggregate: "post",
    data: eventData.postDeleted,
    key: "postId",
    consumers: ["post-service", "comment-service", "media-service", "notification-service", "query-service", "moderation-service", "delivery-service"],
    deletion: true,
  },
  "post.liked": {
    producer: "post-service",
    aggregate: "post_like",
    data: eventData.postLike,
    key: "postId",
    consumers: ["notification-service", "query-service", "delivery-service"],
  },
  "post.unliked": {
    producer: "post-service",
    aggregate: "post_like",
    data: eventData.postLike,
    key: "postId",
    consumers: ["notification-service", "query-service", "delivery-service"],
  },
  "post.reposted": {
    producer: "post-service",
    aggregate: "post_repost",
    data: eventData.postRepost,
    key: "postId",
    consumers: ["post-service", "notification-service", "query-service", "delivery-service"],
  },
  "post.unreposted": {
    producer: "post-service",
    aggregate: "post_repost",
    data: eventData.postRepost,
    key: "postId",
    consumers: ["post-service", "notification-service", "query-service", "delivery-service"],
  },
  /** Anew with every other end. */
  "post.muted": { producer: "post-service", aggregate: "post_mute", data: eventData.postMute, key: "postId", consumers: ["notification-service"] },
  /** Not where a mute ends by itself. */
  "post.unmuted": { producer: "post-service", aggregate: "post_mute", data: eventData.postUnmute, key: "postId", consumers: ["notification-service"] },
  /** It stands first on its author's profile, in place of another. */
  "post.pinned": {
    producer: "post-service",
    aggregate: "post",
    data: eventData.postPin,
    key: "postId",
    consumers: ["notification-service"],
    sharesRevision: true,
  },
  "post.unpinned": {
    producer: "post-service",
    aggregate: "post",
    data: eventData.postPin,
    key: "postId",
    consumers: ["notification-service"],
    sharesRevision: true,
  },
  /** Its revision is that of the post, of which it says nothing else. Nobody is its actor: who votes is not told. */
  "poll.voted": {
    producer: "post-service",
    aggregate: "poll",
    data: eventData.pollVoted,
    key: "postId",
    consumers: ["notification-service"],
  },
  /** One or several of each poll. To those who voted, its actor is who asked; to who asked, nobody. */
  "poll.ended": {
    producer: "post-service",
    aggregate: "poll",
    data: eventData.pollEnded,
    key: "postId",
    consumers: ["notification-service"],
    sharesRevision: true,
  },
  "comment.created": {
    producer: "comment-service",
    aggregate: "comment",
    data: eventData.comment,
    key: "comment.postId",
    consumers: ["post-service", "notification-service", "query-service", "moderation-service", "delivery-service"],
  },
  "comment.updated": {
    producer: "comment-service",
    aggregate: "comment",
    data: eventData.comment,
    key: "comment.postId",
    consumers: ["post-service", "notification-service", "query-service", "moderation-service", "delivery-service"],
  },
  "comment.deleted": {
    producer: "comment-service",
    aggregate: "comment",
    data: eventData.commentDeleted,
    key: "postId",
    consumers: ["post-service", "notification-service", "query-service", "moderation-service", "delivery-service"],
    deletion: true,
  },
  "like.created": {
    producer: "comment-service",
    aggregate: "comment_like",
    data: eventData.commentLike,
    key: "postId",
    consumers: ["notification-service", "query-service", "delivery-service"],
  },
  "like.deleted": {
    producer: "comment-service",
    aggregate: "comment_like",
    data: eventData.commentLike,
    key: "postId",
    consumers: ["notification-service", "query-service", "delivery-service"],
  },
  /** Of recipients who have a device or take mail only: of others, the inbox is all that there is. */
  "notification.created": {
    producer: "notification-service",
    aggregate: "notification",
    data: eventData.notification,
    key: "recipientId",
    consumers: ["delivery-service"],
  },
  "notification.updated": {
    producer: "notification-service",
    aggregate: "notification",
    data: eventData.notification,
    key: "recipientId",
    consumers: ["delivery-service"],
  },
  /** One, several or all of an inbox. */
  "notification.read": {
    producer: "notification-service",
    aggregate: "inbox",
    data: eventData.notificationRead,
    key: "recipientId",
    consumers: ["delivery-service"],
    sharesRevision: true,
  },
  /** It is in no inbox any more: what it was about is undone, deleted or not to be seen. */
  "notification.withdrawn": {
    producer: "notification-service",
    aggregate: "notification",
    data: eventData.notificationWithdrawn,
    key: "recipientId",
    consumers: ["delivery-service"],
    deletion: true,
  },
  "media.uploaded": {
    producer: "media-service",
    aggregate: "media",
    data: eventData.mediaUploaded,
    key: "ownerId",
    consumers: ["moderation-service"],
  },
  "media.deleted": { producer: "media-service", aggregate: "media", data: eventData.media, key: "ownerId", consumers: ["moderation-service"], deletion: true },
  /** Other tags are talked of; at most twice a minute. */
  "trends.changed": { producer: "query-service", aggregate: "trends", data: eventData.trends, key: "id", consumers: ["notification-service"] },
  /** An administrator had the cache of aggregates forget one entry, or all. */
  "cache.invalidated": { producer: "query-service", aggregate: "cache", data: eventData.cacheInvalidated, key: "userId", consumers: [] },
  /** What happens to a subject of moderation comes with the revision of its case, of which there is one: the higher holds. Nobody learns who decided. */
  "content.flagged": {
    producer: "moderation-service",
    aggregate: "moderation_case",
    data: eventData.contentFlagged,
    key: "target.id",
    consumers: ["post-service", "comment-service", "media-service"],
  },
  "content.approved": {
    producer: "moderation-service",
    aggregate: "moderation_case",
    data: eventData.contentApproved,
    key: "target.id",
    consumers: ["post-service", "comment-service", "media-service", "notification-service"],
  },
  "content.rejected": {
    producer: "moderation-service",
    aggregate: "moderation_case",
    data: eventData.contentRejected,
    key: "target.id",
    consumers: ["post-service", "comment-service", "media-service", "notification-service"],
  },
  "report.resolved": {
    producer: "moderation-service",
    aggregate: "report",
    data: eventData.reportResolved,
    key: "reporterId",
    consumers: ["notification-service"],
  },
  /** Anew with every other reason or end. */
  "user.suspended": {
    producer: "moderation-service",
    aggregate: "suspension",
    data: eventData.userSuspended,
    key: "userId",
    consumers: showingPeople,
    people: true,
  },
  /** Also when its time is over. */
  "user.unsuspended": {
    producer: "moderation-service",
    aggregate: "suspension",
    data: eventData.userUnsuspended,
    key: "userId",
    consumers: showingPeople,
    people: true,
  },
  /** It was called in vain for days. Its own user, or who created it for the installation, gets a mail. */
  "webhook.disabled": { producer: "delivery-service", aggregate: "webhook", data: eventData.webhookDisabled, key: "userId", consumers: ["auth-service"] },
  /** A user has a first device, or none any more. */
  "devices.changed": {
    producer: "delivery-service",
    aggregate: "devices",
    data: eventData.devicesChanged,
    key: "userId",
    consumers: ["notification-service"],
  },
} as const satisfies Record<string, EventRow>;
