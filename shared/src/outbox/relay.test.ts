import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { asMediaId, asUserId, type UserId } from "../contracts/ids.ts";
import { createEmbeddedBus } from "../embedded/bus.ts";
import type { Bus, Message } from "../ports/bus.ts";
import type { RawDatabase } from "../ports/database.ts";
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
