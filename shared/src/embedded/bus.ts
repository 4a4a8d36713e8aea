import { setTimeout as sleep } from "node:timers/promises";
import { type Bindings, type Bus, type Consumer, deliveryLimit, deliveryLimitReached, type Message, type MessageHandler } from "../ports/bus.ts";
import { array, int4, int8, type RowOf, text } from "../ports/columns.ts";
import type { RawDatabase } from "../ports/database.ts";
import { logFailure } from "../ports/failure-log.ts";
import type { Logger } from "../ports/logger.ts";
import { createLowWaterMark, type LowWaterMark } from "../ports/low-water-mark.ts";
import { statement } from "../ports/statement.ts";

/**
 * One row per bound queue and message; the commit is the confirm. The key begins with the queue, and is the only index: by id
 * alone the planner would look for a queue's messages among all those that wait in another one.
 *
 * `attempts`: deliveries of a message that were not acknowledged. What a consumer has in hand is a range of ids in one row, which is noted
 * before a handler sees it: what kills the process is not delivered for ever, and a delivery does not write the messages anew.
 */
const ddl = `
  CREATE TABLE IF NOT EXISTS message (
    id bigint GENERATED ALWAYS AS IDENTITY,
    queue text NOT NULL, message_id text NOT NULL, type text NOT NULL, key text, traceparent text, body text NOT NULL,
    attempts int NOT NULL DEFAULT 0,
    PRIMARY KEY (queue, id)
  );
  ALTER TABLE message ADD COLUMN IF NOT EXISTS key text;
  ALTER TABLE message ADD COLUMN IF NOT EXISTS traceparent text;
  CREATE TABLE IF NOT EXISTS in_hand (queue text PRIMARY KEY, first_id bigint NOT NULL, last_id bigint NOT NULL);
  ALTER TABLE message SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000, autovacuum_analyze_scale_factor = 0.5);
  DO $$ BEGIN
    IF to_regclass('message_queue') IS NOT NULL THEN
      DROP INDEX message_queue;
      ALTER TABLE message DROP CONSTRAINT message_pkey, ADD PRIMARY KEY (queue, id);
    END IF;
    IF to_regclass('dead_message') IS NOT NULL THEN
      IF NOT EXISTS (SELECT FROM dead_message) THEN DROP TABLE dead_message; END IF;
    END IF;
  END $$`;

const delivery = { id: int8, messageId: text, type: text, key: text.nullable, traceparent: text.nullable, body: text, attempts: int4 };

// Planned each time: the table may be empty or hold a backlog.

const insertMessages = statement({
  parameters: {
    queues: array(text),
    ids: array(text),
    types: array(text),
    keys: array(text.nullable),
    traceparents: array(text.nullable),
    bodies: array(text),
  },
  sql: ({ queues, ids, types, keys, traceparents, bodies }) =>
    `INSERT INTO message (queue, message_id, type, key, traceparent, body)
     SELECT * FROM unnest(${queues}, ${ids}, ${types}, ${keys}, ${traceparents}, ${bodies})`,
  plan: "each time",
});

/** Gives the first messages of a queue, but for those that are in hand, and notes them as in hand with those: on the disk, as what a handler does may end the server, too. */
const takeMessages = statement({
  parameters: { queue: text, behind: int8, inHand: array(int8), limit: int4 },
  row: delivery,
  sql: ({ queue, behind, inHand, limit }) =>
    `WITH taken AS MATERIALIZED (
       SELECT id, message_id, type, key, traceparent, body, attempts FROM message WHERE queue = ${queue} AND id > ${behind} AND id <> ALL(${inHand}) ORDER BY id LIMIT ${limit}
     ), noted AS (
       INSERT INTO in_hand (queue, first_id, last_id)
       SELECT ${queue}, min(id), max(id) FROM (SELECT id FROM taken UNION ALL SELECT unnest(${inHand})) held HAVING count(*) > 0
       ON CONFLICT (queue) DO UPDATE SET first_id = excluded.first_id, last_id = excluded.last_id
     )
     SELECT * FROM taken ORDER BY id`,
  plan: "each time",
});

/** What was in hand and is still there was not acknowledged. */
const countAttempts = statement({
  parameters: { queue: text },
  sql: ({ queue }) =>
    `WITH held AS (DELETE FROM in_hand WHERE queue = ${queue} RETURNING first_id, last_id)
     UPDATE message SET attempts = attempts + 1 FROM held WHERE queue = ${queue} AND id BETWEEN first_id AND last_id`,
  plan: "each time",
});

/** Beyond this many it does not matter how many there are. */
const countedAtMost = 1_000;
const countWaiting = statement({
  parameters: { queue: text },
  row: { waiting: int8.notNull },
  sql: ({ queue }) => `SELECT count(*) AS waiting FROM (SELECT FROM message WHERE queue = ${queue} ORDER BY id LIMIT ${countedAtMost}) counted`,
  plan: "each time",
});

/** Its commit does not wait for the disk: what comes again, since the server ended before it was there, counts as consumed. */
const deleteMessages = statement({
  parameters: { queue: text, ids: array(int8) },
  sql: ({ queue, ids }) => `DELETE FROM message WHERE queue = ${queue} AND id = ANY(${ids}) AND (SELECT set_config('synchronous_commit', 'off', true)) = 'off'`,
  plan: "each time",
});

type Delivery = Pick<RowOf<typeof delivery>, "messageId" | "type" | "key" | "traceparent" | "body">;

const messageOf = ({ messageId: id, type, key, traceparent, body }: Delivery): Message => ({
  id,
  type,
  key,
  body,
  ...(traceparent && { traceparent }),
});

/** A mere precaution. */
const pollMs = 5_000;
const retryMs = 100;

/** The bus without a broker: a table in PostgreSQL, with the broker's guarantees. */
export async function createEmbeddedBus(database: RawDatabase, bindings: Bindings, logger: Logger): Promise<Bus> {
  await database.query(ddl);
  const wakeUps = new Map<string, () => void>();

  const routes = new Map<string, string[]>();
  for (const [queue, types] of bindings) for (const type of types) routes.set(type, [...(routes.get(type) ?? []), queue]);

  /** Hands over the dead letters that older versions kept here. */
  async function handOverDeadLetters(queue: string, handler: MessageHandler): Promise<void> {
    const [table] = await database.query("SELECT 1 WHERE to_regclass('dead_message') IS NOT NULL");
    if (!table) return;
    const rows = await database.query<{ id: number; message_id: string; type: string; body: string; reason: string; at: Date }>(
      "SELECT id, message_id, type, body, reason, at FROM dead_message WHERE queue = $1 ORDER BY id",
      [queue],
    );
    for (const row of rows) {
      await handler.deadLetter({ id: row.message_id, type: row.type, key: null, body: row.body }, row);
      await database.query("DELETE FROM dead_message WHERE id = $1", [row.id]);
    }
  }

  type Taken = readonly RowOf<typeof delivery>[];

  async function handleBatch(rows: Taken, handler: MessageHandler): Promise<void> {
    for (const row of rows) if (row.attempts >= deliveryLimit) await handler.deadLetter(messageOf(row), { reason: deliveryLimitReached, at: new Date() });
    const live = rows.filter((row) => row.attempts < deliveryLimit);
    if (live.length > 0) await handler.handle(live.map(messageOf));
  }

  /** Whether anything was published to a queue since it was last asked. Publishing and consuming happen in one process, so a wake is certain. */
  interface Wakes {
    any: boolean;
  }

  /**
   * Takes batches until none is left: while one is handled, the one before is deleted, and the one behind is read. Not behind
   * messages that come again: one of them may end the process each time, and those behind it would count as delivered.
   */
  async function takeBatches(queue: string, prefetch: number, lowWater: LowWaterMark, wakes: Wakes, handler: MessageHandler, stop: AbortSignal): Promise<void> {
    const take = (inHand: Taken) => {
      wakes.any = false;
      return database.query(takeMessages, { queue, behind: lowWater.lookBehind(), inHand: inHand.map(({ id }) => id), limit: prefetch });
    };
    const remove = async (rows: Taken) => {
      await database.query(deleteMessages, { queue, ids: rows.map(({ id }) => id) });
      lowWater.reached(rows.at(-1)?.id ?? 0);
    };
    let handled: Taken = [];
    for (let rows: Taken = await take([]); rows.length > 0 && !stop.aborted; ) {
      const isFull = rows.length === prefetch;
      const isFirst = isFull && rows.every(({ attempts }) => attempts === 0);
      const [next, ...others] = await Promise.allSettled([
        isFirst ? take([...handled, ...rows]) : undefined,
        handled.length > 0 ? remove(handled) : undefined,
        handleBatch(rows, handler),
      ]);
      for (const each of [next, ...others]) if (each.status === "rejected") throw each.reason;
      handled = rows;
      if (next.status === "fulfilled" && next.value) {
        rows = next.value;
        continue;
      }
      await remove(handled);
      handled = [];
      rows = isFull || wakes.any ? await take([]) : [];
    }
    if (handled.length > 0) await remove(handled);
  }

  return {
    inOrder: true,

    async publish(messages) {
      const rows = messages.flatMap((message) => (routes.get(message.type) ?? []).map((queue) => ({ queue, ...message })));
      if (rows.length === 0) return;
      await database.query(insertMessages, {
        queues: rows.map((row) => row.queue),
        ids: rows.map((row) => row.id),
        types: rows.map((row) => row.type),
        keys: rows.map((row) => row.key),
        traceparents: rows.map((row) => row.traceparent ?? null),
        bodies: rows.map((row) => row.body),
      });
      for (const queue of new Set(rows.map((row) => row.queue))) wakeUps.get(queue)?.();
    },

    async waiting(queue) {
      const [row] = await database.query(countWaiting, { queue });
      return row?.waiting ?? 0;
    },

    consume(queue, { prefetch, batchDelayMs = 0 }, handler): Consumer {
      if (wakeUps.has(queue)) throw new Error(`${queue} has a consumer already`);
      const stop = new AbortController();
      const lowWater = createLowWaterMark();
      const wakes: Wakes = { any: true };
      let wake = () => {};
      wakeUps.set(queue, () => {
        wakes.any = true;
        wake();
      });
      let [handedOver, counted] = [false, false];
      const running = (async () => {
        while (!stop.signal.aborted) {
          wakes.any = false;
          let pauseMs = pollMs;
          try {
            if (!handedOver) await handOverDeadLetters(queue, handler);
            handedOver = true;
            if (!counted) await database.query(countAttempts, { queue });
            counted = true;
            await takeBatches(queue, prefetch, lowWater, wakes, handler, stop.signal);
          } catch (error) {
            [pauseMs, counted] = [retryMs, false];
            if (!stop.signal.aborted) logFailure(logger, "a batch could not be handled; it is delivered again", error, { queue });
          }
          if (wakes.any || stop.signal.aborted) continue;
          await new Promise<void>((resolve) => {
            const timer = setTimeout(resolve, pauseMs);
            wake = () => {
              clearTimeout(timer);
              resolve();
            };
          });
          if (wakes.any && batchDelayMs > 0) await sleep(batchDelayMs);
        }
      })();
      return {
        async close() {
          stop.abort();
          wake();
          await running;
          wakeUps.delete(queue);
        },
      };
    },

    async check() {
      await database.query("SELECT 1");
    },
    /** The caller closes the database. */
    async close() {},
  };
}
