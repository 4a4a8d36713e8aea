import type { Query } from "../ports/database.ts";
import type { Sample } from "../ports/metrics.ts";

/** How much waits in a service's outbox to be sent, and for how long; and how many dead letters it has. */
export async function readBacklog(query: Query, service: string): Promise<Sample[]> {
  const [row] = await query<{ unsent: number; oldest: number; dead: number }>(
    `SELECT count(*)::int AS unsent, coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::float8 AS oldest,
       (SELECT count(*)::int FROM newfeed.dead_letter) AS dead
     FROM newfeed.outbox WHERE sent_at IS NULL`,
  );
  return [
    { gauge: "newfeed_outbox_unsent", labels: { service }, value: row?.unsent ?? 0 },
    { gauge: "newfeed_outbox_oldest_seconds", labels: { service }, value: row?.oldest ?? 0 },
    { gauge: "newfeed_dead_letters", labels: { service }, value: row?.dead ?? 0 },
  ];
}
