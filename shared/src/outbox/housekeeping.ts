import { runJob } from "../ports/context.ts";
import type { Query } from "../ports/database.ts";
import type { Logger } from "../ports/logger.ts";

const everyMs = 10 * 60_000;

/** What the plumbing keeps, and for how long: sent events for reconciliation, consumed ids longer than any may come back. */
const statements = [
  "DELETE FROM newfeed.outbox WHERE sent_at < now() - interval '24 hours'",
  "DELETE FROM newfeed.consumed_event WHERE consumed_at < now() - interval '7 days'",
  "DELETE FROM newfeed.idempotency_key WHERE created_at < now() - interval '24 hours'",
];

/** Runs the plumbing's deletions, and the service's own, every ten minutes. */
export function startHousekeeping(query: Query, logger: Logger, own: readonly (() => Promise<unknown>)[] = []): { close(): Promise<void> } {
  let running: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    running = runJob("housekeeping", async () => {
      for (const job of [...statements.map((statement) => () => query(statement)), ...own]) await job();
    }).catch((error: unknown) => logger.warn("housekeeping failed; it runs again later", { error }));
  }, everyMs);
  return {
    async close() {
      clearInterval(timer);
      await running;
    },
  };
}
