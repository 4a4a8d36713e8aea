import { open } from "node:fs/promises";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { asMediaId, type MediaId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import type { PictureShape } from "@newfeed/shared/contracts/profile-pictures.ts";
import { cleanLine, faultOfLine, lengths } from "@newfeed/shared/contracts/text.ts";
import { type MediaKind, type MediaStore, newMediaPath, newSizedPaths } from "@newfeed/shared/ports/media-store.ts";
import type { MediaUrls } from "@newfeed/shared/ports/media-urls.ts";
import type { DueWork } from "@newfeed/shared/runtime/due-work.ts";
import type { RunFairly } from "@newfeed/shared/runtime/fair-concurrency.ts";
import { v7 as uuidv7 } from "uuid";
import type { Preview, ProcessImages } from "./images.ts";
import { type SniffedType, sniff, type VideoExtension } from "./sniff.ts";
import type { Media, NewMedia, PlannedFile, Store } from "./store.ts";
import type { TakePoster } from "./videos/posters.ts";
import { cleanVideo } from "./videos/videos.ts";

export interface KeepParts {
  store: Pick<Store, "transaction" | "planFiles" | "releaseFiles">;
  files: Pick<MediaStore, "name" | "put">;
  urls: Pick<MediaUrls, "of">;
  removals: Pick<DueWork, "wake">;
  /** How many bytes the uploads of one user may take. */
  quota: number;
}

/** A file that a client sent, in a folder in which it may be processed. */
export interface Upload {
  path: string;
  bytes: number;
  /** As its sender calls it. */
  name: string;
  directory: string;
  /** What becomes of it has this id, so that it is kept once; left out, a new one. */
  id?: MediaId;
  ownerId: UserId;
  /** Aborted when its client is gone. */
  signal: AbortSignal;
}

/** What turns uploads into what is kept. Processing takes turns: see `limitFairly`. */
export interface Processing {
  takeTurn: RunFairly;
  images: ProcessImages;
  /** Null where there is no ffmpeg. */
  takePoster: TakePoster | null;
}

export type Video = Media & { width: number; height: number };
export type Document = Media & { name: string };
export type Image = Media & { thumbnailPath: string; width: number; height: number; blurhash: string };
export type ProfileImage = Image & { smallPath: string };

/** A poster fills the width of a post. */
const posterPixels = 800;

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
  { store, files, urls, removals, quota }: KeepParts,
  planned: readonly (PlannedFile & { source: string })[],
  row: Omit<NewMedia, "store">,
): Promise<Media> {
  const paths = planned.map((file) => file.path);
  await store.planFiles(planned, new Date(Date.now() + planMs));
  try {
    for (const { source, path, kind } of planned) await files.put(source, path, kind);
    return await store.transaction(async (operations) => {
      const media = await operations.addMedia({ ...row, store: files.name }, paths, quota);
      const data = { mediaId: media.id, ownerId: media.ownerId, url: urls.of(media), pictureHash: media.pictureHash };
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

/** Throws `quota_exceeded` for a user whose uploads leave no room for so many bytes: before anything is read. */
export async function requireSpace({ store, quota }: { store: Pick<Store, "usageOf">; quota: number }, ownerId: UserId, bytes = 1): Promise<void> {
  if ((await store.usageOf(ownerId)) + bytes > quota) throw new Problem("quota_exceeded");
}

/**
 * Keeps an uploaded image: written anew without metadata, with a thumbnail and a blurhash.
 * Throws `unsupported_media_type`, `unprocessable_media`, `quota_exceeded`, `service_unavailable`, and the signal's reason when
 * its client is gone; nothing is kept then.
 */
export async function keepImage({ takeTurn, images, ...parts }: KeepParts & Processing, upload: Upload): Promise<Image> {
  const { ownerId, path: source, directory, signal } = upload;
  const { extension, contentType } = await typeOf(upload, "image", "JPG, PNG, GIF or WEBP");
  const { file, thumbnail, ...seen } = await takeTurn(ownerId, () => images.process(source, extension, directory, signal), signal);
  const id = asMediaId(uuidv7());
  const path = newMediaPath(id, extension);
  const thumbnailPath = newMediaPath(id, "webp");
  const media = await keep(
    parts,
    [
      { source: file, path, kind: "image" },
      { source: thumbnail, path: thumbnailPath, kind: "image" },
    ],
    { id, ownerId, kind: "image", name: null, path, thumbnailPath, smallPath: null, contentType, duration: null, ...seen },
  );
  return { ...media, ...seen, thumbnailPath };
}

/** Keeps the middle of an uploaded image as a picture of a profile. Throws as `keepImage`; nothing is kept then. */
export async function keepProfilePicture({ takeTurn, images, ...parts }: KeepParts & Processing, upload: Upload, shape: PictureShape): Promise<ProfileImage> {
  const { ownerId, path: source, directory, signal } = upload;
  await typeOf(upload, "image", "JPG, PNG, GIF or WEBP");
  const { files, ...made } = await takeTurn(ownerId, () => images.profilePicture(source, shape, directory, signal), signal);
  const id = asMediaId(uuidv7());
  const { widths, ratio } = shape;
  const { small, medium, large } = newSizedPaths(id, widths, "webp");
  const seen = { ...made, width: widths.large, height: Math.round(widths.large / ratio) };
  const media = await keep(
    parts,
    [
      { source: files.large, path: large, kind: "image" },
      { source: files.medium, path: medium, kind: "image" },
      { source: files.small, path: small, kind: "image" },
    ],
    { id, ownerId, kind: "image", name: null, path: large, thumbnailPath: medium, smallPath: small, contentType: "image/webp", duration: null, ...seen },
  );
  return { ...media, ...seen, thumbnailPath: medium, smallPath: small };
}

/** How an uploaded image looks; nothing is kept. Throws as `keepImage`, and `unprocessable_media` where there is too little to see in it. */
export async function hashPicture({ takeTurn, images }: Processing, upload: Upload): Promise<string> {
  const { ownerId, path, signal } = upload;
  await typeOf(upload, "image", "JPG, PNG, GIF or WEBP");
  const hash = await takeTurn(ownerId, () => images.hash(path, signal), signal);
  if (hash === null) throw new Problem("unprocessable_media", { message: "There is too little to see in this picture to know it again." });
  return hash;
}

/** A poster frame, when there is ffmpeg and it finds one. */
async function previewOf({ images, takePoster }: Processing, { path, directory, signal }: Upload, extension: VideoExtension): Promise<Preview | null> {
  const poster = await takePoster?.(path, extension, directory, signal);
  if (!poster) return null;
  try {
    return await images.preview(poster, posterPixels, directory, signal);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return null;
  }
}

/**
 * Keeps an uploaded video, without what it says of places, people and times, and with a poster frame where that can be had.
 * Throws as `keepImage`; nothing is kept then.
 */
export async function keepVideo(parts: KeepParts & Processing, upload: Upload): Promise<Video> {
  const { ownerId, bytes, signal } = upload;
  const { extension, contentType } = await typeOf(upload, "video", "MP4, WEBM or MOV");
  const { preview, ...seen } = await parts.takeTurn(
    ownerId,
    async () => ({ ...(await cleanVideo(upload.path, extension)), preview: await previewOf(parts, upload, extension) }),
    signal,
  );
  signal.throwIfAborted();
  const id = upload.id ?? asMediaId(uuidv7());
  const path = newMediaPath(id, extension);
  const poster = preview && ({ source: preview.thumbnail, path: newMediaPath(id, "webp"), kind: "image" } as const);
  const blurhash = preview?.blurhash ?? null;
  const row = {
    id,
    ownerId,
    kind: "video" as const,
    name: null,
    path,
    contentType,
    bytes,
    thumbnailPath: poster?.path ?? null,
    smallPath: null,
    blurhash,
    pictureHash: null,
    ...seen,
  };
  const media = await keep(parts, [{ source: upload.path, path, kind: "video" }, ...(poster ? [poster] : [])], row);
  return { ...media, ...seen };
}

/** How far from its end a PDF may say that it ends (ISO 32000-1, note 18 of the implementations: "within the last 1024 bytes"). */
const pdfEndBytes = 1_024;

/** Throws `unprocessable_media` for what begins like a PDF and does not end like one: something was cut, or follows it. */
async function requireWholePdf({ path, bytes }: Upload): Promise<void> {
  const file = await open(path);
  try {
    const length = Math.min(bytes, pdfEndBytes);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, bytes - length);
    if (!buffer.includes("%%EOF")) throw new Problem("unprocessable_media", { message: "The document has no end: it is cut, or no PDF." });
  } finally {
    await file.close();
  }
}

/** What names no folder on any system, and nothing but a PDF. */
function documentNameOf(name: string): string {
  const line = cleanLine(name.toWellFormed().replace(/[\\/:*?"<>|]/g, " ")).replace(/\.pdf$/i, "");
  const stem = Array.from(line.replace(/^[.\s]+/, ""))
    .slice(0, lengths.fileName - ".pdf".length)
    .join("")
    .trim();
  return stem && faultOfLine(stem) === undefined ? `${stem}.pdf` : "document.pdf";
}

/** Keeps an uploaded document as it is. Throws as `keepImage`; nothing is kept then. */
export async function keepDocument(parts: KeepParts, upload: Upload): Promise<Document> {
  const { ownerId, path: source, bytes, signal } = upload;
  const { extension, contentType } = await typeOf(upload, "document", "PDF");
  await requireWholePdf(upload);
  signal.throwIfAborted();
  const id = asMediaId(uuidv7());
  const name = documentNameOf(upload.name);
  const path = newMediaPath(id, extension);
  const row = { id, ownerId, kind: "document" as const, name, path, contentType, bytes, thumbnailPath: null, smallPath: null };
  const media = await keep(parts, [{ source, path, kind: "document" }], {
    ...row,
    width: null,
    height: null,
    duration: null,
    blurhash: null,
    pictureHash: null,
  });
  return { ...media, name };
}
