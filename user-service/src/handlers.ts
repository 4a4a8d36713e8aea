import { type Event, type EventOf, isDeletion } from "@newfeed/shared/contracts/events.ts";
import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import { scheduleJobs } from "@newfeed/shared/jobs/job.ts";
import { defineHandlers, together } from "@newfeed/shared/outbox/handlers.ts";
import type { HandlerTransaction } from "@newfeed/shared/ports/service.ts";
import { removalJobs } from "./jobs.ts";
import { operationsOn } from "./store.ts";

const suspension = (event: EventOf<"user.suspended" | "user.unsuspended">, transaction: HandlerTransaction) => operationsOn(transaction).saveSuspension(event);

/**
 * Accounts come and go. A whole batch at a time, so that it locks profiles in one order; registrations first: whichever
 * of a registration and a deletion comes first, a tombstone is left. Names follow the issuer's in between, under the locks of all.
 */
export const handlers = defineHandlers(
  "user-service",
  {
    "user.registered": together<"user.registered">((events, transaction) =>
      operationsOn(transaction).insertProfiles(
        events.map(({ data: { user }, occurredAt }) => ({ id: user.id, username: user.username, fullName: user.fullName, createdAt: occurredAt })),
      ),
    ),
    "user.renamed_elsewhere": together<"user.renamed_elsewhere">(async (events, transaction) => {
      const operations = operationsOn(transaction);
      for (const { revision, headerUrl, ...user } of await operations.renameProfiles(new Map(events.map(({ data }) => [data.userId, data.fullName]))))
        await operations.enqueue({ type: "user.updated", aggregate: { id: user.id, revision }, actorId: user.id, data: { user, headerUrl } });
    }),
    "user.suspended": suspension,
    "user.unsuspended": suspension,
    "user.deleted": together<"user.deleted">(async (events, transaction) => {
      const ids = events.map(({ data }) => data.userId);
      await operationsOn(transaction).removeUsers(ids);
      // Not even the first batch at once: it would lock profiles out of their order.
      for (const { name } of removalJobs) await scheduleJobs(transaction.query, name, ids);
    }),
  },
  async ({ fresh }, transaction, handle) => {
    const events = await fresh;
    const [others, deletions] = [events.filter(({ type }) => !isDeletion(type)), events.filter(({ type }) => isDeletion(type))];
    const isRenaming = ({ type }: Event) => type === "user.renamed_elsewhere";
    const renamings = others.filter(isRenaming);
    await handle(
      others.filter((event) => !isRenaming(event)),
      transaction,
    );
    const toLock = [...renamings, ...deletions].map(({ aggregate }) => aggregate.id as UserId);
    if (renamings.length > 0) await operationsOn(transaction).lockProfiles(toLock);
    await handle([...renamings, ...deletions], transaction);
  },
);
