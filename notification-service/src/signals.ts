import { EventPost, eventData } from "@newfeed/shared/contracts/event-data.ts";
import { PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import { OpenObject } from "@newfeed/shared/contracts/primitives.ts";
import type { Logger } from "@newfeed/shared/ports/logger.ts";
import type { Signals } from "@newfeed/shared/ports/signals.ts";
import * as z from "zod";
import type { Appended } from "./streams/log.ts";

/*
 * During a rolling restart older and newer instances signal each other. As with events: unknown fields are kept, and
 * whatever is added has a default. Streams, types of entries and kinds that are not known here are no mistake.
 */

const AppendedSchema: z.ZodType<Appended> = OpenObject({
  stream: z.string(),
  entries: z.array(OpenObject({ offset: z.int(), type: z.string(), actorId: UserId.nullable().default(null), data: z.record(z.string(), z.unknown()) })),
});

/** A change of what users may see. */
export const AccessChange = z.discriminatedUnion("kind", [
  OpenObject({ kind: z.literal("block"), userIds: z.tuple([UserId, UserId]) }),
  OpenObject({ kind: z.literal("unblock"), userIds: z.tuple([UserId, UserId]) }),
  OpenObject({ kind: z.literal("unfollow"), followerId: UserId, authorId: UserId }),
  OpenObject({ kind: z.literal("private"), authorId: UserId }),
  OpenObject({ kind: z.literal("suspended"), authorId: UserId }),
  OpenObject({ kind: z.literal("visibility"), postId: PostId, authorId: UserId, visibility: z.string(), revision: z.int() }),
]);
export type AccessChange = z.infer<typeof AccessChange>;

/** What instances send each other. Anything may be lost: the log, the access changes in the database and the next fetch repair it. */
export const topics = {
  /** Numbered by its sender, so that a receiver knows of one that it missed. */
  committed: OpenObject({
    from: z.string().max(100),
    number: z.int(),
    accessChanged: z.boolean().default(true),
    appended: z.array(AppendedSchema).default([]),
    traceparent: z.string().max(100).optional(),
  }),
  post_liked: OpenObject({ postId: PostId, likeCount: z.int() }),
  post_reposted: OpenObject({ postId: PostId, repostCount: z.int() }),
  poll_voted: OpenObject({ postId: PostId, votes: z.array(z.int()) }),
  new_post: OpenObject({ post: EventPost }),
  new_repost: OpenObject({ postId: PostId, postAuthorId: UserId, userId: UserId }),
  /** Without `postId`, all of the user's, or those of the author's posts. */
  repost_removed: OpenObject({ userId: UserId, postId: PostId.nullable().default(null), postAuthorId: UserId.nullable().default(null) }),
  pinned: OpenObject({ userId: UserId }),
  trends: OpenObject({ trends: eventData.trends.shape.trends }),
  /** `muted`: false where a mute was lifted. */
  user_muted: OpenObject({ muterId: UserId, userId: UserId, muted: z.boolean(), until: z.string().nullable().default(null) }),
  /** A call about an event stream of another instance. */
  streams_changed: OpenObject({
    connection: z.string().max(200),
    userId: UserId,
    add: z.array(OpenObject({ stream: z.string(), cursor: z.string().optional() })).default([]),
    remove: z.array(z.string()).default([]),
  }),
};
export type Muted = z.output<typeof topics.user_muted>;
export type RemovedRepost = z.output<typeof topics.repost_removed>;
export type Topic = keyof typeof topics;

/** Listens to a topic; a payload that does not match its schema is dropped with a warning. */
export function listenTo<T extends Topic>(signals: Signals, topic: T, logger: Logger, listener: (payload: z.output<(typeof topics)[T]>) => void): () => void {
  return signals.listen(topic, (payload) => {
    const parsed = topics[topic].safeParse(payload);
    if (parsed.success) listener(parsed.data as z.output<(typeof topics)[T]>);
    else logger.warn("a signal did not match its schema", { topic, error: parsed.error.message });
  });
}
