import { spawnSync } from "node:child_process";
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";

/** A file system of its own, on which nothing fits any more once it is filled. */
export interface SmallDisk {
  fill(): void;
  free(): void;
  unmount(): void;
}

/** Mounts one at a folder. Gives null and prints the reason where that is not possible. */
export function mountSmallDisk(folder: string, megabytes: number): SmallDisk | null {
  const { status, stderr, error } = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m,mode=0755`, "newfeed-test", folder], { encoding: "utf8" });
  if (status !== 0) {
    process.stderr.write(`skipped: no file system can be mounted here (${error?.message ?? stderr.trim()})\n`);
    return null;
  }
  const filler = join(folder, "filler");
  return {
    fill() {
      const file = openSync(filler, "w");
      try {
        for (const bytes of [1024 * 1024, 4096]) {
          const chunk = Buffer.alloc(bytes);
          try {
            while (writeSync(file, chunk) === bytes);
          } catch (cause) {
            if (!(cause instanceof Error && "code" in cause && cause.code === "ENOSPC")) throw cause;
          }
        }
      } finally {
        closeSync(file);
      }
    },
    free: () => rmSync(filler, { force: true }),
    unmount() {
      spawnSync("umount", ["--lazy", folder]);
    },
  };
}
