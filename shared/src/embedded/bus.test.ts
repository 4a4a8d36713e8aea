import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Bindings, type Bus, deliveryLimit, type Message } from "../ports/bus.ts";
import type { RawDatabase } from "../ports/database.ts";
import { openDatabase } from "../runtime/database.ts";
import { createLogger } from "../runtime/logger.ts";
import { eventually } from "../testing/eventually.ts";
import { newDatabase } from "../testing/own-database.ts";
import { createEmbeddedBus } from "./bus.ts";

const logger = createLogger({ level: "error", json: false });
const bindings: Bindings = new Map([["apples.events", ["apple.fell"]]]);

let database: RawDatabase;
let bus: Bus;
const open = async () => {
  database = openDatabase(url, logger);
  bus = await createEmbeddedBus(database, bindings, logger);
};
let url: string;
beforeEach(async () => {
  url = await newDatabase("bus");
  await open();
});
afterEach(() => bus.close());

describe("the embedded bus", () => {
  test("hands over, once, the dead letters that older versions kept in it, with their reason and their time", async () => {
    await database.query(`CREATE TABLE dead_message (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, queue text NOT NULL, message_id text NOT NULL, type text NOT NULL, body text NOT NULL,
      reason text NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp())`);
    await database.query(`INSERT INTO dead_message (queue, message_id, type, body, reason, at) VALUES
      ('apples.events', 'a', 'apple.fell', '1', 'bad', '2026-11-20T08:00:00Z'), ('pears.events', 'p', 'pear.fell', '1', 'bad', now()),
      ('apples.events', 'b', 'apple.fell', '2', 'worse', '2026-11-20T08:00:00Z')`);
    const taken: unknown[] = [];
    let failures = 0;
    const consume = () =>
      bus.consume(
        "apples.events",
        { prefetch: 10 },
        {
          async handle() {},
          async deadLetter({ id, body }, { reason, at }) {
            if (id === "b" && failures++ === 0) throw new Error("not now");
            taken.push([id, body, reason, at.toISOString()]);
          },
        },
      );
    const consumer = consume();
    await eventually(() =>
      expect(taken).toEqual([
        ["a", "1", "bad", "2026-11-20T08:00:00.000Z"],
        ["b", "2", "worse", "2026-11-20T08:00:00.000Z"],
      ]),
    );
    await consumer.close();
    expect(await database.query("SELECT message_id AS id FROM dead_message")).toEqual([{ id: "p" }]);

    // Once the other service has its own, nothing is left of them.
    await database.query("DELETE FROM dead_message");
    await bus.close();
    await open();
    expect(await database.query("SELECT to_regclass('dead_message') AS there")).toEqual([{ there: null }]);
  });

  test("reads along a queue what it takes, however many wait there and in another one, and writes none of it anew", async () => {
    const queued = "INSERT INTO message (queue, message_id, type, body) SELECT $1, n::text, 'apple.fell', '' FROM generate_series(1, $2::int) AS n";
    await database.query(queued, ["pears.events", 20_000]);
    await database.query(queued, ["apples.events", 10_000]);
    // Never analyzed, as a backlog may be. The server counts what a connection has read when that says so.
    const one = openDatabase(url, logger, 1, { inOrder: true });
    const another = await createEmbeddedBus(one, bindings, logger);
    const handled: Message[] = [];
    const consumer = another.consume("apples.events", { prefetch: 100 }, { handle: async (batch) => void handled.push(...batch), async deadLetter() {} });
    await eventually(() => expect(handled.length).toBeGreaterThan(0));
    await consumer.close();
    await one.query("SELECT pg_stat_force_next_flush()");
    const [read] = await one.query<{ rows: number; updated: number }>(
      `SELECT sum(idx_tup_read) + t.seq_tup_read AS rows, t.n_tup_upd AS updated FROM pg_stat_user_tables t JOIN pg_stat_user_indexes USING (relname)
       WHERE relname = 'message' GROUP BY t.seq_tup_read, t.n_tup_upd`,
    );
    expect(Number(read?.rows)).toBeLessThan(handled.length * 10 + 1_000);
    expect(Number(read?.updated)).toBe(0);
    await one.close();
  });

  test("takes nothing along of what stands behind a message that ends the process each time", async () => {
    const messages = Array.from({ length: 12 }, (_, index): Message => ({ id: String(index), type: "apple.fell", key: null, body: "" }));
    await bus.publish(messages);
    const ended: RawDatabase[] = [];
    for (let deliveries = 0; deliveries < deliveryLimit; deliveries++) {
      const process = openDatabase(url, logger, 2);
      const { promise: delivered, resolve } = Promise.withResolvers<void>();
      const handle = () => {
        resolve();
        return new Promise<void>(() => {});
      };
      (await createEmbeddedBus(process, bindings, logger)).consume("apples.events", { prefetch: 4 }, { handle, async deadLetter() {} });
      await delivered;
      ended.push(process);
    }
    const [handled, givenUp]: [string[], string[]] = [[], []];
    const consumer = bus.consume(
      "apples.events",
      { prefetch: 4 },
      { handle: async (batch) => void handled.push(...batch.map(({ id }) => id)), deadLetter: async ({ id }) => void givenUp.push(id) },
    );
    await eventually(() =>
      expect([givenUp, handled]).toEqual([
        ["0", "1", "2", "3"],
        ["4", "5", "6", "7", "8", "9", "10", "11"],
      ]),
    );
    await consumer.close();
    for (const process of ended) await process.close();
  });

  test("takes over what waits in the table of an older version", async () => {
    await database.query("DROP TABLE message");
    await database.query(`CREATE TABLE message (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, queue text NOT NULL, message_id text NOT NULL, type text NOT NULL, body text NOT NULL,
      attempts int NOT NULL DEFAULT 0)`);
    await database.query("CREATE INDEX message_queue ON message (queue, id)");
    await database.query("INSERT INTO message (queue, message_id, type, body) VALUES ('apples.events', 'a', 'apple.fell', '1')");
    for (let start = 0; start < 2; start++) {
      await bus.close();
      await open();
    }
    const handled: string[] = [];
    const consumer = bus.consume(
      "apples.events",
      { prefetch: 10 },
      { handle: async (batch) => void handled.push(...batch.map(({ id }) => id)), async deadLetter() {} },
    );
    await eventually(() => expect(handled).toEqual(["a"]));
    await consumer.close();
  });
});
