import { mkdirSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { startPostgres } from "@newfeed/shared/embedded/postgres.ts";
import { compare } from "../growth/floors.ts";
import { usual } from "../growth/lines.ts";
import { type MeasuredFeed, type MeasuredLine, measureFeed } from "../growth/measure.ts";
import { recorderSettings } from "../growth/recorder.ts";
import type { Bench, Measured, Row } from "../row.ts";
import { median } from "../statistics.ts";

/** What a feed of each factor takes on the disk. */
const gigabytesPerFactor = 0.018;
/** How much longer a call may take in a large feed: twice as long, what comes from the disk, and the pages that a bound of its own allows. */
const constantMs = 25;
const pageMs = 0.005;

/** Lines in the chart: those whose time grew the most. */
const shown = 20;
/** Floors that are listed of each kind: the closest ones. */
const listed = 10;

/** How much of the time that a line may take it took; what goes in batches may take as long as it likes. */
function timeShare(before: MeasuredLine, line: MeasuredLine): number {
  return line.growth === "flat" ? median(line.milliseconds) / (2 * median(before.milliseconds) + constantMs + pageMs * (line.pages - usual)) : 0;
}

const factors = (text: string | undefined) => (text ?? "1,30,1000").split(",").map(Number);

async function measure({ directory, progress, sizes, lines }: Bench): Promise<Measured> {
  const [smallest = 1, ...larger] = factors(sizes);
  const needed = 2 + gigabytesPerFactor * [smallest, ...larger].reduce((sum, factor) => sum + factor, 0);
  mkdirSync(directory, { recursive: true });
  const { bavail, bsize } = statfsSync(directory);
  const free = (bavail * bsize) / 2 ** 30;
  if (free < needed) throw new Error(`the row growth needs ${Math.ceil(needed)} GB in ${directory}; there are ${Math.floor(free)}: give smaller --sizes`);

  const server = await startPostgres({ directory: join(directory, "postgres"), password: "bench", durable: true, settings: recorderSettings });
  const measured: { factor: number; feed: MeasuredFeed }[] = [];
  try {
    for (const factor of [smallest, ...larger]) {
      const feed = await measureFeed({ server, factor, withSlow: true, only: lines?.split(","), progress: (line) => progress(`× ${factor}: ${line}`) });
      measured.push({ factor, feed });
      if (factor === smallest) continue;
      for (const line of feed.lines) {
        const before = measured[0]?.feed.lines.find(({ name }) => name === line.name);
        const grown = before && compare(before, line, factor / smallest);
        if (!grown || grown.share <= 1) continue;
        progress(`× ${factor}: ${line.name} looks at too many pages: ${grown.reason}\n${grown.statement}\n${await feed.planOf(grown.statement)}`);
      }
    }
    const small = measured[0]?.feed.lines ?? [];
    const compared = measured.slice(1).map(({ factor, feed }) => ({
      factor,
      lines: small.flatMap((before) => {
        const line = feed.lines.find(({ name }) => name === before.name);
        return line ? [{ name: before.name, pages: compare(before, line, factor / smallest).share, time: timeShare(before, line) }] : [];
      }),
    }));
    const longest = [...(compared.at(-1)?.lines ?? [])].sort((one, other) => other.time - one.time).slice(0, shown);
    return {
      series: longest.map(({ name }) => ({
        title: name,
        unit: "ms",
        better: "lower",
        bars: measured.flatMap(({ factor, feed }) => {
          const line = feed.lines.find((other) => other.name === name);
          return line ? [{ name: `× ${factor}`, samples: line.milliseconds }] : [];
        }),
      })),
      floors: compared.flatMap(({ factor, lines }) =>
        (["pages", "time"] as const).flatMap((what) => {
          const worst = [...lines].sort((one, other) => other[what] - one[what]);
          const missed = worst.filter((line) => line[what] > 1).length;
          return [
            { what: `× ${factor}: of ${lines.length} lines, those with more ${what} than they may`, value: missed, bound: { atMost: 0 }, unit: "lines" },
            ...worst.slice(0, Math.max(missed, listed)).map((line) => ({
              what: `× ${factor}: ${line.name}, ${what} as a share of what it may`,
              value: line[what],
              bound: { atMost: 1 },
            })),
          ];
        }),
      ),
      notes: [
        "× 1,000: a million users, one author with 200,000 posts, one post with 300,000 comments and likes, an inbox of 300,000, 5,000,000 sent events.",
        "Pages are those of tables and indexes that a statement looks at in a call (pg_stat_statements), in PostgreSQL's cache or not.",
      ],
    };
  } finally {
    for (const { feed } of measured) await feed.close();
    await server.close();
  }
}

export const growth: Row = { name: "growth", what: "what everything costs when there is thirty, and a thousand, times as much of it", measure };
