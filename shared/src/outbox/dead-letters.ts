import type { Message } from "../ports/bus.ts";
import { boolean, int4, int8, text, timestamptz, uuid } from "../ports/columns.ts";
import type { Query } from "../ports/database.ts";
import { statement } from "../ports/statement.ts";

/** Why a message could not be handled, and how often that was tried. */
export interface Failure {
  reason: string;
  /** For developers: a stack, a list of issues. */
  detail: string | null;
  tries: number;
  /** Now, when it is left out. */
  at?: Date;
}

/** A message that a service could not handle. */
export interface DeadLetter extends Omit<Message, "id"> {
  id: number;
  messageId: string;
  reason: string;
  detail: string | null;
  tries: number;
  /** The first time. */
  failedAt: Date;
  /** Null unless it is to be replayed. */
  replayAt: Date | null;
}

/** The columns of a row. */
export const letter = {
  id: int8,
  messageId: text,
  type: text,
  key: text.nullable,
  body: text,
  reason: text,
  detail: text.nullable,
  tries: int4,
  failedAt: timestamptz,
  replayAt: timestamptz.nullable,
};
export const columns = "id, message_id, type, key, body, reason, detail, tries, failed_at, replay_at";

/** For longer than a replay takes; then the instance that began is taken for dead. */
const replayWithin = "1 minute";

// A mark that says `dead` is an older version's: its letter is the one that is taken over here.
const keep = statement({
  parameters: {
    messageId: text,
    eventId: uuid.nullable,
    isEvent: boolean,
    type: text,
    key: text.nullable,
    body: text,
    reason: text,
    detail: text.nullable,
    tries: int4,
    at: timestamptz.nullable,
  },
  row: { id: int8 },
  sql: ({ messageId, eventId, isEvent, type, key, body, reason, detail, tries, at }) =>
    `WITH mark AS (
       INSERT INTO newfeed.consumed_event (event_id) SELECT ${eventId} WHERE ${eventId} IS NOT NULL
       ON CONFLICT (event_id) DO UPDATE SET dead = false WHERE consumed_event.dead RETURNING event_id)
     INSERT INTO newfeed.dead_letter (message_id, event_id, type, key, body, reason, detail, tries, failed_at)
     SELECT ${messageId}, (SELECT event_id FROM mark), ${type}, ${key}, ${body}, ${reason}, ${detail}, ${tries}, coalesce(${at}, clock_timestamp())
     WHERE NOT ${isEvent} OR EXISTS (SELECT FROM mark)
     ON CONFLICT (message_id, md5(body)) DO NOTHING RETURNING id`,
});

const begin = statement({
  row: { ...letter, starts: int4 },
  sql: `UPDATE newfeed.dead_letter SET replay_starts = replay_starts + 1, replay_at = clock_timestamp() + interval '${replayWithin}'
        WHERE id = (SELECT id FROM newfeed.dead_letter WHERE replay_at <= clock_timestamp() ORDER BY replay_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING ${columns}, replay_starts AS starts`,
});
const claim = statement({
  parameters: { id: int8 },
  row: { id: int8 },
  sql: ({ id }) =>
    `WITH letter AS (DELETE FROM newfeed.dead_letter WHERE id = ${id} RETURNING id, event_id),
       mark AS (DELETE FROM newfeed.consumed_event WHERE event_id IN (SELECT event_id FROM letter))
     SELECT id FROM letter`,
});
const refuse = statement({
  parameters: { id: int8, reason: text, detail: text.nullable, tries: int4 },
  sql: ({ id, reason, detail, tries }) =>
    `UPDATE newfeed.dead_letter SET reason = ${reason}, detail = ${detail}, tries = tries + ${tries}, replay_at = NULL WHERE id = ${id}`,
});

/** PostgreSQL's text takes everything but NUL, which no event holds. */
const storable = (text: string, length = Number.POSITIVE_INFINITY) => text.slice(0, length).replaceAll("\0", "\uFFFD");
const longestReason = 2_000;
const longestDetail = 10_000;

/**
 * Keeps a message among the dead letters, and its event as consumed, in one statement. Gives false when it is there
 * already, or when the event of that id took effect. What is no event may name the id that it came with.
 */
export async function keepDeadLetter(query: Query, message: Message, eventId: string | null, isEvent: boolean, failure: Failure): Promise<boolean> {
  const kept = await query(keep, {
    messageId: storable(message.id),
    eventId,
    isEvent,
    type: storable(message.type),
    key: message.key && storable(message.key),
    body: storable(message.body),
    reason: storable(failure.reason, longestReason),
    detail: failure.detail && storable(failure.detail, longestDetail),
    tries: failure.tries,
    at: failure.at ?? null,
  });
  return kept.length > 0;
}

/** Begins a replay, on this instance alone; `starts` counts those that nobody ended. */
export async function beginReplay(query: Query): Promise<(DeadLetter & { starts: number }) | undefined> {
  return (await query(begin))[0];
}

/**
 * Takes a dead letter away, and its event's mark with it: for the transaction in which the event
 * takes effect. Gives false when there is none any more.
 */
export async function claimReplay(query: Query, id: number): Promise<boolean> {
  return (await query(claim, { id })).length > 0;
}

/** A replay failed: the dead letter stays, with the newer reason. */
export async function refuseReplay(query: Query, id: number, { reason, detail, tries }: Failure): Promise<void> {
  await query(refuse, { id, reason: storable(reason, longestReason), detail: detail && storable(detail, longestDetail), tries });
}
