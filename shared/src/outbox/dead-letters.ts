import type { Message } from "../ports/bus.ts";
import type { Query } from "../ports/database.ts";

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

const columns = `id, message_id AS "messageId", type, body, reason, detail, tries, failed_at AS "failedAt", replay_at AS "replayAt"`;

/** PostgreSQL's text takes everything but NUL, which no event holds. */
const storable = (text: string, length = Number.POSITIVE_INFINITY) => text.slice(0, length).replaceAll("\0", "\uFFFD");
const longestReason = 2_000;
const longestDetail = 10_000;

/**
 * Keeps a message among the dead letters, and its event as consumed, in one statement. Gives false when it is there
 * already, or when the event of that id took effect. What is no event may name the id that it came with.
 */
export async function keepDeadLetter(query: Query, message: Message, eventId: string | null, isEvent: boolean, failure: Failure): Promise<boolean> {
  // A mark that says `dead` is an older version's: its letter is the one that is taken over here.
  const kept = await query(
    `WITH mark AS (
       INSERT INTO newfeed.consumed_event (event_id) SELECT $2::uuid WHERE $2::uuid IS NOT NULL
       ON CONFLICT (event_id) DO UPDATE SET dead = false WHERE consumed_event.dead RETURNING event_id)
     INSERT INTO newfeed.dead_letter (message_id, event_id, type, body, reason, detail, tries, failed_at)
     SELECT $1, (SELECT event_id FROM mark), $4, $5, $6, $7, $8::int, coalesce($9::timestamptz, clock_timestamp())
     WHERE NOT $3::boolean OR EXISTS (SELECT FROM mark)
     ON CONFLICT (message_id, md5(body)) DO NOTHING RETURNING id`,
    [
      storable(message.id),
      eventId,
      isEvent,
      storable(message.type),
      storable(message.body),
      storable(failure.reason, longestReason),
      failure.detail && storable(failure.detail, longestDetail),
      failure.tries,
      failure.at ?? null,
    ],
  );
  return kept.length > 0;
}

/** In the order in which they were kept. */
export const listDeadLetters = (query: Query, limit: number): Promise<DeadLetter[]> =>
  query<DeadLetter>(`SELECT ${columns} FROM newfeed.dead_letter ORDER BY id LIMIT $1`, [limit]);

/** One by its id, as an operator gives it. */
export async function findDeadLetter(query: Query, id: string): Promise<DeadLetter | undefined> {
  return (await query<DeadLetter>(`SELECT ${columns} FROM newfeed.dead_letter WHERE id::text = $1`, [id]))[0];
}

/** One of a service's dead letters, as an operator names it, or all that are there now. */
export type Which = { id: string } | "all";
const whichSql = "($1::text IS NULL OR id::text = $1)";
const idOf = (which: Which) => (which === "all" ? null : which.id);

/** Has the service handle them again, at its next start if it does not run. Gives their number. */
export async function requestReplay(query: Query, which: Which): Promise<number> {
  return (await query(`UPDATE newfeed.dead_letter SET replay_at = clock_timestamp(), replay_starts = 0 WHERE ${whichSql} RETURNING 1`, [idOf(which)])).length;
}

/** Forgets them; their events stay consumed. Gives their number. */
export async function dropDeadLetters(query: Query, which: Which): Promise<number> {
  return (await query(`DELETE FROM newfeed.dead_letter WHERE ${whichSql} RETURNING 1`, [idOf(which)])).length;
}

/** For longer than a replay takes; then the instance that began is taken for dead. */
const replayWithin = "1 minute";

/** Begins a replay, on this instance alone; `starts` counts those that nobody ended. */
export async function beginReplay(query: Query): Promise<(DeadLetter & { starts: number }) | undefined> {
  const rows = await query<DeadLetter & { starts: number }>(
    `UPDATE newfeed.dead_letter SET replay_starts = replay_starts + 1, replay_at = clock_timestamp() + interval '${replayWithin}'
     WHERE id = (SELECT id FROM newfeed.dead_letter WHERE replay_at <= clock_timestamp() ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
     RETURNING ${columns}, replay_starts AS starts`,
  );
  return rows[0];
}

/**
 * Takes a dead letter away, and its event's mark with it: for the transaction in which the event
 * takes effect. Gives false when there is none any more.
 */
export async function claimReplay(query: Query, id: number): Promise<boolean> {
  const claimed = await query(
    `WITH letter AS (DELETE FROM newfeed.dead_letter WHERE id = $1 RETURNING event_id),
       mark AS (DELETE FROM newfeed.consumed_event WHERE event_id IN (SELECT event_id FROM letter))
     SELECT 1 FROM letter`,
    [id],
  );
  return claimed.length > 0;
}

/** A replay failed: the dead letter stays, with the newer reason. */
export async function refuseReplay(query: Query, id: number, { reason, detail, tries }: Failure): Promise<void> {
  await query("UPDATE newfeed.dead_letter SET reason = $2, detail = $3, tries = tries + $4::int, replay_at = NULL WHERE id = $1", [
    id,
    storable(reason, longestReason),
    detail && storable(detail, longestDetail),
    tries,
  ]);
}
