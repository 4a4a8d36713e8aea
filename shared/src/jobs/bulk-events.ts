import type { ConsumedQueue, NewEvent } from "../contracts/events.ts";
import { eventParameters, eventValues, insertEvents } from "../outbox/enqueue.ts";
import type { Bus } from "../ports/bus.ts";
import { int4, int8 } from "../ports/columns.ts";
import type { Query } from "../ports/database.ts";
import type { Logger } from "../ports/logger.ts";
import { statement } from "../ports/statement.ts";

/** Events that enter the outbox at once: others wait behind them for as long as their consumers take for so many. */
const releasedAtOnce = 50;
/** With so many events in the outbox or in a queue, others are on their way. */
const busyFrom = 20;
/** Where a consumer lets events come together, as many more may wait as come in that time at a thousand a second: they wait for no work. */
const busyQueueFrom = ({ batchDelayMs }: ConsumedQueue) => busyFrom + batchDelayMs;
/** In a feed that is always busy, bulk events go on after this long, unless the outbox stands still. */
const waitAtMostMs = 5_000;
const standsStillFrom = 1_000;

const insert = statement({ parameters: eventParameters, sql: (events) => insertEvents(events, "newfeed.bulk_event") });

/** Writes events of a job in the caller's transaction. They happen when they are published, after those of others. */
export async function enqueueBulk(query: Query, events: readonly NewEvent[]): Promise<void> {
  if (events.length > 0) await query(insert, eventValues(events));
}

const release = statement({
  parameters: { after: int8, limit: int4 },
  row: { last: int8.nullable },
  sql: ({ after, limit }) =>
    `WITH released AS (
       DELETE FROM newfeed.bulk_event WHERE id IN (SELECT id FROM newfeed.bulk_event WHERE id > ${after} ORDER BY id LIMIT ${limit})
       RETURNING id, event_id, type, key, body, traceparent
     ),
     enqueued AS (
       INSERT INTO newfeed.outbox (event_id, type, key, body, traceparent)
       SELECT event_id, type, key,
         jsonb_set(body::jsonb, '{occurredAt}', to_jsonb(to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))::text, traceparent
       FROM released ORDER BY id
     )
     SELECT max(id) AS last FROM released`,
  plan: "each time",
});

const countUnsent = statement({
  parameters: { limit: int4 },
  row: { unsent: int8.notNull },
  sql: ({ limit }) => `SELECT count(*) AS unsent FROM (SELECT FROM newfeed.outbox WHERE sent_at IS NULL LIMIT ${limit}) waiting`,
  plan: "each time",
});

export interface BulkEvents {
  /** Moves some events into the outbox, unless others are on their way. Looks again when there were none. */
  release(): Promise<"released" | "waiting" | "none">;
}

export interface BulkEventsOptions {
  query: Query;
  bus: Pick<Bus, "waiting">;
  /** Of those that consume what this service publishes. */
  queues: readonly ConsumedQueue[];
  /** Wakes the relay. */
  wake: () => void;
  logger: Logger;
}

/**
 * Lets bulk events into the outbox at the pace of their consumers: another fifty once neither the outbox nor a queue holds
 * more than a few. So an event of somebody else waits for about fifty of them per producer, on every bus, and they keep their order.
 */
export function createBulkEvents({ query, bus, queues, wake, logger }: BulkEventsOptions): BulkEvents {
  /** The last id that was released: a scan from the beginning would pass all rows that were deleted since the last vacuum. */
  let last = 0;
  let releasedAt = 0;

  async function othersAreOnTheirWay(): Promise<boolean> {
    const [{ unsent } = { unsent: 0 }] = await query(countUnsent, { limit: standsStillFrom });
    if (unsent >= standsStillFrom) return true;
    if (Date.now() - releasedAt > waitAtMostMs) return false;
    if (unsent >= busyFrom) return true;
    try {
      for (const consumed of queues) if ((await bus.waiting(consumed.queue)) >= busyQueueFrom(consumed)) return true;
      return false;
    } catch (error) {
      // A bus that does not answer takes no more.
      logger.debug("bulk events wait for the bus", { error });
      return true;
    }
  }

  return {
    async release() {
      if (await othersAreOnTheirWay()) return "waiting";
      const [released] = await query(release, { after: last, limit: releasedAtOnce });
      // Ids are given before the commit: when there is nothing behind the last one, the next look begins at the first.
      last = released?.last ?? 0;
      if (last === 0) return "none";
      releasedAt = Date.now();
      wake();
      return "released";
    },
  };
}
