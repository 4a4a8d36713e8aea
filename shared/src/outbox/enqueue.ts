import { v7 as uuidv7 } from "uuid";
import { eventTable, type NewEvent } from "../contracts/events.ts";
import type { Query } from "../ports/database.ts";

/**
 * Writes facts to the outbox in the caller's transaction: they are published if, and only if, it commits. Change the
 * aggregate's row first, so that its lock puts the facts about one aggregate in order.
 */
export async function enqueue(query: Query, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map((event) => {
    const id = uuidv7();
    const { aggregate, ...rest } = event;
    const body = { id, ...rest, aggregate: { type: eventTable[event.type].aggregate, ...aggregate }, occurredAt: new Date().toISOString() };
    return { id, type: event.type, body: JSON.stringify(body) };
  });
  await query("INSERT INTO newfeed.outbox (event_id, type, body) SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[])", [
    rows.map((row) => row.id),
    rows.map((row) => row.type),
    rows.map((row) => row.body),
  ]);
}
