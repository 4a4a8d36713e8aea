import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type PostgresServer, startPostgres } from "@newfeed/shared/embedded/postgres.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compare } from "../scripts/bench/growth/floors.ts";
import { type MeasuredFeed, measureFeed } from "../scripts/bench/growth/measure.ts";
import { recorderSettings } from "../scripts/bench/growth/recorder.ts";

// The short form of `npm run bench -- growth`: pages that statements look at, which are the same on every machine. What deletes
// very much takes as long as its events, which stand behind those of others: large-deletions.long.test.ts has it at this size.

const factor = 30;
const limitMs = 600_000;

const directory = mkdtempSync(join(tmpdir(), "newfeed-growth-pg-"));
let server: PostgresServer;
beforeAll(async () => {
  // Without autovacuum, which would come at any time, and with statistics of all rows, not of a sample: plans are the same each time.
  const settings = { ...recorderSettings, autovacuum: "off", default_statistics_target: "1000" };
  server = await startPostgres({ directory, password: "only-for-tests", durable: false, settings });
});
afterAll(async () => {
  await server.close();
  rmSync(directory, { recursive: true, force: true });
});

const measured = async (times: number): Promise<MeasuredFeed> => {
  const feed = await measureFeed({ server, factor: times, withSlow: false, progress: () => {} });
  await feed.close();
  return feed;
};

test(
  "what NewFeed does costs no more when there is thirty times as much, or goes in batches",
  async () => {
    const small = await measured(1);
    const large = await measured(factor);
    const before = new Map(small.lines.map((line) => [line.name, line]));
    const grown = large.lines.flatMap((line) => {
      const other = before.get(line.name);
      return other ? [compare(other, line, factor)] : [];
    });
    expect(grown.length).toBeGreaterThan(200);
    expect(grown.filter(({ share }) => share > 1)).toEqual([]);

    // Every job of the housekeeping had something to do, but where workers take all that is due, nothing is published, and no month is old.
    const idle = [...large.removed].flatMap(([job, rows]) => (rows === 0 ? [job] : []));
    expect(idle).toEqual(["post-service summary_requests", "moderation-service classifier_questions", "event-service event_months"]);
  },
  limitMs,
);
