import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import type { ModerationReason } from "@newfeed/shared/contracts/moderation.ts";
import type { ModerationTarget } from "@newfeed/shared/contracts/moderation-dto.ts";
import type { Database, Query } from "@newfeed/shared/ports/database.ts";
import { v7 as uuidv7 } from "uuid";
import * as sql from "./statements.ts";

export type { StoredReport } from "./statements.ts";

/** Under the case's lock. Gives the report that there is, and whether it is new. */
export async function saveReport(
  query: Query,
  report: { caseId: string; reporterId: UserId; reason: ModerationReason; note: string },
): Promise<{ report: sql.StoredReport; isNew: boolean }> {
  const [made] = await query(sql.insertReport, { id: uuidv7(), ...report });
  if (made) return { report: made, isNew: true };
  const [found] = await query(sql.findReport, report);
  if (!found) throw new Error("a report went although its case was locked");
  return { report: found, isNew: false };
}

/** Reports in moderation-service's database. */
export const createReportStore = ({ query }: Pick<Database, "query">) => ({
  async find({ type: targetType, id: targetId }: ModerationTarget, reporterId: UserId): Promise<sql.StoredReport | undefined> {
    const [found] = await query(sql.findReportOf, { targetType, targetId, reporterId });
    return found;
  },
  latestOf: (caseId: string): Promise<sql.StoredReport[]> => query(sql.latestReportsOf, { caseId }),
  exportOf: (userId: UserId, after: string | undefined) => query(sql.exportReports, { userId, after: after ?? null }),
});
export type ReportStore = ReturnType<typeof createReportStore>;
