import { asUserId } from "@newfeed/shared/contracts/ids.ts";
import type { Job } from "@newfeed/shared/jobs/job.ts";
import type { HandlerTransaction } from "@newfeed/shared/ports/service.ts";
import { operationsOn, removalOfOwner } from "./store.ts";

/** Removes the uploads of a deleted user, with an event for each. `wakeRemovals` is called after a commit that made files due for removal. */
export const createMediaOfUser = (wakeRemovals: () => void): Job => ({
  name: removalOfOwner,
  async batch(subject, after, limit, transaction: HandlerTransaction) {
    const batch = await operationsOn(transaction).removeOfOwner(asUserId(subject), after, limit);
    if (batch.rows > 0) transaction.afterCommit(wakeRemovals);
    return batch;
  },
});
