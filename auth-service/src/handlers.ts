import type { EventOf } from "@newfeed/shared/contracts/events.ts";
import { defineHandlers } from "@newfeed/shared/outbox/handlers.ts";
import type { Transaction } from "@newfeed/shared/ports/database.ts";
import { addMail, addressOf, takeFarewell } from "./mails/store.ts";
import { sayFarewell, tellOfWebhook } from "./mails/write.ts";
import { noteEnded } from "./sessions.ts";
import { preferLanguage, renameAccount, suspendAccount } from "./store.ts";

/** Ends all sessions and API tokens of a suspended user, with which their streams close. */
async function applySuspension(event: EventOf<"user.suspended" | "user.unsuspended">, { query, enqueue }: Transaction): Promise<void> {
  const { userId } = event.data;
  const suspension = event.type === "user.suspended" ? event.data : null;
  await noteEnded({ enqueue }, userId, await suspendAccount(query, userId, suspension, event.aggregate.revision));
}

/** What auth-service does when events of other services arrive. */
export const handlers = defineHandlers("auth-service", {
  "account.deletion_completed": async ({ data: { userId } }, { query }) => {
    const farewell = await takeFarewell(query, userId);
    if (farewell) await sayFarewell({ addMail: (mail) => addMail(query, mail) }, farewell);
  },
  "webhook.disabled": async ({ data: { userId, host } }, { query }) => {
    await tellOfWebhook({ addMail: (mail) => addMail(query, mail) }, userId, await addressOf(query, userId), host);
  },
  "user.preferences_changed": ({ aggregate, data }, { query }) => preferLanguage(query, data.userId, data.language, aggregate.revision),
  "user.updated": ({ aggregate, data }, { query }) => renameAccount(query, data.user.id, data.user.fullName, aggregate.revision),
  "user.suspended": applySuspension,
  "user.unsuspended": applySuspension,
});
