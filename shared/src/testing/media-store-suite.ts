import { access, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type MediaKind, type MediaStore, newMediaPath } from "../ports/media-store.ts";
import type { StoredFile } from "../ports/media-urls.ts";

export interface MediaStoreUnderTest {
  store: MediaStore;
  /** What a client gets at the file's URL; null when there is nothing. */
  read(file: StoredFile): Promise<string | null>;
  close(): Promise<void>;
}

/** What every media store keeps to. */
export function mediaStoreSuite(name: string, open: () => Promise<MediaStoreUnderTest>): void {
  describe(`media store: ${name}`, () => {
    let opened: MediaStoreUnderTest;
    let work: string;
    beforeAll(async () => {
      opened = await open();
      work = await mkdtemp(join(tmpdir(), "newfeed-store-"));
    });
    afterAll(async () => {
      await opened.close();
      await rm(work, { recursive: true, force: true });
    });

    async function put(content: string, kind: MediaKind = "image"): Promise<StoredFile> {
      const path = newMediaPath(uuidv7(), ({ image: "jpg", video: "mp4", document: "pdf" } as const)[kind]);
      const source = join(work, uuidv7());
      await writeFile(source, content);
      await opened.store.put(source, path, kind);
      return { store: opened.store.name, kind, path };
    }

    test("what was put can be read at once", async () => {
      expect(await opened.read(await put("a picture"))).toBe("a picture");
    });

    test("says where its files stand when NewFeed serves them", () => {
      expect(opened.store.directory !== null).toBe(opened.store.name === "local");
    });

    test("images, videos and documents of the same content are different files", async () => {
      const [image, video, document] = [await put("same", "image"), await put("same", "video"), await put("same", "document")];
      await opened.store.remove(image.path, "image");
      expect(await opened.read(image)).toBeNull();
      expect(await opened.read(video)).toBe("same");
      expect(await opened.read(document)).toBe("same");
      await opened.store.remove(document.path, "document");
      expect(await opened.read(document)).toBeNull();
    });

    test("removing is idempotent", async () => {
      const file = await put("soon gone");
      await opened.store.remove(file.path, "image");
      await opened.store.remove(file.path, "image");
      await opened.store.remove(newMediaPath(uuidv7(), "webp"), "image");
      expect(await opened.read(file)).toBeNull();
    });

    test("a file that is not there cannot be put", async () => {
      const path = newMediaPath(uuidv7(), "png");
      await expect(opened.store.put(join(work, "nothing"), path, "image")).rejects.toThrow();
    });

    test("a check of a store that takes files passes, and leaves nothing behind", async () => {
      await opened.store.check();
      const { directory } = opened.store;
      expect(directory === null ? [] : (await readdir(directory)).filter((name) => name.startsWith("."))).toEqual([]);
    });

    test("a path that leads elsewhere is no file of the store", async () => {
      if (opened.store.directory === null) return expect(opened.store.directory).toBeNull();
      const outside = join(work, "outside.jpg");
      await writeFile(outside, "not ours");
      await expect(opened.store.remove(`../../${outside}`, "image")).rejects.toThrow();
      await expect(opened.store.put(outside, "../../elsewhere.jpg", "image")).rejects.toThrow();
      await access(outside);
    });
  });
}
