import { access, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type MediaStore, newMediaPath } from "../ports/media-store.ts";

export interface MediaStoreUnderTest {
  store: MediaStore;
  /** What somebody who follows `url` (or asks NewFeed for the path) gets; null when there is nothing. */
  read(path: string, url: string | null): Promise<string | null>;
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

    async function put(content: string, kind: "image" | "video" = "image") {
      const path = newMediaPath(uuidv7(), kind === "image" ? "jpg" : "mp4");
      const source = join(work, uuidv7());
      await writeFile(source, content);
      return { path, source, url: await opened.store.put(source, path, kind) };
    }

    test("what was put can be read at once", async () => {
      const { path, url } = await put("a picture");
      expect(await opened.read(path, url)).toBe("a picture");
    });

    test("says either where its files stand, or under which URL it serves them", async () => {
      const { url } = await put("a picture");
      expect(url === null).toBe(opened.store.directory !== null);
      if (url !== null) expect(new URL(url).protocol).toMatch(/^https?:$/);
    });

    test("images and videos of the same content are different files", async () => {
      const [image, video] = [await put("same", "image"), await put("same", "video")];
      await opened.store.remove(image.path, "image");
      expect(await opened.read(image.path, image.url)).toBeNull();
      expect(await opened.read(video.path, video.url)).toBe("same");
    });

    test("removing is idempotent", async () => {
      const { path, url } = await put("soon gone");
      await opened.store.remove(path, "image");
      await opened.store.remove(path, "image");
      await opened.store.remove(newMediaPath(uuidv7(), "webp"), "image");
      expect(await opened.read(path, url)).toBeNull();
    });

    test("a file that is not there cannot be put", async () => {
      const path = newMediaPath(uuidv7(), "png");
      await expect(opened.store.put(join(work, "nothing"), path, "image")).rejects.toThrow();
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
