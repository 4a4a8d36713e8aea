import { defineHandlers } from "@newfeed/shared/outbox/handlers.ts";

/** A rename in user-service reaches the account; an older one that comes late changes nothing. */
export const handlers = defineHandlers("auth-service", {
  "user.updated": async ({ aggregate, data }, { query }) => {
    await query("UPDATE account SET full_name = $2, profile_revision = $3, revision = revision + 1 WHERE id = $1 AND profile_revision < $3", [
      aggregate.id,
      data.user.fullName,
      aggregate.revision,
    ]);
  },
});
