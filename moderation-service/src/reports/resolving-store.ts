import { asUserId } from "@newfeed/shared/contracts/ids.ts";
import { batchOf, type Job } from "@newfeed/shared/jobs/job.ts";
import type { Transaction } from "@newfeed/shared/ports/database.ts";
import * as sql from "./statements.ts";

/** Has those who reported the subject of a decided case be told what came of it, once each. */
export const resolveReports: Job<Transaction> = {
  name: "resolve-reports",
  async batch(caseId, after, limit, { query, enqueue }) {
    const rows = await query(sql.resolveReports, { caseId, after, limit });
    await enqueue(
      ...rows.flatMap(({ key: reportId, resolved, reporterId, accepted, revision, targetType, targetId }) =>
        resolved && reporterId !== null && revision !== null
          ? [
              {
                type: "report.resolved" as const,
                aggregate: { id: reportId, revision },
                actorId: null,
                data: { reportId, reporterId, target: { type: targetType, id: targetId }, accepted },
              },
            ]
          : [],
      ),
    );
    return batchOf(
      rows.map(({ key }) => key),
      limit,
    );
  },
};

/** Removes what a deleted user reported. */
export const removeReports: Job<Transaction> = {
  name: "remove-reports-of-user",
  async batch(subject, after, limit, { query }) {
    const rows = await query(sql.removeReportsOf, { owner: asUserId(subject), after, limit });
    return batchOf(
      rows.map(({ key }) => key),
      limit,
    );
  },
};
