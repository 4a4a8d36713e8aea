import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestFeed, type TestFeed } from "./support/feed.ts";
import { upload } from "./support/uploads.ts";

let cdn: Server;
let base: string;
let feed: TestFeed;
beforeAll(async () => {
  // A stand-in for a CDN whose origin is the feed's /media, and which takes transformations as parameters.
  cdn = createServer(({ url = "", headers: { range } }, response) => {
    const path = `/media${url.replace(/^\/files/, "").replace(/\?.*/, "")}`;
    request(feed.url + path, { headers: range === undefined ? {} : { range } }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    }).end();
  });
  await new Promise<void>((resolve) => cdn.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(cdn.address() as AddressInfo).port}/files`;
  feed = await startTestFeed({ MEDIA_BASE_URL: base });
});
afterAll(async () => {
  cdn.closeAllConnections();
  await new Promise((resolve) => cdn.close(resolve));
  await feed.close();
});

test("uploads are loaded by way of a CDN in front of them, and attach by the addresses that it has", async () => {
  const ann = await feed.person("ann");
  const { url } = await upload(ann);
  expect(url.startsWith(`${base}/`)).toBe(true);
  const whole = await fetch(`${url}?tr=w-400`);
  expect([whole.status, whole.headers.get("content-type")]).toEqual([200, "image/jpeg"]);
  const part = await fetch(url, { headers: { range: "bytes=2-5" } });
  expect([part.status, part.headers.get("content-range")]).toEqual([206, `bytes 2-5/${(await whole.arrayBuffer()).byteLength}`]);
  expect(part.headers.get("cache-control")).toContain("private");
  const { body } = await ann.post("/api/v1/posts", { content: "look", postType: "IMAGE", mediaUrls: [url] });
  expect(body.media).toMatchObject([{ url }]);
  const page = await fetch(feed.url, { headers: { accept: "text/html" } });
  expect(page.headers.get("content-security-policy")).toContain(new URL(base).origin);
});
