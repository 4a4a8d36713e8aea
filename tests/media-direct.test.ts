import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient, type UploadProgress } from "@newfeed/client";
import { endedDirectUploads } from "@newfeed/media-service/statements.ts";
import { createS3Store } from "@newfeed/shared/cluster/s3.ts";
import { asMediaId } from "@newfeed/shared/contracts/ids.ts";
import { bounds } from "@newfeed/shared/contracts/limits.ts";
import { createLocalMediaStore } from "@newfeed/shared/embedded/media-store.ts";
import { type UploadForm, uncheckedPathOf } from "@newfeed/shared/ports/media-store.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Answer, type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { html } from "./support/pictures.ts";
import { hasS3Server, type S3Server, startS3Server, variablesOf, withS3Server } from "./support/s3-server.ts";
import { bytesOf, pdf, serve, upload, uploadFolders } from "./support/uploads.ts";
import { box, mp4, secrets } from "./support/videos.ts";
import { setStage } from "./support/web/stage.ts";

const start = (person: Person, bytes: number, contentType = "video/mp4"): Promise<Answer> => person.post("/api/media/upload/direct", { bytes, contentType });
const cancel = (person: Person, id: string): Promise<Answer> => person.delete(`/api/media/upload/direct/${id}`);
const complete = (person: Person, id: string): Promise<Answer> => person.post(`/api/media/upload/direct/${id}/complete`);

/** Sends a file to a form, as a client does. */
function sendTo({ url, fields }: UploadForm, content: Buffer): Promise<Response> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set("file", new Blob([new Uint8Array(content)]), "holiday.mp4");
  return fetch(url, { method: "POST", body: form });
}

/** A video of more than 16 MB. */
const largeVideo = () => Buffer.concat([mp4({ secretive: true }), box("free", Buffer.alloc(17 * 1024 * 1024))]);
const fileOf = (content: Buffer) => new File([new Uint8Array(content)], "holiday.mp4", { type: "video/mp4" });

async function signedUp(feed: TestFeed, asked: string[]) {
  const client = createClient({
    baseUrl: feed.url,
    fetch: (input, init) => {
      const { pathname, origin } = new URL(input instanceof Request ? input.url : String(input));
      asked.push(origin === feed.url ? pathname : "the bucket");
      return fetch(input, init);
    },
  });
  const name = `a${uuidv7().slice(-8)}`;
  await client.session.signUp({ email: `${name}@example.com`, username: name, password: "correct horse battery" });
  return client;
}

describe("where uploads are kept in a folder", () => {
  let feed: TestFeed;
  beforeAll(async () => {
    feed = await startTestFeed();
  });
  afterAll(() => feed.close());

  test("nothing is sent past NewFeed, and clients that know the way send large videos through it", async () => {
    const ann = await feed.person("ann");
    expect(await start(ann, 1_000)).toMatchObject({ status: 404, body: { code: "not_offered" } });
    expect(await complete(ann, uuidv7())).toMatchObject({ status: 404, body: { code: "not_offered" } });
    expect(await cancel(ann, uuidv7())).toMatchObject({ status: 404, body: { code: "not_offered" } });
    const asked: string[] = [];
    const client = await signedUp(feed, asked);
    asked.length = 0;
    for (let times = 0; times < 2; times++) expect(await client.media.upload(fileOf(largeVideo()))).toMatchObject({ width: 640, height: 360 });
    expect(asked).toEqual(["/api/media/upload/direct", "/api/media/upload/video", "/api/media/upload/video"]);
  });

  test("what was to go from a bucket that is in use no more is not tried again and again", async () => {
    const store = createLocalMediaStore(feed.directory);
    await expect(store.remove(uncheckedPathOf(asMediaId(uuidv7())), "video")).resolves.toBeUndefined();
  });

  test("pages connect to no other place", async () => {
    expect((await fetch(`${feed.url}/`)).headers.get("content-security-policy")).toContain("connect-src 'self';");
  });
});

if (hasS3Server) {
  test("a form takes one file, of its size and type, until it expires", { timeout: 30_000 }, async () => {
    const server = await startS3Server();
    const directory = mkdtempSync(join(tmpdir(), "newfeed-media-"));
    const { direct, remove } = createS3Store({ ...server.options, directUploads: true }, directory);
    if (!direct) throw new Error("a bucket takes no files");
    const path = uncheckedPathOf(asMediaId(uuidv7()));
    const file = { contentType: "video/mp4", bytes: 5 };
    const target = join(directory, "fetched");
    const { signal } = new AbortController();
    expect(await direct.fetch(path, target, 5, signal)).toBeUndefined();
    const form = await direct.formOf(path, file, 900);
    const statusOf = async (changed: UploadForm, content: string) => (await sendTo(changed, Buffer.from(content))).status;
    expect(await statusOf(form, "123456")).toBe(400);
    expect(await statusOf(form, "1234")).toBe(400);
    expect(await statusOf({ ...form, fields: { ...form.fields, "Content-Type": "text/html" } }, "12345")).toBe(403);
    expect(await statusOf({ ...form, fields: { ...form.fields, key: "aa/elsewhere.mp4" } }, "12345")).toBe(403);
    expect(await statusOf({ ...form, fields: { ...form.fields, "X-Amz-Signature": "0".repeat(64) } }, "12345")).toBe(403);
    expect(await server.keys()).toEqual([]);
    expect(await statusOf(form, "12345")).toBe(204);
    expect(await server.keys()).toEqual([path]);
    await expect(direct.fetch(path, target, 4, signal)).rejects.toMatchObject({ code: "payload_too_large" });
    expect(await direct.fetch(path, target, 5, signal)).toBe(5);
    const short = await direct.formOf(path, file, 1);
    await eventually(async () => expect(await statusOf(short, "12345")).toBe(403));
    await remove(path, "video");
    expect(await server.keys()).toEqual([]);
    await server.close();
    rmSync(directory, { recursive: true });
  });

  describe("where uploads are kept in a bucket", () => {
    const stage = setStage();
    let server: S3Server;
    let feed: TestFeed;
    const query = async (text: string, values: unknown[] = []) => (await feed.platform.openDatabase("media-service")).query(text, values);
    const cancelledOf = async ({ length }: Buffer) => (await query("SELECT 1 FROM direct_upload WHERE bytes = $1 AND cancelled", [length])).length;
    const begunBy = async ({ id }: Person) => (await query("SELECT 1 FROM direct_upload WHERE owner_id = $1", [id])).length;
    const isUnchecked = async (id: string) => (await server.keys()).includes(uncheckedPathOf(asMediaId(id)));
    beforeAll(async () => {
      server = await startS3Server();
      feed = await startTestFeed(
        variablesOf(server, { S3_DIRECT_UPLOADS: "true", PORT: String(await freePort()), MEDIA_QUOTA_BYTES: String(100 * 1024 * 1024) }),
      );
      await server.allowPages([feed.url]);
    });
    afterAll(async () => {
      await feed.close();
      await server.close();
    });

    test("a video that its sender put there is looked at and kept as any other; again, the answer is the same", async () => {
      const ann = await feed.person("ann");
      const content = mp4({ secretive: true });
      const begun = await start(ann, content.length);
      expect(begun).toMatchObject({ status: 201, body: { url: `${server.options.endpoint}/media` } });
      const { id } = begun.body;
      expect(await complete(ann, id)).toMatchObject({ status: 409, body: { code: "conflict" } });
      expect((await sendTo(begun.body, content)).status).toBe(204);
      // Nothing serves it yet.
      expect((await fetch(`${feed.url}/media/unchecked/${id}`)).status).toBe(404);
      expect((await ann.get(`/api/media/${id}`)).status).toBe(404);
      const kept = await complete(ann, id);
      expect(kept).toMatchObject({ status: 201, body: { success: true, id, width: 640, height: 360, expiresAt: expect.any(String) } });
      expect(await isUnchecked(id)).toBe(false);
      const served = await serve(feed, kept.body.url);
      expect([served.status, served.headers.get("content-type")]).toEqual([200, "video/mp4"]);
      const bytes = await bytesOf(feed, kept.body.url);
      expect(bytes.length).toBe(content.length);
      for (const secret of [secrets.place, secrets.camera, secrets.xmp]) expect([content.includes(secret), bytes.includes(secret)]).toEqual([true, false]);
      expect(await Promise.all([complete(ann, id), complete(ann, id)])).toEqual(
        expect.arrayContaining([expect.objectContaining({ status: 201, body: kept.body })]),
      );
      expect(await query("SELECT count(*)::int AS rows FROM media WHERE owner_id = $1", [ann.id])).toEqual([{ rows: 1 }]);
      expect(await query("SELECT bytes::int FROM media_usage WHERE owner_id = $1", [ann.id])).toEqual([{ bytes: content.length }]);
      expect((await ann.post("/api/v1/posts", { content: "look", postType: "VIDEO", mediaIds: [id] })).status).toBe(201);
      expect(await uploadFolders(feed)).toEqual([]);
    });

    test("two requests that complete it at once keep it once", async () => {
      const ann = await feed.person("ann");
      const content = mp4();
      const { body } = await start(ann, content.length);
      await sendTo(body, content);
      const answers = await Promise.all([complete(ann, body.id), complete(ann, body.id), complete(ann, body.id)]);
      expect(answers.filter(({ status }) => status === 201).length).toBeGreaterThan(0);
      for (const { status } of answers) expect([201, 409]).toContain(status);
      expect(await query("SELECT count(*)::int AS rows FROM media WHERE owner_id = $1", [ann.id])).toEqual([{ rows: 1 }]);
    });

    test("what is no video is refused, and removed", async () => {
      const ann = await feed.person("ann");
      for (const [content, status, code] of [
        [html, 415, "unsupported_media_type"],
        [pdf(), 415, "unsupported_media_type"],
        [mp4().subarray(0, 700), 422, "unprocessable_media"],
      ] as const) {
        const { body } = await start(ann, content.length);
        expect((await sendTo(body, Buffer.from(content))).status).toBe(204);
        expect(await complete(ann, body.id)).toMatchObject({ status, body: { code } });
        expect(await isUnchecked(body.id)).toBe(false);
        expect(await complete(ann, body.id)).toMatchObject({ status: 409 });
      }
      expect(await query("SELECT 1 FROM media WHERE owner_id = $1", [ann.id])).toEqual([]);
    });

    test("what would be too large, of another type, or more than there is room for is not begun", async () => {
      const ann = await feed.person("ann");
      expect(await start(ann, bounds.videoBytes + 1)).toMatchObject({ status: 413, body: { code: "payload_too_large" } });
      expect(await start(ann, 0)).toMatchObject({ status: 400, body: { code: "validation_failed" } });
      expect(await start(ann, 10, "text/html")).toMatchObject({ status: 400, body: { code: "validation_failed" } });
      expect((await feed.call("POST", "/api/media/upload/direct", { bytes: 10, contentType: "video/mp4" })).status).toBe(401);
      await query("INSERT INTO media_usage (owner_id, bytes) VALUES ($1, $2)", [ann.id, 99 * 1024 * 1024]);
      expect(await start(ann, 2 * 1024 * 1024)).toMatchObject({ status: 413, body: { code: "quota_exceeded" } });
      const content = mp4();
      const { body } = await start(ann, content.length);
      await sendTo(body, content);
      await query("UPDATE media_usage SET bytes = $2 WHERE owner_id = $1", [ann.id, 100 * 1024 * 1024]);
      expect(await complete(ann, body.id)).toMatchObject({ status: 413, body: { code: "quota_exceeded" } });
      // There is room again.
      await query("UPDATE media_usage SET bytes = 0 WHERE owner_id = $1", [ann.id]);
      expect((await complete(ann, body.id)).status).toBe(201);
    });

    test("nobody completes what another user began, or what has expired; its file is swept", async () => {
      const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
      const content = mp4();
      const { body } = await start(ann, content.length);
      await sendTo(body, content);
      expect(await complete(ben, body.id)).toMatchObject({ status: 404, body: { code: "not_found" } });
      await query("UPDATE direct_upload SET expires_at = now() WHERE id = $1", [body.id]);
      expect(await complete(ann, body.id)).toMatchObject({ status: 404, body: { code: "not_found" } });
      expect(await isUnchecked(body.id)).toBe(true);
      await query("UPDATE media_removal SET due_at = now() WHERE path = $1", [uncheckedPathOf(body.id)]);
      // Removals go on with what is due.
      await ben.delete(`/api/media/${(await upload(ben)).id}`);
      await eventually(async () => expect(await isUnchecked(body.id)).toBe(false));
      expect(await endedDirectUploads("ended_direct_uploads", await feed.platform.openDatabase("media-service")).runSome()).toBeGreaterThan(0);
      expect(await query("SELECT 1 FROM direct_upload WHERE id = $1", [body.id])).toEqual([]);
    });

    test("what its user gives up is gone at once, and cannot be completed; its form counts as long as it may take a file", async () => {
      const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
      const content = mp4();
      const { body } = await start(ann, content.length);
      await sendTo(body, content);
      expect((await cancel(ben, body.id)).status).toBe(204);
      expect(await isUnchecked(body.id)).toBe(true);
      for (let times = 0; times < 2; times++) {
        expect((await cancel(ann, body.id)).status).toBe(204);
        expect(await isUnchecked(body.id)).toBe(false);
        expect(await complete(ann, body.id)).toMatchObject({ status: 404, body: { code: "not_found" } });
        const counts =
          "SELECT expires_at > now() + interval '14 minutes' AND expires_at < now() + interval '16 minutes' AS counts FROM direct_upload WHERE id = $1";
        expect(await query(counts, [body.id])).toEqual([{ counts: true }]);
      }
      // What the form takes later goes with the plan that was made when it was begun.
      expect((await sendTo(body, content)).status).toBe(204);
      expect(await query("SELECT due_at > now() + interval '50 minutes' AS planned FROM media_removal WHERE path = $1", [uncheckedPathOf(body.id)])).toEqual([
        { planned: true },
      ]);
      const kept = await start(ann, content.length);
      await sendTo(kept.body, content);
      expect((await complete(ann, kept.body.id)).status).toBe(201);
      expect((await cancel(ann, kept.body.id)).status).toBe(204);
      expect((await ann.get(`/api/media/${kept.body.id}`)).status).toBe(200);
      expect((await feed.call("DELETE", `/api/media/upload/direct/${kept.body.id}`)).status).toBe(401);
    });

    test("a user begins so many within the hour, and an account's go with it", async () => {
      const ann = await feed.person("ann");
      const begun: Answer[] = [];
      for (let times = 0; times < bounds.directUploads; times++) begun.push(await start(ann, 1_000));
      expect(begun.every(({ status }) => status === 201)).toBe(true);
      expect(await start(ann, 1_000)).toMatchObject({ status: 429, body: { code: "rate_limited", retryAfter: 600 } });
      await query("UPDATE direct_upload SET expires_at = now() WHERE id = $1", [begun[0]?.body.id]);
      expect((await start(ann, 1_000)).status).toBe(201);
      expect((await ann.delete("/api/auth/me", { password: ann.password })).status).toBe(200);
      await eventually(async () => expect(await query("SELECT 1 FROM direct_upload WHERE owner_id = $1", [ann.id])).toEqual([]));
    });

    test("a bucket that does not answer keeps nothing from being completed later", { timeout: 90_000 }, async () => {
      const ann = await feed.person("ann");
      const content = mp4();
      const { body } = await start(ann, content.length);
      await sendTo(body, content);
      server.signal("SIGSTOP");
      const refused = await complete(ann, body.id);
      server.signal("SIGCONT");
      expect([503, 504]).toContain(refused.status);
      await eventually(async () => expect((await complete(ann, body.id)).status).toBe(201), 60_000);
    });

    test("the client library sends large videos there with progress, and through NewFeed where the bucket refuses", async () => {
      const asked: string[] = [];
      const client = await signedUp(feed, asked);
      asked.length = 0;
      const content = largeVideo();
      const steps: UploadProgress[] = [];
      const uploaded = await client.media.upload(fileOf(content), { onProgress: (progress) => steps.push(progress) });
      expect(uploaded).toMatchObject({ width: 640, height: 360 });
      expect(asked).toEqual(["/api/media/upload/direct", "the bucket", `/api/media/upload/direct/${uploaded.id}/complete`]);
      expect(steps.length).toBeGreaterThan(10);
      expect(steps.at(-1)).toEqual({ sent: content.length, total: content.length });
      const abort = new AbortController();
      const aborted = client.media.upload(fileOf(content), { signal: abort.signal, onProgress: () => abort.abort() });
      await expect(aborted).rejects.toMatchObject({ name: "AbortError" });
      // One that is aborted is given up.
      await eventually(async () => expect(await cancelledOf(content)).toBe(1));
      asked.length = 0;
      expect(await client.media.uploadVideo(fileOf(mp4()))).toMatchObject({ width: 640 });
      expect(await client.media.uploadVideo(fileOf(content), { direct: false })).toMatchObject({ width: 640 });
      expect(asked).toEqual(["/api/media/upload/video", "/api/media/upload/video"]);
    });

    test("a page sends a large video there, and the post shows it", { timeout: 90_000 }, async ({ skip }) => {
      stage.need(skip);
      const ann = await feed.person("ann");
      const page = await stage.signIn(feed.url, ann);
      const sent: string[] = [];
      page.on("request", (request) => {
        if (request.method() === "POST") sent.push(new URL(request.url()).origin === feed.url ? new URL(request.url()).pathname : request.url());
      });
      const composer = page.getByRole("form", { name: "Write a post" });
      await composer.getByRole("textbox", { name: "What's new?" }).fill("By the sea");
      const attach = (buffer: Buffer) =>
        composer.getByLabel("Add pictures, videos or documents").first().setInputFiles({ name: "sea.mp4", mimeType: "video/mp4", buffer });
      await attach(largeVideo());
      await composer.getByRole("progressbar").waitFor({ state: "detached" });
      expect(sent).toContain(`${server.options.endpoint}/media`);
      expect(sent).not.toContain("/api/media/upload/video");
      // Taken off the post while the bucket takes it: it is given up.
      const before = await cancelledOf(largeVideo());
      server.signal("SIGSTOP");
      await attach(largeVideo());
      await eventually(async () => expect(await begunBy(ann)).toBe(2));
      await composer.getByRole("button", { name: "Remove sea.mp4" }).last().click();
      await eventually(async () => expect(await cancelledOf(largeVideo())).toBe(before + 1));
      server.signal("SIGCONT");
      // A bucket that does not know pages of this site: the video goes through it.
      await server.allowPages(["https://elsewhere.example"]);
      await attach(largeVideo());
      await composer.getByRole("progressbar").waitFor({ state: "detached" });
      expect(sent).toContain("/api/media/upload/video");
      await composer.getByRole("button", { name: "Post", exact: true }).click();
      await eventually(async () =>
        expect((await ann.get(`/api/v1/users/${ann.id}/posts`)).body.data).toMatchObject([{ content: "By the sea", media: [{ width: 640 }, { width: 640 }] }]),
      );
      stage.pageErrors.length = 0;
    });
  });
} else test("large videos in a bucket of S3", ({ skip }) => skip(withS3Server));
