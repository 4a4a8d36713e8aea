import { createdAtOf } from "../contracts/ids.ts";
import type { SentPosition } from "../contracts/routes/outbox.ts";
import type { ServiceName } from "../contracts/services.ts";
import type { Message, MessageHandler } from "../ports/bus.ts";
import { array, boolean, float8, text, timestamptz, uuid } from "../ports/columns.ts";
import { runJob } from "../ports/context.ts";
import type { Query } from "../ports/database.ts";
import type { Logger } from "../ports/logger.ts";
import type { EventMetrics } from "../ports/metrics.ts";
import { statement } from "../ports/statement.ts";
import { type InHand, takesLong } from "./in-hand.ts";
import { createLease } from "./lease.ts";
import type { SentPage } from "./sent-events.ts";

const everyMs = 10_000;
const leaseSeconds = 30;
const batchSize = 100;
/** A service that consumed nothing for this long, and has nothing in hand, on any instance, has nothing waiting in its queue. */
const idleSeconds = 5;
/** The clocks of two machines differ by less. */
const clockSkewMs = 10_000;

export const findConsumed = statement({
  parameters: { ids: array(uuid) },
  row: { eventId: uuid },
  sql: ({ ids }) => `SELECT event_id FROM newfeed.consumed_event WHERE event_id = ANY(${ids})`,
  plan: "each time",
});

/** The newest event that was consumed, by when it was made: ids of events begin with that. */
const readProgress = statement({
  parameters: { idleSeconds: float8, beforeId: uuid },
  row: { idle: boolean.notNull, busy: boolean.notNull, newestId: uuid.nullable },
  sql: ({ idleSeconds, beforeId }) =>
    `SELECT coalesce((SELECT consumed_at FROM newfeed.consumed_event ORDER BY consumed_at DESC LIMIT 1) < now() - make_interval(secs => ${idleSeconds}), true) AS idle,
       ${takesLong} AS busy,
       (SELECT event_id FROM newfeed.consumed_event WHERE event_id < ${beforeId} ORDER BY event_id DESC LIMIT 1) AS newest_id`,
  plan: "each time",
});

export const readPosition = statement({
  parameters: { producer: text },
  row: { id: uuid, at: text.notNull },
  sql: ({ producer }) => `SELECT event_id AS id, sent_at::text AS at FROM newfeed.reconciliation_position WHERE producer = ${producer}`,
});
const savePosition = statement({
  parameters: { producer: text, at: timestamptz, id: uuid },
  sql: ({ producer, at, id }) =>
    `INSERT INTO newfeed.reconciliation_position (producer, sent_at, event_id) VALUES (${producer}, ${at}, ${id})
     ON CONFLICT (producer) DO UPDATE SET sent_at = excluded.sent_at, event_id = excluded.event_id`,
});

/** What a service's database and its producers say of what it consumes. */
export interface Producers {
  query: Query;
  /** Who produces what this service consumes. */
  producers: ReadonlyMap<ServiceName, readonly string[]>;
  readSent: (producer: ServiceName, types: readonly string[], after: SentPosition | null) => Promise<SentPage>;
  readBodies: (producer: ServiceName, ids: readonly string[]) => Promise<Message[]>;
}

export interface ReconciliationOptions extends Producers {
  /** Names this instance: one of a service's instances reconciles at a time. */
  holder: string;
  /** What messages from the broker go through too. */
  handle: MessageHandler["handle"];
  inHand: Pick<InHand, "has">;
  /** Whether nothing waits in the service's queue, or queues; only where these do not keep the order of what has different keys. */
  isQueueEmpty?: () => Promise<boolean>;
  logger: Logger;
  metrics: Pick<EventMetrics, "fetched">;
  /** When the first look is, in milliseconds; others follow every ten seconds. */
  firstAfterMs?: number;
}

export interface Reconciliation {
  /** Looks now. Calls share one look. */
  look(): Promise<void>;
  close(): Promise<void>;
}

/** The largest UUIDv7 that was made by then. */
function lastIdAt(time: number): string {
  const hex = time.toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7fff-bfff-ffffffffffff`;
}

export const timeOf = ({ at }: SentPosition) => Date.parse(at.replace(" ", "T").replace("+00", "Z"));

/**
 * Makes "nothing is lost" true without trusting the broker: a queue or a binding that was deleted, or a broker that lost
 * its disk, confirms what it never delivers. So each consuming service asks each producer what it sent, and fetches what
 * never arrived.
 *
 * A queue is consumed in the order in which it was published. What is missing while an event was consumed that was made
 * after it had been sent is lost. So is, where several queues or partitions are consumed, what is missing when they are empty. Any other may still
 * wait in the queue: it is fetched once the consumer has nothing to do, and until then the position stays before it. The database keeps the position, which moves by what was examined.
 */
export function startReconciliation(options: ReconciliationOptions): Reconciliation {
  const { query, holder, producers, readSent, readBodies, handle, inHand, isQueueEmpty, logger, metrics, firstAfterMs = 1_000 } = options;
  const lease = createLease(query, "reconciliation", holder, leaseSeconds);
  let closed = false;
  let timer: NodeJS.Timeout | undefined;

  async function notConsumed(sent: readonly SentPosition[]): Promise<SentPosition[]> {
    const rows = await query(findConsumed, { ids: sent.map(({ id }) => id) });
    const consumed = new Set(rows.map((row) => row.eventId));
    return sent.filter(({ id }) => !consumed.has(id));
  }
  /** Until when what was sent does not wait any more; asked only for what is missing for longer than it takes to arrive. */
  async function emptyUntil(missing: readonly SentPosition[], isEmpty: () => Promise<boolean>): Promise<number> {
    const until = Date.now() - clockSkewMs;
    const isAsked = missing.some((event) => timeOf(event) < until);
    return isAsked && (await isEmpty().catch(() => false)) ? until : Number.NEGATIVE_INFINITY;
  }

  /** Those of a page that are lost, and the first that may be on its way. */
  async function missingOf(sent: readonly SentPosition[]): Promise<{ lost: string[]; undecided: SentPosition | undefined }> {
    if (sent.length === 0) return { lost: [], undecided: undefined };
    // First: what is consumed after this is missing below although later ones were consumed.
    const [progress] = await query(readProgress, { idleSeconds, beforeId: lastIdAt(Date.now() + clockSkewMs) });
    let missing = await notConsumed(sent);
    let overtakenBefore = (progress?.newestId ? createdAtOf(progress.newestId) : Number.NEGATIVE_INFINITY) - clockSkewMs;
    if (isQueueEmpty) {
      overtakenBefore = await emptyUntil(missing, isQueueEmpty);
      missing = await notConsumed(missing);
    }
    const isLost = (event: SentPosition) => !progress?.busy && !inHand.has(event.id) && ((progress?.idle ?? false) || timeOf(event) < overtakenBefore);
    const undecided = missing.find((event) => !isLost(event));
    const decided = undecided ? missing.slice(0, missing.indexOf(undecided)) : missing;
    return { lost: decided.map(({ id }) => id), undecided };
  }

  async function fetchLost(producer: ServiceName, lost: readonly string[]): Promise<void> {
    for (let first = 0; first < lost.length && !closed; first += batchSize) {
      const events = await readBodies(producer, lost.slice(first, first + batchSize));
      logger.warn("events never came over the bus; fetched from their producer", { producer, count: events.length });
      metrics.fetched(events.length);
      await handle(events);
    }
  }

  async function reconcile(producer: ServiceName, types: readonly string[]): Promise<void> {
    let [at = null] = await query(readPosition, { producer });
    for (let more = true; more && !closed && (await lease.hold()); ) {
      const page = await readSent(producer, types, at);
      const { lost, undecided } = await missingOf(page.sent);
      await fetchLost(producer, lost);
      if (closed) return;
      const before = undecided ? page.sent[page.sent.indexOf(undecided) - 1] : (page.examined ?? page.sent.at(-1));
      more = page.more && !undecided;
      if (!before || (before.id === at?.id && before.at === at.at)) continue;
      at = before;
      await query(savePosition, { producer, ...at });
    }
  }

  async function lookAtAll(): Promise<void> {
    for (const [producer, types] of producers) {
      if (closed) return;
      try {
        if (!(await lease.hold())) break;
        await reconcile(producer, types);
      } catch (error) {
        lease.doubt();
        if (!closed) logger.debug("a producer could not be asked what it sent; asked again later", { producer, error });
      }
    }
  }

  let looking: Promise<void> | undefined;
  function look(): Promise<void> {
    looking ??= runJob("reconciliation", lookAtAll).finally(() => {
      looking = undefined;
    });
    return looking;
  }
  const schedule = (afterMs: number) => {
    timer = setTimeout(async () => {
      await look();
      if (!closed) schedule(everyMs * (0.9 + Math.random() * 0.2));
    }, afterMs);
  };
  schedule(firstAfterMs);

  return {
    look,
    async close() {
      closed = true;
      clearTimeout(timer);
      await looking;
    },
  };
}
