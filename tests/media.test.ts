import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import { Readable } from "node:stream";
import { createUploads } from "@newfeed/media-service/uploads.ts";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { newMediaPath } from "@newfeed/shared/ports/media-store.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import sharp from "sharp";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Answer, type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { animation, bomb, html, phonePhoto, svg, twoHalves } from "./support/pictures.ts";
import { bytesOf, filesIn, form, pathOf, sendImage, sendVideo, serve, upload, uploadFolders } from "./support/uploads.ts";
import { mp4, secrets, webm } from "./support/videos.ts";

let feed: TestFeed;
let database: RawDatabase;
let ann: Person;
beforeAll(async () => {
  feed = await startTestFeed();
  database = await feed.platform.openDatabase("media-service");
  ann = await feed.person("ann");
});
afterAll(() => feed.close());

async function expectRefusal(answer: Answer, status: number, code: string, field?: string) {
  expect(answer).toMatchObject({ status, body: { code, success: false, ...(field && { errors: [{ field }] }) } });
  expect(await uploadFolders(feed)).toEqual([]);
}

describe("an uploaded image", () => {
  test("returns its URL, size, blurhash and thumbnail, and is served to everyone", async () => {
    const { status, body } = await sendImage(ann, await twoHalves(800, 600).png().toBuffer(), "holiday.png", "image/png");
    expect({ status, body }).toMatchObject({ status: 201, body: { success: true, width: 800, height: 600 } });
    expect(body.blurhash).toMatch(/^[\w#$%*+,\-.:;=?@[\]^_{|}~]{28}$/);
    expect(body.url).toContain(body.public_id);
    expect(body.url).not.toContain("holiday");

    const served = await serve(feed, body.url);
    expect(served.status).toBe(200);
    expect(Object.fromEntries(served.headers)).toMatchObject({
      "content-type": "image/png",
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; sandbox",
      "cache-control": "private, max-age=60, must-revalidate",
      "cross-origin-resource-policy": "cross-origin",
    });
    const thumbnail = await sharp(await bytesOf(feed, body.thumbnailUrl)).metadata();
    expect(thumbnail).toMatchObject({ format: "webp", width: 400, height: 300 });
    expect(await uploadFolders(feed)).toEqual([]);
  });

  test("is upright, and has no metadata about its place or author", async () => {
    const photo = await phonePhoto();
    expect(await sharp(photo).metadata()).toMatchObject({ width: 40, height: 20, orientation: 6 });
    expect(photo.includes("secret owner")).toBe(true);

    const { body } = await sendImage(ann, photo, "IMG_1.jpg");
    expect(body).toMatchObject({ width: 20, height: 40 });
    const stored = await bytesOf(feed, body.url);
    const metadata = await sharp(stored).metadata();
    expect(metadata).toMatchObject({ format: "jpeg", width: 20, height: 40 });
    expect([metadata.exif, metadata.orientation, metadata.icc, metadata.xmp]).toEqual([undefined, undefined, undefined, undefined]);
    expect(stored.includes("secret owner")).toBe(false);
    const { data } = await sharp(stored).raw().toBuffer({ resolveWithObject: true });
    expect(data[0]).toBeGreaterThan(200);
    expect(data.at(-1)).toBeGreaterThan(200);
  });

  test.each(["gif", "webp"] as const)("stays animated as %s", async (format) => {
    const { status, body } = await sendImage(ann, await animation(format), `loop.${format}`, `image/${format}`);
    expect({ status, body }).toMatchObject({ status: 201, body: { width: 16, height: 12 } });
    expect(await sharp(await bytesOf(feed, body.url), { animated: true }).metadata()).toMatchObject({
      format,
      pages: 3,
      pageHeight: 12,
      delay: [120, 120, 120],
    });
    expect((await sharp(await bytesOf(feed, body.thumbnailUrl)).metadata()).pages ?? 1).toBe(1);
  });

  test("keeps all colours of a PNG", async () => {
    const raw = { width: 64, height: 64, channels: 3 } as const;
    const pixels = Buffer.from(Array.from({ length: 64 * 64 }, (_, at) => [at % 256, at >> 4, (at * 7) % 256]).flat());
    const { body } = await sendImage(ann, await sharp(pixels, { raw }).png().toBuffer());
    expect(
      (
        await sharp(await bytesOf(feed, body.url))
          .raw()
          .toBuffer()
      ).equals(pixels),
    ).toBe(true);
  });

  test("has the type of its content, whatever its name", async () => {
    const { status, body } = await sendImage(ann, await twoHalves().webp().toBuffer(), "../../etc/passwd.jpg", "text/html");
    expect(status).toBe(201);
    expect((await serve(feed, body.url)).headers.get("content-type")).toBe("image/webp");
    expect(pathOf(body.url)).toMatch(/^\/media\/[0-9a-f]{2}\/[\w-]+\.webp$/);
  });

  test("that is both a GIF and an HTML page is stored as a GIF only", async () => {
    const { status, body } = await sendImage(ann, Buffer.concat([await twoHalves().gif().toBuffer(), html]), "both.gif", "image/gif");
    expect(status).toBe(201);
    expect((await bytesOf(feed, body.url)).includes("script")).toBe(false);
  });

  test("publishes an event", async () => {
    const { body } = await sendImage(ann, await twoHalves().jpeg().toBuffer());
    const rows = await database.query("SELECT type FROM newfeed.outbox WHERE body::jsonb #>> '{data,mediaId}' = $1", [body.id]);
    expect(rows).toEqual([{ type: "media.uploaded" }]);
  });
});

describe("an upload is refused and leaves nothing behind:", () => {
  test("without an account, before its body is read", async () => {
    await expectRefusal(await feed.call("POST", "/api/media/upload/image", form("image", await twoHalves().jpeg().toBuffer())), 401, "unauthenticated");
  });

  test("SVG, HTML and videos as images; images and other containers as videos", async () => {
    const refused = [
      await sendImage(ann, svg, "logo.svg", "image/svg+xml"),
      await sendImage(ann, html, "page.jpg"),
      await sendImage(ann, mp4(), "clip.jpg"),
      await sendImage(ann, Buffer.alloc(0)),
    ];
    refused.push(
      await sendVideo(ann, await twoHalves().jpeg().toBuffer(), "clip.mp4", "video/mp4"),
      await sendVideo(ann, webm({ docType: "matroska" }), "clip.webm", "video/webm"),
      await sendVideo(ann, html, "x.mp4"),
    );
    for (const answer of refused) await expectRefusal(answer, 415, "unsupported_media_type");
  });

  test("a picture of 41 megapixels, a truncated one, and a file that only starts like one", async () => {
    const whole = await twoHalves(400, 300).jpeg().toBuffer();
    const fake = Buffer.concat([Buffer.from("GIF89a/*"), html]);
    for (const content of [await bomb(), whole.subarray(0, whole.length * 0.6), fake])
      await expectRefusal(await sendImage(ann, content), 422, "unprocessable_media");
  });

  test("more than 5 MB, by its declared or its actual length", async () => {
    await expectRefusal(await sendImage(ann, Buffer.alloc(6 * 1024 * 1024)), 413, "payload_too_large");
    // Just above the limit: with its envelope, the declared length would pass.
    await expectRefusal(await sendImage(ann, Buffer.alloc(5 * 1024 * 1024 + 1)), 413, "payload_too_large");
    const endless = await chunkedUpload(ann, 7);
    await expectRefusal(endless, 413, "payload_too_large");
  });

  test("anything but exactly one file in the right field", async () => {
    const picture = await twoHalves().jpeg().toBuffer();
    const post = (data: FormData) => ann.post("/api/media/upload/image", data);
    await expectRefusal(await post(form("picture", picture)), 400, "validation_failed", "picture");
    const two = form("image", picture);
    two.append("image", new Blob([new Uint8Array(picture)]), "second.jpg");
    await expectRefusal(await post(two), 400, "validation_failed", "image");
    const text = new FormData();
    text.set("image", "not a file");
    await expectRefusal(await post(text), 400, "validation_failed", "image");
    const nothing = new FormData();
    nothing.set("image", new Blob([]), "");
    await expectRefusal(await post(nothing), 400, "validation_failed", "image");
    const nested = form("image", picture);
    nested.set("a[b][c][d][e][f]", "deep");
    await expectRefusal(await post(nested), 400, "validation_failed", "a[b][c][d][e][f]");
    const many = form("image", picture);
    for (let field = 0; field < 40; field++) many.append(`field${field}`, "x");
    await expectRefusal(await post(many), 400, "validation_failed");
  });

  test("but not for the text that uploaders send beside it", async () => {
    const data = new FormData();
    for (const name of ["name", "type", "caption", "post[title]", "post[image][alt]", "metadata", "__proto__"]) data.set(name, '{"lastModified":1}');
    data.set("image", new Blob([new Uint8Array(await twoHalves().jpeg().toBuffer())], { type: "image/jpeg" }), "picture.jpg");
    data.set("after", "the file");
    expect(await ann.post("/api/media/upload/image", data)).toMatchObject({ status: 201, body: { success: true } });
    expect(await uploadFolders(feed)).toEqual([]);
  });

  test("a request without a form, or with a malformed one", async () => {
    await expectRefusal(await ann.post("/api/media/upload/image", { image: "x" }), 415, "unsupported_media_type");
    const type = { "content-type": "multipart/form-data; boundary=x" };
    await expectRefusal(await ann.post("/api/media/upload/image", "--x\r\nnonsense", type), 400, "malformed_request");
    await expectRefusal(await ann.post("/api/media/upload/image", "--x", { "content-type": "multipart/form-data; charset=utf-8" }), 400, "malformed_request");
  });

  test("when its client disconnects midway", async () => {
    const boundary = "cut";
    const request = httpRequest(`${feed.url}/api/media/upload/video`, {
      method: "POST",
      headers: { authorization: `Bearer ${ann.token}`, "content-type": `multipart/form-data; boundary=${boundary}`, "content-length": 10_000_000 },
    });
    request.on("error", () => {});
    request.write(`--${boundary}\r\ncontent-disposition: form-data; name="video"; filename="a.mp4"\r\n\r\n`);
    request.write(Buffer.concat([mp4(), Buffer.alloc(1_000_000)]));
    await eventually(async () => expect(await filesIn(feed, "uploads")).toHaveLength(1));
    request.destroy();
    await eventually(async () => expect(await uploadFolders(feed)).toEqual([]));
  });
});

/** Sends a body without a content-length. */
async function chunkedUpload(person: Person, megabytes: number): Promise<Answer> {
  const boundary = "chunked";
  async function* pieces() {
    yield Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="image"; filename="a.jpg"\r\n\r\n`);
    for (let piece = 0; piece < megabytes * 16; piece++) yield Buffer.alloc(65_536);
    yield Buffer.from(`\r\n--${boundary}--\r\n`);
  }
  const response = await fetch(`${feed.url}/api/media/upload/image`, {
    method: "POST",
    headers: { authorization: `Bearer ${person.token}`, "content-type": `multipart/form-data; boundary=${boundary}` },
    body: Readable.toWeb(Readable.from(pieces())),
    duplex: "half",
  } as RequestInit);
  return { status: response.status, headers: response.headers, body: await response.json() };
}

describe("a video", () => {
  test.each([
    ["mp4", "video/mp4", (secretive: boolean) => mp4({ secretive })],
    ["webm", "video/webm", (secretive: boolean) => webm({ secretive })],
    ["mov", "video/quicktime", (secretive: boolean) => mp4({ secretive, brand: "qt  " })],
  ])("%s is stored with its size and duration, and without what it says of places and people", async (extension, type, make) => {
    const content = make(true);
    const { status, body } = await sendVideo(ann, content, "clip.bin", "application/octet-stream");
    const { duration } = body;
    expect({ status, body }).toMatchObject({ status: 201, body: { success: true, width: 640, height: 360, duration: expect.any(Number) } });
    expect(body.url.endsWith(`.${extension}`)).toBe(true);
    expect((await serve(feed, body.url)).headers.get("content-type")).toBe(type);
    const stored = await bytesOf(feed, body.url);
    expect(Object.values(secrets).filter((secret) => stored.includes(secret, 0, "latin1"))).toEqual([]);
    expect(stored.length).toBe(content.length);

    const post = await ann.post("/api/v1/posts", { content: "", postType: "VIDEO", mediaIds: [body.id] });
    expect(post.body.media).toMatchObject([{ width: 640, height: 360, duration }]);
    expect((await ann.get(`/api/v1/posts/${post.body.id}`)).body.media).toMatchObject([{ duration }]);
    expect((await ann.get(`/api/media/${body.id}`)).body).toMatchObject({ duration, contentType: type });
    expect((await bytesOf(feed, (await sendVideo(ann, make(false))).body.url)).length).toBe(make(false).length);
  });

  test("that is none, is cut, or has only sound is refused", async () => {
    for (const content of [mp4().subarray(0, 600), mp4().subarray(0, 36), mp4({ video: false }), webm({ video: false })])
      await expectRefusal(await sendVideo(ann, content), 422, "unprocessable_media");
  });

  test("supports range requests", async () => {
    const content = mp4();
    const { body } = await sendVideo(ann, content);
    const part = await serve(feed, body.url, { range: "bytes=4-7" });
    expect(part.status).toBe(206);
    expect(part.headers.get("content-range")).toBe(`bytes 4-7/${content.length}`);
    expect(await part.text()).toBe("ftyp");
    const beyond = await serve(feed, body.url, { range: "bytes=999999-" });
    expect(beyond.status).toBe(416);
    expect(beyond.headers.get("cache-control")).toBe("no-store");
    const head = await serve(feed, body.url, {}, "HEAD");
    expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([200, String(content.length), ""]);
    const known = await serve(feed, body.url, { "if-modified-since": String(head.headers.get("last-modified")), "cache-control": "max-age=0" });
    expect(known.status).toBe(304);
  });
});

describe("serving", () => {
  /** Sends the path as given; `fetch` would normalise it. */
  const statusOf = (path: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const request = httpRequest(feed.url, { path }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      request.on("error", reject).end();
    });

  test("serves stored files only", async () => {
    const paths = ["/media/../secrets.json", "/media/%2e%2e/secrets.json", "/media/..%2fsecrets.json/x", "/media/ab/..%2f..%2fsecrets.json"];
    paths.push(
      "/media/ab/..%5c..%5csecrets.json",
      "/media/ab/secrets.json%00.jpg",
      "/media/ab",
      "/media/",
      "/media/ab/",
      `/media/7a/${uuidv7()}-${"a".repeat(22)}.jpg`,
    );
    for (const path of paths) expect([path, await statusOf(path)]).toEqual([path, 404]);
    expect((await serve(feed, "http://localhost/media/00/missing.jpg")).headers.get("content-type")).toMatch(/problem\+json/);
    expect((await serve(feed, "http://localhost/media/00/missing.jpg", {}, "POST")).status).toBe(404);
    expect(await filesIn(feed, ".")).toContain("secrets.json");
  });

  test("does not count towards a visitor's limit", async () => {
    const { body } = await sendImage(ann, await twoHalves().jpeg().toBuffer());
    expect((await serve(feed, body.url)).headers.get("ratelimit")).toBeNull();
  });
});

test("files of an upload interrupted by a crash are removed, in the uploads folder too", async () => {
  const { mediaStore } = feed.platform;
  const [planned, source] = [newMediaPath(uuidv7(), "jpg"), join(feed.directory, "crashed.jpg")];
  await writeFile(source, "half an upload");
  await database.query("INSERT INTO media_removal (path, kind, due_at) VALUES ($1, 'image', now())", [planned]);
  await mediaStore.put(source, planned, "image");
  await ann.delete(`/api/media/${(await upload(ann)).id}`);
  await eventually(async () => expect((await serve(feed, `http://localhost/media/${planned}`)).status).toBe(404));
  await eventually(async () => expect(await database.query("SELECT 1 FROM media_removal WHERE path = $1", [planned])).toEqual([]));

  const folder = join(feed.directory, "old-uploads");
  await mkdir(join(folder, "upload-x"), { recursive: true });
  await writeFile(join(folder, "upload-x", "left"), "over");
  await createUploads(folder);
  expect(await readdir(folder)).toEqual([]);
});

test("an upload whose row cannot be written leaves no file", async () => {
  const before = await filesIn(feed, "media");
  await database.query("ALTER TABLE media ADD CONSTRAINT refuses CHECK (false) NOT VALID");
  try {
    expect((await sendImage(ann, await twoHalves().jpeg().toBuffer())).status).toBe(500);
  } finally {
    await database.query("ALTER TABLE media DROP CONSTRAINT refuses");
  }
  await eventually(async () => expect((await filesIn(feed, "media")).filter((name) => !before.includes(name))).toEqual([]));
  await eventually(async () => expect(await database.query("SELECT 1 FROM media_removal")).toEqual([]));
});

test("a stored file is served unchanged", async () => {
  const { body } = await sendImage(ann, await twoHalves().jpeg().toBuffer());
  expect((await readFile(join(feed.directory, pathOf(body.url)))).equals(await bytesOf(feed, body.url))).toBe(true);
});
