import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RawDatabase } from "../ports/database.ts";
import type { Logger } from "../ports/logger.ts";
import type { HandlerTransaction } from "../ports/service.ts";
import { openDatabase } from "../runtime/database.ts";
import { createLogger } from "../runtime/logger.ts";
import { migrate, plumbingMigrations } from "../runtime/migrate.ts";
import { aboutOthers, eventFixtures } from "../testing/event-fixtures.ts";
import { eventually } from "../testing/eventually.ts";
import { newDatabase } from "../testing/own-database.ts";
import { createEventHandler } from "./consumer.ts";

const silent = createLogger({ level: "error", json: false, silent: true });
let database: RawDatabase;
beforeAll(async () => {
  database = openDatabase(await newDatabase("consumer"), silent);
  await migrate(database, plumbingMigrations, "newfeed");
});
afterAll(() => database.close());

test("what fails after a commit is logged, and neither undoes the events nor keeps back what else was to follow", async () => {
  const logged: unknown[] = [];
  const logger: Logger = { ...silent, error: (message, fields) => logged.push([message, String(fields?.error)]) };
  let followed = 0;
  let committed = 0;
  const { handle } = createEventHandler({
    database,
    async handleEvents({ fresh }, { afterCommit }: HandlerTransaction) {
      await fresh;
      afterCommit(() => {
        throw new Error("at once");
      });
      afterCommit(async () => {
        await Promise.resolve();
        throw new Error("later");
      });
      afterCommit(() => followed++);
    },
    logger,
    metrics: { committed: () => committed++, failed() {}, deadLettered() {} },
    failpoint: async () => {},
    wake() {},
    signal: new AbortController().signal,
  });
  const [body] = aboutOthers([eventFixtures[0]?.body ?? {}]);
  await handle([{ id: String(body?.id), type: String(body?.type), key: null, body: JSON.stringify(body) }]);
  await eventually(() =>
    expect(logged).toEqual([
      ["what was to follow a commit failed", "Error: at once"],
      ["what was to follow a commit failed", "Error: later"],
    ]),
  );
  expect({ followed, committed }).toEqual({ followed: 1, committed: 1 });
});

test("of a batch in which one event fails, the others are still handled together, in order", async () => {
  const all = Array.from({ length: 64 }, () => aboutOthers([eventFixtures[0]?.body ?? {}])).flat();
  const bad = String(all[37]?.["id"]);
  const tries: string[][] = [];
  const handled: string[] = [];
  const { handle } = createEventHandler({
    database,
    async handleEvents({ fresh }, { afterCommit }: HandlerTransaction) {
      const ids = (await fresh).map(({ id }) => id);
      tries.push(ids);
      if (ids.includes(bad)) throw new Error("no");
      afterCommit(() => handled.push(...ids));
    },
    logger: silent,
    metrics: { committed() {}, failed() {}, deadLettered() {} },
    failpoint: async () => {},
    wake() {},
    signal: new AbortController().signal,
    pauseBetweenTriesMs: 1,
  });
  await handle(all.map((body) => ({ id: String(body["id"]), type: String(body["type"]), key: null, body: JSON.stringify(body) })));
  expect(handled).toEqual(all.map((body) => String(body["id"])).filter((id) => id !== bad));
  expect(tries.filter((ids) => ids.length === 1 && ids[0] === bad)).toHaveLength(5);
  // The batch, and both halves of each that has the event: 1 + 2 × log₂ 64, and the tries of the event alone.
  expect(tries).toHaveLength(1 + 2 * 6 + 4);
  const letters = await database.query<{ event_id: string }>("SELECT event_id FROM newfeed.dead_letter WHERE event_id = $1", [bad]);
  expect(letters).toHaveLength(1);
});

test("a replay has events take effect once more, once for each replay, and says which failed", async () => {
  const handled: string[] = [];
  let refused: string | undefined;
  const committed: unknown[] = [];
  const { handle, handleAgain } = createEventHandler({
    database,
    async handleEvents({ fresh }) {
      const ids = (await fresh).map(({ id }) => id);
      if (refused !== undefined && ids.includes(refused)) throw new Error("no");
      handled.push(...ids);
    },
    logger: silent,
    metrics: { committed: (at) => committed.push(at), failed() {}, deadLettered() {} },
    failpoint: async () => {},
    wake() {},
    signal: new AbortController().signal,
  });
  const batch = aboutOthers(eventFixtures.slice(0, 3).map(({ body }) => body)).map((body) => ({
    ...{ id: String(body["id"]), type: String(body["type"]), key: null, body: JSON.stringify(body) },
  }));
  const ids = batch.map(({ id }) => id);
  const [first, second, third] = [uuidv7(), uuidv7(), uuidv7()];
  await handle(batch);
  await handle(batch);
  expect(handled.splice(0)).toEqual(ids);
  expect(await handleAgain(batch, first)).toEqual([]);
  expect(await handleAgain(batch, first)).toEqual([]);
  expect(handled.splice(0)).toEqual(ids);
  expect(await handleAgain(batch, second)).toEqual([]);
  expect(handled.splice(0)).toEqual(ids);
  refused = ids[1];
  expect(await handleAgain(batch, third)).toEqual([{ id: ids[1], reason: "Error: no" }]);
  expect(handled.splice(0)).toEqual([ids[0], ids[2]]);
  // It says nothing of how late events come.
  expect(committed).toHaveLength(3);
});
