import { removeExpired } from "@newfeed/media-service/media.ts";
import { createStore } from "@newfeed/media-service/store.ts";
import { avatarAt, headerAt } from "@newfeed/shared/contracts/profile-pictures.ts";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import sharp from "sharp";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { animation, bomb, phonePhoto, svg, twoHalves } from "./support/pictures.ts";
import { bytesOf, form, sendVideo, serve, storedFilesOf, upload } from "./support/uploads.ts";
import { mp4 } from "./support/videos.ts";

let feed: TestFeed;
let database: RawDatabase;
let ann: Person;
let ben: Person;
beforeAll(async () => {
  feed = await startTestFeed();
  database = await feed.platform.openDatabase("media-service");
  [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
});
afterAll(() => feed.close());

async function lapse(): Promise<void> {
  const store = createStore(database, () => {});
  const dayAfterTomorrow = new Date(Date.now() + 48 * 3_600_000);
  await store.removeStaleClaims(dayAfterTomorrow, 1_000);
  await removeExpired(store, dayAfterTomorrow);
}
const setAvatar = (person: Person, avatarUrl: string | null) => person.patch("/api/v1/users/me", { avatarUrl });
const expiryOf = async (person: Person, id: string) => (await person.get(`/api/media/${id}`)).body.expiresAt;
const exists = async ({ url }: { url: string }) => (await serve(feed, url)).status === 200;

describe("the picture of a profile", () => {
  test("is kept while the profile names it, by its own or its thumbnail's address; other uploads expire", async () => {
    const [picture, other] = [await upload(ann), await upload(ann)];
    const inADay = Date.now() + 24 * 3_600_000;
    expect(picture).toMatchObject({ expiresAt: await expiryOf(ann, picture.id) });
    for (const { id } of [picture, other]) expect(Math.abs(Date.parse(await expiryOf(ann, id)) - inADay)).toBeLessThan(60_000);
    const { thumbnailUrl } = (await ann.get(`/api/media/${picture.id}`)).body;
    expect(await setAvatar(ann, thumbnailUrl)).toMatchObject({ status: 200, body: { avatarUrl: thumbnailUrl } });
    await eventually(async () => expect(await expiryOf(ann, picture.id)).toBeNull());
    await ann.patch("/api/v1/users/me", { bio: "hello", avatarUrl: thumbnailUrl });
    expect(await ann.delete(`/api/media/${picture.id}`)).toMatchObject({ status: 409, body: { code: "conflict" } });
    await lapse();
    expect([await exists(picture), await exists(other)]).toEqual([true, false]);
  });

  test("is released when the profile names another, or none, and kept again when it returns", async () => {
    const [first, second] = [await upload(ann), await upload(ann)];
    await setAvatar(ann, first.url);
    await setAvatar(ann, second.url);
    await eventually(async () => expect([await expiryOf(ann, first.id), await expiryOf(ann, second.id)]).toEqual([expect.any(String), null]));
    await setAvatar(ann, first.url);
    await eventually(async () => expect([await expiryOf(ann, first.id), await expiryOf(ann, second.id)]).toEqual([null, expect.any(String)]));
    expect((await ann.delete(`/api/media/${second.id}`)).status).toBe(204);
    await setAvatar(ann, null);
    await eventually(async () => expect(await expiryOf(ann, first.id)).toEqual(expect.any(String)));
    expect((await ann.delete(`/api/media/${first.id}`)).status).toBe(204);
  });

  test("that a post shows too outlives the post, and the post's picture outlives the profile's", async () => {
    const [one, two] = [await upload(ann), await upload(ann)];
    const post = await ann.post("/api/v1/posts", { content: "", postType: "IMAGE", mediaIds: [one.id, two.id] });
    await setAvatar(ann, one.url);
    await setAvatar(ann, two.url);
    await eventually(async () =>
      expect(await database.query("SELECT 1 FROM media_claim WHERE subject_kind = 'profile' AND confirmed AND subject_id = $1", [ann.id])).toHaveLength(1),
    );
    await eventually(async () => expect(await expiryOf(ann, one.id)).toBeNull());
    await ann.delete(`/api/v1/posts/${post.body.id}`);
    await eventually(async () => expect(await exists(one)).toBe(false));
    expect([await exists(two), await expiryOf(ann, two.id)]).toEqual([true, null]);
    expect((await ann.get(`/api/media/${two.id}`)).body.postId).toBeNull();
  });

  test("cannot be another's upload, a video, or one that is gone; addresses elsewhere stay as they are", async () => {
    const [bens, gone, video] = [await upload(ben), await upload(ann), (await sendVideo(ann, mp4())).body];
    await ann.delete(`/api/media/${gone.id}`);
    for (const url of [bens.url, gone.url, video.url])
      expect(await setAvatar(ann, url)).toMatchObject({ status: 400, body: { code: "validation_failed", errors: [{ field: "avatarUrl" }] } });
    expect((await setAvatar(ann, "https://elsewhere.example/ann.png")).status).toBe(200);
  });

  test("is uploaded as the square in its middle, in three sizes that are seen, kept and removed together", async () => {
    const fay = await feed.person("fay");
    const { status, body } = await fay.post("/api/media/upload/avatar", form("image", await twoHalves(800, 400).jpeg().toBuffer()));
    const { small, medium, large } = body.sizes;
    expect({ status, body }).toMatchObject({ status: 201, body: { url: large, thumbnailUrl: medium, width: 512, height: 512, expiresAt: expect.any(String) } });
    expect((["small", "medium", "large"] as const).map((size) => avatarAt(large, size))).toEqual([small, medium, large]);
    expect(avatarAt("https://elsewhere.example/ann-512.webp", "small")).toBe("https://elsewhere.example/ann-512.webp");
    for (const [url, pixels] of [
      [small, 96],
      [medium, 192],
      [large, 512],
    ]) {
      const { data, info } = await sharp(await bytesOf(feed, url))
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect(info).toMatchObject({ width: pixels, height: pixels });
      // Red on the left, blue on the right: the middle was taken.
      expect([data.at(0) ?? 0, data.at((pixels - 1) * info.channels + 2) ?? 0].every((shade) => shade > 200)).toBe(true);
    }
    expect((await serve(feed, large.replace("-512", "-511"))).status).toBe(404);

    expect(await setAvatar(fay, large)).toMatchObject({ status: 200, body: { avatarUrl: large } });
    for (const url of [small, medium, large]) await eventually(async () => expect((await serve(feed, url)).headers.get("cache-control")).toContain("public"));
    const { data } = (await fay.graphql("{ me { avatarUrl small: avatarUrl(size: SMALL) medium: avatarUrl(size: MEDIUM) large: avatarUrl(size: LARGE) } }"))
      .body;
    expect(data.me).toEqual({ avatarUrl: large, small, medium, large });
    expect((await fay.get("/api/v1/users/me/export")).body).toMatchObject({ profile: { avatarUrl: large }, media: [{ url: large, thumbnailUrl: medium }] });

    expect(await storedFilesOf(feed, body.id)).toHaveLength(3);
    await fay.delete("/api/auth/me", { password: fay.password });
    await eventually(async () => expect(await storedFilesOf(feed, body.id)).toEqual([]));
  });

  test("and the header over it are kept side by side; each goes alone, and what says nothing of the header leaves it", async () => {
    const gil = await feed.person("gil");
    const send = async (kind: "avatar" | "header") =>
      (await gil.post(`/api/media/upload/${kind}`, form("image", await twoHalves(900, 900).jpeg().toBuffer()))).body;
    const [avatar, header] = [await send("avatar"), await send("header")];
    const { small, medium, large } = header.sizes;
    expect(header).toMatchObject({ url: large, thumbnailUrl: medium, width: 1_500, height: 500 });
    expect((["small", "medium", "large"] as const).map((size) => headerAt(large, size))).toEqual([small, medium, large]);
    for (const [url, width, height] of [
      [small, 480, 160],
      [medium, 960, 320],
      [large, 1_500, 500],
    ])
      expect(await sharp(await bytesOf(feed, url)).metadata()).toMatchObject({ width, height });

    expect((await gil.patch("/api/v1/users/me", { headerUrl: "https://elsewhere.example/gil.png" })).body).toMatchObject({ errors: [{ field: "headerUrl" }] });
    expect((await gil.patch("/api/v1/users/me", { headerUrl: (await upload(ben)).url })).body).toMatchObject({ errors: [{ field: "headerUrl" }] });
    await gil.patch("/api/v1/users/me", { headerUrl: large });
    expect((await setAvatar(gil, avatar.url)).body).toMatchObject({ avatarUrl: avatar.url, headerUrl: large });
    const expiries = async () => [await expiryOf(gil, avatar.id), await expiryOf(gil, header.id)];
    await eventually(async () => expect(await expiries()).toEqual([null, null]));
    expect((await ben.get(`/api/v1/users/${gil.id}`)).body.headerUrl).toBe(large);
    expect((await gil.graphql("{ me { headerUrl(size: SMALL) } }")).body.data).toEqual({ me: { headerUrl: small } });

    await gil.patch("/api/v1/users/me", { headerUrl: null });
    await eventually(async () => expect(await expiries()).toEqual([null, expect.any(String)]));
    await gil.patch("/api/v1/users/me", { headerUrl: large });
    await eventually(async () => expect(await expiries()).toEqual([null, null]));
    const { revision } = (await gil.get("/api/v1/users/me")).body;
    // From an instance of an earlier version, which knows no headers.
    await createStore(database, () => {}).transaction(({ followProfile }) => followProfile(gil.id, revision + 1, [], { all: false }));
    expect((await expiries())[1]).toBeNull();

    await gil.delete("/api/auth/me", { password: gil.password });
    for (const { id } of [avatar, header]) await eventually(async () => expect(await storedFilesOf(feed, id)).toEqual([]));
  });

  test("must be a picture, whatever it is called", async () => {
    const send = (content: Buffer) => ann.post("/api/media/upload/avatar", form("image", content));
    expect(await send(svg)).toMatchObject({ status: 415, body: { code: "unsupported_media_type" } });
    expect(await send(await bomb())).toMatchObject({ status: 422, body: { code: "unprocessable_media" } });
    // Upright, and one picture of many.
    expect(await send(await animation("gif"))).toMatchObject({ status: 201 });
    const { sizes } = (await send(await phonePhoto())).body;
    const { data, info } = await sharp(await bytesOf(feed, sizes.large))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([data.at(0) ?? 0, data.at(-info.channels + 2) ?? 0].every((shade) => shade > 200)).toBe(true);
  });

  test("goes with the account", async () => {
    const dan = await feed.person("dan");
    const picture = await upload(dan);
    await setAvatar(dan, picture.url);
    await dan.delete("/api/auth/me", { password: dan.password });
    await eventually(async () => expect(await exists(picture)).toBe(false));
    expect(await database.query("SELECT 1 FROM media_claim WHERE subject_id = $1", [dan.id])).toEqual([]);
  });

  test("is the one of the newest revision, in whichever order its events arrive", async () => {
    const eve = await feed.person("eve");
    const [first, second] = [await upload(eve), await upload(eve)];
    const store = createStore(database, () => {});
    const pathOf = ({ url }: { url: string }) => new URL(url).pathname.replace("/media/", "");
    const follow = (revision: number, ...pictures: { url: string }[]) =>
      store.transaction(({ followProfile }) => followProfile(eve.id, revision, pictures.map(pathOf), { all: true }));
    await store.transaction(({ claim }) => claim({ kind: "profile", id: eve.id }, "public", [first.id, second.id]));
    await follow(12, second);
    await follow(11, first);
    expect([await expiryOf(eve, first.id), await expiryOf(eve, second.id)]).toEqual([expect.any(String), null]);
    await follow(14);
    await follow(13, second);
    expect(await expiryOf(eve, second.id)).toEqual(expect.any(String));
  });
});

test("an upload that only a text names is not kept", async () => {
  const [one, two] = [await upload(ann), await upload(ann)];
  const post = await ann.post("/api/v1/posts", { content: `look at ${one.url}`, postType: "TEXT" });
  await ann.patch("/api/v1/users/me", { bio: two.url });
  expect(post.body.media).toEqual([]);
  for (const { id } of [one, two]) expect(await expiryOf(ann, id)).toEqual(expect.any(String));
  await lapse();
  expect([await exists(one), await exists(two)]).toEqual([false, false]);
});

test("a claim that is never confirmed lapses, also beside one that is", async () => {
  const { id } = await upload(ann);
  await ann.post("/api/v1/posts", { content: "", postType: "IMAGE", mediaIds: [id] });
  await eventually(async () => expect(await expiryOf(ann, id)).toBeNull());
  const store = createStore(database, () => {});
  await store.transaction(({ claim }) => claim({ kind: "profile", id: uuidv7() as Person["id"] }, "public", [id]));
  await lapse();
  expect(await database.query("SELECT subject_kind FROM media_claim WHERE media_id = $1", [id])).toEqual([{ subject_kind: "post" }]);
  expect(await expiryOf(ann, id)).toBeNull();
});
