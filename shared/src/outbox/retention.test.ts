import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { RawDatabase } from "../ports/database.ts";
import { openDatabase } from "../runtime/database.ts";
import { createLogger } from "../runtime/logger.ts";
import { migrate, plumbingMigrations } from "../runtime/migrate.ts";
import { newDatabase } from "../testing/own-database.ts";
import { plumbingRetention } from "./retention.ts";

const logger = createLogger({ level: "error", json: false, silent: true });
/** With one connection. */
let database: RawDatabase;
let another: RawDatabase;
beforeAll(async () => {
  const url = await newDatabase("retention");
  [database, another] = [openDatabase(url, logger, 1), openDatabase(url, logger, 1)];
  await migrate(database, plumbingMigrations, "newfeed");
});
afterAll(() => Promise.all([database.close(), another.close()]));
beforeEach(() =>
  database.query(
    "TRUNCATE newfeed.outbox, newfeed.consumed_event, newfeed.dead_letter, newfeed.dead_letter_audit, newfeed.idempotency_key, newfeed.relay_lease",
  ),
);

/** So many rows of each table, each with the given age. */
async function fill(count: number, age: string): Promise<void> {
  const rows = `SELECT gen_random_uuid() AS id, now() - interval '${age}' - n * interval '1 microsecond' AS at, n FROM generate_series(1, ${count}) AS n`;
  await database.query(`
    INSERT INTO newfeed.outbox (event_id, type, body, created_at, sent_at) SELECT id, 'media.deleted', '{}', at, at FROM (${rows}) r;
    INSERT INTO newfeed.consumed_event (event_id, consumed_at) SELECT id, at FROM (${rows}) r;
    INSERT INTO newfeed.dead_letter (message_id, type, body, reason, tries, failed_at) SELECT id::text, 'media.deleted', '{}', 'it failed', 5, at FROM (${rows}) r;
    INSERT INTO newfeed.dead_letter_audit (at, action, letters) SELECT at - interval '340 days', 'drop', 1 FROM (${rows}) r;
    INSERT INTO newfeed.idempotency_key (user_id, key, fingerprint, answer, created_at) SELECT id, 'key', '', '{}', at FROM (${rows}) r;
    INSERT INTO newfeed.relay_lease (name, holder, expires_at) SELECT id::text, 'another', at FROM (${rows}) r`);
}
const job = (name: string) => {
  const found = plumbingRetention(database).find((job) => job.name === name);
  if (!found) throw new Error(`there is no job ${name}`);
  return found;
};
const names = plumbingRetention({ transaction: () => Promise.reject(new Error("not run")) }).map(({ name }) => name);
const count = async (table: string) => (await database.query<{ count: number }>(`SELECT count(*) FROM newfeed.${table}`))[0]?.count;

test.each(names)("%s: what is too old goes in batches of a thousand at most, and nothing else", async (name) => {
  await fill(2_500, "31 days");
  await fill(10, "1 minute");
  const { runSome } = job(name);
  const batches = [];
  for (let rows = await runSome(); rows > 0; rows = await runSome()) batches.push(rows);
  expect(batches).toEqual([1_000, 1_000, 500]);
  const tables = ["dead_letter", "dead_letter_audit", "outbox", "consumed_event", "idempotency_key", "relay_lease"];
  const left = await Promise.all(tables.map(count));
  expect(left.sort((one, other) => Number(one) - Number(other))).toEqual([10, 2_510, 2_510, 2_510, 2_510, 2_510]);
});

test("rows that another transaction holds are left for later, without waiting for them", async () => {
  await fill(20, "31 days");
  const { runSome } = job("sent_events");
  await another.transaction(async (query) => {
    await query("SELECT FROM newfeed.outbox ORDER BY sent_at LIMIT 5 FOR UPDATE");
    expect(await runSome()).toBe(15);
    expect(await runSome()).toBe(0);
  });
  expect(await runSome()).toBe(5);
});

test("an unsent event stays, however old", async () => {
  await fill(5, "31 days");
  await database.query("UPDATE newfeed.outbox SET sent_at = NULL");
  expect(await job("sent_events").runSome()).toBe(0);
});

test("a batch begins where the last one ended, and reads nothing of what is gone", async () => {
  const batches = 20;
  await fill(batches * 1_000, "31 days");
  /** How many entries of the index were read so far. Statements of one connection: the server counts them when that says so. */
  async function read(): Promise<number> {
    await database.query("SELECT pg_stat_force_next_flush()");
    const [index] = await database.query<{ read: number }>("SELECT idx_tup_read AS read FROM pg_stat_all_indexes WHERE indexrelname = 'outbox_sent'");
    return index?.read ?? 0;
  }
  const before = await read();
  const { runSome } = job("sent_events");
  // While a transaction may still see what is gone, it stays in the index.
  await another.transaction(async (query) => {
    await query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
    await query("SELECT FROM newfeed.outbox LIMIT 1");
    while (await runSome());
  });
  expect((await read()) - before).toBeLessThan(3 * batches * 1_000);
});
