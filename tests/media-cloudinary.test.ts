import { startCloudinaryStandIn } from "@newfeed/shared/testing/cloudinary-stand-in.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { twoHalves } from "./support/pictures.ts";
import { sendImage, uploadFolders } from "./support/uploads.ts";

/** A stand-in for Cloudinary's upload API, which cannot run here. */
let standIn: Awaited<ReturnType<typeof startCloudinaryStandIn>>;
let feed: TestFeed;
let fay: Person;
beforeAll(async () => {
  standIn = await startCloudinaryStandIn();
  feed = await startTestFeed({ CLOUDINARY_URL: standIn.url, CLOUDINARY_UPLOAD_PREFIX: standIn.uploadPrefix, CLOUDINARY_BASE_URL: standIn.baseUrl });
  fay = await feed.person("fay");
});
afterAll(async () => {
  await feed.close();
  await standIn.close();
});
const send = async () => sendImage(fay, await twoHalves().jpeg().toBuffer());

test("uploads are stored at Cloudinary, served from its URLs, and deleted there", async () => {
  const { status, body } = await send();
  expect(status).toBe(201);
  expect(standIn.held.has(`image/${body.public_id}`)).toBe(true);
  expect(await sharp(Buffer.from(await (await fetch(body.url)).arrayBuffer())).metadata()).toMatchObject({ format: "jpeg", width: 40 });
  expect(new URL(body.thumbnailUrl).origin).toBe(standIn.uploadPrefix);
  // Cloudinary's own response has a version in the URL.
  const post = await fay.post("/api/v1/posts", { content: "look", postType: "IMAGE", mediaUrls: [body.url.replace("/v1/", "/v1712345678/")] });
  expect(post.body.media).toMatchObject([{ id: body.id, url: body.url, thumbnailUrl: body.thumbnailUrl }]);
  const page = await fetch(`${feed.url}/`);
  expect(page.headers.get("content-security-policy")).toContain(` ${standIn.uploadPrefix}; media-src`);
  await fay.delete(`/api/v1/posts/${post.body.id}`);
  await eventually(() => expect(standIn.held.size).toBe(0));
  expect((await fetch(`${feed.url}/media/ab/cd.jpg`)).status).toBe(404);
});

test("while Cloudinary fails, uploads are refused and deletions retried", async () => {
  const { body } = await send();
  standIn.fail(true);
  const refused = await send();
  expect(refused).toMatchObject({ status: 503, body: { code: "service_unavailable" } });
  expect(refused.headers.get("retry-after")).toBe("5");
  expect(await uploadFolders(feed)).toEqual([]);
  expect((await fay.delete(`/api/media/${body.id}`)).status).toBe(204);
  const rows = await feed.platform.openDatabase("media-service");
  const postponed = () => rows.query("SELECT 1 FROM media_removal WHERE due_at > now()");
  await eventually(async () => expect(await postponed()).toHaveLength(4));
  expect(standIn.held.size).toBe(2);

  standIn.fail(false);
  await rows.query("UPDATE media_removal SET due_at = now()");
  await fay.delete(`/api/media/${(await send()).body.id}`);
  await eventually(() => expect(standIn.held.size).toBe(0));
  await eventually(async () => expect(await rows.query("SELECT 1 FROM media_removal")).toEqual([]));
});
