import { copyFile, mkdir, open, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isMediaPath, isUncheckedPath, type MediaStore } from "../ports/media-store.ts";

/** On disk when it resolves; `mode` sets who may read it. */
async function sync(path: string, flags: "r" | "r+", mode?: number): Promise<void> {
  const handle = await open(path, flags);
  try {
    if (mode !== undefined) await handle.chmod(mode);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const probeBytes = 64 * 1024;

/** Uploads as files below `directory`. */
export function createLocalMediaStore(directory: string): MediaStore {
  function placeOf(path: string): string {
    if (!isMediaPath(path)) throw new Error(`not a media path: ${path}`);
    return join(directory, path);
  }
  return {
    name: "local",
    directory,
    async put(source, path) {
      const target = placeOf(path);
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      try {
        await rename(source, target);
      } catch (error) {
        // Another file system.
        if (!(error instanceof Error) || !("code" in error) || error.code !== "EXDEV") throw error;
        await copyFile(source, target);
      }
      await sync(target, "r+", 0o600);
      // The name must outlive a power failure too; Windows cannot open folders.
      if (process.platform !== "win32") await sync(dirname(target), "r");
    },
    async remove(path) {
      // In a bucket that is in use no more.
      if (isUncheckedPath(path)) return;
      await rm(placeOf(path), { force: true });
    },
    async check() {
      // Not a media path, so that it is never served; several instances may write and remove it.
      const probe = join(directory, ".health");
      await writeFile(probe, Buffer.alloc(probeBytes), { mode: 0o600 });
      await rm(probe, { force: true });
    },
  };
}
