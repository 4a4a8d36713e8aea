import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { parseEvent } from "../contracts/events.ts";
import { asMediaId, asUserId } from "../contracts/ids.ts";
import type { RawDatabase } from "../ports/database.ts";
import type { HandlerTransaction } from "../ports/service.ts";
import { openDatabase } from "../runtime/database.ts";
import { createLogger } from "../runtime/logger.ts";
import { migrate, plumbingMigrations } from "../runtime/migrate.ts";
import { eventually } from "../testing/eventually.ts";
import { newDatabase } from "../testing/own-database.ts";
import { readJobBacklog } from "./backlog.ts";
import { createBulkEvents } from "./bulk-events.ts";
import { batchOf, beginJob, type Job, scheduleJobs } from "./job.ts";
import { wakeAfterCommit } from "./wake-after-commit.ts";
import { createJobRunner, startJobWorker } from "./worker.ts";

const logger = createLogger({ level: "error", json: false, silent: true });
let database: RawDatabase;
beforeAll(async () => {
  database = openDatabase(await newDatabase("jobs"), logger);
  await migrate(database, plumbingMigrations, "newfeed");
  await database.query("CREATE TABLE apple (owner text NOT NULL, n int NOT NULL, PRIMARY KEY (owner, n))");
});
afterAll(() => database.close());
afterEach(async () => {
  await database.query("TRUNCATE apple, newfeed.job, newfeed.bulk_event, newfeed.outbox");
});

const grow = (owner: string, count: number) => database.query("INSERT INTO apple SELECT $1, n FROM generate_series(1, $2::int) n", [owner, count]);
const left = async (owner: string) => (await database.query("SELECT 1 FROM apple WHERE owner = $1", [owner])).length;

/** Eats the apples of an owner, with an event for each. `before` may fail. */
function eating(before: (after: string | null) => void = () => {}): Job {
  return {
    name: "eat-apples",
    async batch(owner, after, limit, { query, enqueue }: HandlerTransaction) {
      const rows = await (query as RawDatabase["query"])<{ n: number }>(
        `WITH eaten AS (DELETE FROM apple WHERE owner = $1 AND n IN (SELECT n FROM apple WHERE owner = $1 AND n > $2 ORDER BY n LIMIT $3) RETURNING n)
         SELECT n FROM eaten ORDER BY n`,
        [owner, Number(after ?? 0), limit],
      );
      await enqueue(
        ...rows.map(() => ({
          type: "media.deleted" as const,
          aggregate: { id: randomUUID(), revision: 1 },
          actorId: null,
          data: { mediaId: asMediaId(randomUUID()), ownerId: asUserId(randomUUID()) },
        })),
      );
      before(after);
      return batchOf(
        rows.map(({ n }) => String(n)),
        limit,
      );
    },
  };
}
const begin = (job: Job, owner: string) =>
  database.transaction((query, join) => beginJob(job, owner, { query, join, enqueue: async () => {}, enqueued() {}, afterCommit() {} }));
const runnerOf = (...jobs: Job[]) => createJobRunner({ database, jobs, logger });
const events = async (table: string) => (await database.query(`SELECT 1 FROM newfeed.${table}`)).length;
const quietBus = { waiting: async () => 0 };

test("a small job is done at once, of a large one the rest is left to the worker", async () => {
  await Promise.all([grow("ann", 20), grow("ben", 1_250)]);
  await begin(eating(), "ann");
  await begin(eating(), "ben");
  expect([await left("ann"), await left("ben")]).toEqual([0, 1_150]);
  expect(await database.query("SELECT subject, position, rows FROM newfeed.job")).toEqual([{ subject: "ben", position: "100", rows: 100 }]);
  const runner = runnerOf(eating());
  while (await runner.runBatch());
  expect([await left("ben"), await events("job"), await events("bulk_event"), await events("outbox")]).toEqual([0, 0, 1_150, 0]);
});

test("a batch that fails leaves nothing behind, is tried again later, and holds up no other job", async () => {
  await Promise.all([grow("ann", 700), grow("ben", 700)]);
  const positions: (string | null)[] = [];
  let fails = true;
  const job = eating((after) => {
    positions.push(after);
    if (fails && after === "100") throw new Error("not hungry");
  });
  for (const owner of ["ann", "ben"]) await begin(job, owner);
  await database.query("UPDATE newfeed.job SET position = '50' WHERE subject = 'ben'");
  const runner = runnerOf(job);
  while (await runner.runBatch());
  expect([await left("ann"), await left("ben"), await events("bulk_event")]).toEqual([600, 0, 600]);
  expect(await database.query("SELECT subject, failures, due_at > now() + interval '1 second' AS later FROM newfeed.job")).toEqual([
    { subject: "ann", failures: 1, later: true },
  ]);
  fails = false;
  await database.query("UPDATE newfeed.job SET due_at = now()");
  while (await runner.runBatch());
  expect([await left("ann"), await events("job"), await events("bulk_event")]).toEqual([0, 0, 1_200]);
  expect(positions.filter((after) => after === "100")).toHaveLength(2);
});

test("jobs take turns, one that only another version knows is left to it, and one that is scheduled again begins again", async () => {
  await Promise.all([grow("ann", 1_200), grow("ben", 1_200)]);
  await scheduleJobs(database.query, "eat-apples", ["ann", "ben"]);
  await scheduleJobs(database.query, "plant-trees", ["ann"]);
  const runner = runnerOf(eating());
  for (let batch = 0; batch < 4; batch++) await runner.runBatch();
  expect([await left("ann"), await left("ben")].map((count) => count < 1_200)).toEqual([true, true]);
  await grow("cem", 5);
  await database.query("UPDATE apple SET owner = 'ann' WHERE owner = 'cem' AND n <= 5");
  await scheduleJobs(database.query, "eat-apples", ["ann"]);
  while (await runner.runBatch());
  expect([await left("ann"), await left("ben")]).toEqual([0, 0]);
  expect(await database.query("SELECT name FROM newfeed.job")).toEqual([{ name: "plant-trees" }]);
});

test("bulk events enter the outbox in order, fifty at a time, and only while neither it nor a queue holds many others", async () => {
  await grow("ann", 170);
  await scheduleJobs(database.query, "eat-apples", ["ann"]);
  const runner = runnerOf(eating());
  while (await runner.runBatch());
  const ids = async (table: string) =>
    (await database.query<{ event_id: string }>(`SELECT event_id FROM newfeed.${table} ORDER BY id`)).map((row) => row.event_id);
  const all = await ids("bulk_event");
  let waiting = 20;
  const queues = [{ queue: "pears.events", batchDelayMs: 0 }];
  const bulk = createBulkEvents({ query: database.query, bus: { waiting: async () => waiting }, queues, wake() {}, logger });
  const before = new Date().toISOString();
  waiting = 0;
  expect(await bulk.release()).toBe("released");
  expect(await ids("outbox")).toEqual(all.slice(0, 50));
  expect(await bulk.release(), "they are on their way").toBe("waiting");
  await database.query("UPDATE newfeed.outbox SET sent_at = now()");
  waiting = 20;
  expect(await bulk.release(), "the consumer has them still").toBe("waiting");
  waiting = 19;
  for (let batch = 0; batch < 3; batch++) {
    expect(await bulk.release()).toBe("released");
    await database.query("UPDATE newfeed.outbox SET sent_at = now()");
  }
  expect(await bulk.release()).toBe("none");
  expect(await ids("outbox")).toEqual(all);
  const [last] = await database.query<{ body: string }>("SELECT body FROM newfeed.outbox ORDER BY id DESC LIMIT 1");
  const event = parseEvent(last?.body ?? "");
  expect(event).toMatchObject({ type: "media.deleted", correlationId: expect.any(String) });
  expect((event?.occurredAt ?? "") >= before, "it happens when it is published").toBe(true);
});

test("bulk events do not wait for what a consumer lets come together", async () => {
  await grow("ann", 170);
  await scheduleJobs(database.query, "eat-apples", ["ann"]);
  const runner = runnerOf(eating());
  while (await runner.runBatch());
  const waiting = { "pears.events": 19, "plums.events": 169 };
  const queues = [
    { queue: "pears.events", batchDelayMs: 0 },
    { queue: "plums.events", batchDelayMs: 150 },
  ];
  const bus = { waiting: async (queue: string) => waiting[queue as keyof typeof waiting] };
  const bulk = createBulkEvents({ query: database.query, bus, queues, wake() {}, logger });
  const release = async () => {
    const released = await bulk.release();
    await database.query("UPDATE newfeed.outbox SET sent_at = now()");
    return released;
  };
  expect(await release()).toBe("released");
  waiting["plums.events"] = 170;
  expect(await release()).toBe("waiting");
  waiting["plums.events"] = 0;
  expect(await release()).toBe("released");
  waiting["pears.events"] = 20;
  expect(await release()).toBe("waiting");
});

test("the worker does it all, and its backlog is measured", async () => {
  await grow("ann", 1_300);
  await scheduleJobs(database.query, "eat-apples", ["ann"]);
  const gauge = async (name: string) => (await readJobBacklog(database.query, "pears")).find((sample) => sample.gauge === name)?.value ?? Number.NaN;
  expect([await gauge("newfeed_jobs"), (await gauge("newfeed_jobs_oldest_seconds")) > 0]).toEqual([1, true]);
  const bulkEvents = createBulkEvents({ query: database.query, bus: quietBus, queues: [], wake: () => void send(), logger });
  const send = () => database.query("UPDATE newfeed.outbox SET sent_at = now() WHERE sent_at IS NULL");
  const worker = startJobWorker({ database, jobs: [eating()], bulkEvents, reportRemovals: async () => 0, logger, holder: "test" });
  await eventually(async () => {
    await send();
    expect([await left("ann"), await events("job"), await events("bulk_event"), await events("outbox")]).toEqual([0, 0, 0, 1_300]);
  }, 20_000);
  await worker.close();
  expect([await gauge("newfeed_jobs"), await gauge("newfeed_jobs_oldest_seconds"), await gauge("newfeed_bulk_events")]).toEqual([0, 0, 0]);
});

describe("a worker that sees no work", () => {
  const quiet = () => createBulkEvents({ query: database.query, bus: quietBus, queues: [], wake() {}, logger });

  /** One that has looked for work in vain. `looks` counts how often it did. */
  async function startIdleWorker(idleMs: number) {
    let looks = 0;
    const ask = database.query as (what: unknown, values?: unknown) => Promise<object[]>;
    const query = (async (what: unknown, values?: unknown) => {
      const rows = await ask(what, values);
      if (rows.some((row) => "due" in row)) looks++;
      return rows;
    }) as RawDatabase["query"];
    const worker = startJobWorker({
      database: { ...database, query },
      jobs: [eating()],
      bulkEvents: quiet(),
      reportRemovals: async () => 0,
      logger,
      holder: "test",
      idleMs,
    });
    await eventually(() => expect(looks).toBeGreaterThan(0));
    return { ...worker, looks: () => looks };
  }

  test("is woken by the commit of a job, and neither before it nor when it is rolled back: it need not poll", async () => {
    await Promise.all(["ann", "ben", "cem"].map((owner) => grow(owner, 5)));
    const worker = await startIdleWorker(3_600_000);
    let wakes = 0;
    const watched = wakeAfterCommit(database, () => {
      wakes++;
      worker.wake();
    });

    await watched.transaction(async (query) => {
      await scheduleJobs(query, "eat-apples", ["ann"]);
      // On another connection, the commit is still to come.
      expect([await left("ann"), await events("job"), wakes]).toEqual([5, 0, 0]);
    });
    expect(wakes).toBe(1);
    await eventually(async () => expect([await left("ann"), await events("job")]).toEqual([0, 0]));

    await scheduleJobs(watched.query, "eat-apples", ["ben"]);
    expect(wakes).toBe(2);
    await eventually(async () => expect([await left("ben"), await events("job")]).toEqual([0, 0]));

    const rolledBack = watched.transaction(async (query) => {
      await scheduleJobs(query, "eat-apples", ["cem"]);
      throw new Error("changed its mind");
    });
    await expect(rolledBack).rejects.toThrow("changed its mind");
    await watched.transaction((query) => readJobBacklog(query, "pears"));
    expect([wakes, await left("cem")]).toEqual([2, 5]);
    await worker.close();
    expect(worker.looks(), "at the start, and for each wake").toBeLessThanOrEqual(3);
  });

  test("finds by polling what another process has committed", async () => {
    await grow("ann", 5);
    const worker = await startIdleWorker(100);
    await scheduleJobs(database.query, "eat-apples", ["ann"]);
    await eventually(async () => expect([await left("ann"), await events("job")]).toEqual([0, 0]));
    await worker.close();
  });

  test("is stopped in a pause of an hour", async () => {
    const worker = await startIdleWorker(3_600_000);
    await worker.close();
    expect(worker.looks()).toBe(1);
  });
});
