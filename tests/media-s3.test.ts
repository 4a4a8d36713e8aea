import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer, text } from "node:stream/consumers";
import { moveMedia } from "@newfeed/media-service/move.ts";
import { createS3Store } from "@newfeed/shared/cluster/s3.ts";
import { newMediaPath } from "@newfeed/shared/ports/media-store.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { mediaStoreSuite } from "@newfeed/shared/testing/media-store-suite.ts";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { callersOf, startTestFeed, type TestFeed } from "./support/feed.ts";
import { runOperate } from "./support/operate.ts";
import { html, twoHalves } from "./support/pictures.ts";
import { startProcess } from "./support/process.ts";
import { hasS3Server, type S3Server, startS3Server, variablesOf, withS3Server } from "./support/s3-server.ts";
import { bytesOf, filesIn, pdf, sendDocument, sendImage, serve, upload } from "./support/uploads.ts";

if (hasS3Server) {
  mediaStoreSuite("a bucket of S3", async () => {
    const server = await startS3Server();
    const directory = mkdtempSync(join(tmpdir(), "newfeed-media-"));
    const store = createS3Store(server.options, directory);
    return {
      store,
      async read({ path }) {
        const opened = await store.elsewhere?.open(path, {});
        return opened?.status === 200 ? text(opened.body) : null;
      },
      async close() {
        await server.close();
        rmSync(directory, { recursive: true, force: true });
      },
    };
  });

  describe("a bucket", () => {
    let server: S3Server;
    const directory = mkdtempSync(join(tmpdir(), "newfeed-media-"));
    beforeAll(async () => {
      server = await startS3Server();
    });
    afterAll(async () => {
      await server.close();
      rmSync(directory, { recursive: true, force: true });
    });

    test("takes a video in parts, and gives the bytes that are asked for", { timeout: 60_000 }, async () => {
      const store = createS3Store(server.options, directory);
      const path = newMediaPath(uuidv7(), "mp4");
      const source = join(directory, "video");
      const content = Buffer.alloc(20 * 1024 * 1024, "0123456789");
      writeFileSync(source, content);
      await store.put(source, path, "video");
      const whole = await store.elsewhere?.open(path, {});
      expect(whole).toMatchObject({
        status: 200,
        headers: { "content-type": "video/mp4", "content-length": String(content.length), "accept-ranges": "bytes" },
      });
      if (whole?.status !== 200) throw new Error("the video cannot be read");
      expect((await buffer(whole.body)).equals(content)).toBe(true);
      const part = await store.elsewhere?.open(path, { range: "bytes=10485760-10485769" });
      expect(part).toMatchObject({ status: 206, headers: { "content-range": `bytes 10485760-10485769/${content.length}` } });
      expect(part?.status === 206 && (await text(part.body))).toBe("0123456789");
      expect(await store.elsewhere?.open(path, { range: `bytes=${content.length}-` })).toEqual({ status: 416 });
      expect(await store.elsewhere?.open(path, { ifNoneMatch: whole.headers["etag"] })).toEqual({ status: 304 });
      expect(await store.elsewhere?.open(newMediaPath(uuidv7(), "mp4"), {})).toBeUndefined();
    });

    test("takes what is in a folder, again after an interruption, and keeps nothing that was removed meanwhile", async () => {
      const folder = mkdtempSync(join(tmpdir(), "newfeed-media-"));
      const files = Array.from({ length: 30 }, () => ({ path: newMediaPath(uuidv7(), "webp"), content: uuidv7() }));
      for (const { path, content } of files) {
        mkdirSync(join(folder, path.slice(0, 2)), { recursive: true });
        writeFileSync(join(folder, path), content);
      }
      writeFileSync(join(folder, ".health"), "");
      const store = createS3Store(server.options, folder);
      let left = 10;
      const failing = {
        ...store,
        async put(source: string, path: string) {
          if (left-- === 0) throw new Error("the power went");
          await store.put(source, path, "image");
        },
      };
      await expect(moveMedia(folder, failing, () => {})).rejects.toThrow("the power went");
      const [gone] = files.filter(({ path }) => path === files.at(-1)?.path);
      const printed: string[] = [];
      const removing = {
        ...store,
        async put(source: string, path: string) {
          await store.put(source, path, "image");
          if (path === gone?.path) await store.remove(path, "image");
        },
      };
      await moveMedia(folder, removing, (line) => void printed.push(line));
      expect(printed.at(-1)).toMatch(/^\d+ of \d+ files, 0\.0 MB, /);
      for (const { path, content } of files) {
        const opened = await store.elsewhere?.open(path, {});
        if (path === gone?.path) expect(opened).toBeUndefined();
        else expect(opened?.status === 200 && (await text(opened.body))).toBe(content);
      }
      expect(readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())).toMatchObject([{ name: ".health" }]);
      rmSync(folder, { recursive: true });
    });
  });

  describe("a feed whose uploads are in a bucket", () => {
    let server: S3Server;
    let feed: TestFeed;
    beforeAll(async () => {
      server = await startS3Server();
      feed = await startTestFeed(variablesOf(server));
    });
    afterAll(async () => {
      server.signal("SIGCONT");
      await feed.close();
      await server.close();
    });

    test("serves them under its own addresses, with ranges, and removes them with their post", async () => {
      const ann = await feed.person("ann");
      const media = await upload(ann);
      expect(await filesIn(feed, "media")).toEqual([]);
      const served = await serve(feed, media.url);
      expect(served.status).toBe(200);
      expect(Object.fromEntries(served.headers)).toMatchObject({
        "content-type": "image/jpeg",
        "cache-control": "private, max-age=60, must-revalidate",
        "x-content-type-options": "nosniff",
      });
      const bytes = await bytesOf(feed, media.url);
      const part = await serve(feed, media.url, { range: "bytes=2-5" });
      expect([part.status, part.headers.get("content-range")]).toEqual([206, `bytes 2-5/${bytes.length}`]);
      expect(Buffer.from(await part.arrayBuffer())).toEqual(bytes.subarray(2, 6));
      expect((await serve(feed, media.url, { range: "bytes=9999999-" })).status).toBe(416);
      expect((await serve(feed, media.url, { "if-none-match": served.headers.get("etag") ?? "" })).status).toBe(304);
      const head = await serve(feed, media.url, {}, "HEAD");
      expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([200, String(bytes.length), ""]);
      const post = await ann.post("/api/v1/posts", { content: "look", postType: "IMAGE", mediaIds: [media.id] });
      await eventually(async () => expect((await serve(feed, media.url)).headers.get("cache-control")).toContain("public"));
      await ann.delete(`/api/v1/posts/${post.body.id}`);
      await eventually(async () => expect((await serve(feed, media.url)).status).toBe(404));
      const store = createS3Store(server.options, join(feed.directory, "media"));
      await eventually(async () => expect(await store.elsewhere?.open(new URL(media.url).pathname.slice("/media/".length), {})).toBeUndefined());
    });

    test("serves documents as downloads under their names, and removes them", async () => {
      const ann = await feed.person("ann");
      const content = pdf("in a bucket");
      const { status, body } = await sendDocument(ann, content, "Bericht.pdf");
      expect([status, await filesIn(feed, "media")]).toEqual([201, []]);
      const served = await serve(feed, body.url);
      expect(Object.fromEntries(served.headers)).toMatchObject({
        "content-type": "application/pdf",
        "content-disposition": expect.stringMatching(/^attachment; filename="?Bericht\.pdf"?$/),
        "content-security-policy": "default-src 'none'; sandbox",
      });
      expect(await bytesOf(feed, body.url)).toEqual(content);
      const part = await serve(feed, body.url, { range: "bytes=0-3" });
      expect([part.status, await part.text()]).toEqual([206, "%PDF"]);
      expect(await sendDocument(ann, html)).toMatchObject({ status: 415 });
      expect((await ann.delete(`/api/media/${body.id}`)).status).toBe(204);
      expect((await serve(feed, body.url)).status).toBe(404);
      const store = createS3Store(server.options, join(feed.directory, "media"));
      await eventually(async () => expect(await store.elsewhere?.open(new URL(body.url).pathname.slice("/media/".length), {})).toBeUndefined());
    });

    test("refuses uploads while the bucket does not answer, and takes them afterwards", { timeout: 120_000 }, async () => {
      const bea = await feed.person("bea");
      const media = await upload(bea);
      server.signal("SIGSTOP");
      const refused = await sendImage(bea, await twoHalves().jpeg().toBuffer());
      expect(refused).toMatchObject({ status: 503, body: { code: "service_unavailable" } });
      server.signal("SIGCONT");
      await eventually(async () => expect((await serve(feed, media.url)).status).toBe(200));
      expect((await upload(bea)).id).toBeDefined();
    });
  });

  test("pages may load what they are sent to the bucket for, at addresses that end", async () => {
    const server = await startS3Server();
    const feed = await startTestFeed(variablesOf(server, { S3_SIGNED_URLS: "true" }));
    const ann = await feed.person("ann");
    const media = await upload(ann);
    const sent = await fetch(feed.url + new URL(media.url).pathname, { redirect: "manual" });
    const address = sent.headers.get("location") ?? "";
    expect([sent.status, address.startsWith(`${server.options.endpoint}/media/`), new URL(address).searchParams.get("X-Amz-Expires")]).toEqual([
      307,
      true,
      "900",
    ]);
    const loaded = await fetch(address);
    expect([loaded.status, loaded.headers.get("content-type")]).toEqual([200, "image/jpeg"]);
    const other = await upload(ann);
    const [path, otherPath] = [media.url, other.url].map((url) => new URL(url).pathname.slice("/media/".length));
    expect((await fetch(address.replace(path ?? "", otherPath ?? ""))).status).toBe(403);
    expect((await fetch(address.split("?")[0] ?? "")).status).toBe(403);
    const document = (await sendDocument(ann, pdf(), "Bericht.pdf")).body;
    const download = (await fetch(feed.url + new URL(document.url).pathname, { redirect: "manual" })).headers.get("location") ?? "";
    const downloaded = await fetch(download);
    expect([downloaded.status, downloaded.headers.get("content-type"), downloaded.headers.get("content-disposition")]).toEqual([
      200,
      "application/pdf",
      expect.stringMatching(/^attachment; filename="?Bericht\.pdf"?$/),
    ]);
    // The address says under which name and as what: who changes that, changes what was signed.
    expect((await fetch(download.replace("attachment", "inline"))).status).toBe(403);
    const policy = (await fetch(`${feed.url}/`)).headers.get("content-security-policy");
    expect(policy).toContain(server.options.endpoint);
    await feed.close();
    await server.close();
  });

  test("uploads move from the data folder into the bucket while the feed runs", { timeout: 240_000 }, async () => {
    const server = await startS3Server();
    const directory = mkdtempSync(join(tmpdir(), "newfeed-moved-"));
    const first = await startProcess(directory);
    const ann = await callersOf(first.url).person("ann");
    const media = await upload(ann);
    const { pathname } = new URL(media.url);
    await first.signal("SIGTERM");
    const variables = variablesOf(server);
    const feed = await startProcess(directory, variables);
    const load = async () => Buffer.from(await (await fetch(feed.url + pathname)).arrayBuffer());
    const before = await load();
    expect(before.length).toBeGreaterThan(100);
    expect(await runOperate(directory, "media-move", ["--to", "s3"])).toMatchObject({
      code: 1,
      errors: expect.stringMatching(/no bucket is named: set S3_ENDPOINT/),
    });
    const moved = await runOperate(directory, "media-move", ["--to", "s3"], variables);
    expect(moved).toMatchObject({ code: 0, printed: expect.arrayContaining([expect.stringMatching(/^2 of 2 files, /)]) });
    expect(readdirSync(join(directory, "media"), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())).toEqual([]);
    expect(await load()).toEqual(before);
    expect((await runOperate(directory, "media-move", [], variables)).code).toBe(2);
    await feed.signal("SIGTERM");
    await server.close();
    rmSync(directory, { recursive: true, force: true });
  });
} else test("uploads in a bucket of S3", ({ skip }) => skip(withS3Server));
