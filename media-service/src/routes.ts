import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { bounds } from "@newfeed/shared/contracts/limits.ts";
import { avatarShape, headerShape, type PictureShape } from "@newfeed/shared/contracts/profile-pictures.ts";
import { mediaInternalRoutes, mediaRoutes } from "@newfeed/shared/contracts/routes/media.ts";
import { callerOf } from "@newfeed/shared/http/app.ts";
import { callerSignal } from "@newfeed/shared/http/caller-signal.ts";
import { type HttpCall, implement, overHttp } from "@newfeed/shared/http/implement.ts";
import { requireModerator } from "@newfeed/shared/ports/call.ts";
import { type MediaStore, publicIdOf } from "@newfeed/shared/ports/media-store.ts";
import type { MediaUrls } from "@newfeed/shared/ports/media-urls.ts";
import { exportedRows } from "@newfeed/shared/store/list.ts";
import type { Express } from "express";
import { attachMedia, claimAvatar } from "./claims.ts";
import { cancelDirectUpload, completeDirectUpload, type DirectParts, startDirectUpload } from "./direct.ts";
import { hashPicture, type Image, keepDocument, keepImage, keepProfilePicture, keepVideo, requireSpace, type Upload, type Video } from "./keep.ts";
import { deleteMedia, expiryOf, getMedia, listMedia, toMedia, toStored, type VisibleSubjects } from "./media.ts";
import { serveFiles } from "./serve.ts";
import type { Store } from "./store.ts";

export interface MediaRoutesOptions extends DirectParts {
  files: MediaStore;
  store: Store;
  urls: MediaUrls;
  visibleSubjects: VisibleSubjects;
}

export function mediaServiceRoutes(app: Express, { visibleSubjects, ...parts }: MediaRoutesOptions): void {
  const { store, removals, uploads, urls } = parts;

  /** Reads the file that a call brings, under `field`, and gives it to `keep`. */
  async function receive<T>({ user, request, response }: HttpCall, field: string, maxBytes: number, keep: (upload: Upload) => Promise<T>): Promise<T> {
    const signal = callerSignal(response);
    await requireSpace(parts, user.userId);
    return uploads.receive(request, response, field, maxBytes, (file) => keep({ ...file, ownerId: user.userId, signal }));
  }

  const uploaded = (image: Image) => {
    const { id, store, path, width, height, blurhash, thumbnailPath } = image;
    return {
      success: true as const,
      ...{ id, url: urls.of(image), public_id: publicIdOf(path), expiresAt: expiryOf(image) },
      ...{ width, height, blurhash, thumbnailUrl: urls.of({ store, kind: "image", path: thumbnailPath }) },
    };
  };

  const uploadedVideo = (video: Video) => {
    const { id, store, path, width, height, duration, blurhash, thumbnailPath } = video;
    return {
      success: true as const,
      ...{ id, url: urls.of(video), public_id: publicIdOf(path), expiresAt: expiryOf(video) },
      ...{ width, height, duration, blurhash, thumbnailUrl: thumbnailPath && urls.of({ store, kind: "image", path: thumbnailPath }) },
    };
  };

  const receiveProfilePicture = (call: HttpCall, shape: PictureShape) =>
    receive(call, "image", bounds.imageBytes, async (upload) => {
      const picture = await keepProfilePicture(parts, upload, shape);
      const { url, thumbnailUrl, ...answer } = uploaded(picture);
      const small = urls.of({ store: picture.store, kind: "image", path: picture.smallPath });
      return { ...answer, url, thumbnailUrl, sizes: { small, medium: thumbnailUrl, large: url } };
    });

  implement(app, mediaRoutes, {
    uploadImage: overHttp((_input, call) => receive(call, "image", bounds.imageBytes, async (upload) => uploaded(await keepImage(parts, upload)))),
    uploadAvatar: overHttp((_input, call) => receiveProfilePicture(call, avatarShape)),
    uploadHeader: overHttp((_input, call) => receiveProfilePicture(call, headerShape)),
    uploadVideo: overHttp((_input, call) => receive(call, "video", bounds.videoBytes, async (upload) => uploadedVideo(await keepVideo(parts, upload)))),
    startDirectUpload: async ({ body }, { user }) => startDirectUpload(parts, user.userId, body),
    completeDirectUpload: overHttp(async ({ params }, { user, response }) =>
      uploadedVideo(await completeDirectUpload(parts, user.userId, params.id, callerSignal(response))),
    ),
    cancelDirectUpload: ({ params }, { user }) => cancelDirectUpload(parts, user.userId, params.id),
    uploadDocument: overHttp((_input, call) =>
      receive(call, "document", bounds.documentBytes, async (upload) => {
        const document = await keepDocument(parts, upload);
        const { id, path, name, bytes } = document;
        return { success: true, id, url: urls.of(document), public_id: publicIdOf(path), expiresAt: expiryOf(document), name, bytes };
      }),
    ),
    hashPicture: overHttp(async (_input, call) => {
      requireModerator(call.user);
      return receive(call, "image", bounds.imageBytes, async (upload) => ({ hash: await hashPicture(parts, upload) }));
    }),
    getPictureHash: async ({ params }, { user }) => {
      requireModerator(user);
      const [picture] = await store.pictureHashes([params.id]);
      if (!picture) throw new Problem("not_found");
      return { hash: picture.hash };
    },
    getMedia: async ({ params }, { viewerId }) => toMedia(await getMedia(store, params.id, viewerId, visibleSubjects), urls),
    deleteMedia: async ({ params }, { user }) => {
      await deleteMedia(store, params.id, user.userId, visibleSubjects);
      removals.wake();
    },
    listUserMedia: ({ params, query }, { viewerId }) => listMedia({ store, visibleSubjects, urls }, params.id, viewerId, query),
  });

  implement(app, mediaInternalRoutes, {
    attachMedia: async ({ body }) => {
      const { attached, links } = await attachMedia(store, body, urls.pathOf);
      return { attached: attached.map(toStored), links };
    },
    claimAvatar: async ({ body }) => ({ outcome: await claimAvatar(store, body.ownerId, body.url, urls.pathOf) }),
    visibleMedia: async ({ params, query }) => {
      const { id, ownerId, url } = toMedia(await getMedia(store, params.id, query.viewer ?? null, visibleSubjects), urls);
      return { id, ownerId, url };
    },
    pictureHashes: async ({ body }) => ({ pictures: await store.pictureHashes(body.ids) }),
    mediaExport: async ({ params, query }) => {
      const rows = await store.exportPage(params.id, query.after);
      return { items: rows.map((media) => toMedia(media, urls)), next: rows.length === exportedRows ? (rows.at(-1)?.id ?? null) : null };
    },
  });

  serveFiles(app, store, parts.files, (request) => {
    const { sub, roles = [], scopes } = callerOf(request);
    return sub ? { userId: sub, roles, ...(scopes && { scopes }) } : null;
  });
}
