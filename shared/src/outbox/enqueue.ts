import { v7 as uuidv7 } from "uuid";
import { eventTable, type NewEvent } from "../contracts/events.ts";
import { currentCorrelationId } from "../ports/context.ts";
import type { Query } from "../ports/database.ts";

/** SQL that writes events, with its parameters from `$first` on: as a statement, or as a part of one. */
export const enqueueSql = (first: number): string =>
  `INSERT INTO newfeed.outbox (event_id, type, body) SELECT * FROM unnest($${first}::uuid[], $${first + 1}::text[], $${first + 2}::text[])`;

/** The parameters of that SQL. The events carry the correlation id of the running context. */
export function enqueueValues(events: readonly NewEvent[]): [ids: string[], types: string[], bodies: string[]] {
  const correlationId = currentCorrelationId();
  const rows = events.map((event) => {
    const id = uuidv7();
    const { aggregate, ...rest } = event;
    const body = { id, ...rest, aggregate: { type: eventTable[event.type].aggregate, ...aggregate }, occurredAt: new Date().toISOString(), correlationId };
    return { id, type: event.type, body: JSON.stringify(body) };
  });
  return [rows.map((row) => row.id), rows.map((row) => row.type), rows.map((row) => row.body)];
}

const statement = enqueueSql(1);

/**
 * Writes events to the outbox in the caller's transaction: they are published if, and only if, it commits. Change the
 * aggregate's row first, so that its lock puts the events about one aggregate in order.
 */
export async function enqueue(query: Query, events: readonly NewEvent[]): Promise<void> {
  if (events.length > 0) await query(statement, enqueueValues(events));
}
