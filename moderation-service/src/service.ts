import { aiInternalRoutes } from "@newfeed/shared/contracts/routes/ai.ts";
import type { ServiceDefinition } from "@newfeed/shared/runtime/run.ts";
import { caseOperationsOn, closeCasesOf, createCaseStore, ending } from "./cases/store.ts";
import { startClassifier } from "./classifier/classifier.ts";
import { askAbout, forgetQuestions } from "./classifier/question-store.ts";
import { createQuestionStore } from "./classifier/store.ts";
import { readCommunityRules } from "./community-rules.ts";
import { createHandlers } from "./handlers.ts";
import { removeReports, resolveReports } from "./reports/resolving-store.ts";
import { createReportStore } from "./reports/store.ts";
import { moderationServiceRoutes } from "./routes.ts";
import { createChecks } from "./rules/checks.ts";
import { countWriters, createRuleStore, rulesIn } from "./rules/store.ts";
import { createServiceClients } from "./service-clients.ts";

/** Reports, cases, and what moderators decide. */
export const moderationService: ServiceDefinition = {
  name: "moderation-service",
  migrations: new URL("../prisma/migrations/", import.meta.url),
  async start({ platform, database, logger, wake, callService, app }) {
    const from = {
      cases: createCaseStore(database, wake),
      reports: createReportStore(database),
      rules: createRuleStore(database),
      clients: createServiceClients(callService, logger),
      communityRules: await readCommunityRules(platform.config.rulesFile),
    };
    const questions = createQuestionStore(database, wake);
    const classifier = startClassifier({
      store: questions,
      classify: async (content, signal) => (await callService(aiInternalRoutes.classify, { body: { content } }, { signal })).scores,
      failed: (error) => logger.warn("questions to the classifier wait for the database", { error }),
    });
    const check = createChecks(platform.config.moderationMode, (transaction) => ({
      rules: () => rulesIn(transaction.query),
      countWriters: (text, authorId, hours) => countWriters(transaction.query, text, authorId, hours),
      cases: caseOperationsOn(transaction),
      async ask(subject) {
        await askAbout(transaction.query, subject);
        transaction.afterCommit(classifier.wake);
      },
      forget: ({ type, id }) => forgetQuestions(transaction.query, type, [id]),
    }));
    return {
      handle: app((routes) => moderationServiceRoutes(routes, from)),
      handleEvents: createHandlers(check),
      housekeeping: [...from.rules.retention, ...questions.retention],
      jobs: [removeReports, closeCasesOf, resolveReports],
      timedJobs: [ending],
      close: classifier.close,
    };
  },
};
