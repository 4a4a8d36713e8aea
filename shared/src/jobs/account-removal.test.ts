import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Event, parseEvent } from "../contracts/events.ts";
import type { RawDatabase } from "../ports/database.ts";
import type { HandlerTransaction } from "../ports/service.ts";
import { openDatabase } from "../runtime/database.ts";
import { createLogger } from "../runtime/logger.ts";
import { migrate, plumbingMigrations } from "../runtime/migrate.ts";
import { newDatabase } from "../testing/own-database.ts";
import { notingRemovals, reportRemovals } from "./account-removal.ts";
import { batchOf, beginJob, type Job, scheduleJobs } from "./job.ts";
import { createJobRunner } from "./worker.ts";

const logger = createLogger({ level: "error", json: false, silent: true });
let database: RawDatabase;
beforeAll(async () => {
  database = openDatabase(await newDatabase("removals"), logger);
  await migrate(database, plumbingMigrations, "newfeed");
  await database.query("CREATE TABLE pear (owner text NOT NULL, n int NOT NULL, PRIMARY KEY (owner, n))");
});
afterAll(() => database.close());

const pears: Job = {
  name: "eat-pears",
  async batch(owner, after, limit, { query }: HandlerTransaction) {
    const rows = await (query as RawDatabase["query"])<{ n: number }>(
      `WITH eaten AS (DELETE FROM pear WHERE owner = $1 AND n IN (SELECT n FROM pear WHERE owner = $1 AND n > $2 ORDER BY n LIMIT $3) RETURNING n)
       SELECT n FROM eaten ORDER BY n`,
      [owner, Number(after ?? 0), limit],
    );
    return batchOf(
      rows.map(({ n }) => String(n)),
      limit,
    );
  },
};
/** Has the subject of another kind go with an account. */
const peelings: Job = { name: "remove-peelings", batch: async () => ({ rows: 3, next: null }) };

async function handleDeletion(
  count: number,
  work: (accountId: string, transaction: HandlerTransaction) => Promise<void>,
  service: "post-service" | "query-service" = "post-service",
) {
  const accountId = randomUUID();
  await database.query("INSERT INTO pear SELECT $1, n FROM generate_series(1, $2::int) n", [accountId, count]);
  const deletion = {
    type: "user.deleted",
    aggregate: { id: accountId, revision: 5 },
    correlationId: `request ${accountId}`,
    data: { userId: accountId },
  } as Event;
  const handle = notingRemovals(service, async ({ fresh }, transaction) => {
    for (const { data } of await fresh) await work((data as { userId: string }).userId, transaction);
  });
  await database.transaction(async (query) => {
    const transaction = { query, enqueue: async () => {}, afterCommit() {} } as unknown as HandlerTransaction;
    await handle({ fresh: Promise.resolve([deletion]), all: [deletion], bodyOf: () => "" }, transaction);
  });
  return accountId;
}

const runner = () => createJobRunner({ database, jobs: [pears, peelings], logger });
async function reports(accountId: string): Promise<unknown[]> {
  const rows = await database.query<{ body: string }>("SELECT body FROM newfeed.bulk_event WHERE key = $1", [accountId]);
  return rows.map(({ body }) => parseEvent(body));
}

test("an account of which nothing is left is reported with what went, in the name of the request", async () => {
  const accountId = await handleDeletion(40, (id, transaction) => beginJob(pears, id, transaction));
  expect(await reportRemovals(database, "post-service")).toBe(1);
  expect(await reports(accountId)).toMatchObject([
    {
      type: "account.data_removed",
      aggregate: { type: "user", id: accountId, revision: 5 },
      correlationId: `request ${accountId}`,
      data: { userId: accountId, service: "post-service", removed: [{ by: "eat-pears", rows: 40 }] },
    },
  ]);
  expect(await reportRemovals(database, "post-service")).toBe(0);
});

test("it is not reported while a job of it is left, of its own or of what it had, and then with all that they removed", async () => {
  const accountId = await handleDeletion(700, async (id, transaction) => {
    await beginJob(pears, id, transaction);
    await scheduleJobs(transaction.query, "remove-peelings", [randomUUID()], id);
  });
  expect(await reportRemovals(database, "post-service")).toBe(0);
  const jobs = runner();
  for (let batch = 1; batch <= 2; batch++) {
    await jobs.runBatch();
    expect(await reportRemovals(database, "post-service")).toBe(0);
  }
  while (await jobs.runBatch());
  expect(await reportRemovals(database, "post-service")).toBe(1);
  expect(await reports(accountId)).toMatchObject([
    {
      data: {
        removed: expect.arrayContaining([
          { by: "eat-pears", rows: 700 },
          { by: "remove-peelings", rows: 3 },
        ]),
      },
    },
  ]);
});

test("a service that holds nothing of accounts reports nothing", async () => {
  await handleDeletion(1, (id, transaction) => beginJob(pears, id, transaction), "query-service");
  expect(await reportRemovals(database, "query-service")).toBe(0);
});
