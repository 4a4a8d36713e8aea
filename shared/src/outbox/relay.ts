import { setTimeout as sleep } from "node:timers/promises";
import type { Bus } from "../ports/bus.ts";
import type { Query } from "../ports/database.ts";
import type { Failpoint } from "../ports/failpoint.ts";
import type { Logger } from "../ports/logger.ts";

const batchSize = 200;
const leaseSeconds = 10;

export interface Relay {
  /** There may be something to publish now. */
  nudge(): void;
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
 * commit, so a lower one may appear after a higher one. Nudges only save time; polling finds everything. (LISTEN/NOTIFY
 * was rejected: it takes a global lock at commit, and its connection can be half open without anybody noticing.)
 */
export function startRelay({ query, bus, logger, failpoint, holder }: RelayOptions): Relay {
  const stop = new AbortController();
  let wake = () => {};
  let nudged = false;
  let leaseUntil = 0;

  async function holdLease(): Promise<boolean> {
    if (leaseUntil - Date.now() > (leaseSeconds * 1000) / 2) return true;
    const asked = Date.now();
    const rows = await query(
      `INSERT INTO newfeed.relay_lease (name, holder, expires_at) VALUES ('relay', $1, clock_timestamp() + make_interval(secs => $2))
       ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at
       WHERE relay_lease.holder = excluded.holder OR relay_lease.expires_at < clock_timestamp() RETURNING 1`,
      [holder, leaseSeconds],
    );
    leaseUntil = rows.length > 0 ? asked + leaseSeconds * 1000 : 0;
    return rows.length > 0;
  }

  /** Returns whether there may be more. */
  async function publishBatch(): Promise<boolean> {
    if (!(await holdLease())) return false;
    const rows = await query<{ id: number; event_id: string; type: string; body: string }>(
      "SELECT id, event_id, type, body FROM newfeed.outbox WHERE sent_at IS NULL ORDER BY id LIMIT $1",
      [batchSize],
    );
    if (rows.length === 0) return false;
    await failpoint("relay.before_publish");
    await bus.publish(rows.map((row) => ({ id: row.event_id, type: row.type, body: row.body })));
    await failpoint("relay.before_mark");
    await query("UPDATE newfeed.outbox SET sent_at = clock_timestamp() WHERE id = ANY($1::bigint[])", [rows.map((row) => row.id)]);
    return rows.length === batchSize;
  }

  async function idle(milliseconds: number): Promise<void> {
    if (nudged) return;
    const woken = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const timer = new AbortController();
    await Promise.race([woken, sleep(milliseconds, undefined, { signal: AbortSignal.any([stop.signal, timer.signal]) }).catch(() => {})]);
    timer.abort();
  }

  async function run(): Promise<void> {
    let failures = 0;
    while (!stop.signal.aborted) {
      nudged = false;
      try {
        const more = await publishBatch();
        if (failures > 0) logger.info("the relay publishes again");
        failures = 0;
        if (!more) await idle(250 + Math.random() * 250);
      } catch (error) {
        leaseUntil = 0;
        if (failures++ === 0) logger.warn("the relay cannot publish; it goes on trying", { error });
        nudged = false;
        await idle(Math.min(5_000, 100 * 2 ** failures) * (0.5 + Math.random() / 2));
      }
    }
  }

  const running = run();
  return {
    nudge() {
      nudged = true;
      wake();
    },
    async close() {
      stop.abort();
      wake();
      await running;
    },
  };
}
