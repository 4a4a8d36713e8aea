import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createS3Folder, type S3Options } from "@newfeed/shared/cluster/s3.ts";
import { CommandFailed, UsageError } from "../command.ts";

/** Where backups are kept, each in a folder of its own: on this machine, or in a bucket. Names are paths in it, with `/`. */
export interface Place {
  description: string;
  /** Durable when it resolves. */
  write(name: string, content: Readable): Promise<void>;
  /** Undefined when it is not there. */
  read(name: string): Promise<Readable | undefined>;
  /** The folders in it. */
  folders(): Promise<string[]>;
  removeFolder(name: string): Promise<void>;
}

const isMissing = (error: unknown) => error instanceof Error && "code" in error && error.code === "ENOENT";

function createDirectoryPlace(directory: string): Place {
  return {
    description: directory,
    async write(name, content) {
      const path = join(directory, name);
      await mkdir(join(path, ".."), { recursive: true, mode: 0o700 });
      await pipeline(content, createWriteStream(`${path}.part`, { mode: 0o600, flush: true }));
      await rename(`${path}.part`, path);
    },
    async read(name) {
      const path = join(directory, name);
      try {
        await stat(path);
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
      return createReadStream(path);
    },
    async folders() {
      const entries = await readdir(directory, { withFileTypes: true }).catch((error) => {
        if (isMissing(error)) return [];
        throw error;
      });
      return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    },
    removeFolder: (name) => rm(join(directory, name), { recursive: true, force: true }),
  };
}

function createBucketPlace(address: string, options: S3Options | null): Place {
  if (!options) throw new CommandFailed("no service of S3 is named: set S3_ENDPOINT, S3_BUCKET, S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY");
  const { hostname: bucket, pathname } = new URL(address);
  if (!bucket) throw new UsageError(`${address} names no bucket: s3://<bucket>/<folder>`);
  const path = pathname.replace(/^\/+|\/+$/g, "");
  const folder = createS3Folder({ ...options, bucket }, path && `${path}/`);
  return {
    description: address,
    write: folder.put,
    read: folder.get,
    async folders() {
      const names = new Set<string>();
      for await (const { name } of folder.list()) names.add(name.split("/")[0] as string);
      return [...names];
    },
    async removeFolder(name) {
      for await (const object of folder.list(`${name}/`)) await folder.remove(object.name);
    },
  };
}

/** `s3://<bucket>/<folder>` at the service that the variables name, or a folder of this machine. Throws `UsageError`, `CommandFailed`. */
export const placeAt = (address: string, s3: S3Options | null): Place =>
  address.startsWith("s3://") ? createBucketPlace(address, s3) : createDirectoryPlace(address);
