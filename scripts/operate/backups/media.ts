import { createReadStream } from "node:fs";
import { link, mkdir, readdir, rm, stat } from "node:fs/promises";
import { join, parse } from "node:path";
import { createS3Folder, type S3Options } from "@newfeed/shared/cluster/s3.ts";
import { isMediaPath } from "@newfeed/shared/ports/media-store.ts";
import type { ArchivedFile } from "./archive.ts";

/** The uploads of an installation, for a backup whose databases are of a later moment than its beginning. */
export interface MediaOfBackup {
  /** Takes up what was uploaded since the beginning, or the last call. */
  addNew(): Promise<void>;
  files(): AsyncIterable<ArchivedFile>;
  close(): Promise<void>;
}

const isShard = (name: string) => /^[0-9a-f]{2}$/.test(name);
const codeOf = (error: unknown) => (error instanceof Error && "code" in error ? error.code : undefined);

/** The media paths below a folder. */
export async function* mediaPathsIn(folder: string): AsyncGenerator<string> {
  const shards = await readdir(folder).catch((error) => {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  });
  for (const shard of shards.filter(isShard))
    for (const name of await readdir(join(folder, shard))) if (isMediaPath(`${shard}/${name}`)) yield `${shard}/${name}`;
}

/**
 * Files never change, so a second name keeps each of them as it is, whatever is deleted until it has been copied: the databases
 * of a backup never name a file that it lacks.
 */
async function keepFolder(folder: string): Promise<MediaOfBackup> {
  const kept = `${folder}-backup-${process.pid}`;
  await rm(kept, { recursive: true, force: true });
  async function addNew() {
    for await (const path of mediaPathsIn(folder)) {
      await mkdir(join(kept, path.slice(0, 2)), { recursive: true, mode: 0o700 });
      try {
        await link(join(folder, path), join(kept, path));
      } catch (error) {
        // It is kept already, or was deleted just now.
        if (codeOf(error) !== "EEXIST" && codeOf(error) !== "ENOENT") throw error;
      }
    }
  }
  await addNew();
  return {
    addNew,
    async *files() {
      for await (const path of mediaPathsIn(kept)) {
        const file = join(kept, path);
        yield { path, bytes: (await stat(file)).size, open: async () => createReadStream(file) };
      }
    },
    close: () => rm(kept, { recursive: true, force: true }),
  };
}

/** Those of a bucket as they are when they are copied: what is deleted until then is lost to the backup. */
function readBucket(options: S3Options): MediaOfBackup {
  const bucket = createS3Folder(options, "");
  return {
    addNew: async () => {},
    async *files() {
      for await (const { name, bytes } of bucket.list()) if (isMediaPath(name)) yield { path: name, bytes, open: () => bucket.get(name) };
    },
    close: async () => {},
  };
}

/** Removes what backups left that were killed. */
async function removeLeftovers(folder: string): Promise<void> {
  const { dir, base } = parse(folder);
  for (const name of await readdir(dir)) {
    const pid = name.startsWith(`${base}-backup-`) ? Number(name.slice(`${base}-backup-`.length)) : Number.NaN;
    if (Number.isInteger(pid) && !isRunning(pid)) await rm(join(dir, name), { recursive: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

/** The uploads below a folder, and those of a bucket when they are kept there. */
export async function keepMedia(folder: string, s3: S3Options | null): Promise<MediaOfBackup> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await removeLeftovers(folder);
  const sources = [await keepFolder(folder), ...(s3 ? [readBucket(s3)] : [])];
  const each = async (work: (source: MediaOfBackup) => Promise<void>) => {
    for (const source of sources) await work(source);
  };
  return {
    addNew: () => each((source) => source.addNew()),
    async *files() {
      for (const source of sources) yield* source.files();
    },
    close: () => each((source) => source.close()),
  };
}
