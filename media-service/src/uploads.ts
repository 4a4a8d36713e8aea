import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { invalidField, Problem } from "@newfeed/shared/contracts/errors.ts";
import type { Request, Response } from "express";
import multer, { MulterError } from "multer";

export interface UploadedFile {
  path: string;
  bytes: number;
  /** As its sender calls it. */
  name: string;
  /** A folder of this upload's own, for whatever is made of the file. */
  directory: string;
}

export interface Uploads {
  /**
   * Reads a multipart body that holds exactly one file, under `field`, and runs `work` on it. The file, and all that
   * `work` leaves in its folder, is gone afterwards, whatever happened.
   * Throws `unsupported_media_type` (not multipart), `payload_too_large`, `validation_failed` naming the field.
   */
  receive<T>(request: Request, response: Response, field: string, maxBytes: number, work: (file: UploadedFile) => Promise<T>): Promise<T>;
  /** Has `fill` write a file, of so many bytes as it gives, and runs `work` on it, as `receive` does. */
  hold<T>(fill: (path: string) => Promise<number>, work: (file: UploadedFile) => Promise<T>): Promise<T>;
}

/** Boundaries and part headers around the file. */
const envelopeBytes = 64 * 1024;

/** Keeps what is being uploaded in `directory`, which is private and emptied first: a crash may have left something. */
export async function createUploads(directory: string): Promise<Uploads> {
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true, mode: 0o700 });

  async function inOwnFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
    const own = await mkdtemp(join(directory, "upload-"));
    try {
      return await work(own);
    } finally {
      // Retried: the disk may be at work on a file whose upload was cut.
      await rm(own, { recursive: true, force: true, maxRetries: 3 });
    }
  }

  return {
    hold: (fill, work) =>
      inOwnFolder(async (own) => {
        const path = join(own, "file");
        return work({ path, bytes: await fill(path), name: "file", directory: own });
      }),
    async receive(request, response, field, maxBytes, work) {
      if (!/^multipart\/form-data\s*;/i.test(request.headers["content-type"] ?? ""))
        throw new Problem("unsupported_media_type", { message: "Send the file as multipart/form-data." });
      const tooLarge = new Problem("payload_too_large", { message: `The file may have at most ${maxBytes / 1024 / 1024} MB.` });
      if (Number(request.headers["content-length"] ?? 0) > maxBytes + envelopeBytes) throw tooLarge;

      return inOwnFolder(async (own) => {
        const file = await readFile(request, response, field, maxBytes, own, tooLarge);
        return work({ path: file.path, bytes: file.size, name: file.originalname, directory: own });
      });
    },
  };
}

function readFile(request: Request, response: Response, field: string, maxBytes: number, directory: string, tooLarge: Problem): Promise<Express.Multer.File> {
  const read = multer({
    storage: multer.diskStorage({ destination: directory }),
    defParamCharset: "utf8",
    // Uploaders send text beside the file: its name, its type, what identifies a chunk or a form. It is read, and ignored.
    limits: { fileSize: maxBytes, parts: 32, fields: 31, fieldSize: 16 * 1024, fieldNameSize: 100, fieldNestingDepth: 4, headerPairs: 20 },
  }).single(field);
  return new Promise((resolve, reject) => {
    read(request, response, (error: unknown) => {
      if (error) return reject(problemOf(error, field, tooLarge));
      if (field in (request.body ?? {})) return reject(invalidField(field, "must be a file"));
      if (!request.file) return reject(invalidField(field, "is required, as a file"));
      resolve(request.file);
    });
    // Without a content-length the end of a body that is too large may never come.
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes + envelopeBytes) reject(tooLarge);
    });
  });
}

function problemOf(error: unknown, field: string, tooLarge: Problem): unknown {
  if (error instanceof MulterError) {
    if (error.code === "LIMIT_FILE_SIZE") return tooLarge;
    if (error.code === "LIMIT_UNEXPECTED_FILE")
      return invalidField(error.field ?? field, error.field === field ? "must be one file only" : "is not a known field");
    return invalidField(error.field ?? field, "cannot be read");
  }
  // The disk's errors are ours; all others say that the body is no such form, or ended too soon.
  if (error instanceof Error && "syscall" in error && error.syscall !== "read") return error;
  return new Problem("malformed_request", {
    message: "The form cannot be read.",
    internal: error instanceof Error ? error.message : String(error),
    cause: error,
  });
}
