import { isDeletion } from "@newfeed/shared/contracts/events.ts";
import { scheduleJobs } from "@newfeed/shared/jobs/job.ts";
import { defineHandlers, together } from "@newfeed/shared/outbox/handlers.ts";
import { jobs } from "./jobs.ts";
import { operationsOn } from "./store.ts";

/**
 * Accounts come and go. A whole batch at a time, so that it locks profiles in one order; registrations first: whichever
 * of a registration and a deletion comes first, a tombstone is left.
 */
export const handlers = defineHandlers(
  "user-service",
  {
    "user.registered": together<"user.registered">((events, transaction) =>
      operationsOn(transaction).insertProfiles(
        events.map(({ data: { user }, occurredAt }) => ({ id: user.id, username: user.username, fullName: user.fullName, createdAt: occurredAt })),
      ),
    ),
    "user.deleted": together<"user.deleted">(async (events, transaction) => {
      const ids = events.map(({ data }) => data.userId);
      await operationsOn(transaction).removeUsers(ids);
      // Not even the first batch at once: it would lock profiles out of their order.
      for (const { name } of jobs) await scheduleJobs(transaction.query, name, ids);
    }),
  },
  async ({ fresh }, transaction, handle) => {
    const events = await fresh;
    await handle([...events.filter(({ type }) => !isDeletion(type)), ...events.filter(({ type }) => isDeletion(type))], transaction);
  },
);
