import type { SentPosition } from "../contracts/routes/outbox.ts";
import type { Message } from "../ports/bus.ts";
import { array, boolean, int4, text, timestamptz, uuid } from "../ports/columns.ts";
import type { Database, Query } from "../ports/database.ts";
import { inOrder } from "../ports/housekeeping.ts";
import { statement } from "../ports/statement.ts";

/** Rows that one page examines, of whatever type: a page of a rare type costs no more than one of a frequent one. */
const examinedAtOnce = 2_000;

const examineSent = statement({
  parameters: { types: array(text), afterAt: timestamptz.nullable, afterId: uuid.nullable, limit: int4 },
  row: { id: uuid, at: text.notNull, wanted: boolean.notNull },
  sql: ({ types, afterAt, afterId, limit }) =>
    // In the order of the index first: by both columns the planner sorts all that is behind the position.
    `SELECT event_id AS id, sent_at::text AS at, type = ANY(${types}) AS wanted FROM (
       SELECT event_id, sent_at, type FROM newfeed.outbox
       WHERE sent_at >= greatest(${afterAt}, now() - interval '24 hours') AND sent_at < now() - interval '5 seconds'
         AND (${afterAt} IS NULL OR (sent_at, event_id) > (${afterAt}, ${afterId}))
       ORDER BY sent_at FETCH FIRST (${limit}) ROWS WITH TIES
     ) page ORDER BY sent_at, event_id`,
  plan: "each time",
});

const findBodies = statement({
  parameters: { ids: array(uuid) },
  row: { id: uuid, type: text, key: text.nullable, traceparent: text.nullable, body: text },
  sql: ({ ids }) => `SELECT event_id AS id, type, key, traceparent, body FROM newfeed.outbox WHERE event_id = ANY(${ids}) ORDER BY outbox.id`,
  plan: "each time",
});

/** A page of what was sent. */
export interface SentPage {
  /** Those of the types that were asked for, in order. */
  sent: SentPosition[];
  /** The last event that was looked at, of any type. Older producers give none. */
  examined?: SentPosition | null | undefined;
  more: boolean;
}

/** What was sent, in order, after a position; not what is still on its way through the broker. */
export async function readSent(database: Pick<Database, "transaction">, types: readonly string[], after: SentPosition | null): Promise<SentPage> {
  const values = { types, afterAt: after?.at ?? null, afterId: after?.id ?? null, limit: examinedAtOnce };
  const rows = await inOrder(database, (query) => query(examineSent, values));
  const last = rows.at(-1);
  return {
    sent: rows.flatMap(({ id, at, wanted }) => (wanted ? [{ id, at }] : [])),
    examined: last ? { id: last.id, at: last.at } : after,
    more: rows.length >= examinedAtOnce,
  };
}

export async function readEventBodies(query: Query, ids: readonly string[]): Promise<Message[]> {
  return query(findBodies, { ids });
}
