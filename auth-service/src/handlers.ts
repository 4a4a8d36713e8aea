import { defineHandlers } from "@newfeed/shared/outbox/handlers.ts";
import { renameAccount } from "./store.ts";

/** What auth-service does when events of other services arrive. */
export const handlers = defineHandlers("auth-service", {
  "user.updated": ({ aggregate, data }, { query }) => renameAccount(query, data.user.id, data.user.fullName, aggregate.revision),
});
