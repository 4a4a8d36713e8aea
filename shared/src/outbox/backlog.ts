import { float8, int8 } from "../ports/columns.ts";
import type { Query } from "../ports/database.ts";
import type { Sample } from "../ports/metrics.ts";
import { statement } from "../ports/statement.ts";

/** A scrape reads so many rows at most, whatever has gone wrong. */
const mostCounted = 100_000;

const measure = statement({
  row: { unsent: int8.notNull, oldestSeconds: float8.notNull, deadLetters: int8.notNull },
  // Ids are given out in the order of the times, nearly.
  sql: `SELECT (SELECT count(*) FROM (SELECT FROM newfeed.outbox WHERE sent_at IS NULL LIMIT ${mostCounted}) counted) AS unsent,
          coalesce((SELECT extract(epoch FROM clock_timestamp() - created_at) FROM newfeed.outbox WHERE sent_at IS NULL ORDER BY id LIMIT 1), 0)::float8 AS oldest_seconds,
          (SELECT count(*) FROM (SELECT FROM newfeed.dead_letter LIMIT ${mostCounted}) counted) AS dead_letters`,
  plan: "each time",
});

export interface Backlog {
  unsent: number;
  /** For how long the oldest of them waits. */
  oldestSeconds: number;
  deadLetters: number;
}

/** How much waits in a service's outbox to be sent, and for how long; and how many dead letters it has: counted to 100,000. */
export async function readBacklog(query: Query): Promise<Backlog> {
  return (await query(measure))[0] ?? { unsent: 0, oldestSeconds: 0, deadLetters: 0 };
}

/** The same for metrics. */
export async function sampleBacklog(query: Query, service: string): Promise<Sample[]> {
  const { unsent, oldestSeconds, deadLetters } = await readBacklog(query);
  return [
    { gauge: "newfeed_outbox_unsent", labels: { service }, value: unsent },
    { gauge: "newfeed_outbox_oldest_seconds", labels: { service }, value: oldestSeconds },
    { gauge: "newfeed_dead_letters", labels: { service }, value: deadLetters },
  ];
}
