import * as z from "zod";
import { Author, CommentState, PostState, Visibility } from "./dto.ts";
import { Id, Timestamp } from "./primitives.ts";
import type { ServiceName } from "./services.ts";

const follow = z.object({ followerId: Id, followeeId: Id });
const block = z.object({ blockerId: Id, blockedId: Id });
const session = z.object({ userId: Id, sessionId: Id });
const post = z.object({ post: PostState });
const postLike = z.object({ postId: Id, postAuthorId: Id, userId: Id, user: Author, likeCount: z.int(), visibility: Visibility });
const comment = z.object({
  comment: CommentState,
  authorId: Id,
  postAuthorId: Id,
  parentAuthorId: Id.nullable(),
  mentionedUserIds: z.array(Id),
  visibility: Visibility,
});
const commentLike = z.object({ commentId: Id, postId: Id, commentAuthorId: Id, userId: Id, user: Author, likeCount: z.int(), visibility: Visibility });
const media = z.object({ mediaId: Id, ownerId: Id });

/**
 * Every event that is published: who produces it, its aggregate, its data and who consumes it. A new type is one row here, the use-case
 * that emits it and each event handler. Data only grows; a breaking change is a new type.
 *
 * Some aggregates are of their own whose row is never deleted (`follow`, `block`, `like`): their revision orders
 * an "on" against an "off" however late either arrives.
 */
export const eventTable = {
  "user.registered": {
    producer: "auth-service",
    aggregate: "user",
    data: z.object({ user: Author }),
    consumers: ["user-service", "post-service", "comment-service", "notification-service"],
  },
  "user.updated": {
    producer: "user-service",
    aggregate: "user",
    data: z.object({ user: Author }),
    consumers: ["auth-service", "post-service", "comment-service", "notification-service"],
  },
  "user.deleted": {
    producer: "auth-service",
    aggregate: "user",
    data: z.object({ userId: Id }),
    consumers: ["user-service", "post-service", "comment-service", "media-service", "notification-service"],
  },
  "user.logged_in": { producer: "auth-service", aggregate: "session", data: session, consumers: [] },
  "user.logged_out": { producer: "auth-service", aggregate: "session", data: session, consumers: [] },
  "session.revoked": { producer: "auth-service", aggregate: "session", data: session, consumers: ["notification-service"] },
  "user.followed": {
    producer: "user-service",
    aggregate: "follow",
    data: follow.extend({ follower: Author }),
    consumers: ["post-service", "notification-service"],
  },
  "user.unfollowed": { producer: "user-service", aggregate: "follow", data: follow, consumers: ["post-service", "notification-service"] },
  "user.blocked": { producer: "user-service", aggregate: "block", data: block, consumers: ["post-service", "comment-service", "notification-service"] },
  "user.unblocked": { producer: "user-service", aggregate: "block", data: block, consumers: ["post-service", "comment-service", "notification-service"] },
  "post.created": { producer: "post-service", aggregate: "post", data: post, consumers: ["media-service"] },
  "post.updated": {
    producer: "post-service",
    aggregate: "post",
    data: post.extend({ previousVisibility: Visibility }),
    consumers: ["media-service", "notification-service"],
  },
  "post.published": { producer: "post-service", aggregate: "post", data: post, consumers: ["post-service", "media-service", "notification-service"] },
  "post.deleted": {
    producer: "post-service",
    aggregate: "post",
    data: z.object({ postId: Id, authorId: Id }),
    consumers: ["post-service", "comment-service", "media-service", "notification-service"],
  },
  "post.liked": { producer: "post-service", aggregate: "post_like", data: postLike, consumers: ["notification-service"] },
  "post.unliked": { producer: "post-service", aggregate: "post_like", data: postLike, consumers: ["notification-service"] },
  "comment.created": { producer: "comment-service", aggregate: "comment", data: comment, consumers: ["post-service", "notification-service"] },
  "comment.updated": { producer: "comment-service", aggregate: "comment", data: comment, consumers: ["post-service", "notification-service"] },
  "comment.deleted": {
    producer: "comment-service",
    aggregate: "comment",
    data: z.object({ commentId: Id, postId: Id, authorId: Id, deletedById: Id }),
    consumers: ["post-service", "notification-service"],
  },
  "like.created": { producer: "comment-service", aggregate: "comment_like", data: commentLike, consumers: ["notification-service"] },
  "like.deleted": { producer: "comment-service", aggregate: "comment_like", data: commentLike, consumers: ["notification-service"] },
  "media.uploaded": { producer: "media-service", aggregate: "media", data: media, consumers: [] },
  "media.deleted": { producer: "media-service", aggregate: "media", data: media, consumers: [] },
} as const satisfies Record<string, { producer: ServiceName; aggregate: string; data: z.ZodObject; consumers: readonly ServiceName[] }>;

export type EventType = keyof typeof eventTable;
export const eventTypes = Object.keys(eventTable) as EventType[];

export type EventData<T extends EventType> = z.output<(typeof eventTable)[T]["data"]>;

const envelope = z.object({
  id: Id,
  type: z.string(),
  aggregate: z.object({ type: z.string(), id: Id, revision: z.int().min(1) }),
  /** Who did it; null when the system did. */
  actorId: Id.nullable(),
  occurredAt: Timestamp,
  correlationId: z.string(),
  data: z.unknown(),
});

/** One event of a known type. */
export type EventOf<T extends EventType> = {
  [K in T]: Omit<z.output<typeof envelope>, "type" | "data"> & { type: K; data: EventData<K> };
}[T];
export type Event = EventOf<EventType>;

/** What a use-case hands to `enqueue`: id, aggregate type, time and correlation id are added by the outbox. */
export type NewEvent = {
  [K in EventType]: { type: K; aggregate: { id: string; revision: number }; actorId: string | null; data: EventData<K> };
}[EventType];

/** The schema of one event type, envelope and data. */
export const eventSchema = (type: EventType) => envelope.extend({ type: z.literal(type), data: eventTable[type].data });

const schemas = new Map<string, z.ZodType>(eventTypes.map((type) => [type, eventSchema(type)]));

/** Made once: making a schema costs more than what it checks. */
const typed = z.object({ type: z.string() });

/**
 * Reads a message body. Unknown fields are dropped, unknown types give `undefined` (a newer producer may know more).
 * Throws `SyntaxError` or `ZodError` when the body is not an event: such a message is poison.
 */
export function parseEvent(body: string): Event | undefined {
  const json: unknown = JSON.parse(body);
  const { type } = typed.parse(json);
  return schemas.get(type)?.parse(json) as Event | undefined;
}

/** The types that a service consumes: the bindings of its queue. */
export const consumedTypes = (service: ServiceName): EventType[] =>
  eventTypes.filter((type) => (eventTable[type].consumers as readonly ServiceName[]).includes(service));

/** Who produces what a service consumes, with the types. */
export function producersFor(service: ServiceName): Map<ServiceName, EventType[]> {
  return Map.groupBy(consumedTypes(service), (type) => eventTable[type].producer as ServiceName);
}

export const queueOf = (service: ServiceName) => `${service}.events`;
