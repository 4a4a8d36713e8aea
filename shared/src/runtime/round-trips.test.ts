import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import type { RawDatabase } from "../ports/database.ts";
import { openDatabase } from "./database.ts";
import { createLogger } from "./logger.ts";
import { type Client, createRoundTrips } from "./round-trips.ts";

let database: RawDatabase;
/** One connection: what a transaction leaves behind, the next statement finds. */
let single: RawDatabase;
beforeAll(async () => {
  const logger = createLogger({ level: "error", json: false });
  database = openDatabase(inject("databaseUrl"), logger);
  single = openDatabase(inject("databaseUrl"), logger, 1);
  await database.query("DROP TABLE IF EXISTS noted");
  await database.query("CREATE TABLE noted (id int PRIMARY KEY, at timestamptz, tags text[], big bigint, shape jsonb)");
});
afterAll(() => Promise.all([database.close(), single.close()]));
beforeEach(() => database.query("TRUNCATE noted"));

const insert = "INSERT INTO noted (id) VALUES ($1::int) RETURNING id";
const noted = async () => (await database.query<{ id: number }>("SELECT id FROM noted ORDER BY id")).map(({ id }) => id);

describe("statements of one turn", () => {
  test("go out in one piece, and each is answered with its own rows", async () => {
    const sent: string[][] = [];
    const client: Client = {
      query(batch) {
        const texts: string[] = [];
        sent.push(texts);
        if (typeof batch === "string") return Promise.resolve({ rows: [] });
        batch.submit({
          stream: { cork() {}, uncork() {} },
          parse: () => {},
          bind: ({ statement, values }) => void texts.push(`${statement} ${values}`),
          describe: () => {},
          execute: () => {},
          sync: () => {},
          on: () => {},
          off: () => {},
        });
        for (const _ of texts) batch.handleCommandComplete({ text: "SELECT 0" });
        batch.handleReadyForQuery();
        return batch;
      },
    };
    const trips = createRoundTrips(client);
    const ask = (name: string, ...values: unknown[]) =>
      new Promise((resolve, reject) => trips.ask({ name, text: name, values, readerFor: () => () => ({}), resolve, reject }));
    void ask("BEGIN");
    await Promise.all([ask("one", 1), ask("two", 2), ask("one", 3)]);
    void ask("two", 4);
    await ask("COMMIT");
    expect(sent.map((texts) => texts.length)).toEqual([4, 2]);

    const rows = await database.transaction((query) => Promise.all([1, 2, 1].map((value) => query("SELECT $1::int AS value", [value]))));
    expect(rows).toEqual([[{ value: 1 }], [{ value: 2 }], [{ value: 1 }]]);
  });

  test("are read and written as everywhere else", async () => {
    const at = new Date("2026-01-02T03:04:05.678Z");
    const stored = { id: 1, at, tags: ["a,b", 'c"d', ""], big: 2 ** 40, shape: { deep: [1, null] } };
    const [row] = await database.transaction((query) =>
      query("INSERT INTO noted VALUES ($1, $2, $3, $4, $5) RETURNING *", [stored.id, stored.at, stored.tags, stored.big, stored.shape]),
    );
    expect(row).toEqual(stored);
    expect(await database.transaction((query) => query("SELECT at, tags, big, shape FROM noted WHERE id <> $1", [1]))).toEqual([]);
    expect(await database.query("SELECT * FROM noted")).toEqual([stored]);
    const empty = await database.transaction((query) => query("INSERT INTO noted (id, tags) VALUES ($1, $2) RETURNING at, tags, big", [2, null]));
    expect(empty).toEqual([{ at: null, tags: null, big: null }]);
  });

  test("may stand beside text that holds several statements", async () => {
    await database.transaction(async (query) => {
      await Promise.all([query(insert, [1]), query("INSERT INTO noted (id) VALUES (2); INSERT INTO noted (id) VALUES (3)"), query(insert, [4])]);
    });
    expect(await noted()).toEqual([1, 2, 3, 4]);
  });
});

describe("a statement that fails", () => {
  test("has the server skip what was asked with it, and the transaction take no effect", async () => {
    const outcomes = await single
      .transaction(async (query) => {
        const settled = await Promise.allSettled([query(insert, [1]), query(insert, [1]), query(insert, [2])]);
        expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
        throw (settled[2] as PromiseRejectedResult).reason;
      })
      .catch((error: unknown) => error);
    expect(outcomes).toMatchObject({ code: "23505" });
    expect(await noted()).toEqual([]);
    expect(await single.transaction((query) => query(insert, [5]))).toEqual([{ id: 5 }]);
  });

  test("fails the commit when nobody waited for it, in the same turn or long before", async () => {
    await expect(
      single.transaction(async (query) => {
        await query(insert, [1]);
        void query(insert, [1]);
      }),
    ).rejects.toMatchObject({ code: "23505" });
    await expect(
      single.transaction(async (query) => {
        void query(insert, [1]);
        void query(insert, [1]);
        // Nothing is asked meanwhile: the failure is known, and nobody looked.
        await database.query("SELECT 1");
      }),
    ).rejects.toMatchObject({ code: "23505" });
    expect(await noted()).toEqual([]);
  });

  test("of a text that the server does not understand, spoils neither the connection nor the next text", async () => {
    for (let round = 0; round < 2; round++)
      await expect(single.transaction((query) => Promise.all([query("SELEC $1::int", [1]), query(insert, [round])]))).rejects.toMatchObject({ code: "42601" });
    expect(await single.transaction((query) => query(insert, [7]))).toEqual([{ id: 7 }]);
    expect(await noted()).toEqual([7]);
  });
});

test("a statement that is asked after its transaction has ended is refused", async () => {
  const late = await database.transaction(async (query) => () => query(insert, [1]));
  await expect(late()).rejects.toThrow("has ended");
  expect(await noted()).toEqual([]);
});

test("work that throws before anything was sent leaves no transaction open", async () => {
  await expect(
    single.transaction((query) => {
      void query(insert, [1]);
      throw new Error("on second thoughts");
    }),
  ).rejects.toThrow("on second thoughts");
  await single.query(insert, [2]);
  // Another connection sees it: it was committed at once.
  expect(await noted()).toEqual([2]);
});
