import type { EventPost } from "@newfeed/shared/contracts/event-data.ts";
import type { EventOf } from "@newfeed/shared/contracts/events.ts";
import { keyOf } from "@newfeed/shared/contracts/events.ts";
import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import { installationWebhookTypes, ownWebhookTypes, type WebhookType } from "@newfeed/shared/contracts/webhooks.ts";

/** What webhooks are told of an event. */
interface Told {
  /** Whose own webhooks are told; null where nobody's are. */
  owner: UserId | null;
  /** Whether those of the installation are. */
  isPublic: boolean;
  /** Ids alone: a receiver reads what it may see, when it asks. */
  data: Readonly<Record<string, string>>;
}

/** What a type of event tells; undefined for one that tells nothing. */
type Telling = { readonly [T in WebhookType]: (data: EventOf<T>["data"]) => Told | undefined };

const isPublic = (visibility: string) => visibility === "public";

const postReaction = ({ postId, postAuthorId, userId, visibility }: EventOf<"post.liked">["data"] | EventOf<"post.reposted">["data"]): Told => ({
  owner: postAuthorId,
  isPublic: isPublic(visibility),
  data: { postId, userId },
});
const follow = ({ followerId, followeeId }: { followerId: UserId; followeeId: UserId }): Told => ({
  owner: followeeId,
  isPublic: false,
  data: { userId: followerId },
});
const comment = ({
  comment: { id, postId, held },
  authorId,
  postAuthorId,
  visibility,
  postStatus = "published",
  hiddenFor,
}: EventOf<"comment.created">["data"]) =>
  // Of one that is held, others learn no more than that it no longer says what it said.
  held === null || hiddenFor
    ? { owner: postAuthorId, isPublic: isPublic(visibility) && postStatus === "published", data: { commentId: id, postId, userId: authorId } }
    : undefined;
const commentReaction = ({ commentId, postId, userId, visibility }: EventOf<"like.created">["data"]): Told => ({
  owner: null,
  isPublic: isPublic(visibility),
  data: { commentId, postId, userId },
});
const person = (userId: UserId): Told => ({ owner: null, isPublic: true, data: { userId } });

const ofPost = ({ id, author }: EventPost, isPublic: boolean): Told => ({ owner: author.id, isPublic, data: { postId: id, userId: author.id } });

const telling: Telling = {
  "post.published": ({ post }) => ofPost(post, isPublic(post.visibility)),
  // Also that it is no longer public, or that moderators have hidden it.
  "post.updated": ({ post, previousVisibility, hiddenFor }) =>
    post.status === "published" || (hiddenFor && post.publishedAt !== null)
      ? ofPost(post, isPublic(post.visibility) || isPublic(previousVisibility))
      : undefined,
  // Nobody learns whose a post was that they may never have seen.
  "post.deleted": ({ postId, authorId }) => ({ owner: authorId, isPublic: true, data: { postId } }),
  "post.liked": postReaction,
  "post.unliked": postReaction,
  "post.reposted": postReaction,
  "post.unreposted": postReaction,
  "comment.created": comment,
  "comment.updated": comment,
  "comment.deleted": ({ commentId, postId }) => ({ owner: null, isPublic: true, data: { commentId, postId } }),
  "like.created": commentReaction,
  "like.deleted": commentReaction,
  "user.followed": follow,
  "user.unfollowed": follow,
  "user.follow_requested": follow,
  "user.registered": ({ user }) => person(user.id),
  "user.updated": ({ user }) => person(user.id),
  "user.deleted": ({ userId }) => person(userId),
};

const own = new Set<string>(ownWebhookTypes);
const ofInstallation = new Set<string>(installationWebhookTypes);

/** The types that a webhook of a scope may choose. */
export const typesOf = (scope: "own" | "installation"): ReadonlySet<string> => (scope === "own" ? own : ofInstallation);

/** What is sent of one event, and to whom. */
export interface Message extends Told {
  id: string;
  type: WebhookType;
  subject: string;
  body: string;
}

export function messageOf(event: EventOf<WebhookType>): Message | undefined {
  const told = (telling[event.type] as (data: typeof event.data) => Told | undefined)(event.data);
  if (!told) return undefined;
  const { id, type, occurredAt: timestamp } = event;
  return {
    ...told,
    owner: own.has(type) ? told.owner : null,
    isPublic: ofInstallation.has(type) && told.isPublic,
    ...{ id, type, subject: keyOf(event) },
    body: JSON.stringify({ type, timestamp, data: told.data }),
  };
}
