import { readFileSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { basename, resolve } from "node:path";
import type { DataExamination, MachineExamination } from "../contracts/routes/examinations.ts";
import { readBacklog } from "../outbox/backlog.ts";
import { readNotArrived } from "../outbox/not-arrived.ts";
import type { Producers } from "../outbox/reconciliation.ts";
import type { RawQuery } from "../ports/database.ts";

// How a service is, in numbers: `doctor/inside.ts` says what they mean. It reads a page of each producer, and otherwise what the metrics read.

/** How many files this process may have open at once; null where the system does not say. */
export function readOpenFiles(): string | null {
  try {
    return /^Max open files\s+(\S+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1] ?? null;
  } catch {
    return null;
  }
}

/** Of its paths only the name of the data folder is said. */
export async function examineMachine(dataDirectory: string): Promise<MachineExamination> {
  const disk = await statfs(dataDirectory).catch(() => null);
  return {
    disk: disk && { folder: basename(resolve(dataDirectory)), freeBytes: disk.bavail * disk.bsize, totalBytes: disk.blocks * disk.bsize },
    openFiles: readOpenFiles(),
  };
}

/** How far the replicas of a server are behind, and those that a slot waits for. Who may not see that has no state either; a backup has a state alone. */
export async function readReplicas(query: RawQuery): Promise<DataExamination["replicas"]> {
  const rows = await query<{ name: string; lag: string | null }>(
    `SELECT coalesce(nullif(application_name, ''), 'a replica') AS name, pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::text AS lag
     FROM pg_stat_replication WHERE (state IS NULL OR replay_lsn IS NOT NULL) AND NOT pg_is_in_recovery()
     UNION ALL SELECT 'slot ' || slot_name, pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::text FROM pg_replication_slots
     WHERE NOT active AND restart_lsn IS NOT NULL AND NOT pg_is_in_recovery()`,
  );
  return rows.map(({ name, lag }) => ({ name, behindBytes: lag === null ? null : Number(lag) }));
}

/** `producers` with the service's own database. */
export async function examineData(producers: Producers & { query: RawQuery }): Promise<DataExamination> {
  const { query } = producers;
  const [backlog, arrivals, replicas] = await Promise.all([readBacklog(query), readNotArrived(producers), readReplicas(query)]);
  return { ...backlog, ...arrivals, replicas };
}
