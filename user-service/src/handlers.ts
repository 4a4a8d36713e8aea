import { isDeletion } from "@newfeed/shared/contracts/events.ts";
import { defineHandlers, together } from "@newfeed/shared/outbox/handlers.ts";
import type { HandleEvents } from "@newfeed/shared/ports/service.ts";
import { operationsOn } from "./store.ts";

/**
 * Accounts come and go. A whole batch at a time, so that it locks profiles in one order; registrations first: whichever
 * of a registration and a deletion comes first, a tombstone is left. `usersDeleted` is called after the commit of a deletion.
 */
export const createHandlers = (usersDeleted: () => void): HandleEvents =>
  defineHandlers(
    "user-service",
    {
      "user.registered": together<"user.registered">((events, transaction) =>
        operationsOn(transaction).insertProfiles(
          events.map(({ data: { user }, occurredAt }) => ({ id: user.id, username: user.username, fullName: user.fullName, createdAt: occurredAt })),
        ),
      ),
      "user.deleted": together<"user.deleted">(async (events, transaction) => {
        await operationsOn(transaction).removeUsers(events.map(({ data }) => data.userId));
        transaction.afterCommit(usersDeleted);
      }),
    },
    async ({ fresh }, transaction, handle) => {
      const events = await fresh;
      await handle([...events.filter(({ type }) => !isDeletion(type)), ...events.filter(({ type }) => isDeletion(type))], transaction);
    },
  );
