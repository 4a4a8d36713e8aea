import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
let posts: RawDatabase;
beforeAll(async () => {
  feed = await startTestFeed();
  posts = await feed.platform.openDatabase("post-service");
});
afterAll(() => feed.close());

async function begin(person: Person, body: Record<string, unknown> = {}) {
  const answer = await person.post("/api/v1/drafts", { content: "I was thinking", ...body });
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 201 });
  return answer.body;
}
const idsOf = async (person: Person, query = "") => (await person.get(`/api/v1/drafts${query}`)).body.data.map(({ id }: { id: string }) => id);

test("a draft is kept as it is typed, listed, changed and deleted", async () => {
  const ann = await feed.person("ann");
  const content = { content: "I was thinking", contentWarning: "Thoughts", location: "In bed", visibility: "followers", quotable: false };
  const draft = await begin(ann, content);
  expect(draft).toMatchObject({ ...content, sensitive: false, publishAt: null, revision: 1 });
  const second = await begin(ann, { content: "" });
  expect(await idsOf(ann)).toEqual([second.id, draft.id]);
  expect(await idsOf(ann, "?limit=1")).toEqual([second.id]);
  const changed = await ann.patch(`/api/v1/drafts/${draft.id}`, { content: "I think", revision: 1 });
  expect(changed.body).toMatchObject({ id: draft.id, content: "I think", location: null, visibility: "public", revision: 2 });
  expect((await ann.get(`/api/v1/drafts/${draft.id}`)).body).toEqual(changed.body);
  for (let time = 0; time < 2; time++) expect((await ann.delete(`/api/v1/drafts/${draft.id}`)).status).toBe(204);
  expect(await ann.get(`/api/v1/drafts/${draft.id}`)).toMatchObject({ status: 404 });
  expect(await ann.patch(`/api/v1/drafts/${draft.id}`, { content: "x", revision: 2 })).toMatchObject({ status: 404 });
});

test("what another device has changed is not overwritten", async () => {
  const ann = await feed.person("ann");
  const { id } = await begin(ann);
  const change = (content: string) => ann.patch(`/api/v1/drafts/${id}`, { content, revision: 1 });
  const answers = await Promise.all([change("on the phone"), change("at the desk")]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  const kept = answers.find(({ status }) => status === 200)?.body.content;
  expect((await ann.get(`/api/v1/drafts/${id}`)).body).toMatchObject({ content: kept, revision: 2 });
});

test("a draft is its user's alone, is no post, and goes when it is sent", async () => {
  const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
  const { id } = await begin(ann, { content: "a secret thought" });
  expect(await idsOf(ben)).toEqual([]);
  expect(await ben.get(`/api/v1/drafts/${id}`)).toMatchObject({ status: 404 });
  expect(await ben.patch(`/api/v1/drafts/${id}`, { content: "mine", revision: 1 })).toMatchObject({ status: 404 });
  expect(await ben.delete(`/api/v1/drafts/${id}`)).toMatchObject({ status: 204 });
  expect((await ben.post("/api/v1/posts", { content: "x", postType: "TEXT", draftId: id })).status).toBe(201);
  expect(await feed.call("GET", "/api/v1/drafts")).toMatchObject({ status: 401 });
  for (const path of [`/api/v1/users/${ann.id}/posts`, "/api/v1/feed", `/api/v1/posts/${id}`])
    expect(JSON.stringify((await ann.get(path)).body)).not.toContain("a secret thought");
  expect((await ann.get("/api/v1/users/me/export")).body.drafts).toMatchObject([{ id, content: "a secret thought" }]);
  expect((await ben.get("/api/v1/users/me/export")).body.drafts).toEqual([]);

  const post = { content: "a thought", postType: "TEXT", draftId: id, clientMutationId: "sent" };
  expect((await ann.post("/api/v1/posts", { ...post, content: "" })).status, "refused").toBe(400);
  expect(await idsOf(ann)).toEqual([id]);
  const sent = await ann.post("/api/v1/posts", post);
  expect(sent.status).toBe(201);
  expect(await idsOf(ann)).toEqual([]);
  expect((await ann.post("/api/v1/posts", post)).body.id).toBe(sent.body.id);
});

test("a draft that is sent again is kept once, and a hundred are kept at most", async () => {
  const ann = await feed.person("ann");
  const key = { "idempotency-key": "draft-1" };
  const [first, second] = [await ann.post("/api/v1/drafts", { content: "once" }, key), await ann.post("/api/v1/drafts", { content: "once" }, key)];
  expect(second.body).toEqual(first.body);
  for (let n = 1; n < 100; n++) await begin(ann, { content: `Number ${n}` });
  expect(await ann.post("/api/v1/drafts", { content: "one too many" })).toMatchObject({ status: 409, body: { code: "conflict" } });
  await ann.delete(`/api/v1/drafts/${first.body.id}`);
  await begin(ann);
});

test("a deleted account leaves no drafts", async () => {
  const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
  await begin(ann);
  const { id } = await begin(ben);
  const left = async () => (await posts.query<{ id: string }>("SELECT id FROM draft WHERE user_id = ANY($1)", [[ann.id, ben.id]])).map((row) => row.id);
  expect((await left()).length).toBe(2);
  await ann.delete("/api/auth/me", { password: ann.password });
  await eventually(async () => expect(await left()).toEqual([id]));
});
