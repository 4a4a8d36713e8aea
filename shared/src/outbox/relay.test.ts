import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { asMediaId, asUserId, type UserId } from "../contracts/ids.ts";
import { createEmbeddedBus } from "../embedded/bus.ts";
import type { Bus, Message } from "../ports/bus.ts";
import type { RawDatabase, RawQuery } from "../ports/database.ts";
import { openDatabase } from "../runtime/database.ts";
import { createLogger } from "../runtime/logger.ts";
import { migrate, plumbingMigrations } from "../runtime/migrate.ts";
import { eventually } from "../testing/eventually.ts";
import { newDatabase } from "../testing/own-database.ts";
import { enqueue } from "./enqueue.ts";
import { startRelay } from "./relay.ts";
import { readEventBodies } from "./sent-events.ts";

const logger = createLogger({ level: "error", json: false, silent: true });
let database: RawDatabase;
let bus: Bus;
const arrived: Message[] = [];
beforeAll(async () => {
  database = openDatabase(await newDatabase("relay"), logger);
  await migrate(database, plumbingMigrations, "newfeed");
  bus = await createEmbeddedBus(database, new Map([["pears.events", ["media.deleted"]]]), logger);
});
afterAll(() => database.close());

test("an event is published with its key, also one of a version that wrote none; what is no event has none", async () => {
  const [first, second] = [asUserId(randomUUID()), asUserId(randomUUID())];
  const deleted = (ownerId: UserId) =>
    ({ type: "media.deleted", aggregate: { id: randomUUID(), revision: 1 }, actorId: null, data: { mediaId: asMediaId(randomUUID()), ownerId } }) as const;
  await enqueue(database.query, [deleted(first), deleted(second)]);
  const rows = await database.query<{ id: string; key: string }>("SELECT event_id AS id, key FROM newfeed.outbox ORDER BY id");
  expect(rows.map(({ key }) => key)).toEqual([first, second]);
  expect((await readEventBodies(database.query, [rows[1]?.id ?? ""])).map(({ key }) => key)).toEqual([second]);

  await database.query("UPDATE newfeed.outbox SET key = NULL WHERE key = $1", [second]);
  for (const body of ["{}", '{"type":"media.newer"}', "not JSON"])
    await database.query("INSERT INTO newfeed.outbox (event_id, type, body) VALUES (gen_random_uuid(), 'media.deleted', $1)", [body]);
  const consumer = bus.consume("pears.events", { prefetch: 10 }, { handle: async (batch) => void arrived.push(...batch), async deadLetter() {} });
  const relay = startRelay({ query: database.query, bus, logger, failpoint: async () => {}, holder: "test" });
  await eventually(() => expect(arrived.map(({ key }) => key)).toEqual([first, second, null, null, null]));
  await relay.close();
  await consumer.close();
});

describe("under a backlog", () => {
  const unsent = "INSERT INTO newfeed.outbox (event_id, type, key, body) SELECT gen_random_uuid(), 'media.deleted', '', '{}' FROM generate_series(1, $1::int)";

  test("it reads few entries of what it has sent, also while a transaction keeps them in the index", async () => {
    const batches = 100;
    const url = await newDatabase("relay_backlog");
    // The server counts what a connection has read when that says so.
    const [one, another] = [openDatabase(url, logger, 1), openDatabase(url, logger, 1)];
    await migrate(one, plumbingMigrations, "newfeed");
    await one.query(unsent, [batches * 200]);
    let published = 0;
    let clock = 0;
    const now = vi.spyOn(performance, "now").mockImplementation(() => clock);
    const { promise: done, resolve } = Promise.withResolvers<void>();
    const slowBus = {
      async publish(messages: readonly Message[]) {
        clock += 300;
        published += messages.length;
        if (published === batches * 200) resolve();
      },
    };
    await another.transaction(async (query) => {
      await query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
      await query("SELECT FROM newfeed.outbox LIMIT 1");
      const relay = startRelay({ query: one.query, bus: slowBus as unknown as Bus, logger, failpoint: async () => {}, holder: "test" });
      await done;
      await relay.close();
    });
    now.mockRestore();
    await one.query("SELECT pg_stat_force_next_flush()");
    const [index] = await one.query<{ read: number }>("SELECT idx_tup_read AS read FROM pg_stat_all_indexes WHERE indexrelname = 'outbox_unsent'");
    expect(published).toBe(batches * 200);
    // Looked through from the beginning, it would be a million.
    expect(index?.read).toBeLessThan(450_000);
    await Promise.all([one.close(), another.close()]);
  });

  test("an event that was committed long after those with higher ids is published within five seconds", async () => {
    let clock = 0;
    const now = vi.spyOn(performance, "now").mockImplementation(() => clock);
    const relay = startRelay({ query: database.query, bus, logger, failpoint: async () => {}, holder: "test" });
    const left = async () => (await database.query<{ body: string }>("SELECT body FROM newfeed.outbox WHERE sent_at IS NULL")).map(({ body }) => body);
    const insert = (query: RawQuery, body: string) =>
      query("INSERT INTO newfeed.outbox (event_id, type, key, body) VALUES (gen_random_uuid(), 'media.deleted', '', $1)", [body]);
    await database.transaction(async (query) => {
      await insert(query, "late");
      for (let count = 0; count < 5; count++) {
        await insert(database.query, "in time");
        relay.wake();
        await eventually(async () => expect(await left()).toEqual([]));
        clock += 1_500;
      }
    });
    // The mark is beyond it.
    await insert(database.query, "in time");
    await eventually(async () => expect(await left()).toEqual(["late"]));
    clock += 5_000;
    await eventually(async () => expect(await left()).toEqual([]));
    now.mockRestore();
    await relay.close();
  });
});
