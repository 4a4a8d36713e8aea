import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import { transact } from "@newfeed/shared/outbox/transact.ts";
import type { Database } from "@newfeed/shared/ports/database.ts";
import { v7 as uuidv7 } from "uuid";

/** query-service's database. */
export const createStore = (database: Pick<Database, "transaction">, wake: () => void) => ({
  /** Publishes that an administrator had the cache forget an entry, or all (null). */
  publishInvalidation: (userId: UserId, cacheKey: string | null): Promise<void> =>
    transact(database, wake, ({ enqueue }) =>
      enqueue({ type: "cache.invalidated", aggregate: { id: uuidv7(), revision: 1 }, actorId: userId, data: { userId, cacheKey } }),
    ),
});
export type Store = ReturnType<typeof createStore>;
