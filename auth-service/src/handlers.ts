import { defineHandlers } from "@newfeed/shared/outbox/handlers.ts";
import { preferLanguage, renameAccount } from "./store.ts";

/** What auth-service does when events of other services arrive. */
export const handlers = defineHandlers("auth-service", {
  "user.preferences_changed": ({ aggregate, data }, { query }) => preferLanguage(query, data.userId, data.language, aggregate.revision),
  "user.updated": ({ aggregate, data }, { query }) => renameAccount(query, data.user.id, data.user.fullName, aggregate.revision),
});
