import type { ServiceDefinition } from "@newfeed/shared/runtime/run.ts";
import { createAggregateSource } from "./aggregate-source.ts";
import { createHandlers } from "./handlers.ts";
import { queryServiceRoutes } from "./routes.ts";
import { createServiceClients } from "./service-clients.ts";
import { createStore } from "./store.ts";

/** The read side: aggregates of what other services own. */
export const queryService: ServiceDefinition = {
  name: "query-service",
  migrations: new URL("../prisma/migrations/", import.meta.url),
  async start({ platform, database, wake, callService, app }) {
    const cache = await platform.openCache();
    const clients = createServiceClients(callService);
    const source = createAggregateSource({ cache, clients });
    const store = createStore(database, wake);
    return {
      handle: app((routes) => queryServiceRoutes(routes, { source, clients, cache, store })),
      handleEvents: createHandlers(source.forget),
      close: async () => {},
    };
  },
};
