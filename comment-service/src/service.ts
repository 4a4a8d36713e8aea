import type { ServiceDefinition } from "@newfeed/shared/runtime/run.ts";
import { handlers } from "./handlers.ts";
import { jobs } from "./jobs.ts";
import { commentServiceRoutes } from "./routes.ts";
import { createServiceClients } from "./service-clients.ts";
import { createStore } from "./store.ts";

/** Comments, replies and the likes they get. */
export const commentService: ServiceDefinition = {
  name: "comment-service",
  migrations: new URL("../prisma/migrations/", import.meta.url),
  async start({ platform, database, logger, wake, callService, app }) {
    const store = createStore(database, wake);
    const clients = createServiceClients({
      callService,
      query: database.query,
      logger,
    });
    return {
      handle: app((routes) => commentServiceRoutes(routes, { store, clients, moderationMode: platform.config.moderationMode })),
      handleEvents: handlers,
      jobs,
      housekeeping: store.retention,
      close: () => store.close(),
    };
  },
};
