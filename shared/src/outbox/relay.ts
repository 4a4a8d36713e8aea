import { keyOf, parseEvent } from "../contracts/events.ts";
import type { Bus } from "../ports/bus.ts";
import { array, int4, int8, text, uuid } from "../ports/columns.ts";
import type { Query } from "../ports/database.ts";
import type { Failpoint } from "../ports/failpoint.ts";
import type { Logger } from "../ports/logger.ts";
import { createLowWaterMark } from "../ports/low-water-mark.ts";
import { statement } from "../ports/statement.ts";
import { createLease } from "./lease.ts";
import { createPauses } from "./pauses.ts";

const batchSize = 200;
const leaseSeconds = 10;
/** What was published is marked with the next look for more, which comes this soon at the latest: whom the event is for goes first. */
const markWithinMs = 20;

/** Marks what was published and takes some of what was not. */
const markAndTakeUnsent = statement({
  parameters: { published: array(int8), behind: int8, limit: int4 },
  row: { id: int8, eventId: uuid, type: text, key: text.nullable, traceparent: text.nullable, body: text },
  sql: ({ published, behind, limit }) =>
    `WITH marked AS (UPDATE newfeed.outbox SET sent_at = clock_timestamp() WHERE id = ANY(${published}))
     SELECT id, event_id, type, key, traceparent, body FROM newfeed.outbox
     WHERE sent_at IS NULL AND id > ${behind} AND id <> ALL(${published}) ORDER BY id LIMIT ${limit}`,
});

/** The key of an event that a version wrote which knew of none. What is no event goes on without: its consumers dead-letter it. */
function derivedKey(body: string): string | null {
  try {
    const event = parseEvent(body);
    return event ? keyOf(event) : null;
  } catch {
    return null;
  }
}

export interface Relay {
  /** There may be something to publish now. */
  wake(): void;
  close(): Promise<void>;
}

export interface RelayOptions {
  query: Query;
  bus: Bus;
  logger: Logger;
  failpoint: Failpoint;
  /** Names this instance in the lease; one that starts again under the same name goes on at once. */
  holder: string;
}

/**
 * Publishes what was committed, in id order: at least once, and nothing is marked as sent before the bus confirmed it.
 *
 * One instance at a time holds the lease. It takes *unsent* rows, never "ids above the last": ids are given out before
 * commit, so a lower one may appear after a higher one (a low-water mark well behind the last only saves it from looking at
 * what it has sent). Wakes only save time; polling finds everything. (LISTEN/NOTIFY
 * was rejected: it takes a global lock at commit, and its connection can be half open without anybody noticing.)
 */
export function startRelay({ query, bus, logger, failpoint, holder }: RelayOptions): Relay {
  let stopped = false;
  const idle = createPauses();
  const lease = createLease(query, "relay", holder, leaseSeconds);
  const lowWater = createLowWaterMark();
  /** Ids of what the bus has confirmed and is not marked yet. */
  let published: number[] = [];

  async function markAndTake(limit: number) {
    if (published.length > 0) await failpoint("relay.before_mark");
    const rows = await query(markAndTakeUnsent, { published, behind: lowWater.lookBehind(), limit });
    const last = published.at(-1);
    if (last !== undefined) lowWater.reached(last);
    published = [];
    return rows;
  }

  /** Returns whether there may be more. */
  async function publishBatch(): Promise<boolean> {
    const limit = (await lease.hold()) ? batchSize : 0;
    if (limit + published.length === 0) return false;
    const rows = await markAndTake(limit);
    if (rows.length === 0) return false;
    await failpoint("relay.before_publish");
    await bus.publish(rows.map(({ eventId: id, type, key, traceparent, body }) => ({ id, type, key: key ?? derivedKey(body), traceparent, body })));
    published = rows.map((row) => row.id);
    return rows.length === batchSize;
  }

  async function run(): Promise<void> {
    let failures = 0;
    while (!stopped) {
      idle.forget();
      try {
        const more = await publishBatch();
        if (failures > 0) logger.info("the relay publishes again");
        failures = 0;
        if (!more) await idle.pause(published.length > 0 ? markWithinMs : 250 + Math.random() * 250);
      } catch (error) {
        lease.doubt();
        if (failures++ === 0) logger.warn("the relay cannot publish; it goes on trying", { error });
        idle.forget();
        await idle.pause(Math.min(5_000, 100 * 2 ** failures) * (0.5 + Math.random() / 2));
      }
    }
    if (published.length > 0)
      await markAndTake(0).catch((error: unknown) => logger.warn("what was published could not be marked; it will be published again", { error }));
  }

  const running = run();
  return {
    wake: idle.wake,
    async close() {
      stopped = true;
      idle.end();
      await running;
    },
  };
}
