import type { ServiceDefinition } from "@newfeed/shared/runtime/run.ts";
import { createHandlers } from "./handlers.ts";
import { eventServiceRoutes } from "./routes.ts";
import { createStore, emptyBodies, retention } from "./store.ts";

/** Every event, kept for audits, for finding faults and for rebuilding. */
export const eventService: ServiceDefinition = {
  name: "event-service",
  migrations: new URL("../prisma/migrations/", import.meta.url),
  // Nobody waits for what is kept: many events go into one transaction.
  batchDelayMs: 200,
  batchSize: 500,
  async start({ platform, database, app }) {
    const store = createStore(database);
    const { eventDays } = platform.config.retention;
    return {
      handle: app((routes) => eventServiceRoutes(routes, store)),
      handleEvents: createHandlers(eventDays),
      housekeeping: retention(database, eventDays),
      jobs: [emptyBodies],
      close: async () => {},
    };
  },
};
