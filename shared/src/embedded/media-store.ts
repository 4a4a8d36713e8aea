import { randomBytes } from "node:crypto";
import { copyFile, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { MediaStore } from "../ports/media-store.ts";

/** Paths that this store has given out; anything else cannot name a file of it. */
const pathForm = /^[0-9a-f]{2}\/[0-9a-f-]{36}-[0-9A-Za-z_-]{22}\.[a-z0-9]{2,4}$/;

/** Uploads as files below `directory`, under names that nobody can guess. */
export function createLocalMediaStore(directory: string): MediaStore {
  return {
    async put(source, { id, extension }) {
      const path = `${id.slice(-2)}/${id}-${randomBytes(16).toString("base64url")}.${extension}`;
      const target = join(directory, path);
      await mkdir(dirname(target), { recursive: true });
      try {
        await rename(source, target);
      } catch (error) {
        // Another file system.
        if (!(error instanceof Error) || !("code" in error) || error.code !== "EXDEV") throw error;
        await copyFile(source, target);
      }
      return { path, url: null };
    },
    async remove(path) {
      if (pathForm.test(path)) await rm(join(directory, path), { force: true });
    },
    async open(path) {
      if (!pathForm.test(path)) return null;
      try {
        const file = await open(join(directory, path), "r");
        const { size } = await file.stat();
        return { stream: file.createReadStream(), bytes: size };
      } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
        throw error;
      }
    },
  };
}
