import { bounds } from "@newfeed/shared/contracts/limits.ts";
import { mediaInternalRoutes, mediaRoutes } from "@newfeed/shared/contracts/routes/media.ts";
import { implement, overHttp } from "@newfeed/shared/http/implement.ts";
import { publicIdOf } from "@newfeed/shared/ports/media-store.ts";
import type { Express } from "express";
import { attachMedia } from "./attach.ts";
import type { ProcessImage } from "./images.ts";
import { type KeepParts, keepImage, keepVideo } from "./keep.ts";
import { deleteMedia, getMedia, listMedia, toAttachment, toMedia, urlOf } from "./media.ts";
import { serveFiles } from "./serve.ts";
import type { Store } from "./store.ts";
import type { Uploads } from "./uploads.ts";

export interface MediaRoutesOptions extends KeepParts {
  store: Store;
  uploads: Uploads;
  processImage: ProcessImage;
  /** Under which clients reach `/media`. */
  baseUrl: string;
  /** Holds the files that are served here; null when the store serves its own. */
  directory: string | null;
}

const exportPageSize = 200;

export function mediaServiceRoutes(app: Express, { baseUrl, directory, uploads, ...parts }: MediaRoutesOptions): void {
  const { store, removals } = parts;

  implement(app, mediaRoutes, {
    uploadImage: overHttp((_input, { user, request, response }) =>
      uploads.receive(request, response, "image", bounds.imageBytes, async (upload) => {
        const image = await keepImage(parts, user.userId, upload);
        const { id, path, url, width, height, blurhash, thumbnailPath, thumbnailUrl } = image;
        return {
          success: true,
          ...{ id, url: urlOf(baseUrl, path, url), public_id: publicIdOf(path) },
          ...{ width, height, blurhash, thumbnailUrl: urlOf(baseUrl, thumbnailPath, thumbnailUrl) },
        };
      }),
    ),
    uploadVideo: overHttp((_input, { user, request, response }) =>
      uploads.receive(request, response, "video", bounds.videoBytes, async (upload) => {
        const { id, path, url } = await keepVideo(parts, user.userId, upload);
        return { success: true, id, url: urlOf(baseUrl, path, url), public_id: publicIdOf(path) };
      }),
    ),
    getMedia: async ({ params }, { viewerId }) => toMedia(await getMedia(store, params.id, viewerId), baseUrl),
    deleteMedia: async ({ params }, { user }) => {
      await deleteMedia(store, params.id, user.userId);
      removals.wake();
    },
    listUserMedia: ({ params, query }, { viewerId }) => listMedia(store, params.id, viewerId, query, baseUrl),
  });

  implement(app, mediaInternalRoutes, {
    attachMedia: async ({ body }) => {
      const { attached, links } = await attachMedia(store, body, baseUrl);
      return { attached: attached.map((media) => ({ ...toAttachment(media, baseUrl), path: media.path })), links };
    },
    mediaExport: async ({ params, query }) => {
      const rows = await store.exportPage(params.id, query.after, exportPageSize);
      return { items: rows.map((media) => toMedia(media, baseUrl)), next: rows.length === exportPageSize ? (rows.at(-1)?.id ?? null) : null };
    },
  });

  if (directory !== null) serveFiles(app, directory);
}
