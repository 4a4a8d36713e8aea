import { randomUUID } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { SentPosition } from "../contracts/routes/outbox.ts";
import type { Message } from "../ports/bus.ts";
import type { RawDatabase } from "../ports/database.ts";
import { openDatabase } from "../runtime/database.ts";
import { createLogger } from "../runtime/logger.ts";
import { migrate, plumbingMigrations } from "../runtime/migrate.ts";
import { newDatabase } from "../testing/own-database.ts";
import { rowsTouched } from "../testing/rows-touched.ts";
import { type Reconciliation, startReconciliation } from "./reconciliation.ts";
import { readEventBodies, readSent } from "./sent-events.ts";

const logger = createLogger({ level: "error", json: false, silent: true });
let producer: RawDatabase;
let consumer: RawDatabase;
beforeAll(async () => {
  const open = async (name: string) => {
    const database = openDatabase(await newDatabase(name), logger);
    await migrate(database, plumbingMigrations, "newfeed");
    return database;
  };
  [producer, consumer] = [await open("producer"), await open("consumer")];
});
afterAll(() => Promise.all([producer.close(), consumer.close()]));
beforeEach(async () => {
  await producer.query("TRUNCATE newfeed.outbox");
  await consumer.query("TRUNCATE newfeed.consumed_event, newfeed.relay_lease, newfeed.reconciliation_position");
  [handled, asked, held] = [[], [], new Set()];
});
afterEach(() => Promise.all(started.splice(0).map((reconciliation) => reconciliation.close())));

/** Only the test has it look. */
const never = 2 ** 31 - 1;
const started: Reconciliation[] = [];
let handled: string[];
/** Positions behind which the producer was asked for what it sent. */
let asked: (SentPosition | null)[];
/** What this instance has in hand. */
let held: Set<string>;

const consume = (ids: readonly string[], secondsAgo: number) =>
  consumer.query("INSERT INTO newfeed.consumed_event (event_id, consumed_at) SELECT unnest($1::uuid[]), now() - make_interval(secs => $2)", [ids, secondsAgo]);

/** An instance of the consuming service. */
function start(holder = "one", isQueueEmpty?: () => Promise<boolean>): Reconciliation {
  const reconciliation = startReconciliation({
    query: consumer.query,
    holder,
    producers: new Map([["media-service", ["media.deleted"]]]),
    readSent: (_producer, types, after) => {
      asked.push(after);
      return readSent(producer, types, after);
    },
    readBodies: (_producer, ids) => readEventBodies(producer.query, ids),
    async handle(batch: readonly Message[]) {
      handled.push(...batch.map(({ id }) => id));
      await consume(
        batch.map(({ id }) => id),
        0,
      );
    },
    inHand: { has: (id) => held.has(id) },
    ...(isQueueEmpty && { isQueueEmpty }),
    logger,
    metrics: { fetched() {} },
    firstAfterMs: never,
  });
  started.push(reconciliation);
  return reconciliation;
}

/** Events that the producer made and sent so long ago. */
async function send(secondsAgo: number, { count = 1, type = "media.deleted" } = {}): Promise<string[]> {
  const ids = Array.from({ length: count }, () => uuidv7({ msecs: Date.now() - secondsAgo * 1000 }));
  await producer.query(
    `INSERT INTO newfeed.outbox (event_id, type, body, sent_at)
     SELECT id, $2, '{}', now() - make_interval(secs => $3) + n * interval '1 microsecond' FROM unnest($1::uuid[]) WITH ORDINALITY AS sent(id, n)`,
    [ids, type, secondsAgo],
  );
  return ids;
}
const positions = () => consumer.query("SELECT event_id AS id FROM newfeed.reconciliation_position");

describe("what is missing", () => {
  test("is fetched once the service has nothing to do", async () => {
    const [first = "", second = "", third = ""] = await send(60, { count: 3 });
    await consume([first], 30);
    await start().look();
    expect(handled).toEqual([second, third]);
    expect(await positions()).toEqual([{ id: third }]);
  });

  test("may wait in the queue while the service is busy: it is decided later, however often that is put off", async () => {
    const [lost = ""] = await send(60);
    // Events of other producers, from before it was sent.
    await consume([uuidv7({ msecs: Date.now() - 120_000 })], 1);
    const { look } = start();
    for (let times = 0; times < 5; times++) await look();
    expect(handled).toEqual([]);
    await consumer.query("UPDATE newfeed.consumed_event SET consumed_at = now() - interval '6 seconds'");
    await look();
    expect(handled).toEqual([lost]);
  });

  test("is lost when what was made after it had been sent has overtaken it, though the service is busy", async () => {
    const [lost = ""] = await send(60);
    const [waiting = ""] = await send(20);
    await consume([uuidv7({ msecs: Date.now() - 25_000 })], 1);
    const { look } = start();
    await look();
    expect(handled).toEqual([lost]);
    await consume([waiting], 1);
    await look();
    expect(handled).toEqual([lost]);
    expect(await positions()).toEqual([{ id: waiting }]);
  });

  test("ids that do not say when they were made overtake nothing", async () => {
    await send(60);
    await consume([randomUUID(), "ffffffff-ffff-4fff-bfff-ffffffffffff"], 1);
    await start().look();
    expect(handled).toEqual([]);
  });

  test("is left to a handler that has it in hand, however long that takes", async () => {
    const [slow = "", behind = ""] = await send(60, { count: 2 });
    held = new Set([slow]);
    const { look } = start();
    await look();
    expect(handled).toEqual([]);
    await consume([slow], 0);
    held = new Set();
    await consumer.query("UPDATE newfeed.consumed_event SET consumed_at = now() - interval '6 seconds'");
    await look();
    expect(handled).toEqual([behind]);
  });

  test("is left to another instance that has something in hand for long, until it is done or gone", async () => {
    const [slow = ""] = await send(60);
    await consumer.query("INSERT INTO newfeed.relay_lease (name, holder, expires_at) VALUES ('in hand: two', 'two', now() + interval '15 seconds')");
    const { look } = start();
    await look();
    expect(handled).toEqual([]);
    await consumer.query("UPDATE newfeed.relay_lease SET expires_at = now() WHERE name = 'in hand: two'");
    await look();
    expect(handled).toEqual([slow]);
  });
});

describe("the position", () => {
  test("moves by what was examined: events of other types are read once", async () => {
    const [rare = ""] = await send(3_600);
    const others = await send(60, { count: 5_000, type: "media.uploaded" });
    const { look } = start();
    await look();
    expect(handled).toEqual([rare]);
    expect(asked).toHaveLength(3);
    await look();
    expect(asked).toHaveLength(4);
    expect(asked.at(-1)).toMatchObject({ id: others.at(-1) });
  });

  test("is kept over restarts, and shared by the instances, of which one looks at a time", async () => {
    const [first = ""] = await send(60);
    await start("one").look();
    const [second = ""] = await send(30);
    const two = start("two");
    await two.look();
    expect(handled).toEqual([first]);
    await consumer.query("UPDATE newfeed.relay_lease SET expires_at = now()");
    await consumer.query("UPDATE newfeed.consumed_event SET consumed_at = now() - interval '6 seconds'");
    await two.look();
    expect(handled).toEqual([first, second]);
    expect(asked).toMatchObject([null, { id: first }]);
  });

  test("of several queues, what is overtaken is lost only once they are empty", async () => {
    const [waits = ""] = await send(60);
    const [overtaking = ""] = await send(20);
    await consume([overtaking], 0);
    let isEmpty = false;
    const look = async () => {
      const reconciliation = start("one", async () => isEmpty);
      await reconciliation.look();
      await reconciliation.close();
    };
    await look();
    expect(handled).toEqual([]);
    isEmpty = true;
    await look();
    expect(handled).toEqual([waits]);
  });

  test("does not move when fetched events could not be handled", async () => {
    const [lost = ""] = await send(60);
    const reconciliation = startReconciliation({
      query: consumer.query,
      holder: "one",
      producers: new Map([["media-service", ["media.deleted"]]]),
      readSent: (_producer, types, after) => readSent(producer, types, after),
      readBodies: (_producer, ids) => readEventBodies(producer.query, ids),
      handle: () => Promise.reject(new Error("the database is away")),
      inHand: { has: () => false },
      logger,
      metrics: { fetched() {} },
      firstAfterMs: never,
    });
    started.push(reconciliation);
    await reconciliation.look();
    expect(await positions()).toEqual([]);
    await start().look();
    expect(handled).toEqual([lost]);
  });
});

test("a page costs the same after a busy day, whatever its types and the statistics are", async () => {
  await producer.query(
    `INSERT INTO newfeed.outbox (event_id, type, body, sent_at)
     SELECT gen_random_uuid(), 'media.uploaded', '', now() - interval '20 hours' + n * interval '1 second' FROM generate_series(1, 40000) AS n`,
  );
  for (const analyzed of [false, true]) {
    if (analyzed) await producer.query("ANALYZE newfeed.outbox");
    for (const hoursAgo of [19, 12]) {
      const after = { at: `${new Date(Date.now() - hoursAgo * 3_600_000).toISOString().slice(0, 19).replace("T", " ")}+00`, id: randomUUID() };
      const rows = await rowsTouched(producer, (query) => readSent({ transaction: (work) => work(query, async (join) => join()) }, ["media.deleted"], after));
      expect(rows).toBeLessThan(2_500);
    }
  }
});
