import type { ServiceDefinition } from "@newfeed/shared/runtime/run.ts";
import { closeCasesOf, createCaseStore, ending } from "./cases/store.ts";
import { handlers } from "./handlers.ts";
import { removeReports, resolveReports } from "./reports/resolving-store.ts";
import { createReportStore } from "./reports/store.ts";
import { moderationServiceRoutes } from "./routes.ts";
import { createServiceClients } from "./service-clients.ts";

/** Reports, cases, and what moderators decide. */
export const moderationService: ServiceDefinition = {
  name: "moderation-service",
  migrations: new URL("../prisma/migrations/", import.meta.url),
  async start({ database, logger, wake, callService, app }) {
    const from = { cases: createCaseStore(database, wake), reports: createReportStore(database), clients: createServiceClients(callService, logger) };
    return {
      handle: app((routes) => moderationServiceRoutes(routes, from)),
      handleEvents: handlers,
      jobs: [removeReports, closeCasesOf, resolveReports],
      timedJobs: [ending],
      close: async () => {},
    };
  },
};
