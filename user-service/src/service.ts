import type { ServiceDefinition } from "@newfeed/shared/runtime/run.ts";
import { createDepartures } from "./account-deletion.ts";
import { createHandlers } from "./handlers.ts";
import { userServiceRoutes } from "./routes.ts";
import { createServiceClients } from "./service-clients.ts";
import { createStore } from "./store.ts";

/** Profiles, follows and blocks. */
export const userService: ServiceDefinition = {
  name: "user-service",
  migrations: new URL("../prisma/migrations/", import.meta.url),
  async start({ logger, database, wake, callService, app }) {
    const store = createStore(database, wake);
    const departures = createDepartures(database, logger);
    // What a crash has left undone.
    departures.wake();
    return {
      handle: app((routes) => userServiceRoutes(routes, { store, database, clients: createServiceClients(callService) })),
      handleEvents: createHandlers(departures.wake),
      housekeeping: [departures.run],
      async close() {
        await departures.close();
        await store.close();
      },
    };
  },
};
