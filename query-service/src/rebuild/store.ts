import type { HandleBatch } from "@newfeed/shared/outbox/handlers.ts";
import { currentCorrelationId } from "@newfeed/shared/ports/context.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import type { HandlerTransaction } from "@newfeed/shared/ports/service.ts";
import * as sql from "./statements.ts";

/** The job of the one rebuild that there can be. */
export const rebuildJobName = "rebuild";
const ofTheRebuild = { name: rebuildJobName, subject: "read models" };

/** Works on the copy. */
export async function inCopy<T>(query: Query, work: () => Promise<T>): Promise<T> {
  void query(sql.useCopy);
  const result = await work();
  void query(sql.useLive);
  return result;
}

/** What the copy is called beside others; undefined when there is none. It is there until the transaction ends. */
export async function nameOfCopy(query: Query): Promise<string | undefined> {
  const [row] = await query(sql.findCopyStart);
  return row && String(row.startedAt.getTime());
}

/** An event handler's transaction, in which read models change. */
export interface ReadModelTransaction extends HandlerTransaction {
  /** Does the same to the live read models and to the copy, if one is being built. `work` writes nothing else. */
  onEachCopy(work: () => Promise<void>): Promise<void>;
}

/** Has the handlers of a batch write to the copy too. */
export const onEachCopy: HandleBatch<ReadModelTransaction> = async ({ fresh }, transaction, handle) => {
  const { query } = transaction;
  await handle(await fresh, {
    ...transaction,
    async onEachCopy(work) {
      // Goes along with the first statement of the work.
      const asked = query(sql.findCopy);
      await work();
      const [copy] = await asked;
      if (copy?.exists) await inCopy(query, work);
    },
  });
};

/** What a batch of the rebuild's job does in its transaction. */
export const rebuildOperationsOn = (query: Query) => ({
  /** Another connection may take long meanwhile. */
  async waitForStep(): Promise<void> {
    await query(sql.waitForStep);
  },
  /** Takes rows into the copy. Gives false when there is none any more. */
  async takeIn(rows: number, work: () => Promise<void>): Promise<boolean> {
    const [copy] = await query(sql.findCopy);
    if (!copy?.exists) return false;
    await inCopy(query, work);
    await query(sql.countRows, { rows });
    return true;
  },
});

export interface RebuildState {
  startedAt: Date;
  finishedAt: Date | null;
  /** Taken in so far. */
  rows: number;
}

/** What an operator's command asks of a rebuild, by any process that reaches the database. */
export const createRebuildRequests = (query: Query) => ({
  /** Has the service rebuild its read models. Gives false when it is about to. */
  async request(): Promise<boolean> {
    return (await query(sql.request, { ...ofTheRebuild, correlationId: currentCorrelationId() })).length > 0;
  },
  /** Gives how often the step in hand has failed; undefined when no rebuild is under way. */
  async failures(): Promise<number | undefined> {
    const [row] = await query(sql.findRequest, ofTheRebuild);
    return row?.failures;
  },
  /** Waits for the step in hand. Gives false when there is none to be given up. */
  async withdraw(): Promise<boolean> {
    return (await query(sql.removeRequest, ofTheRebuild)).length > 0;
  },
  /** Of the rebuild that runs, or the last one. */
  async state(): Promise<RebuildState | undefined> {
    const [row] = await query(sql.findState);
    return row;
  },
});
