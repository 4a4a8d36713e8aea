import type { ServiceDefinition } from "@newfeed/shared/runtime/run.ts";

/** Reports, cases, and what moderators decide. */
export const moderationService: ServiceDefinition = {
  name: "moderation-service",
  migrations: new URL("../prisma/migrations/", import.meta.url),
  start: async ({ app }) => ({ handle: app(() => {}), close: async () => {} }),
};
