import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import type { RawDatabase } from "../ports/database.ts";
import { isTransient } from "../ports/transient.ts";
import { eventually } from "../testing/eventually.ts";
import { ensureDatabase, openDatabase } from "./database.ts";
import { createLogger } from "./logger.ts";

let database: RawDatabase;
beforeAll(() => {
  database = openDatabase(inject("databaseUrl"), createLogger({ level: "error", json: false }));
});
afterAll(() => database.close());

test("a server that drops a connection between two statements of a transaction ends the transaction, not the process", async () => {
  const failure = await database
    .transaction(async (query) => {
      const [own] = await query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
      await database.query("SELECT pg_terminate_backend($1)", [own?.pid]);
      await eventually(async () => expect(await database.query("SELECT 1 FROM pg_stat_activity WHERE pid = $1", [own?.pid])).toEqual([]));
      await query("SELECT 1");
    })
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(Error);
  expect(isTransient(failure), String(failure)).toBe(true);
  expect(await database.query("SELECT 1 AS one")).toEqual([{ one: 1 }]);
});

test("instances that start at the same time find one database, which one of them has made", async () => {
  for (let round = 0; round < 3; round++) {
    const name = `together_${randomBytes(6).toString("hex")}`;
    const made = await Promise.all(Array.from({ length: 4 }, () => ensureDatabase(inject("databaseUrl"), name)));
    expect(made.filter(Boolean)).toEqual([true]);
    await database.query(`DROP DATABASE ${name}`);
  }
});
