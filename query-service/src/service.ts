import type { ServiceDefinition } from "@newfeed/shared/runtime/run.ts";
import { createAggregateSource } from "./aggregate-source.ts";
import { createHandlers } from "./handlers.ts";
import { queryServiceRoutes } from "./routes.ts";
import { createIndexing, indexingJob } from "./search/indexing.ts";
import { createIndexStore } from "./search/store.ts";
import { createServiceClients } from "./service-clients.ts";
import { createStore } from "./store.ts";

/** The read side: aggregates of what other services own, and the search. */
export const queryService: ServiceDefinition = {
  name: "query-service",
  migrations: new URL("../prisma/migrations/", import.meta.url),
  async start({ platform, database, wake, callService, app }) {
    const cache = await platform.openCache();
    const clients = createServiceClients(callService);
    const source = createAggregateSource({ cache, clients });
    const store = createStore(database, wake);
    const index = createIndexStore(database);
    return {
      handle: app((routes) => queryServiceRoutes(routes, { source, clients, cache, store, index })),
      handleEvents: createHandlers(source.forget),
      housekeeping: [indexingJob(createIndexing(index, clients)), ...index.retention],
      close: async () => {},
    };
  },
};
