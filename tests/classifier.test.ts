import type { ServerResponse } from "node:http";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { administratorOf } from "./support/administrator.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { type ModelProvider, startModelProvider } from "./support/model-provider.ts";

let provider: ModelProvider;
let feed: TestFeed;
let database: RawDatabase;
let admin: Person;
beforeAll(async () => {
  provider = await startModelProvider();
  provider.answer = scoring({ harassment: 0.01 });
  feed = await startTestFeed({ AI_BASE_URL: provider.url, AI_API_KEY: "key", AI_MODEL: "small", AI_MODERATION_MODEL: "guard" });
  database = await feed.platform.openDatabase("moderation-service");
  admin = await administratorOf(feed);
  const rule = { name: "insults", kind: "classifier", terms: ["harassment"], threshold: 80, reason: "harassment", hide: true };
  expect(await admin.post("/api/v1/moderation/rules", rule)).toMatchObject({ status: 201 });
});
afterAll(async () => {
  await feed.close();
  provider.close();
});

const json = { "content-type": "application/json" };
const scoring = (scores: Record<string, unknown>) => (response: ServerResponse) =>
  response.writeHead(200, json).end(JSON.stringify({ id: "1", model: "guard", results: [{ flagged: true, categories: {}, category_scores: scores }] }));
const write = async (author: Person, content: string, more: object = {}): Promise<string> => {
  const { status, body } = await author.post("/api/v1/posts", { content, postType: "TEXT", ...more });
  expect(status).toBe(201);
  return body.id;
};
const asked = (content: string) => provider.asked.filter((question) => JSON.stringify(question).includes(content));
const questions = () => database.query("SELECT tries, due_at > now() + interval '50 seconds' AS later FROM classifier_question WHERE target_type = 'post'");
const answered = () => eventually(async () => expect(await questions()).toEqual([]));
const flagged = async (id: string) =>
  await database.query<{ detail: string }>("SELECT f.detail FROM flag f JOIN moderation_case c ON c.id = f.case_id WHERE c.target_id = $1", [id]);

test("what a classifier is sure of is flagged, with the category, and hidden where the rule says so", async () => {
  const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
  provider.answer = scoring({ harassment: 0.97, violence: 0.99 });
  const rude = await write(ann, "You are all fools");
  await eventually(async () => expect(await ben.get(`/api/v1/posts/${rude}`)).toMatchObject({ status: 404 }));
  expect(await flagged(rude)).toEqual([{ detail: "the category harassment" }]);
  expect(asked("You are all fools")).toMatchObject([{ path: "/v1/moderations", authorization: "Bearer key", model: "guard", input: "You are all fools" }]);
  provider.answer = scoring({ harassment: 0.79, violence: 0.99 });
  const blunt = await write(ann, "You are mistaken");
  await eventually(() => expect(asked("You are mistaken")).toHaveLength(1));
  await answered();
  expect(await flagged(blunt)).toEqual([]);
});

test("what not everyone may see is not sent to it", async () => {
  const ann = await feed.person("ann");
  provider.answer = scoring({ harassment: 0.1 });
  await write(ann, "among friends", { visibility: "followers" });
  await write(ann, "not yet", { status: "draft" });
  await write(ann, "for everyone");
  await eventually(() => expect(asked("for everyone")).toHaveLength(1));
  expect([...asked("among friends"), ...asked("not yet")]).toEqual([]);
  await answered();
});

test("while it fails or does not answer, nothing is kept back; what it was not asked about comes later, or goes with the post", async () => {
  const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
  await answered();
  provider.answer = (response) => response.writeHead(500, json).end("{}");
  const id = await write(ann, "is that so?");
  expect((await ben.get(`/api/v1/posts/${id}`)).status).toBe(200);
  await eventually(() => expect(asked("is that so?")).toHaveLength(1));
  await eventually(async () => expect(await questions()).toEqual([{ tries: 1, later: true }]));
  provider.answer = () => {};
  const other = await write(ann, "is anybody there?");
  await eventually(() => expect(asked("is anybody there?")).toHaveLength(1));
  expect((await ben.get(`/api/v1/posts/${other}`)).status).toBe(200);
  await ann.delete(`/api/v1/posts/${other}`);
  await eventually(async () => expect(await questions()).toEqual([{ tries: 1, later: true }]));
  provider.answer = scoring({ harassment: 0.9 });
  await database.query("UPDATE classifier_question SET due_at = now()");
  await eventually(async () => expect(await flagged(id)).toHaveLength(1), 20_000);
  await answered();
});

test("a rule of a classifier cannot be tried", async () => {
  const rule = { name: "insults", kind: "classifier", terms: [], reason: "harassment" };
  expect(await admin.post("/api/v1/moderation/rules/try", rule)).toMatchObject({ status: 400, body: { errors: [{ field: "kind" }] } });
});
