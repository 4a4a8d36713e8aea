import type { Author } from "@newfeed/shared/contracts/dto.ts";
import type { EventComment } from "@newfeed/shared/contracts/event-data.ts";
import { eventTable } from "@newfeed/shared/contracts/event-table.ts";
import { type Event, type EventData, type EventType, parseEvent } from "@newfeed/shared/contracts/events.ts";
import type { CommentId, PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { applyEvents } from "@newfeed/shared/testing/handle-events.ts";
import { openServiceDatabase } from "@newfeed/shared/testing/own-database.ts";
import { v7 as uuidv7 } from "uuid";
import { afterAll } from "vitest";
import { createHandlers } from "../handlers.ts";
import { createJobs } from "../jobs.ts";
import { notificationService } from "../service.ts";
import { createStore } from "./store.ts";

/** Inboxes in a database of their own, what applies events to them, and the jobs that go on behind; all of it ends with the test file. */
export async function openInboxes(name: string) {
  const database = await openServiceDatabase(name, notificationService, 4);
  const store = createStore(database, () => {});
  const handleEvents = createHandlers(() => {});
  afterAll(async () => {
    await store.close();
    await database.close();
  });
  return { database, store, handleEvents, jobs: createJobs(() => {}), apply: (...events: Event[]) => applyEvents(database, handleEvents, events) };
}

/** An event as it comes over the bus. */
export function event<T extends EventType>(type: T, aggregate: { id: string; revision: number }, actorId: UserId | null, data: EventData<T>): Event {
  const body = {
    id: uuidv7(),
    type,
    aggregate: { type: eventTable[type].aggregate, ...aggregate },
    actorId,
    occurredAt: new Date().toISOString(),
    correlationId: "c",
    data,
  };
  return parseEvent(JSON.stringify(body)) as Event;
}

export const newAuthor = (): Author => ({ id: uuidv7(), username: "someone", fullName: "Some One", avatarUrl: null }) as Author;

export function commented(
  comment: { id: CommentId; postId: PostId },
  author: Author,
  postAuthorId: UserId,
  revision = 1,
  mentionedUserIds: UserId[] = [],
): Event {
  const at = new Date().toISOString();
  const state = {
    ...comment,
    parentCommentId: null,
    author,
    content: "hello",
    deleted: false,
    likeCount: 0,
    replyCount: 0,
    createdAt: at,
    updatedAt: at,
    revision,
    clientMutationId: null,
  } as unknown as EventComment;
  return event(revision === 1 ? "comment.created" : "comment.updated", { id: comment.id, revision }, author.id, {
    comment: state,
    authorId: author.id,
    postAuthorId,
    parentAuthorId: null,
    mentionedUserIds,
    visibility: "public",
  });
}

/** A like at odd revisions, and its end at even ones. */
export function liked(id: string, revision: number, user: Author, postId: PostId, postAuthorId: UserId): Event {
  const data = { postId, postAuthorId, userId: user.id, user, likeCount: 1, visibility: "public" as const };
  return event(revision % 2 === 1 ? "post.liked" : "post.unliked", { id, revision }, user.id, data);
}

/** Notifications of a user's inbox that are unread, made by SQL: one for each comment of an actor under one post. */
export async function fillInbox(database: Pick<RawDatabase, "query">, userId: UserId, actorId: UserId, count: number, postId: PostId): Promise<void> {
  await database.query(
    `INSERT INTO notification (id, user_id, type, category, actor_id, post_id, comment_id, created_at, updated_at)
     SELECT gen_random_uuid(), $1::uuid, 'new_comment', 'comments', $2::uuid, $3::uuid, gen_random_uuid(), at, at
     FROM generate_series(1, $4::int) AS n, LATERAL (SELECT now() - make_interval(secs => $4::int - n + 1) AS at) made`,
    [userId, actorId, postId, count],
  );
  await database.query(
    "INSERT INTO inbox (user_id, unread) VALUES ($1::uuid, $2::int) ON CONFLICT (user_id) DO UPDATE SET unread = inbox.unread + excluded.unread",
    [userId, count],
  );
}
