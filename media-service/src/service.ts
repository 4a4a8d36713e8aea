import { join } from "node:path";
import { makePrivateFolder } from "@newfeed/shared/embedded/private-folder.ts";
import { createMediaUrls } from "@newfeed/shared/ports/media-urls.ts";
import type { ServiceDefinition } from "@newfeed/shared/runtime/run.ts";
import { createHandlers } from "./handlers.ts";
import { createImageProcessor } from "./images.ts";
import { removeLapsed } from "./media.ts";
import { createRemovals } from "./removals.ts";
import { mediaServiceRoutes } from "./routes.ts";
import { createStore } from "./store.ts";
import { createUploads } from "./uploads.ts";

/** Uploads: taking, processing, storing, serving and removing them. */
export const mediaService: ServiceDefinition = {
  name: "media-service",
  migrations: new URL("../prisma/migrations/", import.meta.url),
  async start({ platform: { config, mediaStore }, logger, database, wake, app }) {
    const store = createStore(database, wake);
    const removals = createRemovals(store, mediaStore, logger);
    if (mediaStore.directory !== null) makePrivateFolder(mediaStore.directory);
    const uploads = await createUploads(join(config.dataDirectory, "uploads"));
    const processImage = createImageProcessor();
    // What a crash has left undone.
    removals.wake();
    return {
      handle: app((routes) =>
        mediaServiceRoutes(routes, {
          ...{ store, removals, uploads, processImage, files: mediaStore },
          ...{ urls: createMediaUrls(config.mediaBases), directory: mediaStore.directory },
        }),
      ),
      handleEvents: createHandlers(removals.wake),
      housekeeping: [() => removeLapsed(store, new Date()), removals.run],
      async close() {
        await removals.close();
        await store.close();
      },
    };
  },
};
