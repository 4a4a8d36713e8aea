import { asUserId } from "@newfeed/shared/contracts/ids.ts";
import type { Job } from "@newfeed/shared/jobs/job.ts";
import type { Transaction } from "@newfeed/shared/ports/database.ts";
import { operationsOn } from "./store.ts";

/**
 * They end the follows and blocks of a deleted user, and correct the counts of others, some hundred in a transaction: it locks
 * as many profiles. Until then no list shows them. There is no event for each: the deletion says it.
 */
export const jobs = (["follows", "followers", "blocks", "blockers"] as const).map(
  (which): Job<Transaction> => ({
    name: `end-${which}`,
    batch: (subject, after, limit, transaction) => operationsOn(transaction).endNext(which, asUserId(subject), after, limit),
  }),
);
