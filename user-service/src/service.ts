import type { ServiceDefinition } from "@newfeed/shared/runtime/run.ts";
import { createNeighbours } from "./neighbours.ts";
import { reactions } from "./reactions.ts";
import { userServiceRoutes } from "./routes.ts";
import { createStore } from "./store.ts";

/** Profiles, follows and blocks. */
export const userService: ServiceDefinition = {
  name: "user-service",
  migrations: new URL("../prisma/migrations/", import.meta.url),
  async start({ database, nudge, client, app }) {
    const store = createStore(database, nudge);
    return {
      handle: app((routes) => userServiceRoutes(routes, { store, database, neighbours: createNeighbours(client) })),
      react: reactions,
      close: () => store.close(),
    };
  },
};
