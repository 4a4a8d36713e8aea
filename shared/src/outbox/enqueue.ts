import { v7 as uuidv7 } from "uuid";
import { eventTable } from "../contracts/event-table.ts";
import { keyOf, type NewEvent } from "../contracts/events.ts";
import { array, text, uuid } from "../ports/columns.ts";
import { currentContext, currentCorrelationId } from "../ports/context.ts";
import type { Query } from "../ports/database.ts";
import { statement } from "../ports/statement.ts";

/** What a statement that writes events takes for them. */
export const eventParameters = { eventIds: array(uuid), eventTypes: array(text), eventKeys: array(text), eventBodies: array(text), traceparent: text.nullable };

/** SQL that writes events: as a statement, or as a part of one. */
export const insertEvents = (
  { eventIds, eventTypes, eventKeys, eventBodies, traceparent }: Readonly<Record<keyof typeof eventParameters, string>>,
  table = "newfeed.outbox",
): string =>
  `INSERT INTO ${table} (event_id, type, key, body, traceparent)
     SELECT *, ${traceparent} FROM unnest(${eventIds}, ${eventTypes}, ${eventKeys}, ${eventBodies})`;

/** The values of these parameters. The events carry the correlation id and the trace of the running context. */
export function eventValues(events: readonly NewEvent[]) {
  const correlationId = currentCorrelationId();
  const rows = events.map((event) => {
    const id = uuidv7();
    const { aggregate, ...rest } = event;
    const body = { id, ...rest, aggregate: { type: eventTable[event.type].aggregate, ...aggregate }, occurredAt: new Date().toISOString(), correlationId };
    return { id, type: event.type, key: keyOf(event), body: JSON.stringify(body) };
  });
  return {
    eventIds: rows.map((row) => row.id),
    eventTypes: rows.map((row) => row.type),
    eventKeys: rows.map((row) => row.key),
    eventBodies: rows.map((row) => row.body),
    traceparent: currentContext()?.traceparent ?? null,
  };
}

const insert = statement({ parameters: eventParameters, sql: (events) => insertEvents(events) });

/**
 * Writes events to the outbox in the caller's transaction: they are published if, and only if, it commits. Change the
 * aggregate's row first, so that its lock puts the events about one aggregate in order.
 */
export async function enqueue(query: Query, events: readonly NewEvent[]): Promise<void> {
  if (events.length > 0) await query(insert, eventValues(events));
}
