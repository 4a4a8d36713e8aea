import { mediaInternalRoutes } from "@newfeed/shared/contracts/routes/media.ts";
import { userInternalRoutes } from "@newfeed/shared/contracts/routes/users.ts";
import { createMediaUrls } from "@newfeed/shared/ports/media-urls.ts";
import type { ServiceDefinition } from "@newfeed/shared/runtime/run.ts";
import { requireAuthor } from "./author.ts";
import { createHandlers } from "./handlers.ts";
import { sweepFeeds } from "./materialised-feeds.ts";
import { postServiceRoutes } from "./routes.ts";
import { createStore } from "./store.ts";

/** Posts, their likes, who may see them, and the feeds. */
export const postService: ServiceDefinition = {
  name: "post-service",
  migrations: new URL("../prisma/migrations/", import.meta.url),
  // Deliveries go first: counts and feeds are looked at by those who come later, and cost less together.
  batchDelayMs: 10,
  async start({ platform, database, wake, callService, app }) {
    const urls = createMediaUrls(platform.config.mediaBases);
    const store = createStore(database, wake, urls);
    return {
      handle: app((routes) =>
        postServiceRoutes(routes, {
          store,
          database,
          urls,
          requireAuthor: (userId) =>
            requireAuthor(database.query, userId, async (ids) => (await callService(userInternalRoutes.authors, { body: { ids, usernames: [] } })).authors),
          attachMedia: (claim) => callService(mediaInternalRoutes.attachMedia, { body: claim }),
        }),
      ),
      handleEvents: createHandlers(platform.config.followersForFanOut),
      housekeeping: [() => sweepFeeds(database)],
      close: () => store.close(),
    };
  },
};
