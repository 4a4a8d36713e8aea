import { isHeld } from "@newfeed/shared/contracts/content-moderation.ts";
import type { NotificationCategory, NotificationType } from "@newfeed/shared/contracts/dto.ts";
import type { Event, EventOf, EventType } from "@newfeed/shared/contracts/events.ts";
import { asCommentId, asPostId, type CommentId, type PostId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import { excerptOf } from "./excerpt.ts";

/** A notification that an event makes, before it is known whether its user may receive it. */
export interface Draft {
  type: NotificationType;
  category: NotificationCategory | null;
  userId: UserId;
  actorId: UserId | null;
  groupKey: string | null;
  /** What a group counts once for each actor: all that they did, or their comments, one by one. */
  groups: "acts" | "comments";
  postId: PostId | null;
  /** The post that it is about or under, whose muting concerns it: `postId`, but for a quote what it quotes. */
  threadId: PostId | null;
  commentId: CommentId | null;
  /** The start of the comment. */
  content: string | null;
  /** What another wrote, all of it: where words are looked for that its user filters. */
  text: string | null;
  /** Of a decision of moderators: its reason, or what became of an appeal or a report. */
  outcome: string | null;
  /** Of an edit, which may mention the same users again and again. */
  edited: boolean;
  /** Set when the subject is visible to followers of this user only. */
  followersOf: UserId | null;
}

interface Subject {
  userIds: readonly (UserId | null)[];
  postId?: PostId;
  threadId?: PostId | null;
  commentId?: CommentId;
  content?: string | null;
  text?: string | null;
  groupKey?: string;
  followersOf?: UserId | null;
  outcome?: string;
}

interface Kind<T extends EventType = EventType> {
  on: readonly T[];
  /** Under which filter an inbox lists it. */
  category: NotificationCategory | null;
  /** Of what is grouped by its key: an actor leaves with the one act that they take back, or else with the last of their comments. */
  groups?: Draft["groups"];
  /** It has no actor. */
  byNobody?: true;
  subject: (event: EventOf<T>) => Subject;
  /** It is pushed unless its user refuses that: what is meant for them, and calls for an answer. */
  pushed?: true;
  /** `who` names the latest actors: "Ann", "Ann and Bob", "Ann, Bob and 3 others"; "Someone" where there is none (`isNamed`: there is). */
  message: (who: string, isNamed: boolean, outcome: string | null) => string;
}

const kind = <T extends EventType>(definition: Kind<T>) => definition as unknown as Kind;

/** The names of the latest two actors of so many; of one whose name is not known, "Someone". */
function namesOf([first = "Someone", second]: readonly string[], count: number): string {
  if (count <= 1) return first;
  if (second === undefined) return count === 2 ? `${first} and 1 other` : `${first} and ${count - 1} others`;
  return count === 2 ? `${first} and ${second}` : `${first}, ${second} and ${count === 3 ? "1 other" : `${count - 2} others`}`;
}

/** Of a comment. Those under a draft, and those that moderators hold, concern their author only. */
function commentSubject(data: EventOf<"comment.created" | "comment.updated">["data"], userIds: readonly (UserId | null)[]): Subject {
  const { comment, postAuthorId, visibility, postStatus = "published" } = data;
  return {
    userIds: postStatus === "published" && comment.held === null ? userIds : [],
    postId: comment.postId,
    commentId: comment.id,
    content: comment.content,
    text: comment.content,
    followersOf: visibility === "public" ? null : postAuthorId,
  };
}

const ofModeration = { category: null, byNobody: true } as const;
/** Of a post or a comment that moderators have decided about. Each decision is a notification of its own. */
const moderatedSubject = (type: NotificationType, { caseId, target }: { caseId: string; target: { type: string; id: string } }, revision: number) => ({
  threadId: null,
  groupKey: `${type}:${caseId}:${revision}`,
  ...(target.type === "post" && { postId: asPostId(target.id) }),
  ...(target.type === "comment" && { commentId: asCommentId(target.id) }),
});
const reasonOf = (outcome: string | null) => (outcome ? `: ${outcome.replaceAll("_", " ")}` : "");

/**
 * Every notification type: its events, the filter that lists it, its recipients, its text. A new type is one entry here. A user who fits several
 * types of one event receives the first of them only.
 */
const notificationTable: Record<NotificationType, Kind> = {
  new_comment: kind({
    on: ["comment.created", "comment.updated"],
    category: "comments",
    pushed: true,
    groups: "comments",
    subject: ({ data }) => ({ ...commentSubject(data, [data.postAuthorId]), groupKey: `new_comment:${data.comment.postId}` }),
    message: (who) => `${who} commented on your post`,
  }),
  comment_reply: kind({
    on: ["comment.created", "comment.updated"],
    category: "comments",
    pushed: true,
    subject: ({ data }) => commentSubject(data, [data.parentAuthorId]),
    message: (who) => `${who} replied to your comment`,
  }),
  mention: kind({
    on: ["comment.created", "comment.updated"],
    category: "mentions",
    pushed: true,
    subject: ({ data }) => commentSubject(data, data.mentionedUserIds),
    message: (who) => `${who} mentioned you`,
  }),
  post_liked: kind({
    on: ["post.liked"],
    category: "likes",
    subject: ({ data }) => ({ userIds: [data.postAuthorId], postId: data.postId, groupKey: `post_liked:${data.postId}` }),
    message: (who) => `${who} liked your post`,
  }),
  like_created: kind({
    on: ["like.created"],
    category: "likes",
    subject: ({ data: { commentAuthorId, postId, commentId, content } }) => ({
      userIds: [commentAuthorId],
      postId,
      commentId,
      content,
      groupKey: `like_created:${commentId}`,
    }),
    message: (who) => `${who} liked your comment`,
  }),
  post_reposted: kind({
    on: ["post.reposted"],
    category: "reposts",
    subject: ({ data }) => ({ userIds: [data.postAuthorId], postId: data.postId, groupKey: `post_reposted:${data.postId}` }),
    message: (who) => `${who} reposted your post`,
  }),
  /** It leads to the post that quotes. */
  post_quoted: kind({
    on: ["post.published"],
    category: "reposts",
    pushed: true,
    subject: ({ data: { post, quotedAuthorId } }) => ({
      userIds: [quotedAuthorId],
      postId: post.id,
      threadId: post.quotedPostId,
      text: [post.title, post.contentWarning, post.content].join("\n"),
      followersOf: post.visibility === "public" ? null : post.author.id,
    }),
    message: (who) => `${who} quoted your post`,
  }),
  /** To who asked, it has no actor. */
  poll_ended: kind({
    on: ["poll.ended"],
    category: null,
    pushed: true,
    subject: ({ data: { postId, postAuthorId, visibility, userIds } }) => ({ userIds, postId, followersOf: visibility === "public" ? null : postAuthorId }),
    message: (who, isNamed) => (isNamed ? `A poll by ${who} has ended` : "Your poll has ended"),
  }),
  new_follower: kind({
    on: ["user.followed"],
    category: "follows",
    pushed: true,
    subject: ({ data }) => ({ userIds: [data.followeeId], groupKey: `new_follower:${data.followerId}` }),
    message: (who) => `${who} follows you`,
  }),
  follow_request: kind({
    on: ["user.follow_requested"],
    category: "follows",
    pushed: true,
    subject: ({ data }) => ({ userIds: [data.followeeId], groupKey: `follow_request:${data.followerId}` }),
    message: (who) => `${who} asks to follow you`,
  }),
  follow_approved: kind({
    on: ["user.followed"],
    category: "follows",
    pushed: true,
    subject: ({ data }) => ({ userIds: data.approved ? [data.followerId] : [], groupKey: `follow_approved:${data.followeeId}` }),
    message: (who) => `${who} lets you follow them`,
  }),
  /** Its drafts are made in batches: `bells/new-posts.ts`. */
  new_post: kind({
    on: [],
    category: null,
    pushed: true,
    subject: () => ({ userIds: [] }),
    message: (who) => `${who} has posted`,
  }),
  /** Told by the owner of what was removed, so that its author sees it as it is then; what is deleted is nowhere to be looked at, and an upload has no page. */
  content_removed: kind({
    ...ofModeration,
    on: ["post.updated", "comment.updated", "content.rejected"],
    subject: ({ data, aggregate }) => {
      const groupKey = `content_removed:${aggregate.id}:${aggregate.revision}`;
      if ("action" in data) {
        const isTold = data.action === "delete" || (data.action === "hide" && data.target.type === "media");
        return { userIds: isTold && !data.appeal ? [data.authorId] : [], groupKey, outcome: data.reason };
      }
      const { hiddenFor } = data;
      if (hiddenFor === undefined) return { userIds: [] };
      return "post" in data
        ? { userIds: [data.post.author.id], postId: data.post.id, threadId: null, groupKey, outcome: hiddenFor }
        : { userIds: [data.authorId], postId: data.comment.postId, threadId: null, commentId: data.comment.id, groupKey, outcome: hiddenFor };
    },
    message: (_who, _isNamed, outcome) => `Moderators removed something that you wrote${reasonOf(outcome)}`,
  }),
  warning: kind({
    ...ofModeration,
    on: ["content.rejected"],
    subject: ({ data: { action, ...data }, aggregate }) => ({
      ...moderatedSubject("warning", data, aggregate.revision),
      userIds: action === "warn" && !data.appeal ? [data.authorId] : [],
      outcome: data.reason,
    }),
    message: (_who, _isNamed, outcome) => `Moderators warn you about something that you wrote${reasonOf(outcome)}`,
  }),
  appeal_resolved: kind({
    ...ofModeration,
    on: ["content.approved", "content.rejected"],
    subject: ({ type, data, aggregate }) => ({
      ...moderatedSubject("appeal_resolved", data, aggregate.revision),
      userIds: data.appeal ? [data.authorId] : [],
      outcome: type === "content.approved" ? "accepted" : "refused",
    }),
    message: (_who, _isNamed, outcome) => (outcome === "accepted" ? "Your appeal was accepted" : "Your appeal was refused"),
  }),
  /** Also of what waited for a moderator, and is seen from now on. */
  content_restored: kind({
    ...ofModeration,
    on: ["post.updated", "comment.updated", "content.approved"],
    subject: ({ data, aggregate }) => {
      const groupKey = `content_restored:${aggregate.id}:${aggregate.revision}`;
      if ("caseId" in data) return { userIds: data.shown && data.target.type === "media" ? [data.authorId] : [], groupKey };
      return "post" in data
        ? {
            userIds: isHeld(data.previousVisibility) && data.post.status === "published" ? [data.post.author.id] : [],
            postId: data.post.id,
            threadId: null,
            groupKey,
          }
        : { userIds: data.shown ? [data.authorId] : [], postId: data.comment.postId, threadId: null, commentId: data.comment.id, groupKey };
    },
    message: () => "Something that you wrote is there for others again",
  }),
  report_resolved: kind({
    ...ofModeration,
    on: ["report.resolved"],
    subject: ({ data: { reportId, reporterId, accepted } }) => ({
      userIds: [reporterId],
      groupKey: `report_resolved:${reportId}`,
      outcome: accepted ? "accepted" : "refused",
    }),
    message: (_who, _isNamed, outcome) =>
      outcome === "accepted" ? "Moderators have acted on what you reported" : "Moderators found that what you reported breaks no rule",
  }),
  welcome: kind({
    on: ["user.registered"],
    byNobody: true,
    category: null,
    subject: ({ data }) => ({ userIds: [data.user.id], groupKey: "welcome" }),
    message: () => "Welcome to NewFeed!",
  }),
};

const kindOf = (type: string): Kind | undefined => (Object.hasOwn(notificationTable, type) ? notificationTable[type as NotificationType] : undefined);

/** Is a type pushed to users who have not chosen? Not one that only newer instances know. */
export const isPushedUnlessRefused = (type: string): boolean => kindOf(type)?.pushed === true;

/** The text of a notification by so many actors, of whom the latest have these names; a neutral one for a type that only newer instances know. */
export function messageOf(type: string, names: readonly string[], count: number, outcome: string | null = null): string {
  const known = kindOf(type);
  return known ? known.message(namesOf(names, count), names.length > 0, outcome) : "You have a new notification";
}

/** The notifications that an event makes. Users are not notified of their own actions; a welcome has no actor. */
export function draftsOf(event: Event): Draft[] {
  const drafts = new Map<UserId, Draft>();
  for (const [type, { on, category, groups = "acts", byNobody, subject }] of Object.entries(notificationTable) as [NotificationType, Kind][]) {
    if (!on.includes(event.type)) continue;
    const actorId = byNobody ? null : event.actorId;
    const { userIds, outcome = null, ...found } = subject(event);
    const { postId = null, threadId = postId, commentId = null, content = null, text = null, groupKey = null, followersOf = null } = found;
    const about = { postId, threadId, commentId, content: content && excerptOf(content), text, followersOf };
    const draft = { type, category, actorId, groupKey, groups, ...about, outcome, edited: event.type === "comment.updated" };
    for (const userId of userIds) if (userId && userId !== actorId && !drafts.has(userId)) drafts.set(userId, { ...draft, userId });
  }
  return [...drafts.values()];
}

/** The group that an actor leaves by undoing what put them into it. */
export function groupLeftBy(event: Event): { userId: UserId; groupKey: string; actorId: UserId } | undefined {
  switch (event.type) {
    case "post.unliked":
      return { userId: event.data.postAuthorId, groupKey: `post_liked:${event.data.postId}`, actorId: event.data.userId };
    case "post.unreposted":
      return { userId: event.data.postAuthorId, groupKey: `post_reposted:${event.data.postId}`, actorId: event.data.userId };
    case "like.deleted":
      return { userId: event.data.commentAuthorId, groupKey: `like_created:${event.data.commentId}`, actorId: event.data.userId };
    case "user.follow_request_ended":
      return { userId: event.data.followeeId, groupKey: `follow_request:${event.data.followerId}`, actorId: event.data.followerId };
    case "user.unfollowed":
      return { userId: event.data.followeeId, groupKey: `new_follower:${event.data.followerId}`, actorId: event.data.followerId };
    default:
      return undefined;
  }
}
