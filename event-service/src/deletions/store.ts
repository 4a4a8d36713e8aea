import type { EventOf } from "@newfeed/shared/contracts/events.ts";
import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import type { TimedJob } from "@newfeed/shared/jobs/timed-jobs.ts";
import type { Database, Transaction } from "@newfeed/shared/ports/database.ts";
import type { HousekeepingJob } from "@newfeed/shared/ports/housekeeping.ts";
import type { Logger } from "@newfeed/shared/ports/logger.ts";
import type { Sample } from "@newfeed/shared/ports/metrics.ts";
import type { Window } from "@newfeed/shared/store/cursors.ts";
import * as sql from "./statements.ts";

export type { DeletionRow } from "./statements.ts";
export type Deletion = EventOf<"user.deleted">;
export type Report = EventOf<"account.data_removed">;

/**
 * Notes deletions that have begun, and reports of services, in whatever order they come. Says in an event of each which deletions have come
 * to their end with that.
 */
export async function noteProgress(
  { query, enqueue }: Pick<Transaction, "query" | "enqueue">,
  deletions: readonly Deletion[],
  reports: readonly Report[],
  holders: readonly string[],
): Promise<void> {
  const learnt = Map.groupBy([...deletions, ...reports], ({ data }) => data.userId);
  const ids = [...learnt.keys()];
  if (ids.length === 0) return;
  const reportsOf = (id: UserId): sql.Reports =>
    Object.fromEntries(
      reports
        .filter(({ data }) => data.userId === id)
        .map(({ data, occurredAt }) => [data.service, { at: occurredAt, removed: Object.fromEntries(data.removed.map(({ by, rows }) => [by, rows])) }]),
    );
  void query(sql.noteProgress, {
    ids,
    at: ids.map(
      (id) =>
        learnt
          .get(id)
          ?.map(({ occurredAt }) => occurredAt)
          .sort()[0] ?? new Date(),
    ),
    reports: ids.map((id) => JSON.stringify(reportsOf(id))),
    begun: deletions.map(({ data }) => data.userId),
    waitsFor: holders,
  });
  for (const { id } of await query(sql.complete, { ids })) {
    const revision = learnt.get(id)?.[0]?.aggregate.revision ?? 1;
    await enqueue({ type: "account.deletion_completed", aggregate: { id, revision }, actorId: null, data: { userId: id } });
  }
}

/** The services that are waited for. */
const missingOf = ({ waitsFor, reports }: Pick<sql.DeletionRow, "waitsFor" | "reports">): string[] =>
  waitsFor.filter((service) => !Object.hasOwn(reports, service));

/** Deletions of accounts in event-service's database. */
export const createDeletionStore = (database: Pick<Database, "query" | "transaction">) => ({
  /** Newest first. */
  list: (which: "all" | "running", window: Window): Promise<sql.DeletionRow[]> => sql.listDeletions[which](database.query, window, {}),
  async samples(): Promise<Sample[]> {
    const [counted] = await database.query(sql.countRunning);
    return [
      { gauge: "newfeed_account_deletions_running", labels: {}, value: counted?.running ?? 0 },
      { gauge: "newfeed_account_deletions_late", labels: {}, value: counted?.late ?? 0 },
    ];
  },
  retention(days: number): HousekeepingJob[] {
    const before = () => new Date(Date.now() - days * 24 * 3_600_000);
    return [{ name: "ended_account_deletions", runSome: async () => (await database.query(sql.removeOld, { before: before() })).length }];
  },
});
export type DeletionStore = ReturnType<typeof createDeletionStore>;

/** Raises an alert, once, for a deletion that has not ended for an hour: which services have not said that nothing is left there. */
export const alertOfLate = (logger: Pick<Logger, "error">): TimedJob => ({
  name: "late account deletions",
  due: (query, after) => query(sql.findLate, { afterAt: after?.at ?? new Date(0), afterId: after?.id ?? "00000000-0000-0000-0000-000000000000" }),
  async run(rows, { query }) {
    for (const { id, begunAt, ...progress } of await query(sql.noteAlerts, { ids: rows.map(({ id }) => id) }))
      logger.error("the deletion of an account has not ended after an hour", { accountId: id, begunAt: begunAt.toISOString(), missing: missingOf(progress) });
  },
});
