import { setTimeout as sleep } from "node:timers/promises";
import { int8, text } from "../ports/columns.ts";
import { currentContext, runInContext } from "../ports/context.ts";
import type { RawDatabase, RawQuery } from "../ports/database.ts";
import { logFailure } from "../ports/failure-log.ts";
import type { Logger } from "../ports/logger.ts";
import type { ReplicaMetrics } from "../ports/metrics.ts";
import { type AnyStatement, statement } from "../ports/statement.ts";
import { isTransient } from "../ports/transient.ts";
import { within } from "../ports/within.ts";
import { batched } from "./batched.ts";
import { mayWrite } from "./commits.ts";

/** What is committed, and seen by others, stands before this position of the log. With `synchronous_commit` off it is seen before it is flushed. */
const writtenTo = statement({
  row: { at: int8.notNull },
  sql: `SELECT pg_wal_lsn_diff(
      CASE current_setting('synchronous_commit') WHEN 'off' THEN pg_current_wal_insert_lsn() ELSE pg_current_wal_flush_lsn() END, '0/0')::bigint AS at`,
});
const replayedTo = statement({
  row: { at: int8.notNull },
  sql: "SELECT CASE WHEN pg_is_in_recovery() THEN coalesce(pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0'), -1) ELSE -1 END::bigint AS at",
});

/** Of which installation, and which of its databases. A replica has them of its primary. */
const identity = statement({
  row: { of: text.notNull },
  sql: "SELECT concat(system_identifier, ' ', d.oid) AS of FROM pg_control_system(), pg_database d WHERE d.datname = current_database()",
});

/** What a reader waits at most for a replica that is behind. It is milliseconds behind as a rule. */
const patienceMs = 40;
const pauseMs = 3;
/** A replica that is behind, or away, is not asked for so long: each reader would wait. */
const restMs = 1_000;
/** One that has stopped answering holds up those who asked it so long at most. */
const answersWithinMs = 2_000;
/** Questions of one turn of the event loop: one to the primary. */
const atOnce = 1_000;

/** A hot standby takes no writes, and ends a statement that is in the way of what it replays (40001, which is transient). */
const isReplicas = (error: unknown) => isTransient(error) || (error as { code?: unknown } | null)?.code === "25006";

class NoAnswer extends Error {}

const inTime = <T>(answer: Promise<T>, ms = answersWithinMs) => within(ms, answer, () => new NoAnswer("the replica does not answer"));

export interface ReplicaOptions {
  primary: RawDatabase;
  replica: RawDatabase;
  logger: Logger;
  metrics: ReplicaMetrics;
}

/**
 * The same database, which lets a replica answer what handlers that only read ask by themselves (`whileAwaited`). Such a statement
 * sees all that was committed before it was asked, by whomever and at whichever instance: the replica is asked once it has replayed the log up to
 * where the primary has written it. Where that takes longer than a moment, or the replica is away, the primary answers.
 */
export function readingReplica({ primary, replica, logger, metrics }: ReplicaOptions): RawDatabase {
  let replayed = -1;
  let restsUntil = 0;
  let looking: Promise<void> | undefined;

  // A question that is on its way already may have been answered before the last commit: each turn asks anew.
  const positionNow = batched<true, number>(async (keys) => {
    // For all who wait: none of them ends it by leaving.
    const [row] = await runInContext(undefined, () => primary.query(writtenTo));
    return keys.map(() => row?.at ?? Number.POSITIVE_INFINITY);
  }, atOnce);

  let known = false;
  async function checkIdentity(): Promise<void> {
    const [[own], [other]] = await Promise.all([primary.query(identity), replica.query(identity)]);
    if (own?.of !== other?.of) throw new NoAnswer("DATABASE_REPLICA_URL names no replica of this database");
    known = true;
  }

  /** Looks how far the replica is; once for all who wait. */
  const look = () => {
    looking ??= runInContext(undefined, async () => {
      if (!known) await inTime(checkIdentity());
      const [row] = await inTime(replica.query(replayedTo), patienceMs);
      replayed = row?.at ?? -1;
    })
      .catch((cause: unknown) => {
        // Whatever it is: a server that is not there yet, or lets nobody in.
        throw cause instanceof NoAnswer ? cause : new NoAnswer("the replica cannot be asked", { cause });
      })
      .finally(() => {
        looking = undefined;
      });
    return looking;
  };

  async function hasReached(position: number): Promise<boolean> {
    const until = performance.now() + patienceMs;
    while (replayed < position) {
      await look();
      if (replayed >= position) return true;
      if (performance.now() >= until || restsUntil > performance.now()) return false;
      await sleep(pauseMs);
    }
    return true;
  }

  const rest = () => {
    restsUntil = performance.now() + restMs;
  };

  async function fromReplica(ask: RawQuery, what: AnyStatement, values: object | undefined, signal: AbortSignal | undefined): Promise<unknown[]> {
    const askPrimary = () => (primary.query as (what: AnyStatement, values?: object) => Promise<unknown[]>)(what, values);
    if (restsUntil > performance.now()) {
      metrics.read("resting");
      return askPrimary();
    }
    try {
      if (!(await hasReached(await positionNow(true)))) {
        rest();
        metrics.read("behind");
        return askPrimary();
      }
      const rows = await inTime((ask as (what: AnyStatement, values?: object) => Promise<unknown[]>)(what, values));
      metrics.read("replica");
      return rows;
    } catch (error) {
      if (signal?.aborted || !(error instanceof NoAnswer || isReplicas(error))) throw error;
      rest();
      // Where it was is not where it will be: another may stand at its address then.
      replayed = -1;
      known = false;
      logFailure(logger, "a replica did not answer; the primary does", error);
      metrics.read("away");
      return askPrimary();
    }
  }

  return {
    ...primary,
    query: ((what: AnyStatement | string, values?: object) => {
      const context = currentContext();
      if (!context?.readsOnly || typeof what === "string" || mayWrite(what))
        return (primary.query as (what: unknown, values?: object) => unknown)(what, values);
      return fromReplica(replica.query, what, values, context.signal);
    }) as RawQuery,
  };
}
