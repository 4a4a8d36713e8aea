import { setTimeout as sleep } from "node:timers/promises";
import { runJob } from "../ports/context.ts";
import type { HousekeepingJob } from "../ports/housekeeping.ts";
import type { Logger } from "../ports/logger.ts";
import type { HousekeepingMetrics, Sample } from "../ports/metrics.ts";

const everyMs = 10 * 60_000;
/** Not at the start, when there is other work; soon enough for a process that is restarted often. */
const firstAfterMs = 60_000;
/** The rest is due in the next run. */
const longestRunMs = 8 * 60_000;

export interface HousekeepingOptions {
  service: string;
  jobs: readonly HousekeepingJob[];
  logger: Logger;
  metrics: HousekeepingMetrics;
  /** Of one run, in milliseconds. */
  longestMs?: number;
}

export interface Housekeeping {
  readonly jobs: readonly HousekeepingJob[];
  /** Does what is due. Calls share one run. */
  run(): Promise<void>;
  /** How long ago each job came to the end of what was due. */
  sample(): Sample[];
  /** Resolves when the batch in hand is done. */
  close(): Promise<void>;
}

/**
 * Runs a service's housekeeping every ten minutes. The jobs of a run take turns, a batch each, until nothing is due or the
 * run has lasted long enough; one that fails is left out until the next run. Between batches it pauses for as long as the
 * last one took, so that requests get the database for half of the time at least.
 */
export function startHousekeeping({ service, jobs, logger, metrics, longestMs = longestRunMs }: HousekeepingOptions): Housekeeping {
  const closing = new AbortController();
  const { signal } = closing;
  const finishedAt = new Map(jobs.map(({ name }) => [name, Date.now()]));
  for (const { name } of jobs) metrics.did(name, 0);

  /** Returns whether there may be more. */
  async function runSome({ name, runSome }: HousekeepingJob): Promise<boolean> {
    try {
      const rows = await runSome();
      metrics.did(name, rows);
      if (rows === 0) finishedAt.set(name, Date.now());
      return rows > 0;
    } catch (error) {
      metrics.failed(name);
      logger.warn("a job of the housekeeping failed; it runs again later", { job: name, error });
      return false;
    }
  }

  async function runAll(): Promise<void> {
    const end = Date.now() + longestMs;
    const due = new Set(jobs);
    while (due.size > 0)
      for (const job of due) {
        if (signal.aborted) return;
        if (Date.now() > end) {
          logger.warn("housekeeping did not come to an end; it goes on with the next run", { jobs: [...due].map(({ name }) => name) });
          return;
        }
        const began = performance.now();
        if (await runSome(job)) await sleep(performance.now() - began, undefined, { signal }).catch(() => {});
        else due.delete(job);
      }
  }

  let running: Promise<void> | undefined;
  function run(): Promise<void> {
    running ??= runJob("housekeeping", runAll).finally(() => {
      running = undefined;
    });
    return running;
  }

  let timer: NodeJS.Timeout;
  const schedule = (afterMs: number) => {
    timer = setTimeout(() => void run().finally(() => schedule(everyMs)), afterMs);
    if (signal.aborted) clearTimeout(timer);
  };
  schedule(firstAfterMs);

  return {
    jobs,
    run,
    sample: () =>
      [...finishedAt].map(([job, at]) => ({ gauge: "newfeed_housekeeping_age_seconds", labels: { service, job }, value: (Date.now() - at) / 1000 })),
    async close() {
      closing.abort();
      clearTimeout(timer);
      await running;
    },
  };
}
