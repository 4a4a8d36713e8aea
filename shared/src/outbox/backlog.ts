import { float8, int8 } from "../ports/columns.ts";
import type { Query } from "../ports/database.ts";
import type { Sample } from "../ports/metrics.ts";
import { statement } from "../ports/statement.ts";

const measure = statement({
  row: { unsent: int8.notNull, oldestSeconds: float8.notNull, dead: int8.notNull },
  sql: `SELECT count(*) AS unsent, coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::float8 AS oldest_seconds,
          (SELECT count(*) FROM newfeed.dead_letter) AS dead
        FROM newfeed.outbox WHERE sent_at IS NULL`,
  plan: "each time",
});

/** How much waits in a service's outbox to be sent, and for how long; and how many dead letters it has. */
export async function readBacklog(query: Query, service: string): Promise<Sample[]> {
  const [row] = await query(measure);
  return [
    { gauge: "newfeed_outbox_unsent", labels: { service }, value: row?.unsent ?? 0 },
    { gauge: "newfeed_outbox_oldest_seconds", labels: { service }, value: row?.oldestSeconds ?? 0 },
    { gauge: "newfeed_dead_letters", labels: { service }, value: row?.dead ?? 0 },
  ];
}
