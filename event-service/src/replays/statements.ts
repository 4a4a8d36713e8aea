import type { Replay } from "@newfeed/shared/contracts/routes/replays.ts";
import type { ServiceName } from "@newfeed/shared/contracts/services.ts";
import type { RowOf } from "@newfeed/shared/ports/columns.ts";
import { array, boolean, int4, int8, text, timestamptz, userId, uuid } from "@newfeed/shared/ports/columns.ts";
import { removal } from "@newfeed/shared/ports/housekeeping.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";
import { list } from "@newfeed/shared/store/list.ts";

const state = text.as<Replay["state"]>();
const asked = {
  id: uuid,
  consumer: text.as<ServiceName>(),
  types: array(text).nullable,
  aggregateId: uuid.nullable,
  fromId: uuid,
  toId: uuid,
  rate: int4,
  createdBy: userId.nullable,
};
const replay = {
  ...asked,
  state,
  position: uuid,
  handled: int8,
  empty: int8,
  failed: int8,
  lastFailure: text.nullable,
  createdAt: timestamptz,
  updatedAt: timestamptz,
};
export type ReplayRow = RowOf<typeof replay>;
export type AskedReplay = RowOf<typeof asked>;
const columns = `r.id, r.consumer, r.types, r.aggregate_id, r.from_id, r.to_id, r.rate, r.created_by, r.state, r.position, r.handled, r.empty, r.failed, r.last_failure,
  r.created_at, r.updated_at`;

export const insertReplay = statement({
  parameters: asked,
  row: replay,
  sql: ({ id, consumer, types, aggregateId, fromId, toId, rate, createdBy }) =>
    `INSERT INTO replay AS r (id, consumer, types, aggregate_id, from_id, to_id, rate, created_by, state, position)
     VALUES (${id}, ${consumer}, ${types}, ${aggregateId}, ${fromId}, ${toId}, ${rate}, ${createdBy}, 'running', ${fromId}) RETURNING ${columns}`,
});
export const findReplay = statement({
  parameters: { id: uuid },
  row: replay,
  sql: ({ id }) => `SELECT ${columns} FROM replay r WHERE r.id = ${id}`,
});
export const listReplays = list({
  parameters: {},
  row: replay,
  sortedBy: "id",
  sql: (_, { beyond, order, limit }) => `SELECT ${columns} FROM replay r WHERE ${beyond("r.id")} ${order("r.id")} ${limit}`,
});

/** Gives no row when it is in none of these states. One that is paused or cancelled is nobody's any more. */
export const changeState = statement({
  parameters: { id: uuid, from: array(text), to: text },
  row: replay,
  sql: ({ id, from, to }) =>
    `UPDATE replay r SET state = ${to}, taken_until = now(), updated_at = clock_timestamp() WHERE r.id = ${id} AND r.state = ANY(${from}) RETURNING ${columns}`,
  plan: "each time",
});

/** One that runs and that nobody has taken, for so many seconds: who takes it and ends leaves it to another. */
export const take = statement({
  parameters: { holder: uuid, seconds: int4 },
  row: replay,
  sql: ({ holder, seconds }) =>
    `UPDATE replay r SET holder = ${holder}, taken_until = now() + make_interval(secs => ${seconds})
     WHERE r.id = (SELECT id FROM replay WHERE state = 'running' AND taken_until <= now() ORDER BY taken_until LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING ${columns}`,
  plan: "each time",
});

/** What one step has done. Gives no row when it is not this holder's any more, or does not run. */
export const advance = statement({
  parameters: { id: uuid, holder: uuid, seconds: int4, position: uuid, handled: int4, empty: int4, failed: int4, lastFailure: text.nullable, done: boolean },
  row: { id: uuid },
  sql: ({ id, holder, seconds, position, handled, empty, failed, lastFailure, done }) =>
    `UPDATE replay SET position = ${position}, handled = handled + ${handled}, empty = empty + ${empty}, failed = failed + ${failed},
       last_failure = coalesce(${lastFailure}, last_failure), state = CASE WHEN ${done} THEN 'done' ELSE state END,
       taken_until = now() + make_interval(secs => ${seconds}), updated_at = clock_timestamp()
     WHERE id = ${id} AND holder = ${holder} AND state = 'running' RETURNING id`,
});

/** Those that have ended, one way or the other. */
export const ended = removal({ table: "replay", at: "updated_at", after: "90 days", where: "state IN ('done', 'cancelled')" });
