import { setTimeout as sleep } from "node:timers/promises";
import { createLease } from "../outbox/lease.ts";
import { createPauses } from "../outbox/pauses.ts";
import { array, boolean, float8, int4, int8, type RowOf, text } from "../ports/columns.ts";
import { runInContext, runJob } from "../ports/context.ts";
import type { Database } from "../ports/database.ts";
import type { Logger } from "../ports/logger.ts";
import { statement } from "../ports/statement.ts";
import { isConflict, isTransient } from "../ports/transient.ts";
import { type BulkEvents, enqueueBulk } from "./bulk-events.ts";
import type { Batch, Job } from "./job.ts";

const leaseSeconds = 10;
/** How often it is looked whether bulk events may go on. */
const waitMs = 20;
/** Rows of one batch, which takes some ten milliseconds. */
const rowsAtOnce = 500;
const progressEveryMs = 10_000;
const reportEveryMs = 1_000;
/** A job that fails is put off for two seconds, four, … and not for longer than this. */
const longestPauseSeconds = 300;

const isDue = statement({
  parameters: { names: array(text) },
  row: { due: boolean.notNull },
  sql: ({ names }) =>
    `SELECT EXISTS (SELECT FROM newfeed.job WHERE due_at <= clock_timestamp() AND name = ANY(${names}))
       OR (SELECT id FROM newfeed.bulk_event ORDER BY id LIMIT 1) IS NOT NULL OR EXISTS (SELECT FROM newfeed.account_removal) AS due`,
  plan: "each time",
});

const takenJob = { id: int8, name: text, subject: text, position: text.nullable, rows: int8, correlationId: text, seconds: float8.notNull };
/** Jobs take turns, in the order of their ids. */
const take = statement({
  parameters: { after: int8, names: array(text) },
  row: takenJob,
  sql: ({ after, names }) =>
    `SELECT id, name, subject, position, rows, correlation_id, extract(epoch FROM clock_timestamp() - created_at)::float8 AS seconds FROM newfeed.job
     WHERE id > ${after} AND due_at <= clock_timestamp() AND name = ANY(${names}) ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED`,
  plan: "each time",
});
const advance = statement({
  parameters: { id: int8, position: text, rows: int4 },
  sql: ({ id, position, rows }) => `UPDATE newfeed.job SET position = ${position}, rows = rows + ${rows}, failures = 0 WHERE id = ${id}`,
});
/** What it has removed of a deleted account is noted with that. */
const finish = statement({
  parameters: { id: int8, rows: int8 },
  sql: ({ id, rows }) =>
    `WITH done AS (DELETE FROM newfeed.job WHERE id = ${id} RETURNING name, rows + ${rows} AS rows, coalesce(account_id, subject) AS account_id)
     UPDATE newfeed.account_removal r SET removed = r.removed || jsonb_build_object(done.name, coalesce((r.removed ->> done.name)::bigint, 0) + done.rows)
     FROM done WHERE r.account_id = done.account_id AND done.rows > 0`,
});
const postpone = statement({
  parameters: { id: int8 },
  sql: ({ id }) =>
    `UPDATE newfeed.job SET failures = failures + 1, due_at = clock_timestamp() + make_interval(secs => least(${longestPauseSeconds}, 2 ^ least(failures + 1, 16)))
     WHERE id = ${id}`,
});

/** Does the batches of a database's jobs, one after the other. */
export interface JobRunner {
  /** Does one batch of one job: the jobs take turns. Returns whether there may be more that is due. */
  runBatch(): Promise<boolean>;
}

export interface JobRunnerOptions {
  database: Pick<Database, "query" | "transaction">;
  /** Those that this version knows; others are left to newer instances. */
  jobs: readonly Job[];
  logger: Logger;
}

/**
 * A batch, its position and its events are one transaction: a crash leaves the position of the last one. Its events are bulk
 * events. A job whose batch fails is put off, and holds up no other.
 */
export function createJobRunner({ database, jobs, logger }: JobRunnerOptions): JobRunner {
  const byName = new Map(jobs.map((job) => [job.name, job]));
  const names = [...byName.keys()];
  /** Of the job whose turn it was. */
  let lastId = 0;
  let reportedAt = Date.now();

  /** One batch of the next job. */
  async function runNext(note: (job: RowOf<typeof takenJob>) => void): Promise<Batch | undefined> {
    const after: (() => unknown)[] = [];
    const done = await database.transaction(async (query, join) => {
      const [row] = await query(take, { after: lastId, names });
      const job = row && byName.get(row.name);
      if (!job) return undefined;
      note(row);
      const transaction = {
        query,
        join,
        enqueued() {},
        enqueue: (...events: Parameters<typeof enqueueBulk>[1]) => enqueueBulk(query, events),
        afterCommit: (work: () => unknown) => void after.push(work),
      };
      const batch = await runInContext({ correlationId: row.correlationId }, () => job.batch(row.subject, row.position, rowsAtOnce, transaction));
      if (batch.next === null) await query(finish, { id: row.id, rows: batch.rows });
      else await query(advance, { id: row.id, position: batch.next, rows: batch.rows });
      return batch;
    });
    for (const work of after) await work();
    return done;
  }

  function report({ name, subject, seconds, rows }: RowOf<typeof takenJob>, batch: Batch): void {
    const progress = { job: name, subject, rows: rows + batch.rows, seconds: Math.round(seconds) };
    if (batch.next === null) logger.info("a job is done", progress);
    else if (Date.now() - reportedAt > progressEveryMs) {
      reportedAt = Date.now();
      logger.info("a job goes on", progress);
    }
  }

  return {
    async runBatch() {
      let job: RowOf<typeof takenJob> | undefined;
      try {
        const batch = await runNext((taken) => {
          job = taken;
        });
        if (batch && job) report(job, batch);
      } catch (error) {
        if (isConflict(error)) return true;
        lastId = job?.id ?? 0;
        // Of the database's failures the worker takes care.
        if (!job || isTransient(error)) throw error;
        logger.warn("a job failed; it is tried again later", { error, job: job.name, subject: job.subject });
        await database.query(postpone, { id: job.id });
      }
      // Behind the last one, it is the first one's turn.
      const more = job !== undefined || lastId > 0;
      lastId = job?.id ?? 0;
      return more;
    },
  };
}

export interface JobWorkerOptions extends JobRunnerOptions {
  bulkEvents: BulkEvents;
  /** Says which deleted accounts have nothing left here, and gives how many. Asked once a second while there are jobs. */
  reportRemovals: () => Promise<number>;
  /** Names this instance in the lease: one worker at a time works on a database. */
  holder: string;
  /** How often a database without work is asked for some, in milliseconds; each second by default. */
  idleMs?: number;
}

export interface JobWorker {
  /** There may be a job now. */
  wake(): void;
  close(): Promise<void>;
}

/**
 * Works off the jobs and bulk events of one database. After each batch it rests as long as that took, for the sake of others.
 * Wakes only save time: what another process committed, and what was put off, polling finds.
 */
export function startJobWorker({ bulkEvents, reportRemovals, holder, idleMs = 1_000, ...options }: JobWorkerOptions): JobWorker {
  const { database, jobs, logger } = options;
  const names = jobs.map(({ name }) => name);
  const runner = createJobRunner(options);
  const lease = createLease(database.query, "jobs", holder, leaseSeconds);
  const closing = new AbortController();
  const idle = createPauses();
  const rest = (milliseconds: number) => sleep(milliseconds, undefined, { signal: closing.signal }).catch(() => {});

  /** Does all that is due. */
  async function workOff(): Promise<void> {
    let reportedAt = 0;
    for (let more = true; more && !closing.signal.aborted && (await lease.hold()); ) {
      const started = Date.now();
      const events = await bulkEvents.release();
      more = await runner.runBatch();
      if (!more || started - reportedAt > reportEveryMs) {
        reportedAt = started;
        more = (await reportRemovals()) > 0 || more;
      }
      if (!more && events === "waiting") await rest(waitMs);
      else await rest(Date.now() - started);
      more ||= events !== "none";
    }
  }

  async function run(): Promise<void> {
    let failures = 0;
    while (!closing.signal.aborted) {
      idle.forget();
      try {
        const [{ due } = { due: false }] = await database.query(isDue, { names });
        if (due) await workOff();
        failures = 0;
      } catch (error) {
        lease.doubt();
        if (failures++ === 0 && !closing.signal.aborted) logger.warn("jobs wait for the database or the bus", { error });
        idle.forget();
      }
      await idle.pause(idleMs);
    }
  }
  const running = runJob("jobs", run);
  return {
    wake: idle.wake,
    async close() {
      closing.abort();
      idle.end();
      await running;
    },
  };
}
