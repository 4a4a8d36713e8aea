import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createCloudinaryStore } from "../cluster/cloudinary.ts";
import { createLocalMediaStore } from "../embedded/media-store.ts";
import { createMediaUrls } from "../ports/media-urls.ts";
import { startCloudinaryStandIn } from "./cloudinary-stand-in.ts";
import { mediaStoreSuite } from "./media-store-suite.ts";

mediaStoreSuite("local folder", async () => {
  const directory = await mkdtemp(join(tmpdir(), "newfeed-media-"));
  return {
    store: createLocalMediaStore(directory),
    read: ({ path }) => readFile(join(directory, path), "utf8").catch(() => null),
    close: () => rm(directory, { recursive: true, force: true }),
  };
});

test("a check of a folder that is gone fails", async () => {
  await expect(createLocalMediaStore(join(tmpdir(), "newfeed-no-such-folder")).check()).rejects.toThrow();
});

mediaStoreSuite("Cloudinary (a stand-in)", async () => {
  const standIn = await startCloudinaryStandIn();
  const urls = createMediaUrls({ local: "", cloudinary: standIn.baseUrl });
  return {
    store: createCloudinaryStore(standIn),
    async read(file) {
      const response = await fetch(urls.of(file));
      return response.ok ? response.text() : null;
    },
    close: standIn.close,
  };
});
