import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { startNginx } from "./support/nginx.ts";
import { pathOf, sendVideo, serve, upload } from "./support/uploads.ts";
import { mp4 } from "./support/videos.ts";

let feed: TestFeed;
let edge: Awaited<ReturnType<typeof startNginx>>;
let ann: Person;
beforeAll(async () => {
  feed = await startTestFeed();
  edge = await startNginx(feed.url, { webRoot: feed.directory, mediaOrigins: [] });
  ann = await feed.person("ann");
});
afterAll(async () => {
  await edge?.close();
  await feed.close();
});

const read = (path: string, headers: Record<string, string> = {}) => fetch(edge?.url + path, { headers });
const atEdge = (url: string, headers?: Record<string, string>) => read(pathOf(url), headers);

/** How many seconds nginx goes on serving an answer by itself; undefined if it has not kept it. */
function cachedFor(path: string, zone: "media" | "answers" = "media"): number | undefined {
  const folder = join(edge?.folder ?? "", zone);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const content = readFileSync(join(entry.parentPath, entry.name));
    // ngx_http_file_cache_header_t: the version, then until when it is valid.
    if (content.includes(`KEY: http://gateways${path}\n`)) return Number(content.readBigInt64LE(8)) - Date.now() / 1_000;
  }
  return undefined;
}

async function shown(body: object) {
  const media = await upload(ann);
  const post = await ann.post("/api/v1/posts", { content: "", postType: "IMAGE", mediaIds: [media.id], ...body });
  return { ...media, postId: post.body.id as string };
}

test("nginx keeps public pictures for a second, and nothing else", async ({ skip }) => {
  if (!edge) return skip("nginx is not available on this machine");
  const picture = await shown({});
  await eventually(async () => expect((await serve(feed, picture.url)).headers.get("cache-control")).toContain("public"));
  const first = await atEdge(picture.url);
  expect([first.status, (await first.arrayBuffer()).byteLength > 100]).toEqual([200, true]);
  await eventually(() => expect(cachedFor(pathOf(picture.url))).toBeDefined());
  expect(cachedFor(pathOf(picture.url))).toBeLessThanOrEqual(1);

  for (const hidden of [await upload(ann), await shown({ visibility: "followers" }), await shown({ status: "draft" })]) {
    const { status, headers } = await atEdge(hidden.url);
    expect([status, headers.get("cache-control")]).toEqual([200, "private, max-age=60, must-revalidate"]);
    expect(cachedFor(pathOf(hidden.url))).toBeUndefined();
    await ("postId" in hidden ? ann.delete(`/api/v1/posts/${hidden.postId}`) : ann.delete(`/api/media/${hidden.id}`));
    await eventually(async () => expect((await atEdge(hidden.url)).status).toBe(404));
  }
});

test("byte ranges of a video reach media-service, also of one that is not public", async ({ skip }) => {
  if (!edge) return skip("nginx is not available on this machine");
  const content = mp4();
  const { url } = (await sendVideo(ann, content)).body;
  const part = await atEdge(url, { range: "bytes=4-7" });
  expect([part.status, part.headers.get("content-range"), await part.text()]).toEqual([206, `bytes 4-7/${content.length}`, "ftyp"]);
  expect(cachedFor(pathOf(url))).toBeUndefined();
});

test("a public picture that is deleted is gone from nginx within two seconds", async ({ skip }) => {
  if (!edge) return skip("nginx is not available on this machine");
  const picture = await shown({});
  await eventually(async () => expect((await serve(feed, picture.url)).headers.get("cache-control")).toContain("public"));
  await eventually(async () => {
    await atEdge(picture.url);
    expect(cachedFor(pathOf(picture.url))).toBeDefined();
  });
  await ann.delete(`/api/v1/posts/${picture.postId}`);
  await eventually(async () => expect((await serve(feed, picture.url)).status).toBe(404));
  await eventually(async () => expect((await atEdge(picture.url)).status).toBe(404), 2_000);
});

test("feeds for programs are kept for a second, but for nobody who brings credentials", async ({ skip }) => {
  if (!edge) return skip("nginx is not available on this machine");
  const contents = async (headers = {}) => {
    const answer = await read("/feed.json", headers);
    expect(answer.status).toBe(200);
    return ((await answer.json()) as { items: { title: string }[] }).items.map(({ title }) => title);
  };
  const write = (content: string) => ann.post("/api/v1/posts", { content, postType: "TEXT" });
  const credentials = [{ authorization: `Bearer ${ann.token}` }, { cookie: "access_token=x" }];
  for (const [index, headers] of credentials.entries()) {
    expect((await read(`/feed.json?of=${index}`, headers)).status).toBe(200);
    expect(cachedFor(`/feed.json?of=${index}`, "answers")).toBeUndefined();
  }
  const { body: first } = await write("the first");
  await eventually(async () => expect(await contents()).toContain("the first"));
  await eventually(async () => {
    await contents();
    expect(cachedFor("/feed.json", "answers")).toBeLessThanOrEqual(1);
  });
  expect((await read("/feed.json")).headers.get("ratelimit")).toBeNull();
  await write("the next");
  for (const headers of credentials) expect(await contents(headers)).toContain("the next");
  await ann.delete(`/api/v1/posts/${first.id}`);
  await eventually(async () => expect(await contents()).not.toContain("the first"), 2_000);
  expect(await contents()).toContain("the next");
  // Answers of the API are for who asks alone.
  await read("/api/v1/posts");
  expect(cachedFor("/api/v1/posts", "answers")).toBeUndefined();
});
