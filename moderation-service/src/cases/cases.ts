import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import type { AuditEntry, ModerationCase, ModerationFigures, NamedAuditEntry } from "@newfeed/shared/contracts/moderation-dto.ts";
import type { Page, PageQuery } from "@newfeed/shared/contracts/primitives.ts";
import type { CaseQuery, DecideCases, ModerationCaseDetails } from "@newfeed/shared/contracts/routes/moderation.ts";
import { requireAdministrator, requireModerator, type Viewer } from "@newfeed/shared/ports/call.ts";
import { pageFrom, windowOf } from "@newfeed/shared/store/cursors.ts";
import type { ReportStore } from "../reports/store.ts";
import type { RuleStore } from "../rules/store.ts";
import type { ServiceClients } from "../service-clients.ts";
import { standingOf } from "./case.ts";
import type { Step } from "./standing.ts";
import type { CaseStore, StoredCase, StoredEntry } from "./store.ts";

export interface Moderation {
  cases: CaseStore;
  reports: Pick<ReportStore, "latestOf">;
  rules: Pick<RuleStore, "flagsOf">;
  clients: Pick<ServiceClients, "isAdministrator" | "authors">;
}

type Authors = Awaited<ReturnType<ServiceClients["authors"]>>;

const toCase = (stored: StoredCase, authors: Authors): ModerationCase => ({
  ...standingOf(stored),
  id: stored.id,
  target: { type: stored.targetType, id: stored.targetId },
  postId: stored.postId,
  authorId: stored.authorId,
  author: authors.get(stored.authorId) ?? null,
  content: stored.content,
  reasons: stored.reasons,
  reports: stored.reports,
  flags: stored.flags,
  appealText: stored.appeal,
  targetDeleted: stored.targetDeleted,
  createdAt: stored.createdAt.toISOString(),
  updatedAt: stored.updatedAt.toISOString(),
  revision: stored.revision,
});
const toEntry = ({ createdAt, ...entry }: StoredEntry): AuditEntry => ({ ...entry, createdAt: createdAt.toISOString() });

const keyOf = ({ createdAt, id }: { createdAt: Date; id: string }) => ({ at: createdAt, id });

/** Cases of a state, the newest first. Throws `forbidden`. */
export async function listCases({ cases, clients }: Moderation, moderator: Viewer, { state, type, ...query }: CaseQuery): Promise<Page<ModerationCase>> {
  const window = windowOf(query);
  requireModerator(moderator);
  const rows = await cases.list(state, type, window);
  const authors = await clients.authors(rows.map(({ authorId }) => authorId));
  return pageFrom(rows, window, keyOf, (row) => toCase(row, authors));
}

/** Throws `forbidden`, `not_found`. */
export async function getCase({ cases, reports, rules, clients }: Moderation, moderator: Viewer, id: string): Promise<ModerationCaseDetails> {
  requireModerator(moderator);
  const found = await cases.find(id);
  if (!found) throw new Problem("not_found");
  const [latestReports, flags, entries, ofAuthor] = await Promise.all([
    reports.latestOf(id),
    rules.flagsOf(id),
    cases.entriesOf(id),
    cases.latestOf(found.authorId),
  ]);
  const authors = await clients.authors([found.authorId, ...latestReports.map(({ reporterId }) => reporterId)]);
  return {
    ...toCase(found, authors),
    latestReports: latestReports.map(({ id, reporterId, reason, note, createdAt }) => ({
      id,
      reporterId,
      reporter: authors.get(reporterId) ?? null,
      reason,
      note,
      createdAt: createdAt.toISOString(),
    })),
    foundBy: flags.map((flag) => ({ ...flag, createdAt: flag.createdAt.toISOString() })),
    audit: entries.map(toEntry),
    history: ofAuthor.filter((other) => other.id !== id).map((other) => toCase(other, authors)),
  };
}

/** A step that a moderator takes. `revision`: as they saw the case; null where that does not matter. */
interface Taken {
  id: string;
  revision: number | null;
  step: Step | ((stored: StoredCase, decided: StoredEntry | undefined) => Step);
}

/** Nobody decides about themselves, and only administrators about administrators. Throws `forbidden`. */
async function requireMayActOn({ clients }: Pick<Moderation, "clients">, moderator: Viewer, { authorId, state }: StoredCase): Promise<void> {
  if (authorId === moderator.userId) throw new Problem("forbidden", { message: "This case is about you." });
  if (moderator.roles.includes("admin")) return;
  if (state === "escalated") throw new Problem("forbidden", { message: "Administrators decide this case." });
  if (await clients.isAdministrator(authorId)) throw new Problem("forbidden", { message: "Administrators decide about administrators." });
}

/** Takes a moderator's step. Throws `forbidden`, `not_found`, and `conflict` for a case that is not as they saw it. */
export async function takeStep(from: Moderation, moderator: Viewer, { id, revision, step }: Taken): Promise<ModerationCase> {
  requireModerator(moderator);
  const seen = await from.cases.find(id);
  if (!seen) throw new Problem("not_found");
  // Asked before anything is locked.
  await requireMayActOn(from, moderator, seen);
  const stored = await from.cases.transaction(async (operations) => {
    const found = await operations.lock(id);
    if (!found) throw new Problem("not_found");
    if (revision !== null && found.revision !== revision) throw new Problem("conflict", { message: "This case has changed. Look at it again." });
    if (found.state === "escalated" && !moderator.roles.includes("admin")) throw new Problem("forbidden", { message: "Administrators decide this case." });
    const decided = found.undoable ? await operations.entry(found.undoable) : undefined;
    return operations.take(found, typeof step === "function" ? step(found, decided) : step);
  });
  return toCase(stored, await from.clients.authors([stored.authorId]));
}

/** Takes a decision back, the moderator's own or, as an administrator, any. */
export const undo = (from: Moderation, moderator: Viewer, id: string, revision: number): Promise<ModerationCase> =>
  takeStep(from, moderator, {
    id,
    revision,
    step(_stored, decided) {
      if (!decided?.before) throw new Problem("conflict", { message: "There is no decision to take back." });
      if (decided.actorId !== moderator.userId && !moderator.roles.includes("admin"))
        throw new Problem("forbidden", { message: "That was another moderator's decision." });
      return { type: "undo", by: moderator.userId, to: decided.before };
    },
  });

const unending = new Set(["delete", "warn"]);

/** How a rejection is meant. Throws `validation_failed` for an end that has passed. */
export function rejection(
  by: UserId,
  {
    action,
    reason,
    until,
  }: { action: Extract<Step, { type: "reject" }>["action"]; reason: Extract<Step, { type: "reject" }>["reason"]; until?: string | undefined },
): Step {
  return { type: "reject", by, action, reason, until: until === undefined || unending.has(action) ? null : new Date(until).toISOString() };
}

/** Decides many cases alike, each by itself: what one is refused for keeps back no other. Throws `forbidden`. */
export async function decideCases(from: Moderation, moderator: Viewer, { cases, decision, action, reason, until }: DecideCases) {
  requireModerator(moderator);
  const by = moderator.userId;
  const step: Step =
    decision === "reject" && action && reason ? rejection(by, { action, reason, until }) : { type: decision === "escalate" ? "escalate" : "approve", by };
  const data: { id: string; decided: boolean; message: string | null }[] = [];
  for (const { id, revision } of cases)
    try {
      await takeStep(from, moderator, { id, revision, step });
      data.push({ id, decided: true, message: null });
    } catch (error) {
      if (!(error instanceof Problem) || error.status >= 500) throw error;
      data.push({ id, decided: false, message: error.publicMessage });
    }
  return { data };
}

/** Has another moderator look at what was done about one's own content. Throws `not_found`, and `conflict` where there is nothing to appeal against. */
export const appeal = ({ cases }: Pick<Moderation, "cases">, authorId: UserId, id: string, text: string): Promise<void> =>
  cases.transaction(async (operations) => {
    const found = await operations.lock(id);
    if (found?.authorId !== authorId) throw new Problem("not_found");
    await operations.take(found, { type: "appeal", by: authorId });
    await operations.saveAppeal(id, text);
  });

/** The same against a suspension. Throws `conflict` where none is in force, or one has appealed. */
export async function appealSuspension(from: Pick<Moderation, "cases">, userId: UserId, text: string): Promise<void> {
  const id = await from.cases.suspending(userId);
  if (!id) throw new Problem("conflict", { message: "Your account is not suspended." });
  await appeal(from, userId, id, text);
}

/** How many cases wait, and how long they do. Throws `forbidden`. */
export async function moderationFigures({ cases }: Pick<Moderation, "cases">, moderator: Viewer): Promise<ModerationFigures> {
  requireModerator(moderator);
  const { open, appealed, escalated, ...decided } = await cases.figures();
  return { waiting: { open, appealed, escalated }, ...decided };
}

/** Every step of every case, the newest first. Throws `forbidden`. */
export async function listAudit(
  { cases, clients }: Pick<Moderation, "cases" | "clients">,
  moderator: Viewer,
  query: PageQuery,
): Promise<Page<NamedAuditEntry>> {
  const window = windowOf(query);
  requireModerator(moderator);
  const rows = await cases.entries(window);
  const actors = await clients.authors(rows.flatMap(({ actorId }) => (actorId ? [actorId] : [])));
  return pageFrom(rows, window, keyOf, (row) => ({ ...toEntry(row), actor: (row.actorId && actors.get(row.actorId)) ?? null }));
}

const entriesAtOnce = 100;

/** All of the audit, oldest first, a line of JSON each, read as fast as it is taken. Throws `forbidden` before the first. */
export function exportAudit({ cases }: Pick<Moderation, "cases">, administrator: Viewer): AsyncGenerator<string> {
  requireAdministrator(administrator);
  return (async function* () {
    for (let after = { at: new Date(0), id: "00000000-0000-0000-0000-000000000000" }; ; ) {
      const rows = await cases.entries({ before: null, after, take: entriesAtOnce, skip: 0 });
      for (const row of rows) yield `${JSON.stringify(toEntry(row))}\n`;
      const last = rows.at(-1);
      if (!last || rows.length < entriesAtOnce) return;
      after = keyOf(last);
    }
  })();
}
