import { readFileSync } from "node:fs";
import { type ServiceRow, type StoringServiceName, serviceTable, storingServiceNames } from "@newfeed/shared/contracts/services.ts";
import { createEmbeddedBus } from "@newfeed/shared/embedded/bus.ts";
import { openDatabase } from "@newfeed/shared/runtime/database.ts";
import { createLogger } from "@newfeed/shared/runtime/logger.ts";
import { newDatabase } from "@newfeed/shared/testing/own-database.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestFeed, type TestFeed } from "./support/feed.ts";

/** `docs/retention.md`: by heading, its tables, each with the job that removes rows of it. */
const page = Object.fromEntries(
  readFileSync(new URL("../docs/retention.md", import.meta.url), "utf8")
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const rows = [...section.matchAll(/^\| `([\w.]+)` \|[^|]+\|[^|]+\|(?: `(\w+)`)? \|$/gm)];
      return [section.slice(0, section.indexOf("\n")), rows.map(([, table = "", job]) => ({ table, job }))];
    }),
);
const keepsPeople = (name: StoringServiceName) => (serviceTable[name] as ServiceRow).projections.includes("people");
const describedOf = (name: StoringServiceName) =>
  ["Every service", ...(keepsPeople(name) ? ["Services with copies of people"] : []), name].flatMap((heading) => page[heading] ?? []);

const logger = createLogger({ level: "error", json: false });
const token = "a token of the metrics";
let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed({ METRICS_TOKEN: token });
});
afterAll(() => feed.close());

/** A partition is a part of its table. */
const tables = `SELECT nspname || '.' || relname AS name FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
  WHERE relkind IN ('r', 'p') AND NOT relispartition AND nspname NOT IN ('pg_catalog', 'information_schema')`;

test.each(storingServiceNames)("docs/retention.md says of every table of %s what bounds it", async (name) => {
  const database = await feed.platform.openDatabase(name);
  const found = (await database.query<{ name: string }>(tables)).map((table) => table.name);
  expect(found.sort()).toEqual(
    describedOf(name)
      .map(({ table }) => table)
      .sort(),
  );
});

test("docs/retention.md says of the embedded bus what bounds it", async () => {
  const database = openDatabase(await newDatabase("retention_bus"), logger, 1);
  await createEmbeddedBus(database, new Map(), logger);
  expect((await database.query<{ name: string }>(tables)).map((table) => table.name)).toEqual(page["The embedded bus"]?.map(({ table }) => table));
  await database.close();
});

test("the jobs that it names are those that run", async () => {
  const { body } = await feed.call("GET", "/metrics", undefined, { authorization: `Bearer ${token}` });
  const running = [...(body as string).matchAll(/^newfeed_housekeeping_rows_total\{service="([^"]+)",job="([^"]+)"\}/gm)].map(
    ([, service, job]) => `${service} ${job}`,
  );
  const described = storingServiceNames.flatMap((name) => describedOf(name).flatMap(({ job }) => (job ? [`${name} ${job}`] : [])));
  expect(running.sort()).toEqual(described.sort());
});
