import { wakes } from "@newfeed/shared/ports/housekeeping.ts";
import type { ServiceDefinition } from "@newfeed/shared/runtime/run.ts";
import { handlers } from "./handlers.ts";
import { jobs } from "./jobs.ts";
import { createNameIndexing } from "./name-indexing.ts";
import { userServiceRoutes } from "./routes.ts";
import { createServiceClients } from "./service-clients.ts";
import { createStore } from "./store.ts";

/** Profiles, follows and blocks. */
export const userService: ServiceDefinition = {
  name: "user-service",
  migrations: new URL("../prisma/migrations/", import.meta.url),
  async start({ logger, database, wake, callService, app }) {
    const store = createStore(database, wake);
    const nameIndexing = createNameIndexing(store, logger);
    // What a crash or an older version has left undone.
    nameIndexing.wake();
    return {
      handle: app((routes) => userServiceRoutes(routes, { store, clients: createServiceClients(callService) })),
      handleEvents: handlers,
      jobs,
      housekeeping: [...store.retention, wakes("names_to_index", nameIndexing)],
      async close() {
        await nameIndexing.close();
        await store.close();
      },
    };
  },
};
