import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { toProblem } from "../http/problems.ts";
import { int4 } from "../ports/columns.ts";
import type { RawDatabase } from "../ports/database.ts";
import { statement } from "../ports/statement.ts";
import { openDatabase } from "../runtime/database.ts";
import { createLogger } from "../runtime/logger.ts";
import { migrate, plumbingMigrations } from "../runtime/migrate.ts";
import { newDatabase } from "../testing/own-database.ts";
import { transact } from "./transact.ts";

/** As the ORM throws what the database refused in a raw query. */
class RawQueryFailed extends Error {
  readonly code = "P2010";
  readonly meta: unknown;
  constructor(sqlState: string) {
    super("Raw query failed");
    this.meta = { driverAdapterError: { cause: { originalCode: sqlState } } };
  }
}

const add = statement({ parameters: { id: int4 }, sql: ({ id }) => `UPDATE counter SET value = value + 1 WHERE id = ${id}` });
const fail = statement({ row: { impossible: int4.notNull }, sql: "SELECT 1 / 0 AS impossible" });

let database: RawDatabase;
beforeAll(async () => {
  database = openDatabase(await newDatabase("transact"), createLogger({ level: "error", json: false }));
  await migrate(database, plumbingMigrations, "newfeed");
  await database.query("CREATE TABLE counter (id int PRIMARY KEY, value int NOT NULL)");
  await database.query("INSERT INTO counter VALUES (1, 0), (2, 0)");
});
afterAll(() => database.close());

describe("a request's transaction", () => {
  test("that runs into a deadlock runs again, and takes effect once", async () => {
    let holders = 0;
    let meet = () => {};
    const bothHoldOne = new Promise<void>((resolve) => {
      meet = resolve;
    });
    const addToBoth = (first: number, second: number) =>
      transact(
        database,
        () => {},
        async ({ query }) => {
          await query(add, { id: first });
          if (++holders === 2) meet();
          await bothHoldOne;
          await query(add, { id: second });
        },
      );
    await Promise.all([addToBoth(1, 2), addToBoth(2, 1)]);
    expect(holders).toBeGreaterThan(2);
    expect(await database.query("SELECT value FROM counter ORDER BY id")).toEqual([{ value: 2 }, { value: 2 }]);
  });

  test("is not run again for a fault of its own", async () => {
    let runs = 0;
    const failing = transact(
      database,
      () => {},
      async ({ query }) => {
        runs++;
        await query(fail);
      },
    );
    await expect(failing).rejects.toThrow();
    expect(runs).toBe(1);
  });
});

describe("a failure of the database, as the ORM tells it,", () => {
  for (const [what, error, code] of [
    ["terminated", new RawQueryFailed("57P01"), "service_unavailable"],
    ["a deadlock", new RawQueryFailed("40P01"), "service_unavailable"],
    ["no transaction to be had in time", Object.assign(new Error("Unable to start a transaction"), { code: "P2028" }), "service_unavailable"],
    ["a division by zero", new RawQueryFailed("22012"), "internal"],
  ] as const)
    test(`becomes ${code}: ${what}`, () => expect(toProblem(error).code).toBe(code));
});
