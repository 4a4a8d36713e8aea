import { join } from "node:path";
import { makePrivateFolder } from "@newfeed/shared/embedded/private-folder.ts";
import { wakes } from "@newfeed/shared/ports/housekeeping.ts";
import { createMediaUrls } from "@newfeed/shared/ports/media-urls.ts";
import { limitFairly } from "@newfeed/shared/runtime/fair-concurrency.ts";
import type { ServiceDefinition } from "@newfeed/shared/runtime/run.ts";
import { createHandlers } from "./handlers.ts";
import { images } from "./images.ts";
import { createMediaOfUser } from "./jobs.ts";
import { removeExpired } from "./media.ts";
import { createRemovals } from "./removals.ts";
import { mediaServiceRoutes } from "./routes.ts";
import { createVisibleSubjects } from "./service-clients.ts";
import { createStore } from "./store.ts";
import { createUploads } from "./uploads.ts";
import { findFfmpeg, posterBy } from "./videos/posters.ts";

/** Uploads: taking, processing, storing, serving and removing them. */
export const mediaService: ServiceDefinition = {
  name: "media-service",
  migrations: new URL("../prisma/migrations/", import.meta.url),
  async start({ platform: { config, mediaStore }, logger, database, wake, callService, app }) {
    const store = createStore(database, wake);
    const urls = createMediaUrls(config.mediaBases);
    const removals = createRemovals(store, mediaStore, logger);
    const mediaOfUser = createMediaOfUser(removals.wake);
    if (mediaStore.directory !== null) makePrivateFolder(mediaStore.directory);
    const uploads = await createUploads(join(config.dataDirectory, "uploads"));
    // Each may take some seconds of processor time, and a hundred megabytes. A full composer of one user may wait.
    const takeTurn = limitFairly({ atOnce: 2, atOncePerKey: 1, mayWait: 64, mayWaitPerKey: 12, longestWaitMs: 14_000, what: "uploads to process" });
    // Each takes a file of up to fifty megabytes from the bucket, and then waits for its turn.
    const checkInTurn = limitFairly({
      atOnce: 4,
      atOncePerKey: 1,
      mayWait: 64,
      mayWaitPerKey: 12,
      longestWaitMs: 14_000,
      what: "files in the bucket to check",
    });
    const ffmpeg = await findFfmpeg(config.programFolders);
    if (ffmpeg) logger.info("videos get posters", { ffmpeg });
    const takePoster = ffmpeg === null ? null : posterBy(ffmpeg);
    // What a crash has left undone.
    removals.wake();
    return {
      handle: app(
        (routes) =>
          mediaServiceRoutes(routes, {
            ...{
              store,
              removals,
              uploads,
              takeTurn,
              checkInTurn,
              images,
              takePoster,
              files: mediaStore,
              quota: config.mediaQuotaBytes || Number.MAX_SAFE_INTEGER,
            },
            ...{ urls, visibleSubjects: createVisibleSubjects(callService) },
          }),
        { media: mediaStore.check },
      ),
      handleEvents: createHandlers(urls.pathOf, mediaOfUser, removals.wake),
      jobs: [mediaOfUser],
      housekeeping: [
        { name: "stale_claims", runSome: () => store.removeStaleClaims(new Date(), 1_000) },
        { name: "expired_uploads", runSome: () => removeExpired(store, new Date()) },
        wakes("media_removals", removals),
        ...store.retention,
      ],
      async close() {
        await removals.close();
        await store.close();
      },
    };
  },
};
