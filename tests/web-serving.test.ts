import { readdirSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { pages, webClientHeaders } from "@newfeed/shared/contracts/pages.ts";
import type { UpstreamRequest } from "@newfeed/shared/ports/upstream.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { openGateway } from "./support/gateway.ts";
import { startNginx } from "./support/nginx.ts";

const dist = fileURLToPath(new URL("../web/dist", import.meta.url));
const hashed = readdirSync(join(dist, "assets")).filter((name) => name.endsWith(".js"));
const entry = /src="(\/assets\/[^"]+\.js)"/.exec(readFileSync(join(dist, "index.html"), "utf8"))?.[1] as string;

let feed: TestFeed;
let mediaOrigins: string[];
/** Of a user. */
const username = "al.ice_1";
let edge: { url: string; close(): Promise<void> } | null = null;

beforeAll(async () => {
  const port = await freePort();
  mediaOrigins = [`http://localhost:${port}`, "https://pictures.example"];
  feed = await startTestFeed({ PORT: String(port), CLOUDINARY_BASE_URL: "https://pictures.example/feed" });
  edge = await startNginx(feed.url, { webRoot: dist, mediaOrigins });
  expect(await feed.person("al.ice")).toMatchObject({ username });
});
afterAll(async () => {
  await edge?.close();
  await feed.close();
});

interface Got {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** Sends the path as given, and does not decompress the response. */
const get = (path: string, { accept = "text/html,*/*", ...headers }: Record<string, string> = {}, url = feed.url) =>
  new Promise<Got>((resolve, reject) => {
    const { hostname, port } = new URL(url);
    request({ hostname, port, path, headers: { ...headers, accept } }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString("latin1") }));
    })
      .on("error", reject)
      .end();
  });

const nobodys = "0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e";
const manifest = JSON.parse(readFileSync(join(dist, "site.webmanifest"), "utf8"));
const icons: { src: string; sizes: string; type: string; purpose?: string }[] = manifest.icons;
const files = [
  "/favicon.svg",
  "/favicon.ico",
  "/apple-touch-icon.png",
  "/robots.txt",
  "/site.webmanifest",
  "/service-worker.js",
  ...icons.map(({ src }) => src),
];
/** All but that of a comment, which is not there without one. */
const examples = Object.values(pages)
  .filter((path) => path !== pages.comment)
  .map((path) => path.replace(":id", nobodys).replace(":username", username));

describe("the web client", () => {
  test.each(examples)("serves the page %s with its document, which is revalidated and allows no inline code", async (path) => {
    const { status, headers, body } = await get(path);
    expect(status).toBe(200);
    expect(headers).toMatchObject({ ...webClientHeaders(mediaOrigins), "cache-control": "no-cache", etag: expect.any(String) });
    expect(headers["content-type"]).toMatch(/^text\/html; ?charset=utf-8$/);
    expect(headers["content-security-policy"]).not.toMatch(/unsafe|\*/);
    expect(headers["content-security-policy"]).toMatch(/; require-trusted-types-for 'script'; trusted-types service-worker$/);
    expect(body).toContain('<div id="root">');
    expect(body).not.toMatch(/<script(?![^>]*src=)|<style| style=| on\w+=/);
    const again = await get(path, { "if-none-match": headers.etag as string });
    expect(again).toMatchObject({ status: 304, headers: { ...webClientHeaders(mediaOrigins), "cache-control": "no-cache" } });
  });

  test("serves hashed files as immutable, compressed by the build", async () => {
    expect(hashed.length).toBeGreaterThan(0);
    const plain = await get(entry);
    const packed = await get(entry, { "accept-encoding": "gzip, br" });
    expect(plain.headers).toMatchObject({ "cache-control": "public, max-age=31536000, immutable", "content-type": expect.stringContaining("javascript") });
    expect(packed.headers).toMatchObject({ "content-encoding": "br", vary: expect.stringMatching(/accept-encoding/i) });
    expect(packed.body.length).toBeLessThan(plain.body.length / 2);
  });

  test.each(examples.slice(1))("serves %s with a slash at its end, too", async (path) => {
    expect(await get(`${path}/`)).toMatchObject({ status: 200, headers: webClientHeaders(mediaOrigins), body: expect.stringContaining('<div id="root">') });
  });

  test("says with its document that there is no such page, to those who accept pages", async () => {
    for (const url of [feed.url, ...(edge ? [edge.url] : [])]) {
      for (const path of ["/nothing", "/index.html", "/@a/b/c", "/posts", "/notifications/nothing", "/metrics/nothing"]) {
        const page = await get(path, { "accept-encoding": "gzip, br" }, url);
        expect([path, page.status, page.headers["content-type"]?.toString().replace("; ", ";").toLowerCase()]).toEqual([path, 404, "text/html;charset=utf-8"]);
        expect(page.headers).toMatchObject({ ...webClientHeaders(mediaOrigins), "cache-control": "no-cache" });
        if (!page.headers["content-encoding"]) expect(page.body).toContain('<div id="root">');
        const { status, headers, body } = await get(path, { accept: "application/json" }, url);
        expect([path, status, headers["content-type"]?.toString().split(";")[0], JSON.parse(body).code]).toEqual([
          path,
          404,
          "application/problem+json",
          "not_found",
        ]);
      }
    }
    expect((await feed.call("POST", "/nothing", {})).body.code).toBe("not_found");
  });

  test("says so in the place of a profile that no user has, and of a comment that visitors do not see", async () => {
    for (const url of [feed.url, ...(edge ? [edge.url] : [])])
      for (const path of ["/@nobody_here", "/@nobody_here/", "/@no-name", "/posts/none/comments/none", `/posts/${nobodys}/comments/${nobodys}`])
        expect([path, await get(path, {}, url)]).toEqual([
          path,
          expect.objectContaining({
            status: 404,
            headers: expect.objectContaining(webClientHeaders(mediaOrigins)),
            body: expect.stringContaining('<div id="root">'),
          }),
        ]);
  });

  test.each([
    ["/robots.txt", /^text\/plain/, "User-agent: *"],
    ["/favicon.ico", /^image\/vnd\.microsoft\.icon$/, "\x00\x00\x01\x00"],
    ["/apple-touch-icon.png", /^image\/png$/, "\x89PNG"],
  ])("has %s", async (path, type, start) => {
    const { status, headers, body } = await get(path);
    expect([status, headers["content-type"], body.slice(0, start.length)]).toEqual([200, expect.stringMatching(type), start]);
  });

  test("can be installed: its icons have the sizes that the manifest says, and its worker is revalidated", async () => {
    expect(manifest).toMatchObject({ start_url: "/", scope: "/", display: "standalone" });
    for (const [size, purpose] of [192, 512].flatMap((side) => [undefined, "maskable"].map((use) => [side, use] as const))) {
      const icon = icons.find((each) => each.sizes === `${size}x${size}` && each.purpose === purpose);
      const { status, headers, body } = await get(icon?.src ?? "/none");
      const png = Buffer.from(body, "latin1");
      expect([status, headers["content-type"], png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([200, "image/png", size, size]);
      expect(png.length).toBeLessThan(8_000);
    }
    const worker = await get("/service-worker.js");
    expect(worker).toMatchObject({ status: 200, headers: { "cache-control": "no-cache", "content-type": expect.stringContaining("javascript") } });
    // It keeps the build that is served.
    expect(worker.body).toContain(entry);
  });

  const apiPaths = ["/api/v1/posts", "/api/nothing", "/health", "/openapi.json", "/docs/", "/media/aa/nothing.png", "/.well-known/jwks.json"];
  test.each([...apiPaths, "/assets/nothing.js", "/assets/..%2findex.html"])("does not shadow %s with its document", async (path) => {
    const { headers, body } = await get(path);
    expect(body).not.toContain('<div id="root">');
    expect(headers["content-security-policy"]).not.toContain("connect-src 'self'; font-src");
  });

  test("leaves a path that a route has, too, to those who ask for no page", async () => {
    for (const { url } of [feed, ...(edge ? [edge] : [])]) {
      expect((await get("/search?q=nobody", { accept: "text/html" }, url)).body).toContain('<div id="root">');
      for (const accept of ["application/json", "*/*"]) {
        const { status, body } = await get("/search?q=nobody&type=tags", { accept }, url);
        expect({ status, body: JSON.parse(body) }).toMatchObject({ status: 200, body: { posts: null, tags: { data: [] } } });
      }
    }
  });

  test("has in the page of a comment what a visitor may read, with what it answers and the replies to it, as long as they may", async () => {
    const origin = mediaOrigins[0];
    const [author, other] = [await feed.person("poster"), await feed.person("answerer")];
    const { id } = (await author.post("/api/v1/posts", { content: "What is <best>?", postType: "TEXT" })).body;
    const say = async (content: string, parentCommentId?: string) => (await other.post(`/api/v1/posts/${id}/comments`, { content, parentCommentId })).body.id;
    const top = await say("Above it");
    const middle = await say(`"Quoted" & <b>bold</b>`, top);
    const below = await say("Below it", middle);
    const path = `/posts/${id}/comments/${middle}`;
    for (const url of [feed.url, ...(edge ? [edge.url] : [])]) {
      const { status, headers, body } = await get(path, { accept: "*/*" }, url);
      expect([status, headers["cache-control"]]).toEqual([200, "no-cache"]);
      expect(headers).toMatchObject(webClientHeaders(mediaOrigins));
      const head = body.slice(0, body.indexOf("</head>"));
      expect(head).toContain("<title>Comment by answerer Tester ");
      expect(head).toContain('<meta name="description" content="&quot;Quoted&quot; &amp; &lt;b&gt;bold&lt;/b&gt;" />');
      expect(head).toContain(`<link rel="canonical" href="${origin}${path}" />`);
      expect(head).toContain(`<meta property="og:url" content="${origin}${path}" />`);
      expect(body).toMatch(/<noscript>[\s\S]*What is &lt;best&gt;\?[\s\S]*Above it[\s\S]*&lt;b&gt;bold[\s\S]*1 reply[\s\S]*Below it[\s\S]*<\/noscript>/);
      expect(body).toContain(`<a href="/posts/${id}/comments/${below}">`);
      expect(body).not.toMatch(/<script(?![^>]*src=)|<style| style=| on\w+=|<b>/);
      expect(await get(path, { "if-none-match": headers["etag"] as string }, url)).toMatchObject({ status: 304 });
      expect((await get(path, { "accept-language": "de" }, url)).body).toContain("<title>Kommentar von answerer Tester ");
      expect((await get(`/posts/${nobodys}/comments/${middle}`, {}, url)).status, "under another post").toBe(404);
    }
    await other.delete(`/api/v1/comments/${top}`);
    await eventually(async () => expect((await get(path)).body).toContain("This comment was deleted."));
    expect((await get(`/posts/${id}/comments/${top}`)).status, "of which only the place is left").toBe(404);
    await author.patch(`/api/v1/posts/${id}`, { visibility: "followers" });
    await eventually(async () => {
      const { status, body } = await get(path);
      expect([status, body.includes("bold")]).toEqual([404, false]);
    });
  });

  test("has in the page of a post and of a profile what a visitor may read, in its head and for readers without scripts", async () => {
    const origin = mediaOrigins[0];
    const author = await feed.person("writer");
    await author.patch("/api/v1/users/me", { fullName: `A. "Quote" <b>Bold</b>`, bio: "I write here." });
    const content = `Look: <script>alert(1)</script> & https://example.com/a?b=1&c=2 $& @${author.username}`;
    const { id } = (await author.post("/api/v1/posts", { title: 'The "title"', content, postType: "TEXT" })).body;
    await author.post(`/api/v1/posts/${id}/comments`, { content: "A comment on it" });
    const [path, profile] = [`/posts/${id}`, `/@${author.username}`];
    await eventually(async () => expect((await get(path)).body).toMatch(/ 1 comment<[\s\S]*A comment on it[\s\S]*<\/noscript>/));
    for (const url of [feed.url, ...(edge ? [edge.url] : [])]) {
      const { status, headers, body } = await get(path, { accept: "*/*" }, url);
      expect([status, headers["cache-control"]]).toEqual([200, "no-cache"]);
      expect(headers).toMatchObject(webClientHeaders(mediaOrigins));
      const head = body.slice(0, body.indexOf("</head>"));
      expect(head).toContain(
        "<title>Post by A. &quot;Quote&quot; &lt;b&gt;Bold&lt;/b&gt; · NewFeed</title>".replaceAll("·", Buffer.from("·").toString("latin1")),
      );
      expect(head).toContain('<meta property="og:title" content="The &quot;title&quot;" />');
      expect(head).toContain(`<link rel="canonical" href="${origin}${path}" />`);
      expect(head).toContain(`<meta property="og:url" content="${origin}${path}" />`);
      expect(head).toMatch(/<meta name="description" content="The &quot;title&quot;. Look: &lt;script&gt;alert\(1\)&lt;\/script&gt; &amp; https/);
      expect(head.match(/<title>|name="description"/g)).toHaveLength(2);
      expect(body).toContain('<a href="https://example.com/a?b=1&amp;c=2" rel="noopener noreferrer nofollow ugc">');
      expect(body).not.toMatch(/<script(?![^>]*src=)|<style| style=| on\w+=|<b>/);
      expect(await get(path, { "if-none-match": headers["etag"] as string }, url)).toMatchObject({ status: 304, headers: webClientHeaders(mediaOrigins) });
      // In the reader's language, and no cache takes one for the other.
      const german = await get(path, { "accept-language": "de-AT, en;q=0.5" }, url);
      expect(german.headers).toMatchObject({ "content-language": "de", vary: expect.stringMatching(/accept-language/i), etag: expect.any(String) });
      expect(german.body).toMatch(/^<!doctype html>\s*<html lang="de">/);
      expect([headers["content-language"], german.headers["etag"] === headers["etag"]]).toEqual(["en", false]);
    }
    const before = (await get(profile)).headers["etag"] as string;
    expect((await get(profile)).body).toMatch(/og:type" content="profile"[\s\S]*I write here\.[\s\S]*Look: &lt;script/);
    await author.delete(`/api/v1/posts/${id}`);
    await eventually(async () => expect((await get(profile, { "if-none-match": before })).status).toBe(200));
    expect((await get(profile)).body).not.toContain("Look:");
    expect((await get(path)).body).not.toContain("Look:");
  });

  test("has the beginning of what a post quotes, as long as a visitor may read that", async () => {
    const [author, quoting] = [await feed.person("quoted"), await feed.person("quoting")];
    const quotedPostId = (await author.post("/api/v1/posts", { content: "The harbour at dawn", postType: "TEXT" })).body.id;
    const { id } = (await quoting.post("/api/v1/posts", { content: "Look at this", postType: "TEXT", quotedPostId })).body;
    const paths = [`/posts/${id}`, `/@${quoting.username}`];
    for (const path of paths)
      await eventually(async () => expect((await get(path)).body).toContain(`<a href="/posts/${quotedPostId}">The harbour at dawn</a>`));
    await author.patch(`/api/v1/posts/${quotedPostId}`, { visibility: "followers" });
    for (const path of paths)
      await eventually(async () => {
        const { body } = await get(path, { authorization: `Bearer ${author.token}` });
        expect(body).toMatch(/Look at this.*<blockquote><p>The quoted post is no longer available\.<\/p><\/blockquote>/s);
        expect(body).not.toContain("harbour");
      });
  });

  test("has nothing in it that a visitor may not read, for signed-in users too, and nothing while the parts behind are slow or down", async () => {
    const author = await feed.person("quiet");
    const hidden = (await author.post("/api/v1/posts", { content: "For followers alone", postType: "TEXT", visibility: "followers" })).body.id;
    const shown = (await author.post("/api/v1/posts", { content: "For everyone", postType: "TEXT" })).body.id;
    const plain = (await get("/explore")).body;
    for (const headers of [{}, { authorization: `Bearer ${author.token}` }] as Record<string, string>[])
      expect(await get(`/posts/${hidden}`, headers)).toMatchObject({ status: 200, body: plain });
    expect((await get(`/@${author.username}`)).body).not.toContain("For followers alone");
    await eventually(async () => expect((await get(`/posts/${shown}`)).body).toContain("For everyone"));
    const closed = await feed.person("closed");
    const theirs = (await closed.post("/api/v1/posts", { content: "Before it was closed", postType: "TEXT" })).body.id;
    await eventually(async () => expect((await get(`/posts/${theirs}`)).body).toContain("Before it was closed"));
    expect((await closed.patch("/api/v1/users/me/preferences", { privateAccount: true })).status).toBe(200);
    for (const path of [`/posts/${theirs}`, `/@${closed.username}`])
      await eventually(async () => expect((await get(path)).body).not.toContain("Before it was closed"));

    const { breaker } = feed.platform.upstreams["query-service"];
    const rest = { breaker, resetBreaker() {}, pass: () => expect.fail("nothing is passed"), close: async () => {} };
    const slow = {
      ...rest,
      request: ({ signal }: UpstreamRequest) => new Promise<never>((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason))),
    };
    const down = { ...rest, request: () => Promise.reject(new Problem("service_unavailable")) };
    for (const upstream of [slow, down]) {
      const gateway = await openGateway(feed, { upstreams: { "query-service": upstream, "user-service": upstream }, web: { directory: dist, mediaOrigins } });
      for (const path of [`/posts/${shown}`, `/@${author.username}`]) expect(await get(path, {}, gateway.url)).toMatchObject({ status: 200, body: plain });
      await gateway.close();
    }
    const alone = await startNginx("http://localhost:9", { webRoot: dist, mediaOrigins, awaited: "/explore" });
    if (alone) expect(await get(`/posts/${shown}`, {}, alone.url)).toMatchObject({ status: 200, body: plain, headers: webClientHeaders(mediaOrigins) });
    await alone?.close();
  }, 30_000);

  test("allows only reading", async () => {
    expect((await feed.call("POST", "/login", {})).status).toBe(404);
  });

  test.for([...examples, ...examples.slice(1).map((path) => `${path}/`), entry, ...files])("is the same behind nginx: %s", async (path, { skip }) => {
    if (!edge) return skip("nginx is not installed");
    const names = [...Object.keys(webClientHeaders([])), "cache-control", "content-type"];
    const summary = ({ status, headers, body }: Got) => [status, body, ...names.map((name) => headers[name]?.toString().replace("; ", ";"))];
    expect(summary(await get(path, {}, edge.url))).toEqual(summary(await get(path)));
  });

  test("shadows nothing behind nginx either", async ({ skip }) => {
    if (!edge) return skip("nginx is not installed");
    for (const path of ["/assets/nothing.js", "/api/v1/posts", "/api/nothing", "/notifications/socket.io/?EIO=4&transport=polling"])
      expect((await get(path, {}, edge.url)).body, path).not.toContain('<div id="root">');
    const { etag } = (await get("/explore", {}, edge.url)).headers;
    expect(await get("/explore", { "if-none-match": etag as string }, edge.url)).toMatchObject({ status: 304, headers: webClientHeaders(mediaOrigins) });
    expect((await get(entry, { "accept-encoding": "gzip" }, edge.url)).headers).toMatchObject({ "content-encoding": "gzip" });
  });
});
