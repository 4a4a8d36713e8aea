import { closeSync, copyFileSync, fstatSync, ftruncateSync, openSync, readSync } from "node:fs";

/** The output of a program that is started here. A file, never a pipe: a pipe that nobody drains stops the program, and one outlives its reader. */
export interface ProgramLog {
  /** For the program's standard output and standard error. */
  descriptor: number;
  /** The end of what was written since the log was opened here. */
  printed(): string;
  close(): void;
}

const maxBytes = 16 * 1024 * 1024;
const checkEveryMs = 10_000;
const printedBytes = 64 * 1024;

/** Opens a log for appending. At 16 MiB it is moved to `<file>.1`, so that a program takes twice that. */
export function openProgramLog(file: string, limit = maxBytes): ProgramLog {
  const descriptor = openSync(file, "a+", 0o600);
  const size = () => fstatSync(descriptor).size;
  let from = size();
  function bound(): void {
    if (size() < limit) return;
    // Copied and emptied: the program goes on writing to the file that it has open.
    copyFileSync(file, `${file}.1`);
    ftruncateSync(descriptor);
    from = 0;
  }
  bound();
  const timer = setInterval(bound, checkEveryMs).unref();
  return {
    descriptor,
    printed() {
      const end = size();
      const start = Math.max(from, end - printedBytes);
      const bytes = Buffer.alloc(Math.max(0, end - start));
      return bytes.toString("utf8", 0, readSync(descriptor, bytes, 0, bytes.length, start));
    },
    close() {
      clearInterval(timer);
      closeSync(descriptor);
    },
  };
}
