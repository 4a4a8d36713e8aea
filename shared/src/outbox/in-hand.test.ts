import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Message } from "../ports/bus.ts";
import { boolean } from "../ports/columns.ts";
import type { RawDatabase } from "../ports/database.ts";
import { statement } from "../ports/statement.ts";
import { openDatabase } from "../runtime/database.ts";
import { createLogger } from "../runtime/logger.ts";
import { migrate, plumbingMigrations } from "../runtime/migrate.ts";
import { eventually } from "../testing/eventually.ts";
import { newDatabase } from "../testing/own-database.ts";
import { createInHand, takesLong } from "./in-hand.ts";

const logger = createLogger({ level: "error", json: false, silent: true });
let database: RawDatabase;
beforeAll(async () => {
  database = openDatabase(await newDatabase("in_hand"), logger);
  await migrate(database, plumbingMigrations, "newfeed");
});
afterAll(() => database.close());

const isSaid = statement({ row: { said: boolean.notNull }, sql: `SELECT ${takesLong} AS said` });
const message = (): Message => ({ id: randomUUID(), type: "media.deleted", key: null, body: "{}" });

test("an instance knows what it has in hand; when that takes long, the others hear of it, for as long as it lasts", async () => {
  const { during, has } = createInHand(database.query, "one", logger);
  const [one, other] = [message(), message()];
  const { promise, resolve } = Promise.withResolvers<string>();
  const said = async () => (await database.query(isSaid))[0]?.said;
  // Advanced by hand; the database's client has timers of its own, which go on.
  const later: (() => void)[] = [];
  const timers = vi.spyOn(globalThis, "setTimeout").mockImplementation(((work: () => void) => later.push(work)) as unknown as typeof setTimeout);
  const work = during([one, other], () => promise);
  timers.mockRestore();
  expect([has(one.id), has(other.id), has(randomUUID())]).toEqual([true, true, false]);
  expect(await said()).toBe(false);
  expect(later).toHaveLength(1);
  later[0]?.();
  await eventually(async () => expect(await said()).toBe(true));
  // A batch that comes to its end meanwhile changes nothing.
  await during([one], async () => {});
  expect([await said(), has(one.id)]).toEqual([true, true]);
  resolve("done");
  expect(await work).toBe("done");
  expect(has(one.id)).toBe(false);
  await eventually(async () => expect(await said()).toBe(false));
});

test("a batch that fails is in hand no more", async () => {
  const { during, has } = createInHand(database.query, "two", logger);
  const one = message();
  await expect(during([one], () => Promise.reject(new Error("it fails")))).rejects.toThrow("it fails");
  expect(has(one.id)).toBe(false);
});
