import { randomUUID } from "node:crypto";
import { asPostId } from "@newfeed/shared/contracts/ids.ts";
import { streamOf } from "@newfeed/shared/contracts/sockets.ts";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { openServiceDatabase } from "@newfeed/shared/testing/own-database.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { notificationService } from "../service.ts";
import type { NewEntry } from "./log.ts";
import { append, blankAggregates, closeStreams, readDatabaseEpoch, readPage, readTops, trim } from "./log-store.ts";

let database: RawDatabase;
beforeAll(async () => {
  database = await openServiceDatabase("log", notificationService, 20);
});
afterAll(() => database.close());

const newStream = () => streamOf.post(asPostId(randomUUID()));
const entry = (stream: string, text = "hello", id = randomUUID()): NewEntry => ({
  stream,
  type: "comment_created",
  aggregate: { type: "comment", id },
  actorId: null,
  revision: 1,
  data: { text },
});
const add = (...entries: NewEntry[]) => database.transaction((query) => append(query, entries));
const read = (stream: string, after = 0) => readPage(database.query, stream, after, 1_000);

describe("the log of a stream", () => {
  test("numbers entries from one, without gaps, however many write at once and to however many streams", async () => {
    const streams = Array.from({ length: 5 }, newStream);
    await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        add(...[...streams].sort(() => (index % 2 ? 1 : -1)).flatMap((stream) => [entry(stream, `${index} a`), entry(stream, `${index} b`)])),
      ),
    );
    for (const stream of streams) {
      const { top, entries } = await read(stream);
      expect(top).toBe(80);
      expect(entries.map((item) => item.offset)).toEqual(Array.from({ length: 80 }, (_, index) => index + 1));
    }
    expect([...(await readTops(database.query, streams)).values()]).toEqual([80, 80, 80, 80, 80]);
  });

  test("keeps no number of a transaction that was rolled back", async () => {
    const stream = newStream();
    await add(entry(stream));
    await expect(
      database.transaction(async (query) => {
        await append(query, [entry(stream), entry(stream)]);
        throw new Error("rolled back");
      }),
    ).rejects.toThrow("rolled back");
    const [appended] = await add(entry(stream, "next"));
    expect(appended?.entries[0]?.offset).toBe(2);
  });

  test("shows nothing of an aggregate that was blanked", async () => {
    const stream = newStream();
    const id = randomUUID();
    await add(entry(stream, "a secret", id), entry(stream, "harmless"));
    await blankAggregates(database.query, [{ stream, aggregate: { type: "comment", id }, type: "comment_deleted", data: { commentId: id } }]);
    const { entries } = await read(stream);
    expect(entries.map(({ type, data }) => [type, data])).toEqual([
      ["comment_deleted", { commentId: id }],
      ["comment_created", { text: "harmless" }],
    ]);
  });

  test("takes nothing more once it is closed, and keeps only its last entry readable", async () => {
    const stream = newStream();
    await add(entry(stream, "one"), entry(stream, "last"));
    await closeStreams(database.query, [stream]);
    expect(await add(entry(stream, "too late"))).toEqual([]);
    const page = await read(stream);
    expect(page).toMatchObject({ top: 2, closed: true });
    expect(page.entries.map(({ type, data }) => [type, data])).toEqual([
      ["blank", {}],
      ["comment_created", { text: "last" }],
    ]);
  });

  test("stays blank when an aggregate is blanked after it was closed", async () => {
    const stream = newStream();
    const id = randomUUID();
    await add(entry(stream, "one", id), entry(stream, "last"));
    await closeStreams(database.query, [stream]);
    await blankAggregates(database.query, [{ stream, aggregate: { type: "comment", id }, type: "comment_deleted", data: { commentId: id } }]);
    expect((await read(stream)).entries.map(({ type }) => type)).toEqual(["blank", "comment_created"]);
  });

  test("is trimmed to its retention by number and by age, and says up to where", async () => {
    const [long, old, young] = [newStream(), newStream(), newStream()];
    await add(...Array.from({ length: 12 }, () => entry(long)), ...Array.from({ length: 6 }, () => entry(old)), entry(young));
    await database.query(`UPDATE stream_entry SET created_at = now() - interval '31 days' WHERE stream = $1 AND "offset" <= 4`, [old]);
    await trim((work) => database.transaction(work), { entries: 10, days: 30 });
    expect(await read(long)).toMatchObject({ top: 12, floor: 2 });
    expect((await read(long, 2)).entries.map((item) => item.offset)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect((await read(long, 0)).entries[0]?.offset).toBe(3);
    expect(await read(old, 4)).toMatchObject({ top: 6, floor: 4, entries: [{ offset: 5 }, { offset: 6 }] });
    expect(await read(young)).toMatchObject({ top: 1, floor: 0, entries: [{ offset: 1 }] });
  });

  test("has an epoch, another for every database", async () => {
    expect(await readDatabaseEpoch(database.query)).toMatch(/^[0-9a-f-]{36}$/);
  });
});
