import { v7 as uuidv7 } from "uuid";
import { describe, expect, test } from "vitest";
import { newMediaPath } from "./media-store.ts";
import { createMediaUrls, type StoredFile } from "./media-urls.ts";

const path = newMediaPath(uuidv7(), "jpg");
const local: StoredFile = { store: "local", kind: "image", path };
const hosted: StoredFile = { store: "cloudinary:demo", kind: "video", path };
const report: StoredFile = { store: "cloudinary:demo", kind: "document", path: newMediaPath(uuidv7(), "pdf") };
const urls = createMediaUrls({ local: "https://feed.example/media", cloudinary: null });

describe("the URL of a file", () => {
  test("is made of its store and path, and another base is another URL", () => {
    expect(urls.of(local)).toBe(`https://feed.example/media/${path}`);
    expect(urls.of(hosted)).toBe(`https://res.cloudinary.com/demo/video/upload/v1/${path}`);
    expect(urls.of(report)).toBe(`https://res.cloudinary.com/demo/raw/upload/fl_attachment/v1/${report.path}`);
    const moved = createMediaUrls({ local: "https://cdn.example", cloudinary: "https://pictures.example" });
    expect(moved.of(local)).toBe(`https://cdn.example/${path}`);
    expect(moved.of(hosted)).toBe(`https://pictures.example/video/upload/v1/${path}`);
  });

  test("of a row from before stores had names stays where it was", () => {
    expect(urls.of({ ...hosted, store: "cloudinary:https://old.example/pictures" })).toBe(`https://old.example/pictures/video/upload/v1/${path}`);
  });
});

describe("the file that a URL names", () => {
  test("is found by every URL that was ever given out for it", () => {
    for (const url of [urls.of(local), urls.of(hosted), `https://res.cloudinary.com/demo/image/upload/v1712345678/${path}`])
      expect(urls.pathOf(url)).toBe(path);
    expect(urls.pathOf(urls.of(report))).toBe(report.path);
  });

  test("is none for addresses of others and paths that no upload has", () => {
    for (const url of [
      `https://elsewhere.example/media/${path}`,
      `https://elsewhere.example/image/upload/v1/${path}`,
      "https://feed.example/media/../secrets",
      "https://feed.example/media/aa/picture.jpg",
    ])
      expect(urls.pathOf(url)).toBeNull();
  });
});
