import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import type { ModerationTarget, Report } from "@newfeed/shared/contracts/moderation-dto.ts";
import type { CreateReport } from "@newfeed/shared/contracts/routes/moderation.ts";
import type { CaseStore } from "../cases/store.ts";
import type { ServiceClients } from "../service-clients.ts";
import type { ReportStore, StoredReport } from "./store.ts";

const toReport = (target: ModerationTarget, { id, reason, note, accepted, createdAt, revision }: StoredReport): Report => ({
  id,
  target,
  reason,
  note,
  accepted,
  createdAt: createdAt.toISOString(),
  revision,
});

interface From {
  cases: Pick<CaseStore, "transaction">;
  reports: Pick<ReportStore, "find">;
  clients: Pick<ServiceClients, "visibleSubject">;
}

/**
 * Reports what a user can see, once: again, it is the report that there is. Its subject's case opens, or opens again. Throws `not_found`,
 * and `forbidden` for what is the reporter's own.
 */
export async function createReport({ cases, reports, clients }: From, reporterId: UserId, { target, reason, note }: CreateReport): Promise<Report> {
  const earlier = await reports.find(target, reporterId);
  if (earlier) return toReport(target, earlier);
  const subject = await clients.visibleSubject(reporterId, target);
  if (subject.authorId === reporterId) throw new Problem("forbidden", { message: "That is your own." });
  return cases.transaction(async (operations) => {
    const found = await operations.lockCaseOf(subject);
    const { report, isNew } = await operations.saveReport({ caseId: found.id, reporterId, reason, note });
    if (isNew) {
      await operations.noteContent(found.id, subject.content, reason, { reports: 1, flags: 0 });
      await operations.take(found, { type: "open" }, { source: "report", reason });
    }
    return toReport(target, report);
  });
}
