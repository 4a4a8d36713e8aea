import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { administratorOf, moderatorOf } from "./support/administrator.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { blots, svg } from "./support/pictures.ts";
import { form, pathOf, sendImage } from "./support/uploads.ts";

let feed: TestFeed;
let admin: Person;
let mod: Person;
let ann: Person;
let fan: Person;
beforeAll(async () => {
  feed = await startTestFeed();
  [admin, mod] = [await administratorOf(feed), await moderatorOf(feed)];
  [ann, fan] = [await feed.person("ann"), await feed.person("fan")];
});
afterAll(() => feed.close());

const rules = "/api/v1/moderation/rules";
const cases = "/api/v1/moderation/cases";
const hashes = "/api/v1/media/picture-hash";

const caseOf = async (targetId: string) =>
  (await mod.get(`${cases}?limit=100`)).body.data.find(({ target }: { target: { id: string } }) => target.id === targetId);
const flagged = (targetId: string) =>
  eventually(async () => {
    const found = await caseOf(targetId);
    expect(found).toBeDefined();
    return found;
  });
async function send(picture: Buffer, name = "picture.jpg", type = "image/jpeg"): Promise<{ id: string; url: string }> {
  const sent = await sendImage(ann, picture, name, type);
  expect(sent, JSON.stringify(sent.body)).toMatchObject({ status: 201 });
  return sent.body;
}
/** Once it is looked at, all that was sent before has been, too. */
async function lookedAt(): Promise<void> {
  await flagged((await send(await blots(99).jpeg().toBuffer())).id);
}
async function makeRule(terms: string[], more: object = {}): Promise<{ id: string }> {
  const made = await admin.post(rules, { name: "that picture", kind: "picture", terms, reason: "sexual", ...more });
  expect(made, JSON.stringify(made.body)).toMatchObject({ status: 201 });
  return made.body;
}
const hashOf = async (picture: Buffer): Promise<string> => (await mod.post(hashes, form("image", picture))).body.hash;

test("a known picture is flagged however it is sent again, hidden where the rule says so, and others are not", async () => {
  const original = await blots(1).png().toBuffer();
  const { id } = await send(original, "first.png", "image/png");
  expect(await caseOf(id)).toBeUndefined();
  const { body } = await mod.get(`/api/v1/media/${id}/picture-hash`);
  expect(body.hash).toMatch(/^[0-9a-f]{16}$/);
  await makeRule([await hashOf(await blots(99).png().toBuffer())], { name: "the last one" });
  const rule = await makeRule([body.hash], { hide: true });

  const again = {
    compressed: await blots(1).jpeg({ quality: 30 }).toBuffer(),
    shrunk: await blots(1).resize(60, 60).jpeg().toBuffer(),
    wider: await blots(1).resize(400, 256, { fit: "fill" }).jpeg().toBuffer(),
    grey: await blots(1).greyscale().jpeg().toBuffer(),
    brighter: await blots(1).modulate({ brightness: 1.2 }).jpeg().toBuffer(),
  };
  for (const [how, picture] of Object.entries(again)) {
    const { id, url } = await send(picture);
    const opened = await flagged(id);
    expect(opened, how).toMatchObject({ target: { type: "media" }, authorId: ann.id, held: true, reasons: ["sexual"], content: url });
    expect((await mod.get(`${cases}/${opened.id}`)).body.foundBy).toMatchObject([{ ruleId: rule.id, detail: `the picture ${body.hash}` }]);
  }
  const others = [];
  for (const seed of [2, 3, 4, 5, 6]) others.push((await send(await blots(seed).jpeg().toBuffer())).id);
  await lookedAt();
  for (const other of others) expect(await caseOf(other)).toBeUndefined();
}, 120_000);

test("what is held is not shown in its post, and is again when a moderator lets it stand", async () => {
  await makeRule([await hashOf(await blots(11).png().toBuffer())], { hide: true });
  const { id, url } = await send(await blots(11).webp().toBuffer(), "picture.webp", "image/webp");
  await ann.post("/api/v1/posts", { content: "look", postType: "IMAGE", mediaIds: [id] });
  const opened = await flagged(id);
  const status = async (reader: Person | null) =>
    (await fetch(feed.url + pathOf(url), { headers: reader ? { cookie: `access_token=${reader.token}` } : {} })).status;
  await eventually(async () => expect(await Promise.all([ann, mod, fan, null].map(status))).toEqual([200, 200, 404, 404]));
  expect((await mod.post(`${cases}/${opened.id}/approve`, { revision: opened.revision })).status).toBe(200);
  await eventually(async () => expect(await status(null)).toBe(200));
});

test("a picture of a profile is known by the whole that was sent", async () => {
  await makeRule([await hashOf(await blots(21).png().toBuffer())]);
  const { body } = await ann.post("/api/media/upload/avatar", form("image", await blots(21).jpeg().toBuffer()));
  expect(await flagged(body.id)).toMatchObject({ held: false, target: { type: "media" } });
});

test("a rule is tried on the pictures of the newest posts", async () => {
  const picture = await blots(31).jpeg().toBuffer();
  const { id } = await send(picture);
  await ann.post("/api/v1/posts", { content: "one of these", postType: "IMAGE", mediaIds: [(await send(await blots(32).jpeg().toBuffer())).id, id] });
  const hash = await hashOf(picture);
  const tried = await mod.post(`${rules}/try`, { name: "try", kind: "picture", terms: [hash], reason: "spam" });
  expect(tried.body).toMatchObject({ found: 1, data: [{ content: "one of these", detail: `the picture ${hash}` }] });
  await lookedAt();
  expect(await caseOf(id)).toBeUndefined();
});

test("hashes are for moderators, of what has something to see", async () => {
  const picture = form("image", await blots(41).jpeg().toBuffer());
  expect(await fan.post(hashes, picture)).toMatchObject({ status: 403 });
  const { id } = await send(await blots(41).jpeg().toBuffer());
  expect(await ann.get(`/api/v1/media/${id}/picture-hash`)).toMatchObject({ status: 403 });
  const plain = await blots(41)
    .composite([{ input: { create: { width: 256, height: 256, channels: 3, background: "grey" } } }])
    .png()
    .toBuffer();
  expect(await mod.post(hashes, form("image", plain))).toMatchObject({ status: 422 });
  expect(await mod.post(hashes, form("image", svg))).toMatchObject({ status: 415 });
  const { id: plainId } = await send(plain, "plain.png", "image/png");
  expect(await mod.get(`/api/v1/media/${plainId}/picture-hash`)).toMatchObject({ status: 404 });
  const rule = { name: "x", kind: "picture", reason: "spam" };
  expect(await admin.post(rules, { ...rule, terms: ["not a hash"] })).toMatchObject({ status: 400, body: { errors: [{ field: "terms" }] } });
  expect(await admin.post(rules, { ...rule, terms: [await hashOf(await blots(41).png().toBuffer())], threshold: 13 })).toMatchObject({
    status: 400,
    body: { errors: [{ field: "threshold" }] },
  });
});
