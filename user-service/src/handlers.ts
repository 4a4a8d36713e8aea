import { isDeletion } from "@newfeed/shared/contracts/events.ts";
import { defineHandlers, together } from "@newfeed/shared/outbox/handlers.ts";
import type { HandleEvents } from "@newfeed/shared/ports/service.ts";
import { removeUsers } from "./account-deletion.ts";
import { insertProfiles } from "./profile-rows.ts";

/**
 * Accounts come and go. A whole batch at a time, so that it locks profiles in one order; registrations first: whichever
 * of a registration and a deletion comes first, a tombstone is left. `departed` is called after the commit of a deletion.
 */
export const createHandlers = (departed: () => void): HandleEvents =>
  defineHandlers(
    "user-service",
    {
      "user.registered": together<"user.registered">((events, { query }) =>
        insertProfiles(
          query,
          events.map(({ data: { user }, occurredAt }) => ({ id: user.id, username: user.username, fullName: user.fullName, createdAt: occurredAt })),
        ),
      ),
      "user.deleted": together<"user.deleted">(async (events, { query, afterCommit }) => {
        await removeUsers(events, query);
        afterCommit(departed);
      }),
    },
    async ({ fresh }, transaction, handle) => {
      const events = await fresh;
      await handle([...events.filter(({ type }) => !isDeletion(type)), ...events.filter(({ type }) => isDeletion(type))], transaction);
    },
  );
