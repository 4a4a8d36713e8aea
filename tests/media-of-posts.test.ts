import { removeExpired } from "@newfeed/media-service/media.ts";
import { createStore } from "@newfeed/media-service/store.ts";
import { asMediaId, asPostId, type MediaId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import { mediaInternalRoutes } from "@newfeed/shared/contracts/routes/media.ts";
import type { ServiceName } from "@newfeed/shared/contracts/services.ts";
import { createServiceClient } from "@newfeed/shared/http/service-client.ts";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { pathOf, serve, storedFilesOf, upload } from "./support/uploads.ts";

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

const newPost = (person: Person, body: object) => person.post("/api/v1/posts", { content: "look", postType: "IMAGE", ...body });
const callAs = (caller: ServiceName) => createServiceClient(caller, feed.platform.upstreams, feed.platform.internalTokens);
const attach = (ownerId: UserId, ids: MediaId[], urls: string[] = [], postId = asPostId(uuidv7())) =>
  callAs("post-service")(mediaInternalRoutes.attachMedia, { body: { ownerId, postId, visibility: "public", ids, urls } });

describe("attaching uploads to a post", () => {
  test("works by id and by URL; anything but the user's own unattached upload stays a link", async () => {
    const [one, two, taken, bens] = [await upload(ann), await upload(ann), await upload(ann), await upload(ben)];
    await attach(ann.id, [taken.id]);
    const links = ["https://elsewhere.example/a.jpg", bens.url, taken.url, `${new URL(one.url).origin}/media/00/unknown.jpg`];
    const answer = await attach(ann.id, [two.id], [one.url, two.url, ...links]);
    expect(answer.attached.map(({ id, store, path }) => ({ id, store, path: `/media/${path}` }))).toEqual(
      [two, one].map(({ id, url }) => ({ id, store: "local", path: pathOf(url) })),
    );
    expect(answer.links).toEqual(links);
  });

  test("is all or nothing", async () => {
    const [free, bens] = [await upload(ann), await upload(ben)];
    for (const wrong of [bens.id, asMediaId(uuidv7())])
      await expect(attach(ann.id, [free.id, wrong])).rejects.toMatchObject({ code: "validation_failed", errors: [{ field: "mediaIds" }] });
    expect((await ann.get(`/api/media/${free.id}`)).body.postId).toBeNull();
    expect((await attach(ann.id, [free.id])).attached).toHaveLength(1);
  });

  test("repeated for the same post returns the same; another post is refused", async () => {
    const { id } = await upload(ann);
    const postId = asPostId(uuidv7());
    expect((await attach(ann.id, [id], [], postId)).attached).toEqual((await attach(ann.id, [id], [], postId)).attached);
    await expect(attach(ann.id, [id])).rejects.toMatchObject({ code: "validation_failed" });
  });

  test("to two posts at the same time: one gets it", async () => {
    const ids = [(await upload(ann)).id, (await upload(ann)).id];
    const results = await Promise.allSettled(Array.from({ length: 8 }, (_, turn) => attach(ann.id, turn % 2 ? ids : ids.toReversed())));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  test("a post shows its media, which are deleted with it", async () => {
    const [one, two] = [await upload(ann), await upload(ann)];
    const created = await newPost(ann, { mediaIds: [one.id], mediaUrls: [two.url] });
    expect(created).toMatchObject({ status: 201, body: { media: [{ id: one.id }, { id: two.id }] } });
    expect((await ben.get(`/api/media/${one.id}`)).status).toBe(200);
    expect((await feed.call("GET", `/api/media/${one.id}`)).body).toMatchObject({
      id: one.id,
      ownerId: ann.id,
      postId: created.body.id,
      contentType: "image/jpeg",
    });
    await eventually(async () => expect((await ann.get(`/api/media/${one.id}`)).body.expiresAt).toBeNull());
    expect(await ann.delete(`/api/media/${one.id}`)).toMatchObject({ status: 409, body: { code: "conflict" } });
    expect(await ben.delete(`/api/media/${one.id}`)).toMatchObject({ status: 403, body: { code: "not_owner" } });
    expect(await newPost(ann, { mediaIds: [one.id] })).toMatchObject({ status: 400, body: { errors: [{ field: "mediaIds" }] } });

    expect((await ann.delete(`/api/v1/posts/${created.body.id}`)).status).toBe(204);
    await eventually(async () => {
      for (const { id, url } of [one, two]) {
        expect((await ann.get(`/api/media/${id}`)).status).toBe(404);
        expect((await serve(feed, url)).status).toBe(404);
        expect(await storedFilesOf(feed, id)).toEqual([]);
      }
    });
    const events = await database.query("SELECT 1 FROM newfeed.outbox WHERE type = 'media.deleted' AND body::jsonb #>> '{data,mediaId}' = ANY($1::text[])", [
      [one.id, two.id],
    ]);
    expect(events).toHaveLength(2);
  });
});

describe("a user's uploads", () => {
  test("are listed newest first, in pages; others see the public ones", async () => {
    const cat = await feed.person("cat");
    const ids: string[] = [];
    for (let turn = 0; turn < 3; turn++) ids.unshift((await upload(cat)).id);
    const path = `/api/v1/users/${cat.id}/media`;
    const first = await cat.get(`${path}?limit=2`);
    const second = await cat.get(`${path}?limit=2&cursor=${first.body.pageInfo.endCursor}`);
    expect([...first.body.data, ...second.body.data].map(({ id }) => id)).toEqual(ids);
    expect(second.body.pageInfo.hasNextPage).toBe(false);
    const newer = await cat.get(`${path}?since=${second.body.pageInfo.startCursor}`);
    expect(newer.body.data.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 2).reverse());
    expect((await ben.get(path)).body.data).toEqual([]);
    await newPost(cat, { mediaIds: [ids[1]] });
    expect((await feed.call("GET", path)).body.data).toMatchObject([{ id: ids[1] }]);
    expect((await cat.get(`${path}?cursor=bogus`)).status).toBe(400);
  });

  test("are part of the user's export", async () => {
    const gus = await feed.person("gus");
    const ids = [(await upload(gus)).id, (await upload(gus)).id];
    const exported = (after?: string) =>
      callAs("user-service")(mediaInternalRoutes.mediaExport, { params: { id: gus.id }, query: { section: "media", after } });
    expect(await exported()).toMatchObject({ items: ids.map((id) => ({ id, ownerId: gus.id })), next: null });
    expect(await exported(ids[0])).toMatchObject({ items: [{ id: ids[1] }], next: null });
  });

  test("can be deleted by their owner only", async () => {
    const { id } = await upload(ann);
    expect((await ben.get(`/api/media/${id}`)).status).toBe(404);
    expect((await ben.delete(`/api/media/${id}`)).status).toBe(404);
    expect((await feed.call("DELETE", `/api/media/${id}`)).status).toBe(401);
    expect((await ann.delete(`/api/media/${id}`)).status).toBe(204);
    expect((await ann.delete(`/api/media/${id}`)).status).toBe(404);
    await eventually(async () => expect(await storedFilesOf(feed, id)).toEqual([]));
  });

  test("are deleted with their owner's account", async () => {
    const dan = await feed.person("dan");
    const { id } = await upload(dan);
    expect(await storedFilesOf(feed, id)).toHaveLength(2);
    expect((await dan.delete("/api/auth/me", { password: dan.password })).status).toBe(200);
    await eventually(async () => expect(await storedFilesOf(feed, id)).toEqual([]));
    expect(await database.query("SELECT 1 FROM media WHERE owner_id = $1", [dan.id])).toEqual([]);
  });

  test("expire after 24 hours unless attached to a post", async () => {
    const eve = await feed.person("eve");
    const [unattached, claimed, posted, claimedLate] = [await upload(eve), await upload(eve), await upload(eve), await upload(eve)];
    await newPost(eve, { mediaIds: [posted.id] });
    await attach(eve.id, [claimed.id]);
    await attach(eve.id, [claimedLate.id]);
    await eventually(async () => expect((await eve.get(`/api/media/${posted.id}`)).body.expiresAt).toBeNull());
    const old = (...ids: string[]) => database.query("UPDATE media SET expires_at = expires_at - interval '25 hours' WHERE id = ANY($1::uuid[])", [ids]);
    await old(unattached.id, claimed.id, posted.id);
    const store = createStore(database, () => {});
    expect(await removeExpired(store, new Date())).toBe(2);
    const left = await eve.get(`/api/v1/users/${eve.id}/media`);
    expect(left.body.data.map(({ id }: { id: string }) => id)).toEqual([claimedLate.id, posted.id]);
    // Later, when the claim has expired too.
    expect(await removeExpired(store, new Date(Date.now() + 25 * 3_600_000))).toBeGreaterThan(0);
    expect((await eve.get(`/api/media/${posted.id}`)).status).toBe(200);
    expect((await eve.get(`/api/media/${claimedLate.id}`)).status).toBe(404);
  });
});
