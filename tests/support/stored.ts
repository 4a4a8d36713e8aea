import { type StoringServiceName, storingServiceNames } from "@newfeed/shared/contracts/services.ts";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { expect } from "vitest";
import type { TestFeed } from "./feed.ts";
import { filesIn } from "./uploads.ts";

export interface Stored {
  /** Resolves once no event is in flight and no job is left. */
  settled(): Promise<void>;
  /** Row count and digest of every table, and every file, once no event is in flight and no job is left. */
  all(): Promise<Record<string, string>>;
}

/** What is still to be done, or published, in a database. */
const waiting = ["newfeed.account_removal", "newfeed.job", "newfeed.bulk_event", "newfeed.outbox WHERE sent_at IS NULL"];

/** Access to everything that a feed stores. */
export async function openStored(feed: TestFeed): Promise<Stored> {
  const databases = await Promise.all(storingServiceNames.map(async (name) => ({ name, database: await feed.platform.openDatabase(name) })));
  // The embedded bus has its own database.
  const bus = await feed.platform.openDatabase("bus" as StoringServiceName);
  const count = async ({ query }: RawDatabase, from: string) => (await query<{ n: number }>(`SELECT count(*) AS n FROM ${from}`))[0]?.n;

  async function settled(): Promise<void> {
    // Three times: an event handler may enqueue another event, as the last report about a deleted account does.
    for (let time = 0; time < 3; time++)
      await eventually(async () => {
        for (const { name, database } of databases) for (const due of waiting) expect([name, due, await count(database, due)]).toEqual([name, due, 0]);
        expect(await count(bus, "message")).toBe(0);
      }, 30_000);
  }

  return {
    settled,
    async all() {
      await settled();
      const stored: Record<string, string> = {};
      for (const { name, database } of databases) {
        const tables = await database.query<{ table: string }>(
          `SELECT format('%I.%I', table_schema, table_name) AS table FROM information_schema.tables
           WHERE table_type = 'BASE TABLE' AND table_schema IN ('public', 'newfeed', 'projection') AND table_name NOT IN ('relay_lease', 'reconciliation_position', 'indexing_position', 'live_instance')`,
        );
        for (const { table } of tables) {
          const [row] = await database.query<{ rows: number; digest: string }>(
            // When something is due is housekeeping's own.
            `SELECT count(*) AS rows, md5(string_agg(t.row, chr(10) ORDER BY t.row)) AS digest
             FROM (SELECT (to_jsonb(r) - 'due_at' - 'due_beyond')::text AS row FROM ${table} r) t`,
          );
          stored[`${name} ${table}`] = `${row?.rows} rows, ${row?.digest}`;
        }
      }
      for (const folder of ["media", "uploads"]) stored[folder] = (await filesIn(feed, folder)).join(" ");
      return stored;
    },
  };
}
