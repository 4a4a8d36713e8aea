import * as z from "zod";
import { ContentModeration } from "./content-moderation.ts";
import { CommentId, MediaId, NotificationId, PostId, UserId } from "./ids.ts";
import { LinkCard } from "./link-card.ts";
import { moderationReasons } from "./moderation.ts";
import { Poll } from "./poll.ts";
import { FilledLine, FilledText, Language, NewSecret, OpenEnum, Revision, Text, Timestamp, TimeZone } from "./primitives.ts";
import { avatarShape, headerShape, type PictureShape } from "./profile-pictures.ts";
import { isReservedUsername } from "./reserved-usernames.ts";
import { foldLine, lengths } from "./text.ts";
import { usernameForm, usernameRule } from "./usernames.ts";

/** A username to look for: also one from before `NewUsername`'s rules. */
export const Username = z
  .string()
  .trim()
  .min(lengths.username.min)
  .max(lengths.username.max)
  .regex(/^[A-Za-z0-9_.]+$/, "may only contain letters, digits, dots and underscores");
/** A username to sign up with; unique without regard to case; never changes. */
export const NewUsername = z
  .string()
  .trim()
  .min(lengths.username.min)
  .max(lengths.username.max)
  .regex(new RegExp(`^${usernameForm}$`), `needs ${usernameRule}`)
  .refine((username) => !isReservedUsername(username), "is reserved; choose another");
/** RFC 5321, section 4.5.3.1: at most 64 characters before the `@`, 254 in all. */
export const Email = z
  .string()
  .overwrite(foldLine)
  .max(254)
  .check(z.email())
  .refine((email) => email.indexOf("@") <= 64, "must be an e-mail address");
/** auth-service says what else a new password needs. */
export const Password = NewSecret(lengths.password);

/** How the addresses of the smaller sizes follow from that of the large one. */
const smallerSizes = ({ widths: { small, medium, large } }: PictureShape) =>
  `the large size: the same address with \`-${medium}\` or \`-${small}\` in place of \`-${large}\` is a smaller one`;

/** What others' lists show of a user: a snapshot that follows the user's renames. */
export const Author = z
  .object({
    id: UserId,
    username: z.string(),
    fullName: z.string(),
    avatarUrl: z
      .string()
      .nullable()
      .meta({ description: `Of an uploaded avatar ${smallerSizes(avatarShape)}` }),
  })
  .meta({ id: "Author" });
export type Author = z.infer<typeof Author>;

export const User = Author.extend({
  headerUrl: z
    .string()
    .nullable()
    .meta({ description: `The picture over the profile, ${headerShape.ratio} times as wide as high; ${smallerSizes(headerShape)}` }),
  bio: z.string(),
  location: z.string().nullable().meta({ description: "Where the user is, in their words" }),
  links: z.array(z.string()).meta({ description: "Addresses elsewhere, in the user's order" }),
  followerCount: z.int(),
  followingCount: z.int(),
  followedByMe: z.boolean(),
  followsMe: z.boolean(),
  blockedByMe: z.boolean(),
  mutedByMe: z.boolean().meta({ description: "Their posts are in none of your lists, and nothing that they do notifies you" }),
  mutedUntil: Timestamp.nullable().meta({ description: "When your mute ends by itself; null where it does not" }),
  private: z.boolean().meta({ description: "Followers are approved, and only they see the user's posts" }),
  requestedByMe: z.boolean().meta({ description: "You have asked to follow this user" }),
  publicLikes: z.boolean().meta({ description: "Who sees the user's posts may also list what they like" }),
  createdAt: Timestamp,
  updatedAt: Timestamp,
  revision: Revision,
}).meta({ id: "User" });
export type User = z.infer<typeof User>;

/** Of whom a user takes something: of all, of those they follow, of none. */
const Audience = z.enum(["everyone", "following", "nobody"]).meta({ description: "`following`: those whom the user follows" });
export type Audience = z.infer<typeof Audience>;

/** What hides posts, comments and notifications in this user's client, and notifies them of nothing; others see no difference. */
export const ContentFilters = z.strictObject({
  words: z.array(FilledLine(lengths.filteredWord)).max(100).meta({ description: "Words and phrases, without regard to case and accents" }),
  ends: z
    .array(z.strictObject({ word: z.string().max(lengths.filteredWord), until: Timestamp }).meta({ id: "FilterEnd" }))
    .max(100)
    .meta({ description: "When some of these words end to be filtered; then they are not listed any more" }),
});

/** What a user has set, for all devices and clients. */
export const Preferences = z
  .object({
    theme: z.enum(["system", "light", "dark"]),
    language: Language.nullable().meta({ description: "BCP 47; null: the device's" }),
    timeZone: TimeZone.nullable().meta({ description: "A name of the IANA database; null: the device's" }),
    whoMayMention: Audience,
    whoMayComment: Audience,
    privateAccount: z.boolean().meta({ description: "Followers are approved, and only they see the user's posts" }),
    publicLikes: z.boolean().meta({ description: "Who sees the user's posts may also list what they like" }),
    contentFilters: ContentFilters,
    revision: Revision,
  })
  .meta({ id: "Preferences" });
export type Preferences = z.infer<typeof Preferences>;

/** What addresses and filters call a category. */
export const CategorySlug = z
  .string()
  .max(40)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "must be lower-case letters and digits, with hyphens between them")
  .meta({ example: "music" });

export const Category = z.object({ slug: CategorySlug, name: z.string(), position: z.int() }).meta({ id: "Category" });
export type Category = z.infer<typeof Category>;

export const PostType = z.enum(["TEXT", "IMAGE", "VIDEO", "LINK"]);
export const Visibility = z.enum(["public", "followers"]);
export type Visibility = z.infer<typeof Visibility>;
export const PostStatus = z.enum(["published", "draft", "scheduled"]);

const MediaKind = z.enum(["image", "video", "document"]);

/** An upload as a post shows it. */
export const Attachment = z
  .object({
    id: MediaId,
    kind: MediaKind,
    url: z.string(),
    thumbnailUrl: z.string().nullable(),
    width: z.int().nullable(),
    height: z.int().nullable(),
    duration: z.number().nullable().meta({ description: "Seconds, of a video" }),
    blurhash: z.string().nullable(),
    name: z.string().nullable().meta({ description: "Of a document, under which it is downloaded" }),
    bytes: z.int().nullable().meta({ description: "null of what was attached by an earlier version" }),
    alt: z.string().nullable().meta({ description: "What it shows, in words, for those who do not see it" }),
  })
  .meta({ id: "Attachment" });
export type Attachment = z.infer<typeof Attachment>;

/** Of a post that another quotes, what its reader sees. */
export const QuotedPost = z
  .object({
    id: PostId,
    author: Author,
    title: z.string().nullable(),
    content: z.string(),
    sensitive: z.boolean(),
    contentWarning: z.string().nullable(),
    media: z.array(Attachment),
    poll: Poll.nullable(),
    publishedAt: Timestamp.nullable(),
    createdAt: Timestamp,
  })
  .meta({ id: "QuotedPost" });
export type QuotedPost = z.infer<typeof QuotedPost>;

export const Post = z
  .object({
    id: PostId,
    author: Author,
    title: z.string().nullable(),
    content: z.string(),
    postType: PostType,
    visibility: Visibility,
    status: PostStatus,
    sensitive: z.boolean().meta({ description: "Its media are shown only when a reader asks for them" }),
    contentWarning: z.string().nullable().meta({ description: "What readers see in place of the whole post until they ask for it" }),
    category: CategorySlug.nullable(),
    location: z.string().nullable().meta({ description: "Where it was written, in the author's words" }),
    media: z.array(Attachment),
    mediaUrls: z.array(z.string()),
    summary: z.string().nullable().meta({ description: "Of a long text, written by a program; it comes moments after the post, as a change of it" }),
    linkCard: LinkCard.nullable().meta({ description: "Of the first link; it comes moments after the post, as a change of it" }),
    quotedPostId: PostId.nullable(),
    quotedPost: QuotedPost.nullable().meta({ description: "null, too, where you may not see it, or it is gone" }),
    quotable: z.boolean().meta({ description: "Others may quote it" }),
    poll: Poll.nullable(),
    likeCount: z.int(),
    commentCount: z.int(),
    repostCount: z.int(),
    shareCount: z.int().meta({ description: "The same as `repostCount`" }),
    clientMutationId: z.string().nullable(),
    publishAt: Timestamp.nullable().meta({ description: "When it will be published; null unless it is scheduled" }),
    publishedAt: Timestamp.nullable(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
    revision: Revision,
    moderation: ContentModeration.nullable().meta({ description: "Of a post that only you, its author, see: it is hidden, or waits for a moderator" }),
    likedByMe: z.boolean(),
    bookmarkedByMe: z.boolean(),
    repostedByMe: z.boolean(),
    mutedByMe: z.boolean().meta({ description: "Nothing about it, or under it, notifies you" }),
  })
  .meta({ id: "Post" });
export type Post = z.infer<typeof Post>;

/** A post in a home feed. */
export const FeedPost = Post.extend({
  repostedBy: Author.nullable().meta({ description: "Whom you follow and who brought it here; null where it is there by its author, by you or by a tag" }),
  repostedAt: Timestamp.nullable().meta({ description: "Its place in the feed, in that case" }),
}).meta({ id: "FeedPost" });
export type FeedPost = z.infer<typeof FeedPost>;

export const Comment = z
  .object({
    id: CommentId,
    postId: PostId,
    parentCommentId: CommentId.nullable().meta({ description: "The comment that it answers, at any depth; null of a top-level comment" }),
    rootCommentId: CommentId.nullable().meta({ description: "The top-level comment above it; null of one, and in live events of earlier versions" }),
    depth: z.int().meta({ description: "0 for a top-level comment; 0 in live events of earlier versions, too" }),
    author: Author.nullable().meta({ description: "null once deleted" }),
    content: z.string().meta({ description: "empty once deleted" }),
    deleted: z.boolean(),
    likeCount: z.int(),
    replyCount: z.int().meta({ description: "Direct replies" }),
    clientMutationId: z.string().nullable(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
    revision: Revision,
    moderation: ContentModeration.nullable().meta({ description: "Of a comment that only you, its author, see: it is hidden, or waits for a moderator" }),
    likedByMe: z.boolean(),
  })
  .meta({ id: "Comment" });
export type Comment = z.infer<typeof Comment>;

/** A comment among those of its author. */
export const UserComment = Comment.extend({ post: QuotedPost.meta({ description: "What it stands under" }) }).meta({ id: "UserComment" });
export type UserComment = z.infer<typeof UserComment>;

/** An upload by itself; its alt text belongs to the post that shows it. */
export const Media = Attachment.omit({ alt: true })
  .extend({
    publicId: z.string(),
    ownerId: UserId,
    bytes: z.int(),
    contentType: z.string(),
    postId: PostId.nullable(),
    expiresAt: Timestamp.nullable().meta({ description: "When it is removed unless a post or the profile shows it (an address in a text does not keep it)" }),
    createdAt: Timestamp,
    revision: Revision,
  })
  .meta({ id: "Media" });
export type Media = z.infer<typeof Media>;

export const notificationTypes = [
  "new_comment",
  "comment_reply",
  "mention",
  "post_liked",
  "like_created",
  "post_reposted",
  "post_quoted",
  "poll_ended",
  "new_follower",
  "follow_request",
  "follow_approved",
  "new_post",
  "content_removed",
  "content_restored",
  "warning",
  "appeal_resolved",
  "report_resolved",
  "welcome",
] as const;
export type NotificationType = (typeof notificationTypes)[number];

/** What an inbox is filtered by. Which types belong to one, notification-service's table says. */
export const NotificationCategory = z.enum(["mentions", "comments", "likes", "reposts", "follows"]).meta({ id: "NotificationCategory" });
export type NotificationCategory = z.infer<typeof NotificationCategory>;

export const Notification = z
  .object({
    id: NotificationId,
    type: OpenEnum(notificationTypes),
    category: OpenEnum(NotificationCategory.options)
      .optional()
      .meta({ description: "The `type` of `GET /api/v1/notifications` that lists it; missing where none does" }),
    message: z.string(),
    data: z.object({
      postId: PostId.optional(),
      commentId: CommentId.optional().meta({ description: "The comment that it leads to; of a group of comments the latest" }),
      userId: UserId.optional(),
      /** How many people a grouped notification speaks of. */
      count: z.int().optional(),
      outcome: OpenEnum([...moderationReasons, "accepted", "refused"])
        .optional()
        .meta({ description: "Of a decision of moderators: its reason, or what became of your appeal or report" }),
      post: z.object({ id: PostId, title: z.string().nullable(), content: z.string(), contentWarning: z.string().nullable() }).optional().meta({
        description: "The start of the post, as it is now: of one with a content warning only that. Missing where the user may not, or no longer, see it",
      }),
      comment: z
        .object({ id: CommentId, content: z.string() })
        .optional()
        .meta({ description: "The start of the comment, as it is now; missing where the user may not, or no longer, see it" }),
    }),
    actor: Author.nullable(),
    actors: z.array(Author).optional().meta({ description: "The latest of those whom it speaks of, three at most, the latest first" }),
    groupKey: z.string().nullable(),
    read: z.boolean(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
    revision: Revision,
  })
  .meta({ id: "Notification" });
export type Notification = z.infer<typeof Notification>;

export const PostContent = Text(lengths.post);
export const PostTitle = FilledLine(lengths.postTitle);
export const ContentWarning = FilledLine(lengths.contentWarning);
export const AltText = Text(lengths.altText);
export const PostLocation = FilledLine(lengths.postLocation);
export const CommentContent = FilledText(lengths.comment);
export const FullName = FilledLine(lengths.fullName);
export const Bio = Text(lengths.bio);
export const UserLocation = FilledLine(lengths.userLocation);

export const Trend = z
  .object({ tag: z.string(), authors: z.int().meta({ description: "Who used it within a day, in public posts; new accounts do not count" }) })
  .meta({ id: "Trend" });
export type Trend = z.infer<typeof Trend>;
