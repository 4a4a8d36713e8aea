import { afterAll, beforeAll, expect, test } from "vitest";
import type { RawDatabase } from "../ports/database.ts";
import { openDatabase } from "../runtime/database.ts";
import { createLogger } from "../runtime/logger.ts";
import { migrate, plumbingMigrations } from "../runtime/migrate.ts";
import { eventually } from "../testing/eventually.ts";
import { newDatabase } from "../testing/own-database.ts";
import { startTimedJobs, type TimedJob } from "./timed-jobs.ts";

const logger = createLogger({ level: "error", json: false, silent: true });
let database: RawDatabase;
beforeAll(async () => {
  database = openDatabase(await newDatabase("timed_jobs"), logger);
  await migrate(database, plumbingMigrations, "newfeed");
  await database.query("CREATE TABLE bell (id text PRIMARY KEY, at timestamptz(3) NOT NULL, rung boolean NOT NULL DEFAULT false)");
});
afterAll(() => database.close());

/** Rings bells, but for those that are cracked. */
const ringing: TimedJob = {
  name: "ring",
  due: (_query, after, limit) =>
    database.query(`SELECT id, at FROM bell WHERE NOT rung AND at <= now() AND (at, id) > ($1::timestamptz, $2::text) ORDER BY at, id LIMIT $3`, [
      after?.at ?? "-infinity",
      after?.id ?? "",
      limit,
    ]),
  async run(rows, { query }) {
    const ids = rows.map(({ id }) => id);
    await (query as RawDatabase["query"])("UPDATE bell SET rung = true WHERE id = ANY($1)", [ids]);
    if (ids.some((id) => id.startsWith("cracked"))) throw new Error("no sound");
  },
};

test("what is due is done, what fails holds up no other, and what is due later waits", async () => {
  await database.query(`INSERT INTO bell (id, at) SELECT 'cracked' || n, now() - interval '2 hours' FROM generate_series(1, 120) n
    UNION ALL SELECT 'whole' || n, now() - interval '1 hour' FROM generate_series(1, 120) n
    UNION ALL VALUES ('soon', now() + interval '1 second'), ('late', now() + interval '1 hour')`);
  const jobs = startTimedJobs({ database, jobs: [ringing], wake() {}, logger, everyMs: 20 });
  const rung = async () => (await database.query<{ id: string }>("SELECT id FROM bell WHERE rung ORDER BY id")).map(({ id }) => id);
  await eventually(async () => expect((await rung()).length).toBe(121), 10_000);
  await jobs.close();
  expect((await rung()).filter((id) => !id.startsWith("whole"))).toEqual(["soon"]);
});
