import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { asMediaId, type MediaId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import { bounds } from "@newfeed/shared/contracts/limits.ts";
import { type MediaStore, type UploadForm, uncheckedPathOf } from "@newfeed/shared/ports/media-store.ts";
import type { RunFairly } from "@newfeed/shared/runtime/fair-concurrency.ts";
import { v7 as uuidv7 } from "uuid";
import { type KeepParts, keepVideo, type Processing, requireSpace, type Video } from "./keep.ts";
import type { Store } from "./store.ts";
import type { Uploads } from "./uploads.ts";

export interface DirectParts extends KeepParts, Processing {
  store: KeepParts["store"] & Pick<Store, "usageOf" | "byId" | "hasDirectUpload" | "cancelDirectUpload" | "beginCheck" | "endCheck">;
  files: Pick<MediaStore, "name" | "put" | "remove" | "direct">;
  uploads: Uploads;
  /** Takes files from the bucket in turns: each takes room on the disk. */
  checkInTurn: RunFairly;
}

/** How long a form takes its file: fifty megabytes over half a megabit a second. */
const formSeconds = 15 * 60;
/** A file that begins to arrive in the last moment has arrived by then. */
const uploadMs = 3_600_000;
/** Longer than the gateway waits for an answer. */
const checkSeconds = 60;

function directOf({ files: { direct } }: Pick<DirectParts, "files">): NonNullable<MediaStore["direct"]> {
  if (!direct) throw new Problem("not_offered");
  return direct;
}

/**
 * Gives a form with which a user puts a video of exactly so many bytes into the bucket. Throws `not_offered`, `payload_too_large`,
 * `quota_exceeded`, and `rate_limited` when the user has begun too many within the hour.
 */
export async function startDirectUpload(
  parts: Pick<DirectParts, "files" | "store" | "quota">,
  ownerId: UserId,
  { bytes, contentType }: { bytes: number; contentType: string },
): Promise<UploadForm & { id: MediaId; formExpiresAt: string; expiresAt: string }> {
  const direct = directOf(parts);
  if (bytes > bounds.videoBytes) throw new Problem("payload_too_large", { message: `The file may have at most ${bounds.videoBytes / 1024 / 1024} MB.` });
  await requireSpace(parts, ownerId, bytes);
  const id = asMediaId(uuidv7());
  const path = uncheckedPathOf(id);
  const now = Date.now();
  const expiresAt = new Date(now + uploadMs);
  await parts.store.transaction((operations) => operations.startDirectUpload({ id, ownerId, bytes, expiresAt, path }));
  const { url, fields } = await direct.formOf(path, { contentType, bytes }, formSeconds);
  return { id, url, fields, formExpiresAt: new Date(now + formSeconds * 1_000).toISOString(), expiresAt: expiresAt.toISOString() };
}

/** What no second look at the same file would change. */
const isFinal = (error: unknown) =>
  error instanceof Problem && (error.code === "payload_too_large" || error.code === "unsupported_media_type" || error.code === "unprocessable_media");

/**
 * Looks at the file that a user has put into the bucket, and keeps it as `keepVideo` keeps what arrives here; again, it gives the same.
 * Throws `not_offered`, `not_found` for what the user has not begun within the hour, `conflict` while the file has not arrived or
 * another request looks at it, and what `keepVideo` throws.
 */
export async function completeDirectUpload(parts: DirectParts, ownerId: UserId, id: MediaId, signal: AbortSignal): Promise<Video> {
  const { store, files, uploads, checkInTurn } = parts;
  const direct = directOf(parts);
  if (!(await store.hasDirectUpload(ownerId, id))) throw new Problem("not_found");
  const path = uncheckedPathOf(id);
  /** The file is planned for removal, so what fails here is done an hour later; what its form takes from now on, too. */
  const removeFile = () => files.remove(path, "video").catch(() => {});
  return checkInTurn(
    ownerId,
    async () => {
      const bytes = await store.beginCheck(ownerId, id, checkSeconds);
      if (bytes === undefined) throw new Problem("conflict", { message: "This upload is being checked.", retryAfter: 1 });
      try {
        const kept = await store.byId(id);
        if (kept) return kept as Video;
        await requireSpace(parts, ownerId, bytes);
        const fill = async (target: string) => {
          const fetched = await direct.fetch(path, target, bytes, signal);
          if (fetched === undefined) throw new Problem("conflict", { message: "The file has not arrived yet." });
          return fetched;
        };
        const video = await uploads.hold(fill, (file) => keepVideo(parts, { ...file, id, ownerId, signal }));
        await removeFile();
        return video;
      } catch (error) {
        if (isFinal(error)) await removeFile();
        throw error;
      } finally {
        await store.endCheck(id);
      }
    },
    signal,
  );
}

/**
 * Gives up what a user has begun: it can be completed no more, and what has arrived of it goes. Its form may still take a file, which goes
 * within the hour; until it expires, the form counts. Nothing happens to one that is completed, cancelled or another's. Throws `not_offered`.
 */
export async function cancelDirectUpload(parts: Pick<DirectParts, "files" | "store">, ownerId: UserId, id: MediaId): Promise<void> {
  const { store, files } = parts;
  directOf(parts);
  if (await store.cancelDirectUpload(ownerId, id, uploadMs / 1_000 - formSeconds)) await files.remove(uncheckedPathOf(id), "video").catch(() => {});
}
