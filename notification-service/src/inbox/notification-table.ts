import type { NotificationType } from "@newfeed/shared/contracts/dto.ts";
import type { Event, EventOf, EventType } from "@newfeed/shared/contracts/events.ts";

/** Whom an event is told to, and about what. */
export interface Draft {
  type: NotificationType;
  userId: string;
  actorId: string | null;
  groupKey: string | null;
  postId: string | null;
  commentId: string | null;
  /** When the subject is for followers of this user only. */
  followersOf: string | null;
}

interface Subject {
  userIds: readonly (string | null)[];
  postId?: string;
  commentId?: string;
  groupKey?: string;
  followersOf?: string | null;
}

interface Kind<T extends EventType = EventType> {
  on: readonly T[];
  subject: (event: EventOf<T>) => Subject;
  /** `who` is the latest actor's name, `others` how many more there are. */
  message: (who: string, others: number) => string;
}

const kind = <T extends EventType>(definition: Kind<T>) => definition as unknown as Kind;

const and = (who: string, others: number) => (others === 0 ? who : others === 1 ? `${who} and 1 other` : `${who} and ${others} others`);

const commentSubject = ({ comment, postAuthorId, visibility }: EventOf<"comment.created" | "comment.updated">["data"]) => ({
  postId: comment.postId,
  commentId: comment.id,
  followersOf: visibility === "public" ? null : postAuthorId,
});

/**
 * Every notification type: which events it comes from, whom it is for, and what it says. A new type is one entry here.
 * Somebody who fits several types of one event gets the first of them only.
 */
const notificationTable: Record<NotificationType, Kind> = {
  new_comment: kind({
    on: ["comment.created", "comment.updated"],
    subject: ({ data }) => ({ ...commentSubject(data), userIds: [data.postAuthorId] }),
    message: (who) => `${who} commented on your post`,
  }),
  comment_reply: kind({
    on: ["comment.created", "comment.updated"],
    subject: ({ data }) => ({ ...commentSubject(data), userIds: [data.parentAuthorId] }),
    message: (who) => `${who} replied to your comment`,
  }),
  mention: kind({
    on: ["comment.created", "comment.updated"],
    subject: ({ data }) => ({ ...commentSubject(data), userIds: data.mentionedUserIds }),
    message: (who) => `${who} mentioned you`,
  }),
  post_liked: kind({
    on: ["post.liked"],
    subject: ({ data }) => ({ userIds: [data.postAuthorId], postId: data.postId, groupKey: `post_liked:${data.postId}` }),
    message: (who, others) => `${and(who, others)} liked your post`,
  }),
  like_created: kind({
    on: ["like.created"],
    subject: ({ data }) => ({ userIds: [data.commentAuthorId], postId: data.postId, commentId: data.commentId, groupKey: `like_created:${data.commentId}` }),
    message: (who, others) => `${and(who, others)} liked your comment`,
  }),
  new_follower: kind({
    on: ["user.followed"],
    subject: ({ data }) => ({ userIds: [data.followeeId], groupKey: `new_follower:${data.followerId}` }),
    message: (who) => `${who} follows you`,
  }),
  welcome: kind({
    on: ["user.registered"],
    subject: ({ data }) => ({ userIds: [data.user.id], groupKey: "welcome" }),
    message: () => "Welcome to NewFeed!",
  }),
};

/** What a notification says; of a type that only a newer instance knows, that there is one. */
export function messageOf(type: string, who: string, others: number): string {
  const known = Object.hasOwn(notificationTable, type) ? notificationTable[type as NotificationType] : undefined;
  return known ? known.message(who, others) : "You have a new notification";
}

/** What an event says to whom. Nobody is told of their own act; a welcome is nobody's act. */
export function draftsOf(event: Event): Draft[] {
  const drafts = new Map<string, Draft>();
  for (const [type, { on, subject }] of Object.entries(notificationTable) as [NotificationType, Kind][]) {
    if (!on.includes(event.type)) continue;
    const actorId = type === "welcome" ? null : event.actorId;
    const { userIds, postId = null, commentId = null, groupKey = null, followersOf = null } = subject(event);
    for (const userId of userIds)
      if (userId && userId !== actorId && !drafts.has(userId)) drafts.set(userId, { type, userId, actorId, groupKey, postId, commentId, followersOf });
  }
  return [...drafts.values()];
}

/** The other half of an "on": which groups an actor leaves with an "off". */
export function groupLeftBy(event: Event): { userId: string; groupKey: string; actorId: string } | undefined {
  switch (event.type) {
    case "post.unliked":
      return { userId: event.data.postAuthorId, groupKey: `post_liked:${event.data.postId}`, actorId: event.data.userId };
    case "like.deleted":
      return { userId: event.data.commentAuthorId, groupKey: `like_created:${event.data.commentId}`, actorId: event.data.userId };
    case "user.unfollowed":
      return { userId: event.data.followeeId, groupKey: `new_follower:${event.data.followerId}`, actorId: event.data.followerId };
    default:
      return undefined;
  }
}
