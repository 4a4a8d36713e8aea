import type { Logger } from "@newfeed/shared/ports/logger.ts";
import { createDueWork, type DueWork } from "@newfeed/shared/runtime/due-work.ts";
import type { Store } from "./store.ts";

/**
 * Ends the follows of deleted users, and corrects the counts of others, some hundred follows a transaction: of a user with
 * very many followers, their profiles would be locked for long otherwise. Until then no list shows them. There is no event
 * for each follow: the deletion says it, and a million of them would delay all others. What a crash leaves undone is still
 * due; several instances may work at it at once.
 */
export const createFollowRemoval = (store: Pick<Store, "transaction">, logger: Logger): DueWork =>
  createDueWork(
    "account-deletion",
    () => store.transaction(({ endSomeFollows }) => endSomeFollows()),
    (error) => logger.warn("ending the follows of deleted users stopped; housekeeping goes on with it", { error }),
  );
