import * as z from "zod";
import { Author } from "../dto.ts";
import { Id, UserId } from "../ids.ts";
import { caseStates, moderationActions, moderationTargets } from "../moderation.ts";
import { AuditEntry, ModerationCase, ModerationFigures, ModerationReason, ModerationTarget, NamedAuditEntry, Report } from "../moderation-dto.ts";
import { FilledText, PageQuery, pageOf, Revision, Text, Timestamp } from "../primitives.ts";
import { lengths } from "../text.ts";
import { defineRoutes } from "./define.ts";

// No API token may moderate.
const common = { service: "moderation-service", tag: "Moderation" } as const;
const byId = { params: z.object({ id: Id }) };

export const CreateReport = z
  .strictObject({ target: ModerationTarget, reason: ModerationReason, note: Text(lengths.reportNote).default("") })
  .meta({ id: "CreateReport" });
export type CreateReport = z.output<typeof CreateReport>;

/** What was seen when it was decided: a case that has changed since is not changed blindly. */
const seen = { revision: Revision };
const rejection = {
  action: z.enum(moderationActions).meta({
    description: "`hide`: nobody but its author sees it. `delete`: as its author would. `warn`: it stays. `suspend`: its author is locked out",
  }),
  reason: ModerationReason,
  until: Timestamp.optional().meta({ description: "Of `hide` and `suspend`: when it ends; without an end where it is missing" }),
};
const RejectCase = z.strictObject({ ...seen, ...rejection }).meta({ id: "RejectCase" });
export type RejectCase = z.output<typeof RejectCase>;
const SeenCase = z.strictObject(seen).meta({ id: "SeenCase" });

const bulkCases = 100;
const DecideCases = z
  .strictObject({
    cases: z
      .array(z.strictObject({ id: Id, ...seen }))
      .min(1)
      .max(bulkCases),
    decision: z.enum(["approve", "reject", "escalate"]),
    action: rejection.action.optional(),
    reason: ModerationReason.optional(),
    until: rejection.until,
  })
  .refine(({ decision, action, reason }) => decision !== "reject" || (action !== undefined && reason !== undefined), {
    message: "is needed, with reason, to reject",
    path: ["action"],
  })
  .meta({ id: "DecideCases" });
export type DecideCases = z.output<typeof DecideCases>;

const CaseQuery = PageQuery.safeExtend({
  state: z.enum(caseStates).default("open"),
  type: z.enum(moderationTargets).optional(),
}).refine(({ page }) => page === undefined, { message: "is not taken here: read on with cursor, the endCursor of the page before", path: ["page"] });
export type CaseQuery = z.output<typeof CaseQuery>;

const CaseReport = z.object({ id: Id, reporter: Author.nullable(), reporterId: UserId, reason: ModerationReason, note: z.string(), createdAt: Timestamp });

const CaseFlag = z.object({
  id: Id,
  ruleId: Id,
  ruleName: z.string(),
  reason: ModerationReason,
  detail: z.string().meta({ description: "Why" }),
  createdAt: Timestamp,
});

/** A case with what a moderator needs to decide it. */
export const ModerationCaseDetails = ModerationCase.extend({
  latestReports: z.array(CaseReport).meta({ description: "The latest 20" }),
  foundBy: z.array(CaseFlag).meta({ description: "What rules found in it" }),
  audit: z.array(AuditEntry).meta({ description: "The latest 50 steps" }),
  history: z.array(ModerationCase).meta({ description: "The latest 20 other cases of the author" }),
}).meta({ id: "ModerationCaseDetails" });
export type ModerationCaseDetails = z.infer<typeof ModerationCaseDetails>;

const step = { method: "post", access: "user", scope: null, ...byId, response: ModerationCase, errors: ["forbidden", "not_found", "conflict"] } as const;

export const moderationRoutes = defineRoutes(common, {
  createReport: {
    method: "post",
    path: "/api/v1/reports",
    summary: "Report a post, comment, profile or upload that you can see. Reported again, it is the same report",
    access: "user",
    limit: "report",
    body: CreateReport,
    response: Report,
    status: 201,
    errors: ["not_found"],
  },
  communityRules: {
    method: "get",
    path: "/api/v1/community-rules",
    summary: "The rules of the community, which moderators go by",
    access: "anyone",
    response: z.object({ text: z.string().nullable().meta({ description: "Null where there are none" }) }).meta({ id: "CommunityRules" }),
  },
  listCases: {
    method: "get",
    path: "/api/v1/moderation/cases",
    summary: "Cases of a state, newest first, for moderators",
    access: "user",
    scope: null,
    query: CaseQuery,
    response: pageOf(ModerationCase),
    errors: ["forbidden"],
  },
  decideCases: {
    method: "post",
    path: "/api/v1/moderation/cases/decide",
    summary: "Decide up to 100 cases alike, as a moderator, such as a wave of spam; each by itself: what one is refused for keeps back no other",
    access: "user",
    scope: null,
    body: DecideCases,
    response: z.object({ data: z.array(z.object({ id: Id, decided: z.boolean(), message: z.string().nullable() })) }),
    errors: ["forbidden"],
  },
  moderationFigures: {
    method: "get",
    path: "/api/v1/moderation/figures",
    summary: "How many cases wait, and how long they do, for moderators",
    access: "user",
    scope: null,
    response: ModerationFigures,
    errors: ["forbidden"],
  },
  getCase: {
    method: "get",
    path: "/api/v1/moderation/cases/:id",
    summary: "A case, for moderators: its reports, its audit, and what else its author is known for",
    access: "user",
    scope: null,
    ...byId,
    response: ModerationCaseDetails,
    errors: ["forbidden", "not_found"],
  },
  claimCase: { ...step, path: "/api/v1/moderation/cases/:id/claim", summary: "Take a case for 15 minutes, as a moderator: no other decides it then" },
  releaseCase: { ...step, method: "delete", path: "/api/v1/moderation/cases/:id/claim", summary: "Give a case back" },
  approveCase: { ...step, path: "/api/v1/moderation/cases/:id/approve", summary: "Decide that the content stands, or that an appeal is right", body: SeenCase },
  rejectCase: { ...step, path: "/api/v1/moderation/cases/:id/reject", summary: "Act against the content or its author, or refuse an appeal", body: RejectCase },
  escalateCase: { ...step, path: "/api/v1/moderation/cases/:id/escalate", summary: "Leave a case to administrators", body: SeenCase },
  undoCase: {
    ...step,
    path: "/api/v1/moderation/cases/:id/undo",
    summary: "Take back one's decision, as long as nothing else has happened since; administrators take back any. What was deleted stays so",
    body: SeenCase,
  },
  appealCase: {
    method: "post",
    path: "/api/v1/moderation/cases/:id/appeal",
    summary: "Appeal against what was done about one's content, once: another moderator decides",
    access: "user",
    scope: null,
    ...byId,
    body: z.strictObject({ text: FilledText(lengths.appeal) }).meta({ id: "AppealCase" }),
    errors: ["not_found", "conflict"],
  },
  listAudit: {
    method: "get",
    path: "/api/v1/moderation/audit",
    summary: "Every step of every case, newest first, for moderators",
    access: "user",
    scope: null,
    query: PageQuery.refine(({ page }) => page === undefined, {
      message: "is not taken here: read on with cursor, the endCursor of the page before",
      path: ["page"],
    }),
    response: pageOf(NamedAuditEntry),
    errors: ["forbidden"],
  },
  exportAudit: {
    method: "get",
    path: "/api/v1/moderation/audit/export",
    summary: "Every step of every case, oldest first, for administrators: a line of JSON each (application/x-ndjson)",
    access: "user",
    scope: null,
    response: z.unknown().meta({ id: "AuditExport" }),
    errors: ["forbidden"],
  },
});

/** For other services only. */
export const moderationInternalRoutes = defineRoutes(common, {
  appealSuspension: {
    method: "post",
    path: "/internal/users/:id/appeal",
    summary: "A suspended user appeals",
    access: "service",
    params: z.object({ id: UserId }),
    body: z.strictObject({ text: FilledText(lengths.appeal) }),
    errors: ["conflict"],
  },
  reportExport: {
    method: "get",
    path: "/internal/users/:id/export",
    summary: "What a user reported",
    access: "service",
    params: z.object({ id: UserId }),
    query: z.strictObject({ section: z.literal("reports"), after: Id.optional() }),
    response: z.object({ items: z.array(z.unknown()), next: Id.nullable() }),
  },
});
