import { setTimeout as sleep } from "node:timers/promises";
import { type Bindings, type Bus, type Consumer, type DeadLetter, deliveryLimit, type MessageHandler } from "../ports/bus.ts";
import type { Database } from "../ports/database.ts";
import type { Logger } from "../ports/logger.ts";

/** One row per bound queue and message; the commit is the confirm. */
const ddl = `
  CREATE TABLE IF NOT EXISTS message (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    queue text NOT NULL, message_id text NOT NULL, type text NOT NULL, body text NOT NULL,
    attempts int NOT NULL DEFAULT 0
  );
  CREATE INDEX IF NOT EXISTS message_queue ON message (queue, id);
  CREATE TABLE IF NOT EXISTS dead_message (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    queue text NOT NULL, message_id text NOT NULL, type text NOT NULL, body text NOT NULL,
    reason text NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp()
  );
  CREATE INDEX IF NOT EXISTS dead_message_queue ON dead_message (queue, id)`;

interface Row {
  id: number;
  message_id: string;
  type: string;
  body: string;
  attempts: number;
}

/** Publishing and consuming happen in one process, so a wake is certain; polling is for replays and for what a crash left. */
const pollMs = 1_000;
const retryMs = 100;
/** Dead letters hold personal data. */
const deadLettersKept = "30 days";
const purgeEveryMs = 60 * 60_000;

/** The bus without a broker: a table in PostgreSQL, with the broker's guarantees. */
export async function createEmbeddedBus(database: Database, bindings: Bindings, logger: Logger): Promise<Bus> {
  await database.query(ddl);
  const purge = () => database.query("DELETE FROM dead_message WHERE at < now() - $1::interval", [deadLettersKept]);
  await purge();
  const purging = setInterval(() => {
    purge().catch((error: unknown) => logger.warn("old dead letters could not be removed; it is tried again in an hour", { error }));
  }, purgeEveryMs).unref();
  const wakeUps = new Map<string, () => void>();

  const routes = new Map<string, string[]>();
  for (const [queue, types] of bindings) for (const type of types) routes.set(type, [...(routes.get(type) ?? []), queue]);

  async function takeBatch(queue: string, prefetch: number, handler: MessageHandler): Promise<boolean> {
    // Counted before the handler sees them: what kills the process is not delivered for ever.
    const rows = await database.query<Row>(
      `WITH taken AS (UPDATE message SET attempts = attempts + 1
         WHERE id IN (SELECT id FROM message WHERE queue = $1 ORDER BY id LIMIT $2) RETURNING id, message_id, type, body, attempts)
       SELECT * FROM taken ORDER BY id`,
      [queue, prefetch],
    );
    if (rows.length === 0) return false;
    const spent = rows.filter((row) => row.attempts > deliveryLimit);
    const live = rows.filter((row) => row.attempts <= deliveryLimit);
    const verdicts = live.length > 0 ? await handler(live.map((row) => ({ id: row.message_id, type: row.type, body: row.body }))) : [];
    const dead = [
      ...spent.map((row) => ({ id: row.id, reason: "delivery limit" })),
      ...live.flatMap((row, index) => {
        const verdict = verdicts[index];
        return verdict && verdict !== "done" ? [{ id: row.id, reason: verdict.dead }] : [];
      }),
    ];
    await database.query(
      `WITH gone AS (DELETE FROM message WHERE id = ANY($1::bigint[]) RETURNING *),
            dead AS (SELECT * FROM unnest($2::bigint[], $3::text[]) AS d(id, reason))
       INSERT INTO dead_message (queue, message_id, type, body, reason)
       SELECT gone.queue, gone.message_id, gone.type, gone.body, dead.reason FROM gone JOIN dead USING (id) ORDER BY id`,
      [rows.map((row) => row.id), dead.map((row) => row.id), dead.map((row) => row.reason)],
    );
    return true;
  }

  return {
    async publish(messages) {
      const rows = messages.flatMap((message) => (routes.get(message.type) ?? []).map((queue) => ({ queue, ...message })));
      if (rows.length === 0) return;
      await database.query("INSERT INTO message (queue, message_id, type, body) SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])", [
        rows.map((row) => row.queue),
        rows.map((row) => row.id),
        rows.map((row) => row.type),
        rows.map((row) => row.body),
      ]);
      for (const queue of new Set(rows.map((row) => row.queue))) wakeUps.get(queue)?.();
    },

    consume(queue, { prefetch, batchDelayMs = 0 }, handler): Consumer {
      if (wakeUps.has(queue)) throw new Error(`${queue} has a consumer already`);
      const stop = new AbortController();
      let woken = true;
      let wake = () => {};
      wakeUps.set(queue, () => {
        woken = true;
        wake();
      });
      const running = (async () => {
        while (!stop.signal.aborted) {
          woken = false;
          let more = false;
          let pauseMs = pollMs;
          try {
            more = await takeBatch(queue, prefetch, handler);
          } catch (error) {
            pauseMs = retryMs;
            if (!stop.signal.aborted) logger.warn("a batch could not be handled; it is delivered again", { queue, error });
          }
          if (more || woken) continue;
          const timer = new AbortController();
          await Promise.race([
            new Promise<void>((resolve) => {
              wake = resolve;
            }),
            sleep(pauseMs, undefined, { signal: AbortSignal.any([stop.signal, timer.signal]) }).catch(() => {}),
          ]);
          timer.abort();
          if (woken && batchDelayMs > 0) await sleep(batchDelayMs);
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

    deadLetters: {
      async add(queue, { id, type, body }, reason) {
        await database.query("INSERT INTO dead_message (queue, message_id, type, body, reason) VALUES ($1, $2, $3, $4, $5)", [queue, id, type, body, reason]);
      },
      async list(queue, limit) {
        const rows = await database.query<Row & { reason: string; at: Date }>("SELECT * FROM dead_message WHERE queue = $1 ORDER BY id LIMIT $2", [
          queue,
          limit,
        ]);
        return rows.map((row): DeadLetter => ({ key: String(row.id), id: row.message_id, type: row.type, body: row.body, reason: row.reason, at: row.at }));
      },
      async replay(queue, key) {
        const rows = await database.query(
          `WITH gone AS (DELETE FROM dead_message WHERE queue = $1 AND id::text = $2 RETURNING *)
           INSERT INTO message (queue, message_id, type, body) SELECT queue, message_id, type, body FROM gone RETURNING 1`,
          [queue, key],
        );
        wakeUps.get(queue)?.();
        return rows.length > 0;
      },
      async drop(queue, key) {
        return (await database.query("DELETE FROM dead_message WHERE queue = $1 AND id::text = $2 RETURNING 1", [queue, key])).length > 0;
      },
    },

    async check() {
      await database.query("SELECT 1");
    },
    /** The database is closed by whoever opened it. */
    async close() {
      clearInterval(purging);
    },
  };
}
