import { MediaService } from "@newfeed/shared/proto/newfeed/v1/media_pb.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { administratorOf, moderatorOf } from "./support/administrator.ts";
import { type Answer, type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { grpcClient } from "./support/grpc.ts";
import { html, svg, twoHalves } from "./support/pictures.ts";
import { bytesOf, filesIn, pdf, sendDocument, serve, storedFilesOf, uploadFolders } from "./support/uploads.ts";

let feed: TestFeed;
let ann: Person;
beforeAll(async () => {
  feed = await startTestFeed();
  ann = await feed.person("ann");
});
afterAll(() => feed.close());

async function* partsOf(fileName: string, chunk: Uint8Array) {
  yield { part: { case: "info" as const, value: { kind: "document", fileName, contentType: "application/pdf" } } };
  yield { part: { case: "chunk" as const, value: chunk } };
}

const dispositionOf = async (url: string) => (await serve(feed, url, {}, "HEAD")).headers.get("content-disposition");

async function expectRefusal(answer: Answer, status: number, code: string) {
  expect(answer).toMatchObject({ status, body: { code, success: false } });
  expect(await uploadFolders(feed)).toEqual([]);
}

describe("an uploaded document", () => {
  test("is kept as it is, and served as a download under its name, with ranges", async () => {
    const content = pdf("all figures");
    const { status, body } = await sendDocument(ann, content, "Bericht – März.pdf");
    expect({ status, body }).toMatchObject({ status: 201, body: { success: true, name: "Bericht – März.pdf", bytes: content.length } });
    expect(body.url).toMatch(/\.pdf$/);
    const served = await serve(feed, body.url);
    expect(Object.fromEntries(served.headers)).toMatchObject({
      "content-type": "application/pdf",
      "content-disposition": `attachment; filename="Bericht ? M?rz.pdf"; filename*=UTF-8''Bericht%20%E2%80%93%20M%C3%A4rz.pdf`,
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; sandbox",
      "cache-control": "private, max-age=60, must-revalidate",
    });
    expect(await bytesOf(feed, body.url)).toEqual(content);
    const part = await serve(feed, body.url, { range: "bytes=0-3" });
    expect([part.status, await part.text()]).toEqual([206, "%PDF"]);
    expect((await ann.get(`/api/media/${body.id}`)).body).toMatchObject({
      kind: "document",
      name: "Bericht – März.pdf",
      bytes: content.length,
      contentType: "application/pdf",
      width: null,
    });
    expect(await uploadFolders(feed)).toEqual([]);
  });

  test.each([
    ["../../etc/passwd", "passwd.pdf"],
    ["invoice.PDF", "invoice.pdf"],
    ["setup.exe", "setup.exe.pdf"],
    ["C:\\Users\\me\\plan.pdf", "plan.pdf"],
    ["fdp.\u202Eexe\u202C.pdf", "fdp.exe.pdf"],
    ["what | is? this: .pdf", "what is this.pdf"],
    [".pdf", "document.pdf"],
    [" \u200B.pdf", "document.pdf"],
    [`${"é".repeat(300)}.pdf`, `${"é".repeat(116)}.pdf`],
  ])("named %j is called %j", async (name, called) => {
    const { body } = await sendDocument(ann, pdf(), name);
    const { name: kept } = body;
    expect(kept.replace(/\s+/g, " ")).toBe(called);
    expect(await dispositionOf(body.url)).toMatch(/^attachment; filename=("[^"\\/\r\n]+\.pdf"|[\w.]+\.pdf)(; |$)/);
  });

  test("is what its content is, whatever it is called", async () => {
    expect((await sendDocument(ann, pdf(), "page.html", "text/html")).body).toMatchObject({ name: "page.html.pdf" });
    await expectRefusal(await sendDocument(ann, Buffer.from(html), "a.pdf"), 415, "unsupported_media_type");
    await expectRefusal(await sendDocument(ann, Buffer.from(svg), "a.pdf"), 415, "unsupported_media_type");
    await expectRefusal(await sendDocument(ann, await twoHalves(8, 8).png().toBuffer(), "a.pdf"), 415, "unsupported_media_type");
    // What another program would read first.
    await expectRefusal(await sendDocument(ann, Buffer.concat([Buffer.from(html), pdf()])), 415, "unsupported_media_type");
    await expectRefusal(await ann.post("/api/media/upload/image", ofDocument("image")), 415, "unsupported_media_type");
  });

  test("is refused when it is cut, too large, or of nobody", async () => {
    await expectRefusal(await sendDocument(ann, pdf().subarray(0, 40)), 422, "unprocessable_media");
    await expectRefusal(await sendDocument(ann, Buffer.concat([pdf(), Buffer.alloc(2_000)])), 422, "unprocessable_media");
    await expectRefusal(await sendDocument(ann, pdf("x".repeat(10 * 1024 * 1024))), 413, "payload_too_large");
    expect((await feed.call("POST", "/api/media/upload/document", ofDocument("document"))).status).toBe(401);
  });

  test("comes over gRPC, too", async () => {
    const media = grpcClient(feed, MediaService, ann);
    const uploaded = await media.uploadMedia(partsOf("figures.pdf", pdf()));
    expect(uploaded).toMatchObject({ kind: "document", name: "figures.pdf", contentType: "application/pdf" });
  });
});

const ofDocument = (field: string) => {
  const form = new FormData();
  form.set(field, new Blob([new Uint8Array(pdf())], { type: "application/pdf" }), "a.pdf");
  return form;
};

describe("a post with a document", () => {
  test("shows its name and size wherever a post is read, and takes it along when it goes", async () => {
    const bob = await feed.person("bob");
    const { id, url, bytes } = (await sendDocument(bob, pdf(), "minutes.pdf")).body;
    const body = { content: "What we decided", postType: "TEXT", mediaIds: [id], altTexts: [{ mediaId: id, alt: "The minutes" }] };
    const { status, body: post } = await bob.post("/api/v1/posts", body);
    expect(status).toBe(201);
    const shown = { id, kind: "document", url, name: "minutes.pdf", bytes, alt: "The minutes", thumbnailUrl: null, width: null };
    expect(post.media).toMatchObject([shown]);
    const asked = `{ getPost(id: "${post.id}") { post { media { id kind url name bytes alt thumbnailUrl width } } } }`;
    expect((await ann.post("/graphql", { query: asked })).body.data.getPost.post.media).toEqual([shown]);
    expect((await ann.get(`/api/v1/users/${bob.id}/posts?media=true`)).body.data).toMatchObject([{ id: post.id }]);
    expect((await bob.get("/api/v1/users/me/export")).body.media).toMatchObject([{ id, name: "minutes.pdf" }]);
    const page = await (await fetch(`${feed.url}/posts/${post.id}`)).text();
    expect(page).toContain("download>minutes.pdf</a> The minutes");
    await eventually(async () => expect((await serve(feed, url)).headers.get("cache-control")).toMatch(/^public/));
    // A quotation of it has it as well.
    const quoting = await ann.post("/api/v1/posts", { content: "See", postType: "TEXT", quotedPostId: post.id });
    expect(quoting.body.quotedPost.media).toMatchObject([shown]);

    await bob.delete(`/api/v1/posts/${post.id}`);
    await eventually(async () => expect(await storedFilesOf(feed, id)).toEqual([]));
    expect((await serve(feed, url)).status).toBe(404);
  });

  test("is found by rules that look for a word in its name, and may be reported by itself", async () => {
    const moderator = await moderatorOf(feed);
    const [carl, dora] = [await feed.person("carl"), await feed.person("dora")];
    const admin = await administratorOf(feed);
    const made = await admin.post("/api/v1/moderation/rules", { name: "names", kind: "words", terms: ["forbiddenword"], reason: "spam" });
    expect(made).toMatchObject({ status: 201 });
    const { id } = (await sendDocument(carl, pdf(), "forbiddenword.pdf")).body;
    const { body: post } = await carl.post("/api/v1/posts", { content: "Innocent", postType: "TEXT", mediaIds: [id] });
    const targets = async () =>
      (await moderator.get("/api/v1/moderation/cases")).body.data.map(({ target }: { target: { type: string; id: string } }) => target);
    await eventually(async () => expect(await targets()).toEqual([expect.objectContaining({ type: "post", id: post.id })]));
    expect(await dora.post("/api/v1/reports", { target: { type: "media", id }, reason: "spam" })).toMatchObject({ status: 201 });
    await eventually(async () => expect(await targets()).toContainEqual(expect.objectContaining({ type: "media", id })));
  });

  test("goes with its author's account", async () => {
    const fay = await feed.person("fay");
    const { id } = (await sendDocument(fay, pdf())).body;
    expect((await filesIn(feed, "media")).some((name) => name.startsWith(id))).toBe(true);
    expect((await fay.delete("/api/auth/me", { password: fay.password })).status).toBeLessThan(300);
    await eventually(async () => expect(await storedFilesOf(feed, id)).toEqual([]));
  });
});
