import type { EventOf } from "@newfeed/shared/contracts/events.ts";
import type { HandleEvents } from "@newfeed/shared/ports/service.ts";
import { removeUsers } from "./account-deletion.ts";
import { insertProfiles } from "./profile-rows.ts";

/**
 * Accounts come and go. A whole batch at a time, so that it locks profiles in one order; registrations first: whichever
 * of a registration and a deletion comes first, a tombstone is left. `departed` is called after the commit of a deletion.
 */
export const createHandlers =
  (departed: () => void): HandleEvents =>
  async ({ fresh }, { query, afterCommit }) => {
    const events = await fresh;
    const registered = events.filter((event): event is EventOf<"user.registered"> => event.type === "user.registered");
    await insertProfiles(
      query,
      registered.map(({ data: { user }, occurredAt }) => ({ id: user.id, username: user.username, fullName: user.fullName, createdAt: occurredAt })),
    );
    const deleted = events.filter((event): event is EventOf<"user.deleted"> => event.type === "user.deleted");
    if (deleted.length === 0) return;
    await removeUsers(deleted, query);
    afterCommit(departed);
  };
