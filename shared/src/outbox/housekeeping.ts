import { runJob } from "../ports/context.ts";
import type { Query } from "../ports/database.ts";
import type { Logger } from "../ports/logger.ts";
import { statement } from "../ports/statement.ts";

const everyMs = 10 * 60_000;

/**
 * What the plumbing keeps, and for how long: sent events for reconciliation, consumed ids longer than any may come back,
 * and as long as its dead letter an id whose event did not take effect. Dead letters hold personal data.
 */
const deletions = [
  "DELETE FROM newfeed.dead_letter WHERE failed_at < now() - interval '30 days'",
  "DELETE FROM newfeed.outbox WHERE sent_at < now() - interval '24 hours'",
  `DELETE FROM newfeed.consumed_event WHERE consumed_at < now() - interval '7 days'
   AND NOT EXISTS (SELECT FROM newfeed.dead_letter WHERE dead_letter.event_id = consumed_event.event_id)`,
  "DELETE FROM newfeed.idempotency_key WHERE created_at < now() - interval '24 hours'",
].map((sql) => statement({ sql, plan: "each time" }));

/** Deletes what the plumbing need not keep any longer. */
export async function cleanUp(query: Query): Promise<void> {
  for (const deletion of deletions) await query(deletion);
}

/** Runs the plumbing's deletions, and the service's own, every ten minutes. */
export function startHousekeeping(query: Query, logger: Logger, own: readonly (() => Promise<unknown>)[] = []): { close(): Promise<void> } {
  let running: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    running = runJob("housekeeping", async () => {
      for (const job of [() => cleanUp(query), ...own]) await job();
    }).catch((error: unknown) => logger.warn("housekeeping failed; it runs again later", { error }));
  }, everyMs);
  return {
    async close() {
      clearInterval(timer);
      await running;
    },
  };
}
