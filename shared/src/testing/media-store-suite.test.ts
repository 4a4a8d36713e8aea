import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCloudinaryStore } from "../cluster/cloudinary.ts";
import { createLocalMediaStore } from "../embedded/media-store.ts";
import { startCloudinaryStandIn } from "./cloudinary-stand-in.ts";
import { mediaStoreSuite } from "./media-store-suite.ts";

mediaStoreSuite("local folder", async () => {
  const directory = await mkdtemp(join(tmpdir(), "newfeed-media-"));
  return {
    store: createLocalMediaStore(directory),
    read: (path) => readFile(join(directory, path), "utf8").catch(() => null),
    close: () => rm(directory, { recursive: true, force: true }),
  };
});

mediaStoreSuite("Cloudinary (a stand-in)", async () => {
  const standIn = await startCloudinaryStandIn();
  return {
    store: createCloudinaryStore(standIn),
    async read(_path, url) {
      const response = await fetch(String(url));
      return response.ok ? response.text() : null;
    },
    close: standIn.close,
  };
});
