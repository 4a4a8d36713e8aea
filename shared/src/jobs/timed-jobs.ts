import { createPauses } from "../outbox/pauses.ts";
import { transact } from "../outbox/transact.ts";
import { runJob } from "../ports/context.ts";
import type { Database, Query, Transaction } from "../ports/database.ts";
import { logFailure } from "../ports/failure-log.ts";
import type { Logger } from "../ports/logger.ts";
import { isTransient } from "../ports/transient.ts";

/** A row whose time has come. */
export interface DueRow {
  id: string;
  at: Date;
}

/**
 * Work that falls due at times which stand in a table of a service: unlike a `Job`, it is there long before. Any instance does it,
 * without a lease, so that the end of one delays nothing.
 */
export interface TimedJob {
  /** In log lines. */
  name: string;
  /** The next `limit` that are due behind a row (null: from the first on), by an index of their times, which are of milliseconds. Not locked. */
  due(query: Query, after: DueRow | null, limit: number): Promise<readonly DueRow[]>;
  /** Does these in the caller's transaction: those that are still due, and that no other instance does at the moment. */
  run(rows: readonly DueRow[], transaction: Transaction): Promise<void>;
}

export interface TimedJobsOptions {
  database: Pick<Database, "query" | "transaction">;
  jobs: readonly TimedJob[];
  /** Wakes the relay. */
  wake: () => void;
  logger: Logger;
  /** How often it is looked what is due, in milliseconds; each second by default. */
  everyMs?: number;
}

const rowsAtOnce = 100;

/** Does all that is due of one job, in batches. Of a batch that fails each row is tried by itself, so that one that cannot be done holds up no other. */
export async function runDue(job: TimedJob, { database, wake, logger }: Omit<TimedJobsOptions, "jobs">, stopped: () => boolean = () => false): Promise<void> {
  const run = (rows: readonly DueRow[]) => transact(database, wake, (transaction) => job.run(rows, transaction));
  for (let after: DueRow | null = null; !stopped(); ) {
    const rows: readonly DueRow[] = await job.due(database.query, after, rowsAtOnce);
    after = rows.at(-1) ?? null;
    if (after === null) return;
    try {
      await run(rows);
    } catch (error) {
      if (isTransient(error)) throw error;
      for (const row of rows)
        await run([row]).catch((cause) => {
          if (isTransient(cause)) throw cause;
          logFailure(logger, "work that is due failed; it is tried again", cause, { job: job.name, id: row.id });
        });
    }
    if (rows.length < rowsAtOnce) return;
  }
}

/** Looks every second what is due, and does it: also what fell due while nothing ran. */
export function startTimedJobs({ jobs, everyMs = 1_000, ...options }: TimedJobsOptions): { close(): Promise<void> } {
  const pauses = createPauses();
  let closed = jobs.length === 0;

  async function run(): Promise<void> {
    while (!closed) {
      for (const job of jobs)
        try {
          await runDue(job, options, () => closed);
        } catch (error) {
          if (!closed) logFailure(options.logger, "work that is due waits", error, { job: job.name });
        }
      await pauses.pause(everyMs);
    }
  }
  const running = runJob("timed-jobs", run);
  return {
    async close() {
      closed = true;
      pauses.end();
      await running;
    },
  };
}
