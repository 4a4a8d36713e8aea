import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Event } from "../contracts/events.ts";
import { deliveryLimit, type Message } from "../ports/bus.ts";
import { uuid } from "../ports/columns.ts";
import type { RawDatabase } from "../ports/database.ts";
import { statement } from "../ports/statement.ts";
import { openDatabase } from "../runtime/database.ts";
import { createLogger } from "../runtime/logger.ts";
import { migrate, plumbingMigrations } from "../runtime/migrate.ts";
import { newDatabase } from "../testing/own-database.ts";
import { createEventHandler, type EventHandler } from "./consumer.ts";
import { actOnAll, listDeadLetters } from "./dead-letter-desk.ts";
import { beginReplay } from "./dead-letters.ts";
import { plumbingRetention } from "./retention.ts";

const logger = createLogger({ level: "error", json: false, silent: true });

let database: RawDatabase;
let handler: EventHandler;
let counted: number;
/** What the handler of `media.deleted` does with an event, beside noting that it took effect. */
let work: (event: Event) => void;
const addEffect = statement({ parameters: { eventId: uuid }, sql: ({ eventId }) => `INSERT INTO effect VALUES (${eventId})` });
beforeEach(async () => {
  database = openDatabase(await newDatabase("dead_letters"), logger);
  await migrate(database, plumbingMigrations, "newfeed");
  await database.query("CREATE TABLE effect (event_id uuid NOT NULL)");
  counted = 0;
  work = () => {};
  handler = createEventHandler({
    database,
    async handleEvents({ fresh }, { query }) {
      for (const event of await fresh) {
        work(event);
        await query(addEffect, { eventId: event.id });
      }
    },
    logger,
    metrics: { committed() {}, failed() {}, deadLettered: () => counted++ },
    failpoint: async () => {},
    wake() {},
    signal: new AbortController().signal,
    pauseBetweenTriesMs: 10,
  });
});
afterEach(() => database.close());

/** A message with an event, as a newer producer may write it. */
function mediaDeleted(): Message {
  const [id, mediaId, ownerId] = [randomUUID(), randomUUID(), randomUUID()];
  const body = { id, type: "media.deleted", aggregate: { type: "media", id: mediaId, revision: 2 }, actorId: null, occurredAt: new Date().toISOString() };
  return {
    id,
    type: "media.deleted",
    key: ownerId,
    body: JSON.stringify({ ...body, correlationId: "c", data: { mediaId, ownerId, newer: "kept" }, more: { newer: true } }),
  };
}
const fail = () => {
  throw new Error("the handler fails");
};
const letters = () => listDeadLetters(database.query, 10);
const effects = async () => (await database.query<{ id: string }>("SELECT event_id AS id FROM effect")).map(({ id }) => id);
const marks = () => database.query("SELECT event_id AS id, dead FROM newfeed.consumed_event");
/** Replays whatever is to be replayed. */
async function replayRequested(): Promise<void> {
  for (let letter = await beginReplay(database.query); letter; letter = await beginReplay(database.query)) await handler.replay(letter);
}

describe("a dead letter", () => {
  test("holds the message as it was published, and counts as consumed: delivered again, it is left out", async () => {
    const [poison, good] = [mediaDeleted(), mediaDeleted()];
    work = (event) => event.id === poison.id && fail();
    await handler.handle([poison, good]);
    const { id: messageId, ...rest } = poison;
    expect(await letters()).toMatchObject([{ messageId, ...rest, reason: "Error: the handler fails", detail: expect.stringContaining("at fail"), tries: 5 }]);
    expect(await effects()).toEqual([good.id]);
    expect(counted).toBe(1);

    work = () => {};
    await handler.handle([poison]);
    await handler.deadLetter(poison, { reason: "delivery limit", at: new Date() });
    expect(await effects()).toEqual([good.id]);
    expect(await letters()).toHaveLength(1);
  });

  test("takes effect once, however often it is replayed, and is gone", async () => {
    const poison = mediaDeleted();
    work = fail;
    await handler.handle([poison]);
    const first = (await letters())[0];
    await actOnAll(database.query, "replay", "all");
    await replayRequested();
    expect(await letters()).toMatchObject([{ id: first?.id, failedAt: first?.failedAt, tries: 10, replayAt: null }]);
    expect(counted).toBe(2);

    work = () => {};
    await actOnAll(database.query, "replay", { id: String(first?.id) });
    const letter = await beginReplay(database.query);
    // Another instance that begins the same one, because this one is slow.
    await Promise.all([1, 2].map(() => letter && handler.replay(letter)));
    await handler.handle([poison]);
    expect(await effects()).toEqual([poison.id]);
    expect(await letters()).toEqual([]);
  });

  test("is replayed behind those that were kept before it", async () => {
    const poisons = Array.from({ length: 5 }, mediaDeleted);
    for (const poison of poisons) await handler.deadLetter(poison, { reason: "delivery limit", at: new Date() });
    // Rows are found in the order in which they were written last.
    await database.query("UPDATE newfeed.dead_letter SET tries = tries WHERE message_id = $1", [poisons[0]?.id]);
    await actOnAll(database.query, "replay", "all");
    await replayRequested();
    expect(await effects()).toEqual(poisons.map(({ id }) => id));
  });

  test("is not replayed for ever when the process does not survive it", async () => {
    work = fail;
    await handler.handle([mediaDeleted()]);
    await actOnAll(database.query, "replay", "all");
    for (let death = 0; death < deliveryLimit; death++) {
      expect(await beginReplay(database.query)).toMatchObject({ starts: death + 1 });
      expect(await beginReplay(database.query)).toBeUndefined();
      await database.query("UPDATE newfeed.dead_letter SET replay_at = replay_at - interval '1 minute'");
    }
    await replayRequested();
    expect(await letters()).toMatchObject([{ reason: "delivery limit", replayAt: null }]);
  });

  test("of an older version counts as consumed once it is taken over, and can be replayed", async () => {
    const poison = mediaDeleted();
    await database.query("INSERT INTO newfeed.consumed_event (event_id, dead) VALUES ($1, true)", [poison.id]);
    const at = new Date("2026-11-20T08:00:00Z");
    for (let time = 0; time < 2; time++) await handler.deadLetter(poison, { reason: "Error: it failed", at });
    expect(await letters()).toMatchObject([{ messageId: poison.id, reason: "Error: it failed", failedAt: at }]);
    await handler.handle([poison]);
    expect(await effects()).toEqual([]);
    await actOnAll(database.query, "replay", "all");
    await replayRequested();
    expect(await effects()).toEqual([poison.id]);
  });

  test("is none when its event took effect: an older version had it delivered again", async () => {
    const event = mediaDeleted();
    await database.query("INSERT INTO newfeed.consumed_event (event_id, dead) VALUES ($1, true)", [event.id]);
    await handler.handle([event]);
    await handler.deadLetter(event, { reason: "Error: it failed", at: new Date() });
    expect(await effects()).toEqual([event.id]);
    expect(await letters()).toEqual([]);
  });

  test("may be no event at all: each is kept, whatever it holds and whose id it uses, and takes no event's place", async () => {
    const event = mediaDeleted();
    await handler.handle([event]);
    const garbage = ["not JSON", "not\0even text\ud800", '{"type":"media.deleted"}'].map((body) => ({ id: event.id, type: "media.\0", key: null, body }));
    for (let time = 0; time < 2; time++) await handler.handle(garbage);
    expect((await letters()).map(({ reason, body }) => [reason, body])).toEqual([
      ["not JSON", "not JSON"],
      ["not JSON", "not\uFFFDeven text\uFFFD"],
      ["wrong schema", '{"type":"media.deleted"}'],
    ]);
    // As if a later version could read the first.
    await database.query("UPDATE newfeed.dead_letter SET body = $1 WHERE body = 'not JSON'", [event.body]);
    await actOnAll(database.query, "replay", "all");
    await replayRequested();
    expect(await letters()).toHaveLength(2);
    await actOnAll(database.query, "drop", "all");
    await handler.handle([event]);
    expect(await effects()).toEqual([event.id]);
  });

  test("that is no event, but names one, keeps it from being fetched again", async () => {
    const id = randomUUID();
    await handler.handle([{ id, type: "media.deleted", key: null, body: '{"type":"media.deleted"}' }]);
    expect(await marks()).toEqual([{ id, dead: false }]);
  });

  test("is kept for thirty days, and counts as consumed for as long", async () => {
    const [old, young] = [mediaDeleted(), mediaDeleted()];
    work = fail;
    await handler.handle([old, young]);
    const age = (message: Message, days: number) =>
      database.query("UPDATE newfeed.dead_letter SET failed_at = now() - make_interval(days => $2) WHERE message_id = $1", [message.id, days]);
    await database.query("UPDATE newfeed.consumed_event SET consumed_at = now() - interval '29 days'");
    await age(old, 31);
    await age(young, 29);
    for (const { runSome } of plumbingRetention(database)) while (await runSome());
    expect((await letters()).map(({ messageId }) => messageId)).toEqual([young.id]);
    expect(await marks()).toEqual([{ id: young.id, dead: false }]);
  });
});
