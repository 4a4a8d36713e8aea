import { float8, int8 } from "../ports/columns.ts";
import type { Query } from "../ports/database.ts";
import type { Sample } from "../ports/metrics.ts";
import { statement } from "../ports/statement.ts";

const measure = statement({
  row: { jobs: int8.notNull, oldestSeconds: float8.notNull, bulkEvents: int8.notNull },
  sql: `SELECT count(*) AS jobs, coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::float8 AS oldest_seconds,
          (SELECT count(*) FROM (SELECT FROM newfeed.bulk_event ORDER BY id LIMIT 100000) counted) AS bulk_events
        FROM newfeed.job`,
  plan: "each time",
});

/** How many jobs a service has to do, how old the oldest is, and how many of their events wait. */
export async function readJobBacklog(query: Query, service: string): Promise<Sample[]> {
  const [row] = await query(measure);
  return [
    { gauge: "newfeed_jobs", labels: { service }, value: row?.jobs ?? 0 },
    { gauge: "newfeed_jobs_oldest_seconds", labels: { service }, value: row?.oldestSeconds ?? 0 },
    { gauge: "newfeed_bulk_events", labels: { service }, value: row?.bulkEvents ?? 0 },
  ];
}
