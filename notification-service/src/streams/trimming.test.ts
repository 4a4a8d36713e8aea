import { randomUUID } from "node:crypto";
import { asPostId, asUserId } from "@newfeed/shared/contracts/ids.ts";
import { streamOf } from "@newfeed/shared/contracts/sockets.ts";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { openServiceDatabase } from "@newfeed/shared/testing/own-database.ts";
import { rowsTouched } from "@newfeed/shared/testing/rows-touched.ts";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { notificationService } from "../service.ts";
import { append, closeStreams, eraseStreams, readPage, readTrimmingBacklog, trim } from "./log-store.ts";

const databases: RawDatabase[] = [];
let database: RawDatabase;
beforeEach(async () => {
  database = await openServiceDatabase("trimming", notificationService, 2);
  databases.push(database);
});
afterAll(() => Promise.all(databases.map((opened) => opened.close())));

const month = { entries: 1_000_000, days: 30 };
const newStream = () => streamOf.post(asPostId(randomUUID()));
const add = (stream: string, text = "hello") =>
  database.transaction((query) =>
    append(query, [{ stream, type: "comment_created", aggregate: { type: "comment", id: randomUUID() }, actorId: null, revision: 1, data: { text } }]),
  );

/** Streams of so many entries each, `age` days old, which nothing has looked at yet. */
async function makeStreams(count: number, entries: number, age = 0): Promise<string[]> {
  const streams = Array.from({ length: count }, newStream);
  await database.query("INSERT INTO stream (id, top) SELECT id, $2::int8 FROM unnest($1::text[]) AS id", [streams, entries]);
  await database.query(
    `INSERT INTO stream_entry (stream, "offset", aggregate_type, aggregate_id, type, revision, data, created_at)
     SELECT id, n, 'comment', gen_random_uuid(), 'comment_created', 1, '{"text": "hello"}', now() - make_interval(days => $3::int)
     FROM unnest($1::text[]) AS id, generate_series(1, $2::int) AS n ORDER BY n`,
    [streams, entries, age],
  );
  await database.query("ANALYZE");
  return streams;
}

async function rowsOf(streams: readonly string[]): Promise<number> {
  const [row] = await database.query<{ rows: number }>("SELECT count(*)::int AS rows FROM stream_entry WHERE stream = ANY($1::text[])", [streams]);
  return row?.rows ?? 0;
}

/** Runs the trimming, and gives how many rows each of its transactions deleted and what was left after it. */
async function trimmed(retention: { entries: number; days: number }, streams: readonly string[], batches = Number.POSITIVE_INFINITY): Promise<number[]> {
  const left = [await rowsOf(streams)];
  await trim(
    async (work) => {
      const result = await database.transaction(work);
      left.push(await rowsOf(streams));
      return result;
    },
    retention,
    () => left.length > batches,
  );
  return left;
}
const largestStep = (left: readonly number[]) => Math.max(0, ...left.slice(1).map((rows, index) => (left[index] as number) - rows));

const dueStreams = async () => (await readTrimmingBacklog(database.query)).find(({ gauge }) => gauge === "newfeed_streams_due")?.value;

describe("closing a stream", () => {
  test("touches as many rows of 10,000 entries as of ten, and they all read as blank at once", async () => {
    const [short, long] = [await makeStreams(1, 10), await makeStreams(1, 10_000)];
    const cost = (streams: string[]) => rowsTouched(database, (query) => closeStreams(query, streams));
    expect(await cost(long)).toBe(await cost(short));
    expect(await cost(long)).toBeLessThan(10);
    const [stream] = long as [string];
    await closeStreams(database.query, [stream]);
    const page = await readPage(database.query, stream, 9_000, 2_000);
    expect(page.entries.map(({ offset }) => offset)).toEqual(Array.from({ length: 1_000 }, (_, index) => 9_001 + index));
    expect(page.entries.filter(({ type }) => type !== "blank")).toEqual([{ offset: 10_000, type: "comment_created", actorId: null, data: { text: "hello" } }]);
  });

  test("leaves its entries to the trimming, a thousand at a time, and its last one stays to be read from any position", async () => {
    const [stream] = (await makeStreams(1, 2_500)) as [string];
    await closeStreams(database.query, [stream]);
    const left = await trimmed(month, [stream]);
    expect(left.at(-1)).toBe(1);
    expect(largestStep(left)).toBe(1_000);
    for (const after of [0, 1_200, 2_499]) {
      const { entries, floor, top, closed } = await readPage(database.query, stream, after, 3_000);
      expect({ floor, top, closed, count: entries.length }).toEqual({ floor: 0, top: 2_500, closed: true, count: 2_500 - after });
      expect(entries.at(-1)).toMatchObject({ offset: 2_500, data: { text: "hello" } });
    }
    // Its last entry is as old as others when it goes.
    await database.query("UPDATE stream_entry SET created_at = now() - interval '31 days' WHERE stream = $1", [stream]);
    expect((await trimmed(month, [stream])).at(-1)).toBe(0);
    expect(await readPage(database.query, stream, 0, 10)).toEqual({ top: 2_500, floor: 2_500, closed: true, entries: [] });
    expect(await add(stream)).toEqual([]);
  });

  test("of a deleted user leaves nothing to read, and touches no more rows of a long log than of a short one", async () => {
    const [short, long] = [await makeStreams(1, 10), await makeStreams(1, 10_000)];
    const cost = (streams: string[]) => rowsTouched(database, (query) => eraseStreams(query, streams));
    expect(await cost(long)).toBe(await cost(short));
    const inbox = streamOf.user(asUserId(randomUUID()));
    for (const text of ["one", "two"]) await add(inbox, text);
    await eraseStreams(database.query, [inbox]);
    expect(await readPage(database.query, inbox, 0, 10)).toEqual({ top: 2, floor: 2, closed: true, entries: [] });
    expect((await trimmed(month, [inbox])).at(-1)).toBe(0);
  });
});

describe("the trimming", () => {
  test("goes on in one run until nothing is due, however many streams that are, by number and by age", async () => {
    const [long, old] = [await makeStreams(450, 4), await makeStreams(450, 4, 31)];
    const left = await trimmed({ entries: 3, days: 30 }, [...long, ...old]);
    expect([await rowsOf(long), await rowsOf(old)]).toEqual([450 * 3, 0]);
    expect(largestStep(left)).toBeLessThanOrEqual(1_000);
    expect(await dueStreams()).toBe(0);
    const { floor, entries } = await readPage(database.query, long[449] as string, 0, 10);
    expect([floor, entries.length]).toEqual([1, 3]);
    expect(await readPage(database.query, old[449] as string, 0, 10)).toMatchObject({ floor: 4, entries: [] });
  });

  test("looks at what is due, and not at what is beside it", async () => {
    await makeStreams(2_000, 5);
    await trimmed(month, []);
    const [due] = (await makeStreams(1, 12)) as [string];
    const cost = () => rowsTouched(database, (query) => trim((work) => work(query), { entries: 10, days: 30 }));
    expect(await cost()).toBeLessThan(30);
    await trimmed({ entries: 10, days: 30 }, [due]);
    expect(await rowsOf([due])).toBe(10);
    expect(await cost()).toBe(0);
    // It is due again once it is longer than that.
    await add(due);
    expect(await dueStreams()).toBe(1);
    await trimmed({ entries: 10, days: 30 }, [due]);
    expect((await readPage(database.query, due, 0, 100)).floor).toBe(3);
  });

  test("lets streams take turns: a very long one delays no other, and goes on in the next run", async () => {
    const [long] = (await makeStreams(1, 8_000)) as [string];
    const others = await makeStreams(100, 12);
    const retention = { entries: 10, days: 30 };
    // The clock, one batch by age and one of what is due.
    await trimmed(retention, [], 3);
    expect(await rowsOf(others)).toBe(1_000);
    expect(await rowsOf([long])).toBe(8_000 - 800);
    expect(await dueStreams()).toBe(1);
    await trimmed(retention, []);
    expect(await rowsOf([long])).toBe(10);
  });

  test("hides what is below the floor of a stream at once", async () => {
    const [stream] = (await makeStreams(1, 10)) as [string];
    await database.query("UPDATE stream SET floor = 6 WHERE id = $1", [stream]);
    expect((await readPage(database.query, stream, 0, 2)).entries.map(({ offset }) => offset)).toEqual([7, 8]);
  });
});
