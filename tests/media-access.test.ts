import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { serve, upload } from "./support/uploads.ts";

let feed: TestFeed;
let ann: Person;
let follower: Person;
let stranger: Person;
let blocked: Person;
let blocker: Person;
beforeAll(async () => {
  feed = await startTestFeed();
  [ann, follower, stranger, blocked, blocker] = [
    await feed.person("ann"),
    await feed.person("follower"),
    await feed.person("stranger"),
    await feed.person("blocked"),
    await feed.person("blocker"),
  ];
  await follower.post(`/api/v1/users/${ann.id}/follow`);
  await ann.post(`/api/v1/users/${blocked.id}/block`);
  await blocker.post(`/api/v1/users/${ann.id}/block`);
});
afterAll(() => feed.close());

const read = async (path: string, as: Person | null) => (as ? as.get(path) : feed.call("GET", path));
const readers = () => ({ ann, follower, stranger, visitor: null, blocked, blocker });

/** Who may read the upload, and has it in the list of ann's. The two are the same. */
async function readersOf(id: string): Promise<string[]> {
  const names: string[] = [];
  for (const [name, reader] of Object.entries(readers())) {
    const { status } = await read(`/api/media/${id}`, reader);
    const list = await read(`/api/v1/users/${ann.id}/media?limit=100`, reader);
    const listed = (list.body.data ?? []).some((media: { id: string }) => media.id === id);
    expect({ name, status }).toEqual({ name, status: listed ? 200 : 404 });
    if (listed) names.push(name);
  }
  return names;
}

async function newPost(body: object) {
  const media = await upload(ann);
  const post = await ann.post("/api/v1/posts", { content: "look", postType: "IMAGE", mediaIds: [media.id], ...body });
  expect(post.status).toBe(201);
  return { ...media, postId: post.body.id as string };
}

const cachingOf = async (url: string) => (await serve(feed, url)).headers.get("cache-control");
const isPrivate = "private, max-age=60, must-revalidate";
const isPublic = "public, max-age=300, s-maxage=60, stale-if-error=600";

describe("an upload is read and listed by those who may see what shows it", () => {
  // The follow and the blocks have arrived at post-service.
  beforeAll(async () => {
    const [{ id: shared }, { id: open }] = [await newPost({ visibility: "followers" }), await newPost({})];
    await eventually(async () => {
      expect((await follower.get(`/api/media/${shared}`)).status).toBe(200);
      for (const other of [blocked, blocker]) expect((await other.get(`/api/media/${open}`)).status).toBe(404);
    });
  });
  const everybody = ["ann", "follower", "stranger", "visitor"];

  test("nothing: its owner", async () => {
    expect(await readersOf((await upload(ann)).id)).toEqual(["ann"]);
  });
  test("a public post: everybody who is in no block with the owner", async () => {
    expect(await readersOf((await newPost({})).id)).toEqual(everybody);
  });
  test("a followers-only post: its author and followers", async () => {
    expect(await readersOf((await newPost({ visibility: "followers" })).id)).toEqual(["ann", "follower"]);
  });
  test("a draft: its author; everybody once it is published, and fewer when it is restricted", async () => {
    const { id, postId } = await newPost({ status: "draft" });
    expect(await readersOf(id)).toEqual(["ann"]);
    await ann.patch(`/api/v1/posts/${postId}`, { status: "published" });
    expect(await readersOf(id)).toEqual(everybody);
    await ann.patch(`/api/v1/posts/${postId}`, { visibility: "followers" });
    expect(await readersOf(id)).toEqual(["ann", "follower"]);
  });
  test("the profile, and a followers-only post of which strangers do not learn: all who see the profile", async () => {
    const { id, url, postId } = await newPost({ visibility: "followers" });
    expect((await ann.patch("/api/v1/users/me", { avatarUrl: url })).status).toBe(200);
    expect(await readersOf(id)).toEqual([...everybody, "blocker"]);
    expect((await follower.get(`/api/media/${id}`)).body.postId).toBe(postId);
    expect((await stranger.get(`/api/media/${id}`)).body.postId).toBeNull();
    await ann.patch("/api/v1/users/me", { avatarUrl: null });
    await eventually(async () => expect(await readersOf(id)).toEqual(["ann", "follower"]));
  });

  test("a list is not found for users who do not exist or block the reader, and pages hold what the reader sees", async () => {
    const nobody = "0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e";
    expect((await stranger.get(`/api/v1/users/${nobody}/media`)).status).toBe(404);
    expect((await blocked.get(`/api/v1/users/${ann.id}/media`)).status).toBe(404);
    const cat = await feed.person("cat");
    const ids: string[] = [];
    for (let turn = 0; turn < 6; turn++) {
      const { id } = await upload(cat);
      await cat.post("/api/v1/posts", { content: "look", postType: "IMAGE", mediaIds: [id], visibility: turn % 2 ? "public" : "followers" });
      if (turn % 2) ids.unshift(id);
    }
    const path = `/api/v1/users/${cat.id}/media?limit=2`;
    const first = await stranger.get(path);
    expect(first.body).toMatchObject({ data: [{ id: ids[0] }, { id: ids[1] }], pageInfo: { hasNextPage: true } });
    const second = await stranger.get(`${path}&cursor=${first.body.pageInfo.endCursor}`);
    expect(second.body).toMatchObject({ data: [{ id: ids[2] }], pageInfo: { hasNextPage: false } });
    expect((await stranger.get(`${path}&page=2`)).body.data).toMatchObject([{ id: ids[2] }]);
    const newer = await stranger.get(`${path}&since=${second.body.pageInfo.startCursor}`);
    expect(newer.body.data.map(({ id }: { id: string }) => id)).toEqual([ids[1], ids[0]]);
  });
});

describe("a file is cached as what shows it is seen", () => {
  test("unattached, in a draft and in a followers-only post: privately and shortly", async () => {
    const files = [await upload(ann), await newPost({ status: "draft" }), await newPost({ visibility: "followers" })];
    for (const { url } of files) expect(await cachingOf(url)).toBe(isPrivate);
  });

  test("in a public post and a profile: by all, for a minute; it follows the post, and is gone with it", async () => {
    const { url, postId } = await newPost({});
    await eventually(async () => expect(await cachingOf(url)).toBe(isPublic));
    await ann.patch(`/api/v1/posts/${postId}`, { visibility: "followers" });
    await eventually(async () => expect(await cachingOf(url)).toBe(isPrivate));
    await ann.patch(`/api/v1/posts/${postId}`, { visibility: "public" });
    await eventually(async () => expect(await cachingOf(url)).toBe(isPublic));
    await ann.delete(`/api/v1/posts/${postId}`);
    await eventually(async () => {
      const { status, headers } = await serve(feed, url);
      expect(status).toBe(404);
      expect(headers.get("cache-control") ?? "").not.toContain("public");
    });
    const avatar = await upload(ann);
    await ann.patch("/api/v1/users/me", { avatarUrl: avatar.url });
    await eventually(async () => expect(await cachingOf(avatar.url)).toBe(isPublic));
  });
});
