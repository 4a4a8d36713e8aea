import { bounds } from "@newfeed/shared/contracts/limits.ts";
import { mediaInternalRoutes, mediaRoutes } from "@newfeed/shared/contracts/routes/media.ts";
import { implement, overHttp } from "@newfeed/shared/http/implement.ts";
import { publicIdOf } from "@newfeed/shared/ports/media-store.ts";
import type { MediaUrls } from "@newfeed/shared/ports/media-urls.ts";
import type { Express } from "express";
import { attachMedia } from "./attach.ts";
import type { ProcessImage } from "./images.ts";
import { type KeepParts, keepImage, keepVideo } from "./keep.ts";
import { deleteMedia, getMedia, listMedia, toMedia, toStored } from "./media.ts";
import { serveFiles } from "./serve.ts";
import type { Store } from "./store.ts";
import type { Uploads } from "./uploads.ts";

export interface MediaRoutesOptions extends KeepParts {
  store: Store;
  uploads: Uploads;
  processImage: ProcessImage;
  urls: MediaUrls;
  /** Holds the files that are served here; null when the store serves its own. */
  directory: string | null;
}

const exportPageSize = 200;

export function mediaServiceRoutes(app: Express, { urls, directory, uploads, ...parts }: MediaRoutesOptions): void {
  const { store, removals } = parts;

  implement(app, mediaRoutes, {
    uploadImage: overHttp((_input, { user, request, response }) =>
      uploads.receive(request, response, "image", bounds.imageBytes, async (upload) => {
        const image = await keepImage(parts, user.userId, upload);
        const { id, store, path, width, height, blurhash, thumbnailPath } = image;
        return {
          success: true,
          ...{ id, url: urls.of(image), public_id: publicIdOf(path) },
          ...{ width, height, blurhash, thumbnailUrl: urls.of({ store, kind: "image", path: thumbnailPath }) },
        };
      }),
    ),
    uploadVideo: overHttp((_input, { user, request, response }) =>
      uploads.receive(request, response, "video", bounds.videoBytes, async (upload) => {
        const video = await keepVideo(parts, user.userId, upload);
        return { success: true, id: video.id, url: urls.of(video), public_id: publicIdOf(video.path) };
      }),
    ),
    getMedia: async ({ params }, { viewerId }) => toMedia(await getMedia(store, params.id, viewerId), urls),
    deleteMedia: async ({ params }, { user }) => {
      await deleteMedia(store, params.id, user.userId);
      removals.wake();
    },
    listUserMedia: ({ params, query }, { viewerId }) => listMedia(store, params.id, viewerId, query, urls),
  });

  implement(app, mediaInternalRoutes, {
    attachMedia: async ({ body }) => {
      const { attached, links } = await attachMedia(store, body, urls.pathOf);
      return { attached: attached.map(toStored), links };
    },
    mediaExport: async ({ params, query }) => {
      const rows = await store.exportPage(params.id, query.after, exportPageSize);
      return { items: rows.map((media) => toMedia(media, urls)), next: rows.length === exportPageSize ? (rows.at(-1)?.id ?? null) : null };
    },
  });

  if (directory !== null) serveFiles(app, directory);
}
