import type { Readable } from "node:stream";

/** A stored file. */
export interface StoredFile {
  /** What `remove` and `open` take, unique in the store. */
  path: string;
  /** Absolute when the store serves its files itself; null when NewFeed serves them under `MEDIA_BASE_URL`. */
  url: string | null;
}

/** Keeps uploads. What `put` resolved is durable and readable at once. */
export interface MediaStore {
  /** Stores a file that stands at `source` under a name that nobody can guess; moves or copies it. */
  put(source: string, file: { id: string; variant: "original" | "thumbnail"; kind: "image" | "video"; extension: string }): Promise<StoredFile>;
  /** Idempotent: removing what is not there is no error. */
  remove(path: string, kind: "image" | "video"): Promise<void>;
  /** The file's content, or null when it is not there, or the store serves its files itself. */
  open(path: string): Promise<{ stream: Readable; bytes: number } | null>;
}
