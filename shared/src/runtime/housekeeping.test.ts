import { afterEach, expect, test } from "vitest";
import type { HousekeepingJob } from "../ports/housekeeping.ts";
import { eventually } from "../testing/eventually.ts";
import { type Housekeeping, type HousekeepingOptions, startHousekeeping } from "./housekeeping.ts";
import { createLogger } from "./logger.ts";

const logger = createLogger({ level: "error", json: false, silent: true });
let housekeeping: Housekeeping | undefined;
afterEach(() => housekeeping?.close());

function start(jobs: HousekeepingJob[], options: Partial<HousekeepingOptions> = {}) {
  const rows: Record<string, number> = {};
  const failures: string[] = [];
  const metrics = {
    did: (job: string, count: number) => {
      rows[job] = (rows[job] ?? 0) + count;
    },
    failed: (job: string) => failures.push(job),
  };
  housekeeping = startHousekeeping({ service: "post-service", jobs, logger, metrics, ...options });
  return { run: housekeeping.run, sample: housekeeping.sample, rows, failures };
}
/** A job with so many batches of ten rows to do, which notes when it is its turn. */
const job = (name: string, batches: number, turns: string[] = []): HousekeepingJob => ({
  name,
  async runSome() {
    turns.push(name);
    return batches-- > 0 ? 10 : 0;
  },
});
const broken: HousekeepingJob = {
  name: "broken",
  async runSome() {
    throw new Error("it fails");
  },
};

test("a run goes on until nothing is due, and its jobs take turns", async () => {
  const turns: string[] = [];
  const { run, rows } = start([job("long", 3, turns), job("short", 1, turns)]);
  await run();
  expect(turns).toEqual(["long", "short", "long", "short", "long", "long"]);
  expect(rows).toEqual({ long: 30, short: 10 });
});

test("a job that fails stops no other, and is tried again by the next run", async () => {
  const { run, rows, failures } = start([broken, job("behind", 2)]);
  await run();
  await run();
  expect(rows).toEqual({ broken: 0, behind: 20 });
  expect(failures).toEqual(["broken", "broken"]);
});

test("a run ends when its time is used, and the next one goes on", async () => {
  const endless = job("endless", Number.POSITIVE_INFINITY);
  const { run, rows } = start([endless, job("behind", 1)], { longestMs: 50 });
  await run();
  const first = rows["endless"] ?? 0;
  expect(first).toBeGreaterThan(10);
  expect(rows["behind"]).toBe(10);
  await run();
  expect(rows["endless"]).toBeGreaterThan(first);
});

test("metrics say since when a job has not come to the end of what is due", async () => {
  const { run, sample, rows } = start([broken, job("done", 1)], { longestMs: 50 });
  // Also of jobs that had nothing to do yet.
  expect(rows).toEqual({ broken: 0, done: 0 });
  const age = (name: string) => sample().find(({ labels }) => labels["job"] === name)?.value ?? Number.NaN;
  await eventually(() => expect(age("broken")).toBeGreaterThan(0));
  await run();
  expect(age("done")).toBeLessThan(age("broken"));
});

test("closing waits for the batch in hand, and for no other", async () => {
  const { promise, resolve } = Promise.withResolvers<number>();
  let batches = 0;
  const runSome = () => {
    batches++;
    return promise;
  };
  const { run } = start([{ name: "slow", runSome }]);
  const running = run();
  const closed = housekeeping?.close();
  resolve(10);
  await Promise.all([running, closed]);
  expect(batches).toBe(1);
});
