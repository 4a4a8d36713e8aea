import { existsSync } from "node:fs";
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { isMediaPath, type MediaStore } from "@newfeed/shared/ports/media-store.ts";

const atOnce = 4;
const everyMs = 1_000;

const number = (count: number) => Math.round(count).toLocaleString("en");
const megabytes = (bytes: number) => (bytes / 1024 ** 2).toFixed(1);

/** The paths of all files that are to move, as the store knows them. */
async function pathsIn(folder: string): Promise<string[]> {
  const paths: string[] = [];
  if (!existsSync(folder)) return paths;
  for (const shard of await readdir(folder)) {
    if (!/^[0-9a-f]{2}$/.test(shard)) continue;
    for (const file of await readdir(join(folder, shard))) if (isMediaPath(`${shard}/${file}`)) paths.push(`${shard}/${file}`);
  }
  return paths;
}

/** Moves one file. Gives its bytes; 0 when it was removed meanwhile. */
async function moveFile(folder: string, path: string, store: Pick<MediaStore, "put" | "remove">): Promise<number> {
  const source = join(folder, path);
  const isGone = (error: unknown) => error instanceof Error && "code" in error && error.code === "ENOENT";
  try {
    const { size } = await stat(source);
    await store.put(source, path, "image");
    await rm(source);
    return size;
  } catch (error) {
    if (!isGone(error)) throw error;
    // Its upload was removed while it was copied.
    await store.remove(path, "image");
    return 0;
  }
}

/**
 * Moves all files of a folder into a store, and prints how far that is. Throws what the store throws; what is moved by then stays
 * moved, and the rest stays where it is.
 */
export async function moveMedia(folder: string, store: Pick<MediaStore, "put" | "remove">, print: (line: string) => void): Promise<void> {
  const paths = await pathsIn(folder);
  const waiting = paths.values();
  const started = Date.now();
  let [files, bytes] = [0, 0];
  const progress = () => {
    const perSecond = (bytes * 1_000) / Math.max(1, Date.now() - started);
    print(`${number(files)} of ${number(paths.length)} files, ${megabytes(bytes)} MB, ${megabytes(perSecond)} MB a second`);
  };
  const failures: unknown[] = [];
  async function moveSome(): Promise<void> {
    for (const path of waiting) {
      if (failures.length > 0) return;
      try {
        bytes += await moveFile(folder, path, store);
        files++;
      } catch (error) {
        failures.push(error);
      }
    }
  }
  const reporting = setInterval(progress, everyMs);
  await Promise.all(Array.from({ length: atOnce }, moveSome));
  clearInterval(reporting);
  progress();
  if (failures.length > 0) throw failures[0];
}
