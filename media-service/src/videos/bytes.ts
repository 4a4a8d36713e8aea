import type { FileHandle } from "node:fs/promises";

/** The content is not what its type promises. The message is for logs. */
export class Malformed extends Error {}

/** The bytes of a file, of which little is in memory at a time. */
export interface FileBytes {
  readonly size: number;
  /** Exactly so many. Throws `Malformed` beyond the end. */
  read(offset: number, length: number): Promise<Buffer>;
}

const windowBytes = 64 * 1024;

export function fileBytes(file: Pick<FileHandle, "read">, size: number): FileBytes {
  let window = Buffer.alloc(0);
  let start = 0;
  return {
    size,
    async read(offset, length) {
      if (offset < 0 || offset + length > size) throw new Malformed(`${length} bytes at ${offset} are beyond the end`);
      if (offset < start || offset + length > start + window.length) {
        const wanted = Buffer.alloc(Math.min(Math.max(length, windowBytes), size - offset));
        const { bytesRead } = await file.read(wanted, 0, wanted.length, offset);
        if (bytesRead < length) throw new Malformed("the file ends sooner than it did");
        [window, start] = [wanted.subarray(0, bytesRead), offset];
      }
      return window.subarray(offset - start, offset - start + length);
    },
  };
}

/** What is to be written over: these bytes, or so many zeros. */
export type Edit = { at: number; bytes: Buffer } | { at: number; zeros: number };

/** Nothing real needs more; each is a write. */
const maxEdits = 50_000;

/** Changes that leave every byte where it is. */
export function createEdits() {
  const list: Edit[] = [];
  const add = (edit: Edit) => {
    if (list.length >= maxEdits) throw new Malformed("too much to blank");
    list.push(edit);
  };
  return {
    list: list as readonly Edit[],
    add: (edits: readonly Edit[]) => edits.forEach(add),
    write: (at: number, bytes: Buffer) => add({ at, bytes }),
    /** From one offset to another. */
    blank: (at: number, end: number) => {
      if (end > at) add({ at, zeros: end - at });
    },
  };
}
export type Edits = ReturnType<typeof createEdits>;

const zeros = Buffer.alloc(windowBytes);

export async function applyEdits(file: Pick<FileHandle, "write">, edits: readonly Edit[]): Promise<void> {
  for (const edit of edits) {
    if ("bytes" in edit) await file.write(edit.bytes, 0, edit.bytes.length, edit.at);
    else for (let done = 0; done < edit.zeros; done += windowBytes) await file.write(zeros, 0, Math.min(windowBytes, edit.zeros - done), edit.at + done);
  }
}

/** What a container says of its video. */
export interface VideoFacts {
  /** As it is shown: turned, and with its pixels square. */
  width: number;
  height: number;
  /** In seconds; null when it does not say. */
  duration: number | null;
  edits: readonly Edit[];
}

/** No video lasts so long. */
const maxSeconds = 30 * 24 * 3_600;

/** To the millisecond; null for what is unknown or absurd. */
export const secondsOf = (ticks: number, ticksPerSecond: number): number | null => {
  const seconds = Math.round((ticks / ticksPerSecond) * 1_000) / 1_000;
  return seconds > 0 && seconds <= maxSeconds ? seconds : null;
};

/** Throws `Malformed` for what is no size of a picture. */
export function checkSides(width: number, height: number): void {
  for (const side of [width, height]) if (!(side >= 1 && side <= 65_535)) throw new Malformed(`a picture of ${width} × ${height}`);
}
