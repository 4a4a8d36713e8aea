import { join } from "node:path";
import type { ServiceDefinition } from "@newfeed/shared/runtime/run.ts";
import { createImageProcessor } from "./images.ts";
import { removeLapsed } from "./media.ts";
import { createReactions } from "./reactions.ts";
import { createRemovals } from "./removals.ts";
import { mediaServiceRoutes } from "./routes.ts";
import { createStore } from "./store.ts";
import { createUploads } from "./uploads.ts";

/** Uploads: taking, processing, storing, serving and removing them. */
export const mediaService: ServiceDefinition = {
  name: "media-service",
  migrations: new URL("../prisma/migrations/", import.meta.url),
  async start({ platform: { config, mediaStore }, logger, database, nudge, app }) {
    const store = createStore(database, nudge);
    const removals = createRemovals(store, mediaStore, logger);
    const uploads = await createUploads(join(config.dataDirectory, "uploads"));
    const processImage = createImageProcessor();
    // What a crash has left undone.
    removals.nudge();
    return {
      handle: app((routes) =>
        mediaServiceRoutes(routes, {
          ...{ store, removals, uploads, processImage, files: mediaStore },
          ...{ baseUrl: config.mediaBaseUrl, directory: mediaStore.directory },
        }),
      ),
      react: createReactions(removals.nudge),
      housekeeping: [() => removeLapsed(store, new Date()), removals.run],
      async close() {
        await removals.close();
        await store.close();
      },
    };
  },
};
