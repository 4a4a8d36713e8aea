import type { Logger } from "@newfeed/shared/ports/logger.ts";
import { createDueWork, type DueWork } from "@newfeed/shared/runtime/due-work.ts";
import type { Store } from "./store.ts";

/**
 * Indexes names that no newer instance has indexed when it wrote them: those of before the upgrade, and what older instances
 * write while a cluster is upgraded. Some hundred a transaction; several instances may work at it at once.
 */
export const createNameIndexing = (store: Pick<Store, "transaction">, logger: Logger): DueWork =>
  createDueWork(
    "name-indexing",
    () => store.transaction(({ indexSomeNames }) => indexSomeNames()),
    (error) => logger.warn("indexing names for the search stopped; housekeeping goes on with it", { error }),
  );
