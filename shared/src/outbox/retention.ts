import type { Database } from "../ports/database.ts";
import { type HousekeepingJob, removal } from "../ports/housekeeping.ts";

const deadLetters = removal({ table: "newfeed.dead_letter", at: "failed_at", after: "30 days" });
const deadLetterSteps = removal({ table: "newfeed.dead_letter_audit", at: "at", after: "365 days" });
const sentEvents = removal({ table: "newfeed.outbox", at: "sent_at", after: "24 hours", where: "sent_at IS NOT NULL" });
const consumedEvents = removal({
  table: "newfeed.consumed_event",
  at: "consumed_at",
  after: "7 days",
  where: "(SELECT true FROM newfeed.dead_letter d WHERE d.event_id = consumed_event.event_id LIMIT 1) IS NULL",
});
const idempotencyKeys = removal({ table: "newfeed.idempotency_key", at: "created_at", after: "24 hours" });
const leases = removal({ table: "newfeed.relay_lease", at: "expires_at", after: "1 day" });

/**
 * What the plumbing keeps, and for how long: sent events for reconciliation, consumed ids longer than any may come back,
 * and as long as its dead letter an id whose event did not take effect. Dead letters hold personal data.
 */
export const plumbingRetention = (database: Pick<Database, "transaction">): HousekeepingJob[] => [
  deadLetters("dead_letters", database),
  deadLetterSteps("dead_letter_audit", database),
  sentEvents("sent_events", database),
  consumedEvents("consumed_events", database),
  idempotencyKeys("idempotency_keys", database),
  leases("leases", database),
];
