import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { moderatorOf } from "./support/administrator.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { type Moderation, moderationOf } from "./support/moderation-events.ts";
import { pathOf, storedFilesOf, upload } from "./support/uploads.ts";

let feed: TestFeed;
let moderation: Moderation;
let ann: Person;
let fan: Person;
let mod: Person;
beforeAll(async () => {
  feed = await startTestFeed();
  moderation = await moderationOf(feed);
  [ann, fan, mod] = [await feed.person("ann"), await feed.person("fan"), await moderatorOf(feed)];
});
afterAll(() => feed.close());

/** As the page of a signed-in browser does: with the session's cookie. */
const load = (url: string, reader: Person | null) => fetch(feed.url + pathOf(url), { headers: reader ? { cookie: `access_token=${reader.token}` } : {} });
/** What each gets: the owner, another user, a moderator, a visitor. */
const answers = async (url: string) => Promise.all([ann, fan, mod, null].map(async (reader) => (await load(url, reader)).status));
const [open, held, gone] = [
  [200, 200, 200, 200],
  [200, 404, 200, 404],
  [404, 404, 404, 404],
];

async function postPicture(body: object = {}) {
  const media = await upload(ann);
  const post = await ann.post("/api/v1/posts", { content: "look", postType: "IMAGE", mediaIds: [media.id], ...body });
  expect(post.status).toBe(201);
  await eventually(async () => expect((await load(media.url, null)).headers.get("cache-control")).toContain("public"));
  return { ...media, postId: post.body.id as string };
}
const ofMedia = (id: string) => ({ type: "media" as const, id, authorId: ann.id });
const listed = async (reader: Person) => (await reader.get(`/api/v1/users/${ann.id}/media`)).body.data.map(({ id }: { id: string }) => id);

describe("an upload that moderators", () => {
  test("have hidden is its owner's and theirs alone, and everybody's again when it is restored", async () => {
    const { id, url } = await postPicture();
    expect(await answers(url)).toEqual(open);
    await moderation.reject(ofMedia(id));
    await eventually(async () => expect(await answers(url)).toEqual(held));
    // Nothing keeps it on the way to those who still get it, or what others got instead.
    expect((await load(url, ann)).headers.get("cache-control")).toBe("private, no-store");
    expect((await load(url, null)).headers.get("cache-control")).toBe("no-store");
    for (const [reader, status] of [[ann, 200] as const, [fan, 404] as const]) expect((await reader.get(`/api/media/${id}`)).status).toBe(status);
    expect(await listed(ann)).toContain(id);
    expect(await listed(fan)).not.toContain(id);
    await eventually(async () => expect((await ann.get("/api/v1/notifications")).body.data).toMatchObject([{ type: "content_removed" }, { type: "welcome" }]));

    await moderation.approve(ofMedia(id));
    await eventually(async () => expect(await answers(url)).toEqual(open));
    expect(await listed(fan)).toContain(id);
    await eventually(async () => expect((await ann.get("/api/v1/notifications")).body.data[0]).toMatchObject({ type: "content_restored" }));
  }, 60_000);

  test("hold until they have decided is not shown meanwhile", async () => {
    const { id, url } = await postPicture();
    await moderation.flag(ofMedia(id));
    await eventually(async () => expect(await answers(url)).toEqual(held));
    await moderation.approve(ofMedia(id));
    await eventually(async () => expect(await answers(url)).toEqual(open));
  });

  test("have deleted is gone with its files", async () => {
    const { id, url } = await postPicture();
    await moderation.reject(ofMedia(id), "delete");
    await eventually(async () => expect(await answers(url)).toEqual(gone));
    await eventually(async () => expect(await storedFilesOf(feed, id)).toEqual([]));
  });

  test("have hidden as the picture of a profile is not shown there either", async () => {
    const { id, url } = await upload(ann);
    await ann.patch("/api/v1/users/me", { avatarUrl: url });
    await eventually(async () => expect((await load(url, null)).headers.get("cache-control")).toContain("public"));
    await moderation.reject(ofMedia(id));
    await eventually(async () => expect(await answers(url)).toEqual(held));
  });
});

describe("the files of a post that is hidden", () => {
  test("are its author's and the moderators' alone, until it is restored", async () => {
    const { url, postId } = await postPicture();
    const post = { type: "post" as const, id: postId, authorId: ann.id };
    await moderation.reject(post);
    await eventually(async () => expect(await answers(url)).toEqual(held));
    await moderation.approve(post);
    await eventually(async () => expect(await answers(url)).toEqual(open));
    await moderation.flag(post);
    await eventually(async () => expect(await answers(url)).toEqual(held));
  });

  test("stay where a profile shows them, too", async () => {
    const { url, postId } = await postPicture();
    await ann.patch("/api/v1/users/me", { avatarUrl: url });
    await moderation.reject({ type: "post", id: postId, authorId: ann.id });
    await eventually(async () => expect((await fan.get(`/api/v1/posts/${postId}`)).status).toBe(404));
    expect(await answers(url)).toEqual(open);
  });
});

test("the files of a suspended user are moderators' alone, who may have to decide an appeal", async () => {
  const { url } = await postPicture();
  const suspension = { aggregate: { id: uuidv7(), revision: 1 }, actorId: null, data: { userId: ann.id, reason: "spam" as const, until: null, caseId: null } };
  await moderation.publish({ type: "user.suspended", ...suspension });
  await eventually(async () => expect(await answers(url)).toEqual([404, 404, 200, 404]));
});
