import type { NewEvent } from "@newfeed/shared/contracts/events.ts";
import { asUserId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import type { CaseState, ModerationReason, ModerationTargetType } from "@newfeed/shared/contracts/moderation.ts";
import { beginJob, type Job } from "@newfeed/shared/jobs/job.ts";
import type { DueRow, TimedJob } from "@newfeed/shared/jobs/timed-jobs.ts";
import { transact } from "@newfeed/shared/outbox/transact.ts";
import type { Database, Query, Transaction } from "@newfeed/shared/ports/database.ts";
import type { Window } from "@newfeed/shared/store/cursors.ts";
import { v7 as uuidv7 } from "uuid";
import { forgetQuestions } from "../classifier/question-store.ts";
import { resolveReports } from "../reports/resolving-store.ts";
import { saveReport } from "../reports/store.ts";
import { judgeFlags, type StoredRule, saveFlag } from "../rules/store.ts";
import { iso, type Subject, standingOf, type Written } from "./case.ts";
import { eventsOf, type Flagged } from "./events.ts";
import { isDecision, type Step, standingAfter, unopened } from "./standing.ts";
import * as sql from "./statements.ts";

export type { StoredCase, StoredEntry } from "./statements.ts";

type StoredCase = sql.StoredCase;

/** What may be done to cases within one transaction. Locks are taken in this order: case, suspension of its author. */
export function caseOperationsOn(transaction: Transaction) {
  const { query, enqueue } = transaction;

  /** Publishes what is in force against an author, if that has changed. */
  async function settleSuspension(authorId: UserId): Promise<void> {
    const [[was], [now]] = await Promise.all([query(sql.lockSuspension, { userId: authorId }), query(sql.findSuspending, { authorId })]);
    if (!was) throw new Error("locking a suspension gave no row");
    const next = { caseId: now?.id ?? null, reason: now?.reason ?? null, until: now?.until ?? null };
    if (was.caseId === next.caseId && was.reason === next.reason && was.until?.getTime() === next.until?.getTime()) return;
    const [saved] = await query(sql.saveSuspension, { userId: authorId, ...next });
    const aggregate = { id: authorId, revision: saved?.revision ?? 0 };
    const event: NewEvent =
      next.reason === null
        ? { type: "user.unsuspended", aggregate, actorId: null, data: { userId: authorId } }
        : { type: "user.suspended", aggregate, actorId: null, data: { userId: authorId, caseId: next.caseId, reason: next.reason, until: iso(next.until) } };
    await enqueue(event);
  }

  const operations = {
    async lock(id: string): Promise<StoredCase | undefined> {
      const [found] = await query(sql.lockCase, { id });
      return found;
    },
    /** The case of a subject, made if there is none, locked. */
    async lockCaseOf({ target: { type: targetType, id: targetId }, authorId, postId }: Omit<Subject, "content">): Promise<StoredCase> {
      await query(sql.insertCase, { id: uuidv7(), targetType, targetId, postId, authorId });
      const [found] = await query(sql.lockCaseOf, { targetType, targetId });
      if (!found) throw new Error("a case went although cases never go");
      return found;
    },
    async noteContent(id: string, content: string, reason: ModerationReason | null, counted: { reports: number; flags: number }): Promise<void> {
      await query(sql.noteContent, { id, content, reason, ...counted });
    },
    /**
     * Takes a step of a locked case: what it changes, its entry in the audit and its event go together. Gives the case as it is then, the
     * same where nothing changes. Throws `conflict` for a step that may not be taken.
     */
    async take(stored: StoredCase, step: Step, flagged: Flagged = { source: "report", reason: "other" }): Promise<StoredCase> {
      const before = standingOf(stored);
      const createdAt = new Date();
      const after = standingAfter(stored.revision === 0 ? unopened : before, step, createdAt);
      if (after === before) return stored;
      const id = uuidv7();
      const { appeal: appealState, ...standing } = after;
      const undoable = isDecision(step.type) ? id : null;
      const [saved] = await query(sql.saveStanding, { id: stored.id, ...standing, appealState, undoable });
      if (!saved) throw new Error("a case went although it was locked");
      await query(sql.insertEntry, {
        id,
        caseId: stored.id,
        step: step.type,
        actorId: "by" in step ? step.by : null,
        before: stored.revision === 0 ? null : JSON.stringify(before),
        after: JSON.stringify(after),
        revision: saved.revision,
        createdAt,
      });
      const target = { type: stored.targetType, id: stored.targetId };
      await enqueue(...eventsOf({ id: stored.id, target, authorId: stored.authorId, revision: saved.revision, before, after }, step, flagged));
      if (before.action === "suspend" || after.action === "suspend") await settleSuspension(stored.authorId);
      if (step.type === "approve" || step.type === "reject") await judgeFlags(query, stored.id, step.type === "reject");
      if (after.state === "approved" || after.state === "rejected") await beginJob(resolveReports, stored.id, transaction);
      return saved;
    },
    /** Under the case's lock. Gives the report that there is, and whether it is new. */
    saveReport: (report: Parameters<typeof saveReport>[1]) => saveReport(query, report),
    async entry(id: string) {
      const [found] = await query(sql.findEntry, { id });
      return found;
    },
    async saveAppeal(id: string, text: string): Promise<void> {
      await query(sql.saveAppeal, { id, text });
    },
    async forgetContent(id: string): Promise<void> {
      await query(sql.forgetContent, { id });
    },
    /** Notes what rules found in a subject; its case opens, unless they have found the same before. That of what waits for a moderator opens anyway. */
    async flag(subject: Subject & Pick<Written, "waits">, found: readonly { rule: StoredRule; detail: string }[]): Promise<void> {
      const stored = await operations.lockCaseOf(subject);
      const fresh: StoredRule[] = [];
      for (const { rule, detail } of found) if (await saveFlag(query, stored.id, rule, detail)) fresh.push(rule);
      for (const { reason } of fresh) await operations.noteContent(stored.id, subject.content, reason, { reports: 0, flags: 1 });
      const [first] = fresh;
      if (subject.waits) await operations.noteContent(stored.id, subject.content, null, { reports: 0, flags: 0 });
      else if (!first) return;
      const step: Step = subject.waits ? { type: "hold" } : { type: "flag", hide: fresh.some(({ hide }) => hide) };
      const flagged: Flagged = first
        ? { source: ["obscenity", "classifier"].includes(first.kind) ? "classifier" : "rule", reason: first.reason }
        : { source: "trust", reason: "other" };
      await operations.take(stored, step, flagged);
    },
  };
  return operations;
}
export type CaseOperations = ReturnType<typeof caseOperationsOn>;

/** What it said is gone; there is still something to decide about who wrote it. */
export async function noteTargetsDeleted(query: Query, targetType: ModerationTargetType, targetIds: readonly string[]): Promise<void> {
  await forgetQuestions(query, targetType, targetIds);
  await query(sql.noteTargetsDeleted, { targetType, targetIds });
}

/** Closes the cases of a deleted user, and forgets what they wrote. */
export const closeCasesOf: Job<Transaction> = {
  name: "close-cases-of-user",
  async batch(subject, after, limit, transaction) {
    const rows = await transaction.query(sql.listCasesOf, { authorId: asUserId(subject), after, limit });
    const operations = caseOperationsOn(transaction);
    for (const { id } of rows) {
      const found = await operations.lock(id);
      if (found) await operations.take(found, { type: "close" });
      await operations.forgetContent(id);
    }
    return { rows: rows.length, next: rows.length < limit ? null : (rows.at(-1)?.id ?? null) };
  },
};

/** Ends what is in force until a time that has come. */
export const ending: TimedJob = {
  name: "end-moderation",
  due: (query: Query, after: DueRow | null, limit: number) =>
    query(sql.findEnding, { afterAt: after?.at ?? "-infinity", afterId: after?.id ?? "00000000-0000-0000-0000-000000000000", limit }),
  async run(rows, transaction) {
    const operations = caseOperationsOn(transaction);
    for (const stored of await transaction.query(sql.lockEnded, { ids: rows.map(({ id }) => id) })) await operations.take(stored, { type: "end" });
  },
};

/** Cases in moderation-service's database. */
export function createCaseStore(database: Database, wake: () => void) {
  const { query } = database;
  return {
    transaction: <T>(work: (operations: CaseOperations) => Promise<T>): Promise<T> =>
      transact(database, wake, (transaction) => work(caseOperationsOn(transaction))),
    async find(id: string): Promise<StoredCase | undefined> {
      const [found] = await query(sql.findCase, { id });
      return found;
    },
    list: (state: CaseState, type: ModerationTargetType | undefined, window: Window): Promise<StoredCase[]> =>
      type ? sql.listCasesByType(query, window, { state, type }) : sql.listCases(query, window, { state }),
    /** The case whose suspension of a user lasts longest; undefined where none is in force. */
    async suspending(authorId: UserId): Promise<string | undefined> {
      const [row] = await query(sql.findSuspending, { authorId });
      return row?.id;
    },
    async figures() {
      const [row] = await query(sql.findFigures);
      if (!row) throw new Error("counting gave no row");
      return row;
    },
    /** The newest of an author, some twenty. */
    latestOf: (authorId: UserId): Promise<StoredCase[]> => query(sql.latestCasesOf, { authorId }),
    entriesOf: (caseId: string): Promise<sql.StoredEntry[]> => query(sql.latestEntriesOf, { caseId }),
    entries: (window: Pick<Window, "before" | "after" | "take" | "skip">): Promise<sql.StoredEntry[]> => sql.listEntries(query, window, {}),
  };
}
export type CaseStore = ReturnType<typeof createCaseStore>;
