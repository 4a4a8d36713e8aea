import { join } from "node:path";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createTarPacker } from "modern-tar";
import { packTar, unpackTar } from "modern-tar/fs";

/** A file that goes into an archive; `open` resolves with undefined when it is gone meanwhile. */
export interface ArchivedFile {
  path: string;
  bytes: number;
  open(): Promise<Readable | undefined>;
}

/** A tar archive of files that are opened one after the other, and readable to their owner alone. The stream fails with what fails in reading them. */
export function archiveOf(files: AsyncIterable<ArchivedFile>): Readable {
  const { readable, controller } = createTarPacker();
  async function pack() {
    for await (const { path, bytes, open } of files) {
      const content = await open();
      if (!content) continue;
      const entry = controller.add({ name: path, size: bytes, type: "file", mode: 0o600 });
      await pipeline(content, async (chunks: AsyncIterable<Buffer>) => {
        const writer = entry.getWriter();
        for await (const chunk of chunks) await writer.write(chunk);
        await writer.close();
      });
    }
    controller.finalize();
  }
  pack().catch((error) => controller.error(error));
  return Readable.fromWeb(readable as Parameters<typeof Readable.fromWeb>[0]);
}

/** A few small files of a folder, by their paths in it. */
export const archiveOfFolder = (folder: string, paths: readonly string[]): Readable =>
  packTar(paths.map((path) => ({ type: "file", source: join(folder, path), target: path, mode: 0o600 })));

/** Takes a tar archive and makes its files below a folder, and none elsewhere. */
export const unpackInto = (folder: string): Writable => unpackTar(folder);
