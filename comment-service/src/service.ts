import type { ServiceDefinition } from "@newfeed/shared/runtime/run.ts";
import { createNeighbours } from "./neighbours.ts";
import { reactions } from "./reactions.ts";
import { commentServiceRoutes } from "./routes.ts";
import { createStore } from "./store.ts";

/** Comments, replies and the likes they get. */
export const commentService: ServiceDefinition = {
  name: "comment-service",
  migrations: new URL("../prisma/migrations/", import.meta.url),
  projections: true,
  async start({ database, logger, nudge, client, app }) {
    const store = createStore(database, nudge);
    const neighbours = createNeighbours({
      posts: client("post-service"),
      users: client("user-service"),
      notifications: client("notification-service"),
      query: database.query,
      logger,
    });
    return {
      handle: app((routes) => commentServiceRoutes(routes, { store, neighbours })),
      react: reactions,
      close: () => store.close(),
    };
  },
};
