import { setTimeout as sleep } from "node:timers/promises";
import type { Database, Transaction } from "../ports/database.ts";
import type { Idempotency } from "../ports/idempotency.ts";
import { isConflict } from "../ports/transient.ts";
import { enqueue } from "./enqueue.ts";
import { once } from "./idempotency.ts";

const tries = 3;

/**
 * One request's transaction: what `work` changes and the events it enqueues commit together or not at all. With an
 * idempotency key it runs once, and gives the stored answer afterwards. Wakes the relay after the commit. `work` may run
 * more than once: when the database rolls it back for another's sake (a deadlock with an event handler), it is tried again.
 */
export async function transact<T>(
  database: Pick<Database, "transaction">,
  wake: () => void,
  work: (transaction: Transaction) => Promise<T>,
  idempotency?: Idempotency,
): Promise<T> {
  for (let left = tries; ; left--) {
    let wrote = false;
    const enqueued = () => {
      wrote = true;
    };
    try {
      const result = await database.transaction((query, join) =>
        once(query, idempotency, () =>
          work({
            query,
            join,
            enqueued,
            enqueue: async (...events) => {
              enqueued();
              await enqueue(query, events);
            },
          }),
        ),
      );
      if (wrote) wake();
      return result;
    } catch (error) {
      if (left === 1 || !isConflict(error)) throw error;
      // The other one, who was let through, needs a moment.
      await sleep(20 + Math.random() * 80);
    }
  }
}

/** What this needs of any service's Prisma client: each has its own generated type. */
interface Transactions<Generated> {
  $transaction<T>(work: (generated: Generated) => Promise<T>, options: { maxWait: number; timeout: number }): Promise<T>;
}

/** Runs `work` with the ORM's client on a transaction: what that generates goes the same way as all other statements. */
export const generatedIn = <Generated, T>(
  prisma: Transactions<Generated>,
  { join }: Pick<Transaction, "join">,
  work: (generated: Generated) => Promise<T>,
): Promise<T> =>
  // Above the statement timeout, so that a slow statement fails as itself.
  join(() => prisma.$transaction(work, { maxWait: 5_000, timeout: 10_000 }));
