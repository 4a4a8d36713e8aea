import type { SentPosition } from "../contracts/routes/outbox.ts";
import type { Message } from "../ports/bus.ts";
import type { Query } from "../ports/database.ts";

const pageSize = 1_000;

/** What was sent, in order, after a position; not what is still on its way through the broker. */
export async function readSent(query: Query, types: readonly string[], after: SentPosition | null): Promise<{ sent: SentPosition[]; more: boolean }> {
  const sent = await query<SentPosition>(
    `SELECT event_id AS id, sent_at::text AS at FROM newfeed.outbox
     WHERE sent_at > coalesce($2::timestamptz, now() - interval '24 hours') - interval '1 microsecond' AND sent_at < now() - interval '5 seconds'
       AND (($2::timestamptz IS NULL) OR (sent_at, event_id) > ($2::timestamptz, $3::uuid))
       AND type = ANY($1::text[])
     ORDER BY sent_at, event_id LIMIT $4`,
    [types, after?.at ?? null, after?.id ?? null, pageSize],
  );
  return { sent, more: sent.length === pageSize };
}

export async function readEventBodies(query: Query, ids: readonly string[]): Promise<Message[]> {
  return query<Message>("SELECT event_id AS id, type, body FROM newfeed.outbox WHERE event_id = ANY($1::uuid[]) ORDER BY id", [ids]);
}
