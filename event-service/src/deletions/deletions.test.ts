import { randomUUID } from "node:crypto";
import { type Event, parseEvent } from "@newfeed/shared/contracts/events.ts";
import { accountHolders } from "@newfeed/shared/contracts/services.ts";
import { runDue } from "@newfeed/shared/jobs/timed-jobs.ts";
import { enqueue } from "@newfeed/shared/outbox/enqueue.ts";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { createLogger } from "@newfeed/shared/runtime/logger.ts";
import { openServiceDatabase } from "@newfeed/shared/testing/own-database.ts";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createHandlers } from "../handlers.ts";
import { eventService } from "../service.ts";
import { listDeletions } from "./deletions.ts";
import { alertOfLate, createDeletionStore, type DeletionStore } from "./store.ts";

let database: RawDatabase;
let deletions: DeletionStore;
beforeAll(async () => {
  database = await openServiceDatabase("deletions", eventService);
  deletions = createDeletionStore(database);
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.query("TRUNCATE account_deletion, newfeed.outbox");
});

const handle = createHandlers(365);
const keep = (...events: readonly Event[]) =>
  database.transaction(async (query, join) =>
    handle(
      { fresh: Promise.resolve(events), all: events, bodyOf: (event) => JSON.stringify(event) },
      { query, join, enqueued() {}, enqueue: (...written) => enqueue(query, written), afterCommit() {} },
    ),
  );
const eventOf = (type: string, userId: string, data: object) =>
  ({
    ...{ id: uuidv7(), type, aggregate: { type: "user", id: userId, revision: 7 }, actorId: null, occurredAt: new Date().toISOString(), correlationId: "test" },
    data: { userId, ...data },
  }) as unknown as Event;
const deletion = (userId: string) => eventOf("user.deleted", userId, {});
const report = (userId: string, service: string, removed: readonly object[] = []) => eventOf("account.data_removed", userId, { service, removed });

const completed = async () =>
  (await database.query<{ body: string }>("SELECT body FROM newfeed.outbox ORDER BY id")).map(({ body }) => parseEvent(body)?.aggregate.id);
const auditor = { userId: null, roles: ["auditor"] } as unknown as Parameters<typeof listDeletions>[1];
const listed = async (state?: "running") => (await listDeletions(deletions, auditor, { limit: 20, state })).data;
const samples = async () => (await deletions.samples()).map(({ value }) => value);

test("a deletion ends once every service that the registry names has reported, in whatever order that arrives, and says so once", async () => {
  const [first, ...others] = accountHolders;
  const last = others.pop();
  const id = randomUUID();
  await keep(report(id, first as string, [{ by: "account", rows: 1 }]));
  await keep(deletion(id), ...others.map((service) => report(id, service)));
  expect([await completed(), await samples()]).toEqual([[], [1, 0]]);
  const [running] = await listed("running");
  expect(running).toMatchObject({ accountId: id, completedAt: null, alertedAt: null });
  expect(running?.services.filter(({ reportedAt }) => reportedAt === null)).toEqual([{ service: last, reportedAt: null, removed: {} }]);
  expect(running?.services.find(({ service }) => service === first)).toMatchObject({ reportedAt: expect.any(String), removed: { account: 1 } });

  await keep(report(id, last as string));
  await keep(report(id, last as string), deletion(id));
  expect([await completed(), await samples(), await listed("running")]).toEqual([[id], [0, 0], []]);
  expect(await listed()).toMatchObject([{ accountId: id, completedAt: expect.any(String) }]);
  const [body] = await database.query<{ body: string | null }>("SELECT body FROM event WHERE type = 'account.data_removed' AND aggregate_id = $1 LIMIT 1", [
    id,
  ]);
  expect(body?.body).toContain('"service"');
});

test("reports that two instances handle at the same time are not missed", async () => {
  const ids = Array.from({ length: 10 }, () => randomUUID());
  await keep(...ids.map(deletion));
  const half = Math.floor(accountHolders.length / 2);
  const reportsOf = (services: readonly string[], of: readonly string[]) => of.flatMap((id) => services.map((service) => report(id, service)));
  await Promise.all([keep(...reportsOf(accountHolders.slice(0, half), ids)), keep(...reportsOf(accountHolders.slice(half), ids.toReversed()))]);
  expect((await completed()).sort()).toEqual(ids.sort());
});

test("one that has not ended for an hour raises an alert, once, that names who is missing", async () => {
  const [late, young] = [randomUUID(), randomUUID()];
  const [missing, ...others] = accountHolders;
  await keep(deletion(late), deletion(young), ...others.map((service) => report(late, service)));
  await database.query("UPDATE account_deletion SET begun_at = now() - interval '61 minutes' WHERE id = $1", [late]);
  const alerts: unknown[] = [];
  const job = alertOfLate({ error: ((_text: string, about: object) => alerts.push(about)) as never });
  const logger = createLogger({ level: "error", json: false, silent: true });
  for (let run = 0; run < 2; run++) await runDue(job, { database, wake() {}, logger });
  expect(alerts).toMatchObject([{ accountId: late, missing: [missing] }]);
  expect(await samples()).toEqual([2, 1]);
  expect((await listed()).map(({ accountId, alertedAt }) => [accountId, alertedAt !== null])).toEqual([
    [young, false],
    [late, true],
  ]);
});

test("ended ones go by their age with their reports, and those that run stay", async () => {
  const [ended, running] = [randomUUID(), randomUUID()];
  await keep(
    deletion(ended),
    deletion(running),
    ...accountHolders.map((service) => report(ended, service)),
    report(running, "post-service"),
    report(randomUUID(), "post-service"),
  );
  await database.query("UPDATE account_deletion SET begun_at = now() - interval '2 days'");
  for (const { runSome } of deletions.retention(1)) while ((await runSome()) > 0);
  expect((await listed()).map(({ accountId }) => accountId)).toEqual([running]);
  expect(await database.query("SELECT id FROM account_deletion")).toEqual([{ id: running }]);
  for (const { runSome } of deletions.retention(3)) expect(await runSome()).toBe(0);
});
