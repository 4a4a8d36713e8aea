import * as z from "zod";
import { heldStates } from "./content-moderation.ts";
import { CommentId, Id, MediaId, NotificationId, PostId, SessionId, UserId } from "./ids.ts";
import { moderationReasons, moderationTargets } from "./moderation.ts";
import { mailFrequencies, outerChannels } from "./notification-channels.ts";
import { PictureHash } from "./picture-hash.ts";
import { OpenEnum, OpenObject, Revision, Timestamp } from "./primitives.ts";

/*
 * What events carry, apart from what REST answers: either may change without the other. Older and newer instances read
 * each other's events, and events wait in queues and outboxes across a release. So only what a consumer cannot do
 * without is required; everything else, and whatever is added, is optional or has a default that was true before it existed.
 * Unknown fields are kept. The fixtures of `fixtures/` hold every later version to that.
 */

/** Who may see something. What is not `public` is restricted, also by a name that is not known here. */
const EventVisibility = OpenEnum(["public", "followers"]);

/** An audience that is not known here is one of nobody. */
const EventAudience = OpenEnum(["everyone", "following", "nobody"]);

const EventAuthor = OpenObject({ id: UserId, username: z.string(), fullName: z.string(), avatarUrl: z.string().nullable().default(null) });

const EventAttachment = OpenObject({
  id: MediaId,
  kind: OpenEnum(["image", "video", "document"]),
  url: z.string(),
  thumbnailUrl: z.string().nullable().default(null),
  width: z.int().nullable().default(null),
  height: z.int().nullable().default(null),
  duration: z.number().nullable().default(null),
  blurhash: z.string().nullable().default(null),
  name: z.string().nullable().default(null),
  bytes: z.int().nullable().default(null),
  alt: z.string().nullable().default(null),
});

const EventLinkCard = OpenObject({ url: z.string(), title: z.string(), description: z.string().default(""), siteName: z.string().default("") });

const EventPoll = OpenObject({
  options: z.array(OpenObject({ text: z.string(), votes: z.int().default(0) })),
  votes: z.int().default(0),
  duration: z.int(),
  endsAt: Timestamp.nullable().default(null),
  closed: z.boolean().default(false),
});

/** A post without what depends on the viewer. */
export const EventPost = OpenObject({
  id: PostId,
  author: EventAuthor,
  title: z.string().nullable().default(null),
  content: z.string(),
  postType: OpenEnum(["TEXT", "IMAGE", "VIDEO", "LINK"]).default("TEXT"),
  visibility: EventVisibility,
  status: OpenEnum(["published", "draft", "scheduled"]),
  sensitive: z.boolean().default(false),
  contentWarning: z.string().nullable().default(null),
  category: z.string().nullable().default(null),
  location: z.string().nullable().default(null),
  media: z.array(EventAttachment).default([]),
  mediaUrls: z.array(z.string()).default([]),
  summary: z.string().nullable().default(null),
  linkCard: EventLinkCard.nullable().default(null),
  quotedPostId: PostId.nullable().default(null),
  quotable: z.boolean().default(true),
  poll: EventPoll.nullable().default(null),
  likeCount: z.int().default(0),
  commentCount: z.int().default(0),
  repostCount: z.int().default(0),
  clientMutationId: z.string().nullable().default(null),
  publishedAt: Timestamp.nullable().default(null),
  createdAt: Timestamp,
  updatedAt: Timestamp,
  revision: Revision,
});
export type EventPost = z.output<typeof EventPost>;

/** A comment without what depends on the viewer. */
const EventComment = OpenObject({
  id: CommentId,
  postId: PostId,
  parentCommentId: CommentId.nullable().default(null),
  rootCommentId: CommentId.nullable().default(null),
  depth: z.int().default(0),
  author: EventAuthor.nullable(),
  content: z.string(),
  deleted: z.boolean().default(false),
  /** Others do not see it, as of this revision. Null: they do. */
  held: OpenEnum(heldStates).nullable().default(null),
  likeCount: z.int().default(0),
  replyCount: z.int().default(0),
  clientMutationId: z.string().nullable().default(null),
  createdAt: Timestamp,
  updatedAt: Timestamp,
  revision: Revision,
});
export type EventComment = z.output<typeof EventComment>;

/** What a moderator decided on, or a rule found. */
const EventTarget = OpenObject({ type: OpenEnum(moderationTargets), id: Id });
const EventReason = OpenEnum(moderationReasons);

export const eventData = {
  user: OpenObject({ user: EventAuthor }),
  /** `headerUrl`, `bio`: an event from before says nothing of it. */
  userUpdated: OpenObject({ user: EventAuthor, headerUrl: z.string().nullable().optional(), bio: z.string().optional() }),
  /** Something about the account, which auth-service alone knows. */
  account: OpenObject({ userId: UserId }),
  userDeleted: OpenObject({ userId: UserId }),
  /** `removed`: how many rows, and what removed them. */
  accountDataRemoved: OpenObject({ userId: UserId, service: z.string(), removed: z.array(OpenObject({ by: z.string(), rows: z.int() })) }),
  renamed: OpenObject({ userId: UserId, fullName: z.string() }),
  session: OpenObject({ userId: UserId, sessionId: SessionId }),
  /** `approved`: the followee has approved a request, and is the actor. */
  followed: OpenObject({ followerId: UserId, followeeId: UserId, follower: EventAuthor, approved: z.boolean().optional() }),
  unfollowed: OpenObject({ followerId: UserId, followeeId: UserId }),
  /** What other services need of a user's preferences. */
  preferences: OpenObject({
    userId: UserId,
    whoMayComment: EventAudience,
    privateAccount: z.boolean().default(false),
    /** Missing: false. */
    publicLikes: z.boolean().optional(),
    /** A language tag; null for that of the device. */
    language: z.string().nullable().optional(),
    /** Nothing notifies the user of what has one of these. Missing: an earlier version says nothing of them. `until`: null where it has no end. */
    filteredWords: z.array(OpenObject({ word: z.string(), until: Timestamp.nullable().default(null) })).optional(),
  }),
  followRequested: OpenObject({ followerId: UserId, followeeId: UserId, follower: EventAuthor }),
  followRequestEnded: OpenObject({ followerId: UserId, followeeId: UserId }),
  block: OpenObject({ blockerId: UserId, blockedId: UserId }),
  /** `until`: null where it does not end by itself. */
  mute: OpenObject({ muterId: UserId, mutedId: UserId, until: Timestamp.nullable().default(null) }),
  unmute: OpenObject({ muterId: UserId, mutedId: UserId }),
  /** `muted`: false where a mute was lifted. */
  muteApplied: OpenObject({ muterId: UserId, mutedId: UserId, muted: z.boolean(), until: Timestamp.nullable().default(null) }),
  /** `quotedAuthorId`: who wrote what the post quotes. Not in the post, which all of its readers get. `waits`: as it was written, it waits for a moderator. */
  post: OpenObject({ post: EventPost, quotedAuthorId: UserId.nullable().default(null), waits: z.boolean().optional() }),
  /**
   * `hiddenFor`: moderators have hidden it with this change, and why. Not in the post, which all of its readers get. `waits`: as its author
   * has changed it, it waits for a moderator.
   */
  postUpdated: OpenObject({ post: EventPost, previousVisibility: EventVisibility, hiddenFor: EventReason.optional(), waits: z.boolean().optional() }),
  postDeleted: OpenObject({ postId: PostId, authorId: UserId }),
  postLike: OpenObject({ postId: PostId, postAuthorId: UserId, userId: UserId, user: EventAuthor, likeCount: z.int(), visibility: EventVisibility }),
  postRepost: OpenObject({ postId: PostId, postAuthorId: UserId, userId: UserId, user: EventAuthor, repostCount: z.int(), visibility: EventVisibility }),
  /** `until`: null where it does not end by itself. */
  postMute: OpenObject({ postId: PostId, userId: UserId, until: Timestamp.nullable().default(null) }),
  postUnmute: OpenObject({ postId: PostId, userId: UserId }),
  postPin: OpenObject({ postId: PostId, userId: UserId }),
  /** The result of a poll is another: the votes for each option, in order. It does not say whose vote it was. */
  pollVoted: OpenObject({ postId: PostId, votes: z.array(z.int()) }),
  /** `userIds`: who asked, or some of those who voted; not for what. */
  pollEnded: OpenObject({ postId: PostId, postAuthorId: UserId, visibility: EventVisibility, userIds: z.array(UserId) }),
  comment: OpenObject({
    comment: EventComment,
    authorId: UserId,
    postAuthorId: UserId,
    parentAuthorId: UserId.nullable().default(null),
    mentionedUserIds: z.array(UserId).default([]),
    visibility: EventVisibility,
    /** Of the post, when it had this visibility. */
    postRevision: Revision.optional(),
    postStatus: OpenEnum(["published", "draft", "scheduled"]).optional(),
    /** It was held until now. */
    shown: z.boolean().optional(),
    /** Moderators have hidden it with this change, and why. */
    hiddenFor: EventReason.optional(),
    /** As its author has written or changed it, it waits for a moderator. */
    waits: z.boolean().optional(),
  }),
  commentDeleted: OpenObject({ commentId: CommentId, postId: PostId, authorId: UserId, deletedById: UserId }),
  commentLike: OpenObject({
    commentId: CommentId,
    postId: PostId,
    commentAuthorId: UserId,
    userId: UserId,
    user: EventAuthor,
    likeCount: z.int(),
    visibility: EventVisibility,
    /** The comment's text; null where it is not known. */
    content: z.string().nullable().default(null),
  }),
  /** A notification as its recipient may see it, for those who carry it out of the house. */
  notification: OpenObject({
    recipientId: UserId,
    type: z.string(),
    /** What is one message where it is shown; null where each stands alone. */
    groupKey: z.string().nullable().default(null),
    /** The latest of those whom it speaks of, three at most, the latest first. `count`: how many there are. */
    actors: z.array(EventAuthor).default([]),
    count: z.int().default(1),
    /** Where it leads. */
    subject: OpenObject({
      postId: PostId.nullable().default(null),
      commentId: CommentId.nullable().default(null),
      userId: UserId.nullable().default(null),
    }).default({ postId: null, commentId: null, userId: null }),
    /** The start of the text that it is about; null unless everybody may read that. */
    excerpt: z.string().nullable().default(null),
    createdAt: Timestamp,
    /** Where it is news to its recipient, beside the inbox: none of a change that calls for no attention. */
    channels: z.array(OpenEnum(outerChannels)).default([]),
    mailFrequency: OpenEnum(mailFrequencies).default("at_once"),
    /** The end of the recipient's quiet hours, in which the event falls; digests do not wait for it. */
    notBefore: Timestamp.nullable().default(null),
    /** `from` and `to`: `HH:MM`, in this time zone. */
    quietHours: OpenObject({ from: z.string(), to: z.string(), timeZone: z.string() }).nullable().default(null),
  }),
  /** `ids`: null for all that were created until then. */
  notificationRead: OpenObject({ recipientId: UserId, ids: z.array(NotificationId).nullable().default(null), until: Timestamp }),
  notificationWithdrawn: OpenObject({ recipientId: UserId }),
  media: OpenObject({ mediaId: MediaId, ownerId: UserId }),
  /** `pictureHash`: of a picture that has one. */
  mediaUploaded: OpenObject({ mediaId: MediaId, ownerId: UserId, url: z.string().nullable().default(null), pictureHash: PictureHash.nullable().default(null) }),
  /** `id`: that of all trends, which are one list; the most talked of first. */
  trends: OpenObject({ id: Id, trends: z.array(OpenObject({ tag: z.string(), authors: z.int() })).default([]) }),
  /** `cacheKey`: null for all entries. `userId`: the administrator. */
  cacheInvalidated: OpenObject({ userId: UserId, cacheKey: z.string().nullable().default(null) }),
  /** `host`: where it led; the rest of its URL may be a secret. */
  webhookDisabled: OpenObject({ webhookId: Id, userId: UserId, host: z.string() }),
  /** `any`: whether notifications can be pushed to them. The revision is one of its own, which only grows. */
  devicesChanged: OpenObject({ userId: UserId, any: z.boolean() }),
  /** `hide`: it is to be seen by its author alone until a moderator has decided. `trust`: because nobody knows its author yet. */
  contentFlagged: OpenObject({
    caseId: Id,
    target: EventTarget,
    authorId: UserId,
    source: OpenEnum(["report", "rule", "classifier", "trust"]),
    reason: EventReason,
    hide: z.boolean().default(false),
  }),
  /** It stands, or is back. `appeal`: because its author appealed. `shown`: others see it from now on, and did not before. */
  contentApproved: OpenObject({
    caseId: Id,
    target: EventTarget,
    authorId: UserId,
    appeal: z.boolean().default(false),
    shown: z.boolean().default(false),
  }),
  /** `until`: null where it has no end. `appeal`: its author's appeal was refused, and all stays as it was. */
  contentRejected: OpenObject({
    caseId: Id,
    target: EventTarget,
    authorId: UserId,
    action: OpenEnum(["hide", "delete", "warn"]),
    reason: EventReason,
    until: Timestamp.nullable().default(null),
    appeal: z.boolean().default(false),
  }),
  /** `accepted`: something was done about what was reported. Nobody learns who decided. */
  reportResolved: OpenObject({ reportId: Id, reporterId: UserId, target: EventTarget, accepted: z.boolean() }),
  /** Until a time, or (null) without an end. `caseId`: whose author appeals there. */
  userSuspended: OpenObject({ userId: UserId, reason: EventReason, until: Timestamp.nullable().default(null), caseId: Id.nullable().default(null) }),
  userUnsuspended: OpenObject({ userId: UserId }),
};
