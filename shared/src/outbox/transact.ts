import { setTimeout as sleep } from "node:timers/promises";
import type { NewEvent } from "../contracts/events.ts";
import type { Database, Query } from "../ports/database.ts";
import type { Idempotency } from "../ports/idempotency.ts";
import { isConflict } from "../ports/transient.ts";
import { enqueue } from "./enqueue.ts";
import { once } from "./idempotency.ts";

const tries = 3;

/** What this needs of any service's Prisma client: each has its own generated type. */
interface RawQueries {
  $queryRawUnsafe<T>(text: string, ...values: unknown[]): Promise<T>;
}
interface Transactions<Tx> {
  $transaction<T>(work: (tx: Tx) => Promise<T>, options: { maxWait: number; timeout: number }): Promise<T>;
}

/** Plain SQL within a Prisma transaction. */
export const queryOn =
  (prisma: RawQueries): Query =>
  (text, values = []) =>
    prisma.$queryRawUnsafe(text, ...values);

export type Enqueue = (...events: NewEvent[]) => Promise<void>;

/**
 * One request's transaction: what `work` changes and the events it enqueues commit together or not at all. With an
 * idempotency key it runs once, and gives the stored answer afterwards. Wakes the relay after the commit. `work` may run
 * more than once: when the database rolls it back for another's sake (a deadlock with an event handler), it is tried again.
 */
export const transact = <Tx extends RawQueries, T>(
  prisma: Transactions<Tx>,
  wake: () => void,
  work: (tx: Tx, enqueue: Enqueue) => Promise<T>,
  idempotency?: Idempotency,
): Promise<T> =>
  committed(
    // Above the statement timeout, so that a slow statement fails as itself.
    (run) => prisma.$transaction((tx) => run(queryOn(tx), (enqueue) => work(tx, enqueue)), { maxWait: 5_000, timeout: 10_000 }),
    wake,
    idempotency,
  );

/**
 * The same in plain SQL, for what is written most: the ORM's part of a transaction cost more than all of its statements.
 * `wrote` says that a statement of the work's own wrote events.
 */
export const transactPlainly = <T>(
  database: Pick<Database, "transaction">,
  wake: () => void,
  work: (query: Query, enqueue: Enqueue, wrote: () => void) => Promise<T>,
  idempotency?: Idempotency,
): Promise<T> => committed((run) => database.transaction((query) => run(query, (enqueue, wrote) => work(query, enqueue, wrote))), wake, idempotency);

type Run<T> = (query: Query, work: (enqueue: Enqueue, wrote: () => void) => Promise<T>) => Promise<T>;

async function committed<T>(begin: (run: Run<T>) => Promise<T>, wake: () => void, idempotency: Idempotency | undefined): Promise<T> {
  for (let left = tries; ; left--) {
    let enqueued = false;
    const wrote = () => {
      enqueued = true;
    };
    try {
      const result = await begin((query, work) =>
        once(query, idempotency, () =>
          work(async (...events) => {
            wrote();
            await enqueue(query, events);
          }, wrote),
        ),
      );
      if (enqueued) wake();
      return result;
    } catch (error) {
      if (left === 1 || !isConflict(error)) throw error;
      // The other one, who was let through, needs a moment.
      await sleep(20 + Math.random() * 80);
    }
  }
}
