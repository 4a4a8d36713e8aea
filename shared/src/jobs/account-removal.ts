import { AsyncLocalStorage } from "node:async_hooks";
import { asUserId } from "../contracts/ids.ts";
import { type ServiceName, serviceTable } from "../contracts/services.ts";
import { int4, jsonb, text } from "../ports/columns.ts";
import { runInContext } from "../ports/context.ts";
import type { Database } from "../ports/database.ts";
import type { HandleEvents } from "../ports/service.ts";
import { statement } from "../ports/statement.ts";
import { enqueueBulk } from "./bulk-events.ts";
import { schedulesJobs } from "./wake-after-commit.ts";

/** Rows that were removed of an account, by what removed them. */
type Removed = Record<string, number>;

const reportsAtOnce = 20;

/** What has been removed by batches that left nothing to a job, by account. */
const removedAtOnce = new AsyncLocalStorage<Map<string, Removed>>();

/** Notes rows that a batch removed of what belonged to an account, where no job is left that would. Does nothing but in the handling of its deletion. */
export function noteRemoved(accountId: string, by: string, rows: number): void {
  const accounts = removedAtOnce.getStore();
  if (!accounts || rows === 0) return;
  const removed = accounts.get(accountId) ?? {};
  removed[by] = (removed[by] ?? 0) + rows;
  accounts.set(accountId, removed);
}

const begin = schedulesJobs(
  statement({
    parameters: { accountId: text, revision: int4, correlationId: text, removed: jsonb<Removed>() },
    sql: ({ accountId, revision, correlationId, removed }) =>
      `INSERT INTO newfeed.account_removal (account_id, revision, correlation_id, removed) VALUES (${accountId}, ${revision}, ${correlationId}, ${removed})
       ON CONFLICT (account_id) DO NOTHING`,
  }),
);

/**
 * The same event handlers, behind which a service that holds data of accounts notes those whose deletion it has handled, in the same
 * transaction: no service, and no handler, can forget to report.
 */
export function notingRemovals(service: ServiceName, handleEvents: HandleEvents): HandleEvents {
  if (!serviceTable[service].accountDeletion) return handleEvents;
  return async (arrived, transaction) => {
    const removed = new Map<string, Removed>();
    await removedAtOnce.run(removed, () => handleEvents(arrived, transaction));
    for (const event of await arrived.fresh)
      if (event.type === "user.deleted") {
        const { userId: accountId } = event.data;
        const { revision } = event.aggregate;
        await transaction.query(begin, { accountId, revision, correlationId: event.correlationId, removed: JSON.stringify(removed.get(accountId) ?? {}) });
      }
  };
}

/** Those of which no job is left, the oldest first. Two indexes are looked into for each. */
const takeDone = statement({
  parameters: { limit: int4 },
  row: { accountId: text, revision: int4, correlationId: text, removed: jsonb<Removed>() },
  sql: ({ limit }) =>
    `DELETE FROM newfeed.account_removal WHERE account_id = ANY(ARRAY(
       SELECT r.account_id FROM newfeed.account_removal r
       WHERE NOT EXISTS (SELECT FROM newfeed.job j WHERE j.subject = r.account_id) AND NOT EXISTS (SELECT FROM newfeed.job j WHERE j.account_id = r.account_id)
       ORDER BY r.begun_at, r.account_id LIMIT ${limit} FOR UPDATE OF r SKIP LOCKED))
     RETURNING account_id, revision, correlation_id, removed`,
  plan: "each time",
});

/**
 * Says of accounts, in an event of each, that nothing of them is left in this database: behind the events of the jobs that removed it.
 * Gives how many there were.
 */
export async function reportRemovals(database: Pick<Database, "transaction">, service: ServiceName): Promise<number> {
  return database.transaction(async (query) => {
    const done = await query(takeDone, { limit: reportsAtOnce });
    for (const { accountId, revision, correlationId, removed } of done)
      await runInContext({ correlationId }, () =>
        enqueueBulk(query, [
          {
            type: "account.data_removed",
            aggregate: { id: accountId, revision },
            actorId: null,
            data: { userId: asUserId(accountId), service, removed: Object.entries(removed).map(([by, rows]) => ({ by, rows })) },
          },
        ]),
      );
    return done.length;
  });
}
