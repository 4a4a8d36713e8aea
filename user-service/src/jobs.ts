import { asUserId } from "@newfeed/shared/contracts/ids.ts";
import type { Job } from "@newfeed/shared/jobs/job.ts";
import type { Transaction } from "@newfeed/shared/ports/database.ts";
import { approved } from "./follows.ts";
import { operationsOn } from "./store.ts";

/**
 * They end the follows, requests and blocks of a deleted user, and correct the counts of others, some hundred in a transaction: it locks
 * as many profiles. Until then no list shows them. There is no event for each: the deletion says it.
 */
export const removalJobs = (["follows", "followers", "requests", "requested", "blocks", "blockers", "mutes", "muters"] as const).map(
  (which): Job<Transaction> => ({
    name: `end-${which}`,
    batch: (subject, after, limit, transaction) => operationsOn(transaction).endNext(which, asUserId(subject), after, limit),
  }),
);

/** Approves all who ask to follow a user whose account is no longer private; of one that is private again, no more. */
export const approveAll: Job<Transaction> = {
  name: "approve-follow-requests",
  async batch(subject, after, limit, transaction) {
    const userId = asUserId(subject);
    const operations = operationsOn(transaction);
    const { followers, batch } = await operations.nextRequests(userId, after, limit);
    const profiles = await operations.lockProfiles([userId, ...followers]);
    if (!profiles.has(userId) || (await operations.findPreferences(userId))?.privateAccount) return { rows: 0, next: null };
    for (const followerId of followers) {
      const follower = profiles.get(followerId);
      if (follower) await operations.enqueue(...(await approved(operations, follower.author, userId)));
    }
    return batch;
  },
};

export const jobs: readonly Job<Transaction>[] = [...removalJobs, approveAll];
