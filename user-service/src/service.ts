import type { ServiceDefinition } from "@newfeed/shared/runtime/run.ts";
import { createDepartures } from "./departures.ts";
import { createNeighbours } from "./neighbours.ts";
import { createReactions } from "./reactions.ts";
import { userServiceRoutes } from "./routes.ts";
import { createStore } from "./store.ts";

/** Profiles, follows and blocks. */
export const userService: ServiceDefinition = {
  name: "user-service",
  migrations: new URL("../prisma/migrations/", import.meta.url),
  async start({ logger, database, nudge, client, app }) {
    const store = createStore(database, nudge);
    const departures = createDepartures(database, logger);
    // What a crash has left undone.
    departures.nudge();
    return {
      handle: app((routes) => userServiceRoutes(routes, { store, database, neighbours: createNeighbours(client) })),
      react: createReactions(departures.nudge),
      housekeeping: [departures.run],
      async close() {
        await departures.close();
        await store.close();
      },
    };
  },
};
