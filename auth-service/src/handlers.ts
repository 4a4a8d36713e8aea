import { handleByType } from "@newfeed/shared/outbox/consumer.ts";

/** A rename in user-service reaches the account; an older one that comes late changes nothing. */
export const handlers = handleByType({
  "user.updated": async ({ aggregate, data }, { query }) => {
    await query("UPDATE account SET full_name = $2, profile_revision = $3, revision = revision + 1 WHERE id = $1 AND profile_revision < $3", [
      aggregate.id,
      data.user.fullName,
      aggregate.revision,
    ]);
  },
});
