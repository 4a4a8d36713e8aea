import { createBulkEvents } from "../jobs/bulk-events.ts";
import type { Job } from "../jobs/job.ts";
import { createJobRunner } from "../jobs/worker.ts";
import type { Database } from "../ports/database.ts";
import { createLogger } from "../runtime/logger.ts";

const logger = createLogger({ level: "error", json: false });

/** Does all that these jobs have to do, as the worker does, and moves some of their events into the outbox. Returns whether it did either. */
export async function runJobs(database: Pick<Database, "query" | "transaction">, jobs: readonly Job[]): Promise<boolean> {
  const runner = createJobRunner({ database, jobs, logger });
  let did = false;
  while (await runner.runBatch()) did = true;
  const events = createBulkEvents({ query: database.query, bus: { waiting: async () => 0 }, queues: [], wake() {}, logger });
  return (await events.release()) === "released" || did;
}
