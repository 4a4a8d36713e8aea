import type { SentPosition } from "../contracts/routes/outbox.ts";
import type { Message } from "../ports/bus.ts";
import { array, int4, text, timestamptz, uuid } from "../ports/columns.ts";
import type { Query } from "../ports/database.ts";
import { statement } from "../ports/statement.ts";

const pageSize = 1_000;

const findSent = statement({
  parameters: { types: array(text), afterAt: timestamptz.nullable, afterId: uuid.nullable, limit: int4 },
  row: { id: uuid, at: text.notNull },
  sql: ({ types, afterAt, afterId, limit }) =>
    `SELECT event_id AS id, sent_at::text AS at FROM newfeed.outbox
     WHERE sent_at > coalesce(${afterAt}, now() - interval '24 hours') - interval '1 microsecond' AND sent_at < now() - interval '5 seconds'
       AND ((${afterAt} IS NULL) OR (sent_at, event_id) > (${afterAt}, ${afterId}))
       AND type = ANY(${types})
     ORDER BY sent_at, event_id LIMIT ${limit}`,
  plan: "each time",
});

const findBodies = statement({
  parameters: { ids: array(uuid) },
  row: { id: uuid, type: text, key: text.nullable, traceparent: text.nullable, body: text },
  sql: ({ ids }) => `SELECT event_id AS id, type, key, traceparent, body FROM newfeed.outbox WHERE event_id = ANY(${ids}) ORDER BY id`,
  plan: "each time",
});

/** What was sent, in order, after a position; not what is still on its way through the broker. */
export async function readSent(query: Query, types: readonly string[], after: SentPosition | null): Promise<{ sent: SentPosition[]; more: boolean }> {
  const sent = await query(findSent, { types, afterAt: after?.at ?? null, afterId: after?.id ?? null, limit: pageSize });
  return { sent, more: sent.length === pageSize };
}

export async function readEventBodies(query: Query, ids: readonly string[]): Promise<Message[]> {
  return query(findBodies, { ids });
}
