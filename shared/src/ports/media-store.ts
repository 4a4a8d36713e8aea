import { randomBytes } from "node:crypto";
import type { Readable } from "node:stream";
import type { Attachment } from "../contracts/dto.ts";
import { asMediaId, type MediaId } from "../contracts/ids.ts";

export type MediaKind = Attachment["kind"];

/** Which store keeps a file, as rows say it for ever. */
export type MediaStoreName = "local" | `cloudinary:${string}`;

/** An unguessable name for a new file: `<shard>/<id>-<128 random bits>.<extension>`. */
export const newMediaPath = (id: string, extension: string) => `${id.slice(-2)}/${id}-${randomBytes(16).toString("base64url")}.${extension}`;

/** New names for the files of one picture in several widths, which are the only difference between them. */
export function newSizedPaths<Size extends string>(id: string, widths: Readonly<Record<Size, number>>, extension: string): Record<Size, string> {
  const [stem] = newMediaPath(id, extension).split(".");
  return Object.fromEntries(Object.entries(widths).map(([size, width]) => [size, `${stem}-${width}.${extension}`])) as Record<Size, string>;
}

const pathForm = /^[0-9a-f]{2}\/[0-9a-f-]{36}-[\w-]{22}(?:-\d{2,4})?\.[a-z0-9]{2,4}$/;

/** Whether the functions above can have made this; nothing else names a file, so no name leads out of the store. */
export const isMediaPath = (path: string) => pathForm.test(path);

/** Where a file stands that its sender put there, and that nothing has looked at yet. No media path: nothing serves it. */
export const uncheckedPathOf = (id: MediaId) => `unchecked/${id}`;
export const isUncheckedPath = (path: string) => /^unchecked\/[0-9a-f-]{36}$/.test(path);

/** The upload that a path belongs to. */
export const mediaIdOf = (path: string): MediaId => asMediaId(path.slice(3, 39));

/** What clients know a file by beside its URL: its path without the extension. */
export const publicIdOf = (path: string) => path.replace(/\.[a-z0-9]+$/, "");

/** What a request asks of a file: the headers of the same names (RFC 9110, sections 13 and 14). */
export interface Asked {
  range?: string | undefined;
  ifModifiedSince?: string | undefined;
  ifNoneMatch?: string | undefined;
}

/** A file, or what was asked of it. */
export type Opened =
  | { status: 200 | 206; headers: Readonly<Record<string, string>>; body: Readable }
  /** The client has it. */
  | { status: 304 }
  /** The client asked for bytes that it does not have. */
  | { status: 416 };

/** A form that puts one file into the store: these fields, then `file`. */
export interface UploadForm {
  url: string;
  fields: Readonly<Record<string, string>>;
}

/** Keeps uploads under paths that `newMediaPath` and `newSizedPaths` make. All calls throw `service_unavailable` when the store cannot be reached. */
export interface MediaStore {
  readonly name: MediaStoreName;
  /**
   * Moves or copies the file that stands at `source` into the store. Once resolved it is durable, and readable at the
   * URL that `media-urls.ts` makes of the store's name and the path.
   */
  put(source: string, path: string, kind: MediaKind): Promise<void>;
  /** Idempotent: removing what is not there is no error. */
  remove(path: string, kind: MediaKind): Promise<void>;
  /** Where clients may put files themselves, under paths of `uncheckedPathOf`, which `remove` takes, too. */
  readonly direct?: {
    /** A form that takes a file of this type, with exactly so many bytes, for so long. */
    formOf(path: string, file: { contentType: string; bytes: number }, seconds: number): Promise<UploadForm>;
    /**
     * Copies the file to `target`, and gives its bytes; undefined when it is not there. Throws `payload_too_large` for one with more
     * than `maxBytes`.
     */
    fetch(path: string, target: string, maxBytes: number, signal: AbortSignal): Promise<number | undefined>;
  };
  /** Throws when it is known to take no files. */
  check(): Promise<void>;
  /** The folder in which files may stand under their paths; null when the store serves its own. */
  readonly directory: string | null;
  /** Where files stand elsewhere, too, and are served here. */
  readonly elsewhere?: {
    /** Undefined when the file is not there. */
    open(path: string, asked: Asked): Promise<Opened | undefined>;
    /** An address at which a client may load the file for some minutes, with this `content-disposition`; null where it must be passed through. */
    addressOf(path: string, disposition: string | undefined): Promise<string | null>;
  };
}
