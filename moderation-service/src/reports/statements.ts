import type { ModerationReason, ModerationTargetType } from "@newfeed/shared/contracts/moderation.ts";
import { behind, idOrFirst, removeBehind } from "@newfeed/shared/jobs/job.ts";
import { boolean, int4, type RowOf, text, timestamptz, userId, uuid } from "@newfeed/shared/ports/columns.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";
import { behindWithin, exportedRows, newestIdsWithin } from "@newfeed/shared/store/list.ts";

const reason = text.as<ModerationReason>();
const report = { id: uuid, reporterId: userId, reason, note: text, accepted: boolean.nullable, createdAt: timestamptz, revision: int4 };
export type StoredReport = RowOf<typeof report>;
const columns = "r.id, r.reporter_id, r.reason, r.note, r.accepted, r.created_at, r.revision";

/** Under the case's lock. */
export const insertReport = statement({
  parameters: { id: uuid, caseId: uuid, reporterId: userId, reason, note: text },
  row: report,
  sql: ({ id, caseId, reporterId, reason, note }) =>
    `INSERT INTO report AS r (id, case_id, reporter_id, reason, note, created_at) VALUES (${id}, ${caseId}, ${reporterId}, ${reason}, ${note}, clock_timestamp())
     ON CONFLICT (case_id, reporter_id) DO NOTHING RETURNING ${columns}`,
});
export const findReport = statement({
  parameters: { caseId: uuid, reporterId: userId },
  row: report,
  sql: ({ caseId, reporterId }) => `SELECT ${columns} FROM report r WHERE r.case_id = ${caseId} AND r.reporter_id = ${reporterId}`,
});
export const findReportOf = statement({
  parameters: { targetType: text, targetId: uuid, reporterId: userId },
  row: report,
  sql: ({ targetType, targetId, reporterId }) =>
    `SELECT ${columns} FROM report r
     WHERE r.case_id = (SELECT id FROM moderation_case WHERE target_type = ${targetType} AND target_id = ${targetId}) AND r.reporter_id = ${reporterId}`,
});

/** The latest of a case, the last one first. */
export const latestReportsOf = statement({
  parameters: { caseId: uuid },
  row: report,
  sql: ({ caseId }) => {
    const page = newestIdsWithin("r.case_id", caseId);
    return `SELECT ${columns} FROM report r WHERE ${page.beyond("r.id")} ${page.order("r.id")} LIMIT 20`;
  },
});

export const exportReports = statement({
  parameters: { userId, after: uuid.nullable },
  row: { id: uuid, targetType: text.as<ModerationTargetType>(), targetId: uuid, reason, note: text, accepted: boolean.nullable, createdAt: timestamptz },
  sql: ({ userId, after }) => {
    const { beyond, order } = behindWithin("r.reporter_id", userId, after);
    return `SELECT r.id, c.target_type, c.target_id, r.reason, r.note, r.accepted, r.created_at FROM report r JOIN moderation_case c ON c.id = r.case_id
     WHERE ${beyond("r.id")} ${order("r.id")} LIMIT ${exportedRows + 1}`;
  },
});

export const removeReportsOf = statement({
  parameters: { owner: userId, after: uuid.nullable, limit: int4 },
  row: { key: uuid },
  sql: (given) => removeBehind("report", ["reporter_id", "id"], given),
  plan: "each time",
});

/** The next reports of a decided case, with whether something was done; of one that is open again, none. */
export const resolveReports = statement({
  parameters: { caseId: uuid, after: uuid.nullable, limit: int4 },
  row: {
    key: uuid,
    resolved: boolean.notNull,
    reporterId: userId,
    accepted: boolean.notNull,
    revision: int4,
    targetType: text.as<ModerationTargetType>(),
    targetId: uuid,
  },
  sql: ({ caseId, after, limit }) => {
    const { where, order } = behind(["case_id", "id"], caseId, [idOrFirst(after)]);
    return `WITH decided AS MATERIALIZED (
       SELECT id, target_type, target_id, action IS NOT NULL AS accepted FROM moderation_case WHERE id = ${caseId} AND state IN ('approved', 'rejected')
     ),
     taken AS MATERIALIZED (SELECT id FROM report WHERE ${where} AND EXISTS (SELECT FROM decided) ${order} LIMIT ${limit}),
     resolved AS (
       UPDATE report r SET accepted = d.accepted, resolved_at = clock_timestamp(), revision = r.revision + 1
       FROM taken t, decided d WHERE r.id = t.id AND r.resolved_at IS NULL RETURNING r.id, r.reporter_id, r.revision
     )
     SELECT t.id AS key, r.id IS NOT NULL AS resolved, r.reporter_id, d.accepted, r.revision, d.target_type, d.target_id
     FROM taken t CROSS JOIN decided d LEFT JOIN resolved r ON r.id = t.id ORDER BY t.id`;
  },
  plan: "each time",
});
