import { moderationService } from "@newfeed/moderation-service/service.ts";
import { runService } from "@newfeed/shared/runtime/run.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { services } from "../app/feed.ts";
import { administratorOf, moderatorOf } from "./support/administrator.ts";
import { closedAfterEach, openSocket } from "./support/clients.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { openTo, publicWaysOut, waysOut, writeToLeave } from "./support/ways-out.ts";

let feed: TestFeed;
let mod: Person;
const listening = closedAfterEach();
beforeAll(async () => {
  feed = await startTestFeed({ MODERATION_MODE: "pre" });
  mod = await moderatorOf(feed);
});
afterAll(() => feed.close());

const cases = "/api/v1/moderation/cases";
const write = async (author: Person, content: string, more: object = {}): Promise<string> => {
  const { status, body } = await author.post("/api/v1/posts", { content, postType: "TEXT", ...more });
  expect(status, JSON.stringify(body)).toBe(201);
  return body.id;
};
const comment = async (author: Person, postId: string, content: string): Promise<string> =>
  (await author.post(`/api/v1/posts/${postId}/comments`, { content })).body.id;
const statusOf = async (reader: Person, id: string, kind = "posts") => (await reader.get(`/api/v1/${kind}/${id}`)).status;
const caseOf = (targetId: string) =>
  eventually(async () => {
    const { body } = await mod.get(`${cases}?limit=100`);
    const found = body.data.find(({ target }: { target: { id: string } }) => target.id === targetId);
    expect(found).toBeDefined();
    return found;
  });
async function decide(targetId: string, decision: "approve" | "reject" = "approve"): Promise<void> {
  const { id, revision } = await caseOf(targetId);
  const body = decision === "approve" ? { revision } : { revision, action: "hide", reason: "spam" };
  expect(await mod.post(`${cases}/${id}/${decision}`, body)).toMatchObject({ status: 200 });
}
async function approved(author: Person, content: string): Promise<string> {
  const id = await write(author, content);
  await decide(id);
  await eventually(async () => expect((await author.get(`/api/v1/posts/${id}`)).body.moderation).toBeNull());
  return id;
}

test("what a new author writes is theirs alone until a moderator approves it, and is new then", async () => {
  const [ann, fan] = [await feed.person("ann"), await feed.person("fan")];
  await fan.post(`/api/v1/users/${ann.id}/follow`);
  const ways = { ...waysOut(feed), ...publicWaysOut(feed) };
  const socket = listening(await openSocket(feed, fan));
  const begun = Date.now();
  const post = await writeToLeave(ann);
  expect((await ann.get(`/api/v1/posts/${post.id}`)).body).toMatchObject({
    status: "published",
    publishedAt: null,
    moderation: { state: "pending", reason: null, appealUrl: null },
  });
  const opened = await caseOf(post.id);
  expect(opened).toMatchObject({ state: "open", held: true, reasons: [], reports: 0, flags: 0 });
  expect(await openTo(ways, fan, post)).toEqual([]);
  expect(socket.of("new_post")).toEqual([]);

  await decide(post.id);
  await eventually(async () => expect(await statusOf(fan, post.id)).toBe(200));
  const { publishedAt } = (await fan.get(`/api/v1/posts/${post.id}`)).body;
  expect(new Date(publishedAt).getTime()).toBeGreaterThan(begun);
  await eventually(async () => expect((await fan.get("/api/v1/feed")).body.data).toMatchObject([{ id: post.id }]));
});

test("comments wait, too, and notify once they are approved", async () => {
  const [ben, cat] = [await feed.person("ben"), await feed.person("cat")];
  const postId = await approved(ben, "What do you think?");
  const socket = listening(await openSocket(feed, ben));
  expect((await socket.ask("subscribe-post", postId)).ok).toBe(true);
  const id = await comment(cat, postId, `nice, @${ben.username}`);
  expect((await cat.get(`/api/v1/comments/${id}`)).body).toMatchObject({ moderation: { state: "pending", reason: null } });
  expect(await caseOf(id)).toMatchObject({ held: true, postId });
  expect(await statusOf(ben, id, "comments")).toBe(404);
  expect((await ben.get(`/api/v1/posts/${postId}`)).body.commentCount).toBe(0);
  expect(JSON.stringify((await ben.get("/api/v1/notifications")).body)).not.toContain("nice");
  await decide(id);
  await eventually(() => expect(socket.of("new_comment")[0]?.data.comment).toMatchObject({ id }));
  await eventually(async () => expect((await ben.get(`/api/v1/posts/${postId}`)).body.commentCount).toBe(1));
  await eventually(async () => expect((await ben.get("/api/v1/notifications")).body.data[0]).toMatchObject({ actor: { id: cat.id } }));
});

test("an author is trusted after three that were approved, and no longer when one is hidden", async () => {
  const [ann, reader] = [await feed.person("ann"), await feed.person("reader")];
  const first = await approved(ann, "one");
  for (const content of ["two", "three"]) await approved(ann, content);
  const free = await write(ann, "four");
  expect(await statusOf(reader, free)).toBe(200);
  expect((await reader.post("/api/v1/reports", { target: { type: "post", id: first }, reason: "spam" })).status).toBe(201);
  await decide(first, "reject");
  await eventually(async () => expect(await statusOf(reader, first)).toBe(404));
  expect(await statusOf(reader, await write(ann, "five"))).toBe(404);
  expect(await statusOf(reader, free), "what was there stays").toBe(200);
});

test("a change of what was approved waits, and a moderator who saw the text before looks again", async () => {
  const [ann, reader] = [await feed.person("ann"), await feed.person("reader")];
  const id = await write(ann, "harmless");
  const seen = await caseOf(id);
  expect((await ann.patch(`/api/v1/posts/${id}`, { content: "harmful" })).body.moderation).toMatchObject({ state: "pending" });
  await eventually(async () => expect((await caseOf(id)).content).toBe("harmful"));
  expect(await mod.post(`${cases}/${seen.id}/approve`, { revision: seen.revision })).toMatchObject({ status: 409 });
  await decide(id);
  await eventually(async () => expect(await statusOf(reader, id)).toBe(200));
  await ann.patch(`/api/v1/posts/${id}`, { content: "harmful again" });
  expect(await statusOf(reader, id)).toBe(404);
  await decide(id);
  await eventually(async () => expect(await statusOf(reader, id)).toBe(200));

  const said = await comment(ann, id, "mild");
  await decide(said);
  await eventually(async () => expect(await statusOf(reader, said, "comments")).toBe(200));
  await ann.patch(`/api/v1/comments/${said}`, { content: "not mild" });
  expect(await statusOf(reader, said, "comments")).toBe(404);
  await caseOf(said);
});

test("drafts and scheduled posts wait once they are published; those of moderators never", async () => {
  const [ann, reader] = [await feed.person("ann"), await feed.person("reader")];
  const draft = await write(ann, "later", { status: "draft" });
  await ann.patch(`/api/v1/posts/${draft}`, { status: "published" });
  expect(await statusOf(reader, draft)).toBe(404);
  await decide(draft);
  await eventually(async () => expect(await statusOf(reader, draft)).toBe(200));

  const scheduled = await write(ann, "much later", { status: "scheduled", publishAt: new Date(Date.now() + 3_600_000).toISOString() });
  const posts = await feed.platform.openDatabase("post-service");
  await posts.query("UPDATE post SET publish_at = now() WHERE id = $1", [scheduled]);
  await caseOf(scheduled);
  expect((await ann.get(`/api/v1/posts/${scheduled}`)).body).toMatchObject({ status: "published", moderation: { state: "pending" } });
  expect(await statusOf(reader, scheduled)).toBe(404);
  await decide(scheduled);
  await eventually(async () => expect(await statusOf(reader, scheduled)).toBe(200));

  for (const person of [mod, await administratorOf(feed)]) expect(await statusOf(reader, await write(person, "from the house"))).toBe(200);
});

test("what stood for a month makes its author trusted", async () => {
  const [ann, reader] = [await feed.person("ann"), await feed.person("reader")];
  const ids = [];
  for (const content of ["one", "two", "three"]) ids.push(await write(ann, content));
  const posts = await feed.platform.openDatabase("post-service");
  await posts.query("UPDATE post SET status = 'published', published_at = now() - interval '31 days', moderation = NULL WHERE id = ANY($1)", [ids]);
  expect(await statusOf(reader, await write(ann, "four"))).toBe(200);
});

test("while moderation-service is away, nothing is shown or lost: what was written then gets its case when it is back", async () => {
  const [ann, reader] = [await feed.person("ann"), await feed.person("reader")];
  await feed.runs[services.indexOf(moderationService)]?.close();
  const id = await write(ann, "is anybody there?");
  expect(await statusOf(ann, id)).toBe(200);
  expect(await statusOf(reader, id)).toBe(404);
  const again = await runService(moderationService, feed.platform);
  try {
    await decide(id);
    await eventually(async () => expect(await statusOf(reader, id)).toBe(200));
    const database = await feed.platform.openDatabase("moderation-service");
    expect(await database.query("SELECT count(*)::int AS n FROM moderation_case WHERE target_id = $1", [id])).toEqual([{ n: 1 }]);
  } finally {
    await again.close();
  }
});
