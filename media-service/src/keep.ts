import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { asMediaId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import { type MediaKind, type MediaStore, newMediaPath } from "@newfeed/shared/ports/media-store.ts";
import type { DueWork } from "@newfeed/shared/runtime/due-work.ts";
import { v7 as uuidv7 } from "uuid";
import type { ProcessImage } from "./images.ts";
import { type SniffedType, sniff } from "./sniff.ts";
import type { Media, NewMedia, PlannedFile, Store } from "./store.ts";

export interface KeepParts {
  store: Pick<Store, "transaction" | "planFiles" | "releaseFiles">;
  files: Pick<MediaStore, "name" | "put">;
  removals: Pick<DueWork, "wake">;
}

/** A file that a client sent, in a folder in which it may be processed. */
export interface Upload {
  path: string;
  bytes: number;
  directory: string;
}

export type Image = Media & { thumbnailPath: string; width: number; height: number; blurhash: string };

/** Far longer than storing takes. */
const planMs = 3_600_000;

/** What the file is, when it is of the kind wanted. Throws `unsupported_media_type`. */
async function typeOf<K extends MediaKind>(upload: Upload, kind: K, wanted: string): Promise<Extract<SniffedType, { kind: K }>> {
  const type = await sniff(upload.path);
  if (type?.kind !== kind) throw new Problem("unsupported_media_type", { message: `Only ${wanted} is accepted here, whatever the file is called.` });
  return type as Extract<SniffedType, { kind: K }>;
}

/**
 * Stores files, then adds their row. The files are planned first: those whose row never came to be are removed again,
 * whether the store, the database or this process failed, and also when only the answer to the commit was lost.
 */
async function keep(
  { store, files, removals }: KeepParts,
  planned: readonly (PlannedFile & { source: string })[],
  row: Omit<NewMedia, "store">,
): Promise<Media> {
  const paths = planned.map((file) => file.path);
  await store.planFiles(planned, new Date(Date.now() + planMs));
  try {
    for (const { source, path, kind } of planned) await files.put(source, path, kind);
    return await store.transaction(async (operations) => {
      const media = await operations.addMedia({ ...row, store: files.name }, paths);
      const data = { mediaId: media.id, ownerId: media.ownerId };
      await operations.enqueue({ type: "media.uploaded", aggregate: { id: media.id, revision: 1 }, actorId: media.ownerId, data });
      return media;
    });
  } catch (error) {
    // When this fails too, the plan runs out by itself.
    await store.releaseFiles(paths).catch(() => {});
    removals.wake();
    throw error;
  }
}

/**
 * Keeps an uploaded image: written anew without metadata, with a thumbnail and a blurhash.
 * Throws `unsupported_media_type`, `unprocessable_media`, `service_unavailable`; nothing is kept then.
 */
export async function keepImage(parts: KeepParts & { processImage: ProcessImage }, ownerId: UserId, upload: Upload): Promise<Image> {
  const { extension, contentType } = await typeOf(upload, "image", "JPG, PNG, GIF or WEBP");
  const { file, thumbnail, ...seen } = await parts.processImage(upload.path, extension, upload.directory);
  const id = asMediaId(uuidv7());
  const path = newMediaPath(id, extension);
  const thumbnailPath = newMediaPath(id, "webp");
  const media = await keep(
    parts,
    [
      { source: file, path, kind: "image" },
      { source: thumbnail, path: thumbnailPath, kind: "image" },
    ],
    { id, ownerId, kind: "image", path, thumbnailPath, contentType, ...seen },
  );
  return { ...media, ...seen, thumbnailPath };
}

/** Keeps an uploaded video as it is. Throws `unsupported_media_type`, `service_unavailable`; nothing is kept then. */
export async function keepVideo(parts: KeepParts, ownerId: UserId, upload: Upload): Promise<Media> {
  const { extension, contentType } = await typeOf(upload, "video", "MP4, WEBM or MOV");
  const id = asMediaId(uuidv7());
  const path = newMediaPath(id, extension);
  const { bytes } = upload;
  const unseen = { thumbnailPath: null, width: null, height: null, blurhash: null };
  return keep(parts, [{ source: upload.path, path, kind: "video" }], { id, ownerId, kind: "video", path, contentType, bytes, ...unseen });
}
