import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { moderationInternalRoutes, moderationRoutes } from "@newfeed/shared/contracts/routes/moderation.ts";
import { moderationRuleRoutes } from "@newfeed/shared/contracts/routes/moderation-rules.ts";
import { answered, implement, overHttp } from "@newfeed/shared/http/implement.ts";
import { exportedRows } from "@newfeed/shared/store/list.ts";
import type { Express } from "express";
import {
  appeal,
  appealSuspension,
  decideCases,
  exportAudit,
  getCase,
  listAudit,
  listCases,
  moderationFigures,
  rejection,
  takeStep,
  undo,
} from "./cases/cases.ts";
import type { CaseStore } from "./cases/store.ts";
import { createReport } from "./reports/reports.ts";
import type { ReportStore } from "./reports/store.ts";
import { createRule, deleteRule, listRules, tryRule, updateRule } from "./rules/rules.ts";
import type { RuleStore } from "./rules/store.ts";
import type { ServiceClients } from "./service-clients.ts";

export function moderationServiceRoutes(
  app: Express,
  from: { cases: CaseStore; reports: ReportStore; rules: RuleStore; clients: ServiceClients; communityRules: string | null },
): void {
  implement(app, moderationRoutes, {
    createReport: ({ body }, { user }) => createReport(from, user.userId, body),
    communityRules: async () => ({ text: from.communityRules }),
    listCases: ({ query }, { user }) => listCases(from, user, query),
    decideCases: ({ body }, { user }) => decideCases(from, user, body),
    moderationFigures: (_input, { user }) => moderationFigures(from, user),
    getCase: ({ params }, { user }) => getCase(from, user, params.id),
    claimCase: ({ params }, { user }) => takeStep(from, user, { ...params, revision: null, step: { type: "claim", by: user.userId } }),
    releaseCase: ({ params }, { user }) => takeStep(from, user, { ...params, revision: null, step: { type: "release", by: user.userId } }),
    approveCase: ({ params, body }, { user }) => takeStep(from, user, { ...params, ...body, step: { type: "approve", by: user.userId } }),
    rejectCase: ({ params, body: { revision, ...body } }, { user }) => takeStep(from, user, { ...params, revision, step: rejection(user.userId, body) }),
    escalateCase: ({ params, body }, { user }) => takeStep(from, user, { ...params, ...body, step: { type: "escalate", by: user.userId } }),
    undoCase: ({ params, body }, { user }) => undo(from, user, params.id, body.revision),
    appealCase: ({ params, body }, { user }) => appeal(from, user.userId, params.id, body.text),
    listAudit: ({ query }, { user }) => listAudit(from, user, query),
    exportAudit: overHttp(async (_input, { user, response }) => {
      const lines = exportAudit(from, user);
      response.attachment("newfeed-audit.ndjson").type("application/x-ndjson");
      await pipeline(Readable.from(lines), response);
      return answered;
    }),
  });

  implement(app, moderationRuleRoutes, {
    listRules: (_input, { user }) => listRules(from.rules, user),
    createRule: ({ body }, { user }) => createRule(from.rules, user, body),
    tryRule: ({ body }, { user }) => tryRule(from.clients, user, body),
    updateRule: ({ params, body }, { user }) => updateRule(from.rules, user, params.id, body),
    deleteRule: ({ params }, { user }) => deleteRule(from.rules, user, params.id),
  });

  implement(app, moderationInternalRoutes, {
    appealSuspension: ({ params, body }) => appealSuspension(from, params.id, body.text),
    reportExport: async ({ params, query: { after } }) => {
      const rows = await from.reports.exportOf(params.id, after);
      const items = rows.slice(0, exportedRows).map(({ targetType, targetId, createdAt, ...report }) => ({
        ...report,
        target: { type: targetType, id: targetId },
        createdAt: createdAt.toISOString(),
      }));
      return { items, next: rows.length > exportedRows ? (items.at(-1)?.id ?? null) : null };
    },
  });
}
