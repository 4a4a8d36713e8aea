import type { SentPosition } from "../contracts/routes/outbox.ts";
import type { ServiceName } from "../contracts/services.ts";
import type { Message, MessageHandler } from "../ports/bus.ts";
import { array, boolean, float8, uuid } from "../ports/columns.ts";
import { runJob } from "../ports/context.ts";
import type { Query } from "../ports/database.ts";
import type { Logger } from "../ports/logger.ts";
import type { EventMetrics } from "../ports/metrics.ts";
import { statement } from "../ports/statement.ts";

const everyMs = 10_000;
const batchSize = 100;
/** A service that consumed nothing for this long, on any instance, has nothing waiting in its queue. */
const idleSeconds = 5;

const findConsumed = statement({
  parameters: { ids: array(uuid) },
  row: { eventId: uuid },
  sql: ({ ids }) => `SELECT event_id FROM newfeed.consumed_event WHERE event_id = ANY(${ids})`,
  plan: "each time",
});

const isIdle = statement({
  parameters: { seconds: float8 },
  row: { idle: boolean.notNull },
  sql: ({ seconds }) => `SELECT coalesce(max(consumed_at) < now() - make_interval(secs => ${seconds}), true) AS idle FROM newfeed.consumed_event`,
  plan: "each time",
});

export interface ReconciliationOptions {
  query: Query;
  /** Who produces what this service consumes. */
  producers: ReadonlyMap<ServiceName, readonly string[]>;
  readSent: (producer: ServiceName, types: readonly string[], after: SentPosition | null) => Promise<{ sent: SentPosition[]; more: boolean }>;
  readBodies: (producer: ServiceName, ids: readonly string[]) => Promise<Message[]>;
  /** What messages from the broker go through too. */
  handle: MessageHandler["handle"];
  logger: Logger;
  metrics: Pick<EventMetrics, "fetched">;
}

/**
 * Makes "nothing is lost" true without trusting the broker: a queue or a binding that was deleted, or a broker that lost
 * its disk, confirms what it never delivers. So each consuming service asks each producer what it sent, and fetches what
 * never arrived.
 *
 * What is missing while later events did arrive is lost. What is missing at the end may still wait in the queue, so it
 * is fetched only once the consumer has nothing to do.
 */
export function startReconciliation({ query, producers, readSent, readBodies, handle, logger, metrics }: ReconciliationOptions): {
  close(): Promise<void>;
} {
  /** Where the last look at a producer ended, and the one before: each look begins at the latter, so that they overlap. */
  const positions = new Map<ServiceName, { from: SentPosition | null; to: SentPosition | null }>();
  let closed = false;
  let timer: NodeJS.Timeout | undefined;

  async function missingOf(sent: readonly SentPosition[]): Promise<string[]> {
    const rows = await query(findConsumed, { ids: sent.map(({ id }) => id) });
    const consumed = new Set(rows.map((row) => row.eventId));
    const lastConsumed = sent.findLastIndex(({ id }) => consumed.has(id));
    const [{ idle } = { idle: true }] = await query(isIdle, { seconds: idleSeconds });
    return sent.filter(({ id }, index) => !consumed.has(id) && (index < lastConsumed || idle)).map(({ id }) => id);
  }

  async function reconcile(producer: ServiceName, types: readonly string[]): Promise<void> {
    const { from = null, to = null } = positions.get(producer) ?? {};
    let at = from;
    for (let more = true; more && !closed; ) {
      const page = await readSent(producer, types, at);
      more = page.more;
      at = page.sent.at(-1) ?? at;
      const missing = await missingOf(page.sent);
      for (let first = 0; first < missing.length && !closed; first += batchSize) {
        const events = await readBodies(producer, missing.slice(first, first + batchSize));
        logger.warn("events never came over the bus; fetched from their producer", { producer, count: events.length });
        metrics.fetched(events.length);
        await handle(events);
      }
    }
    positions.set(producer, { from: to, to: at });
  }

  async function run(): Promise<void> {
    for (const [producer, types] of producers) {
      if (closed) return;
      try {
        await reconcile(producer, types);
      } catch (error) {
        if (!closed) logger.debug("a producer could not be asked what it sent; asked again later", { producer, error });
      }
    }
    if (!closed) timer = setTimeout(again, everyMs * (0.9 + Math.random() * 0.2));
  }
  let running = Promise.resolve();
  const again = () => {
    running = runJob("reconciliation", run);
  };
  timer = setTimeout(again, 1_000);

  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      await running;
    },
  };
}
