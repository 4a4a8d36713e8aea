import { setTimeout as sleep } from "node:timers/promises";
import type { NewEvent } from "../contracts/events.ts";
import type { Query } from "../ports/database.ts";
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
 * One request's transaction: what `work` changes and the facts it enqueues commit together or not at all. With an
 * idempotency key it runs once, and gives the stored answer afterwards. Nudges the relay after the commit. `work` may run
 * more than once: when the database rolls it back for another's sake (a deadlock with a reaction), it is tried again.
 */
export async function transact<Tx extends RawQueries, T>(
  prisma: Transactions<Tx>,
  nudge: () => void,
  work: (tx: Tx, enqueue: Enqueue) => Promise<T>,
  idempotency?: Idempotency,
): Promise<T> {
  for (let left = tries; ; left--) {
    let enqueued = false;
    try {
      const result = await prisma.$transaction(
        (tx) => {
          const query = queryOn(tx);
          return once(query, idempotency, () =>
            work(tx, async (...events) => {
              enqueued = true;
              await enqueue(query, events);
            }),
          );
        },
        // Above the statement timeout, so that a slow statement fails as itself.
        { maxWait: 5_000, timeout: 10_000 },
      );
      if (enqueued) nudge();
      return result;
    } catch (error) {
      if (left === 1 || !isConflict(error)) throw error;
      // The other one, who was let through, needs a moment.
      await sleep(20 + Math.random() * 80);
    }
  }
}
