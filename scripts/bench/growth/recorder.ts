import type { RawQuery } from "@newfeed/shared/ports/database.ts";

/** What one statement did, in all its calls. */
export interface Recorded {
  calls: number;
  /** Pages of tables and indexes that it looked at, in PostgreSQL's cache or not. */
  buffers: number;
  milliseconds: number;
}

/** Statements by `<database> <text>`, with question marks for what is given to them. */
export type Recording = ReadonlyMap<string, Recorded>;

/** Of a statement that is prepared, PostgreSQL replaces the constants or not, depending on when it sees it first. */
export const withoutValues = (text: string): string => text.replace(/\$\d+|'[^']*'|\b\d+\b|\btrue\b|\bfalse\b|\bNULL\b/g, "?").replace(/\s+/g, " ");

/** How PostgreSQL has to be started so that statements can be recorded. */
export const recorderSettings = { shared_preload_libraries: "pg_stat_statements", "pg_stat_statements.track_utility": "off" };

/** A connection's URL whose own statements are not recorded, and take as long as they like. */
export function unrecorded(url: string): string {
  const changed = new URL(url);
  changed.searchParams.set("options", "-c timezone=UTC -c enable_incremental_sort=off -c pg_stat_statements.track=none");
  for (const timeout of ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"]) changed.searchParams.set(timeout, "0");
  return changed.href;
}

/** Records the statements of all databases whose names begin so, over an unrecorded connection. */
export async function createRecorder(query: RawQuery, prefix: string) {
  await query("CREATE EXTENSION IF NOT EXISTS pg_stat_statements");
  return {
    async reset(): Promise<void> {
      await query("SELECT pg_stat_statements_reset()");
    },
    async read(): Promise<Recording> {
      const rows = await query<{ name: string; text: string; calls: number; buffers: number; milliseconds: number }>(
        `SELECT substr(d.datname, length($1) + 1) AS name, s.query AS text, sum(s.calls)::int8 AS calls,
           sum(s.shared_blks_hit + s.shared_blks_read)::int8 AS buffers, sum(s.total_exec_time) AS milliseconds
         FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid WHERE starts_with(d.datname, $1) GROUP BY 1, 2`,
        [prefix],
      );
      const recording = new Map<string, Recorded>();
      for (const { name, text, calls, buffers, milliseconds } of rows) {
        const key = `${name} ${withoutValues(text)}`;
        const before = recording.get(key) ?? { calls: 0, buffers: 0, milliseconds: 0 };
        recording.set(key, { calls: before.calls + calls, buffers: before.buffers + buffers, milliseconds: before.milliseconds + milliseconds });
      }
      return recording;
    },
  };
}
