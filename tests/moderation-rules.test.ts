import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { administratorOf, moderatorOf } from "./support/administrator.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
let database: RawDatabase;
let admin: Person;
let mod: Person;
beforeAll(async () => {
  feed = await startTestFeed();
  database = await feed.platform.openDatabase("moderation-service");
  [admin, mod] = [await administratorOf(feed), await moderatorOf(feed)];
});
afterAll(() => feed.close());

const rules = "/api/v1/moderation/rules";
const cases = "/api/v1/moderation/cases";
const words = (term: string, more: Record<string, unknown> = {}) => ({ name: `no ${term}`, kind: "words", terms: [term], reason: "spam", ...more });

async function makeRule(body: Record<string, unknown>): Promise<{ id: string; revision: number }> {
  const made = await admin.post(rules, body);
  expect(made, JSON.stringify(made.body)).toMatchObject({ status: 201 });
  return made.body;
}
const writePost = async (author: Person, content: string): Promise<string> => (await author.post("/api/v1/posts", { content, postType: "TEXT" })).body.id;
async function caseOf(targetId: string) {
  const { body } = await mod.get(`${cases}?limit=100`);
  return body.data.find(({ target }: { target: { id: string } }) => target.id === targetId);
}
const flagged = (targetId: string) =>
  eventually(async () => {
    const found = await caseOf(targetId);
    expect(found).toBeDefined();
    return found;
  });

test("what a rule finds is flagged, with the rule and why, and hidden where the rule says so", async () => {
  const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
  await makeRule(words("viagra"));
  const { id: ruleId } = await makeRule(words("cialis", { hide: true, reason: "illegal" }));
  const [seen, held, fine] = [await writePost(ann, "cheap V1AGRA"), await writePost(ann, "cheap c i a l i s"), await writePost(ann, "cheap tickets")];
  const comment = (await ann.post(`/api/v1/posts/${fine}/comments`, { content: "viagra, too" })).body.id;
  expect(await flagged(seen)).toMatchObject({ state: "open", held: false, reasons: ["spam"], flags: 1, reports: 0 });
  const opened = await flagged(held);
  expect(opened).toMatchObject({ held: true, reasons: ["illegal"] });
  expect(await flagged(comment)).toMatchObject({ target: { type: "comment" }, postId: fine });
  expect(await caseOf(fine)).toBeUndefined();
  expect((await mod.get(`${cases}/${opened.id}`)).body.foundBy).toMatchObject([
    { ruleId, ruleName: "no cialis", reason: "illegal", detail: "the word cialis" },
  ]);
  await eventually(async () => expect(await ben.get(`/api/v1/posts/${held}`)).toMatchObject({ status: 404 }));
  expect((await ben.get(`/api/v1/posts/${seen}`)).status).toBe(200);

  await mod.post(`${cases}/${opened.id}/approve`, { revision: opened.revision });
  await eventually(async () => expect((await ben.get(`/api/v1/posts/${held}`)).status).toBe(200));
  const { body } = await mod.get(rules);
  expect(body.data.find(({ id }: { id: string }) => id === ruleId)).toMatchObject({ flags: 1, upheld: 0, overturned: 1 });
  // Changed without another word that is found, it stays decided.
  await ann.patch(`/api/v1/posts/${held}`, { content: "very cheap c i a l i s" });
  await ann.patch(`/api/v1/posts/${fine}`, { content: "viagra at last" });
  await flagged(fine);
  expect(await caseOf(held)).toBeUndefined();
});

test("the same text of several accounts is flagged", async () => {
  await makeRule({ name: "waves", kind: "repetition", threshold: 3, hours: 1, reason: "spam" });
  const authors = await Promise.all(["ann", "ben", "cat"].map((name) => feed.person(name)));
  const posts: string[] = [];
  for (const author of authors) posts.push(await writePost(author, "Have a look at my new page, all of you!"));
  await flagged(posts.at(-1) ?? "");
  expect(await caseOf(posts[0] ?? "")).toBeUndefined();
});

test("names, and what profiles say, are checked, too", async () => {
  await makeRule(words("support team", { reason: "impersonation" }));
  const ann = await feed.person("ann");
  await ann.patch("/api/v1/users/me", { fullName: "NewFeed Support Team" });
  expect(await flagged(ann.id)).toMatchObject({ target: { type: "user" }, reasons: ["impersonation"] });
  const ben = await feed.person("ben");
  await ben.patch("/api/v1/users/me", { bio: "Ask the support team" });
  expect((await flagged(ben.id)).content).toContain("Ask the support team");
});

test("administrators make rules, moderators look at them and try them, others nothing", async () => {
  const ann = await feed.person("ann");
  expect(await ann.get(rules)).toMatchObject({ status: 403 });
  expect(await mod.post(rules, words("x"))).toMatchObject({ status: 403 });
  expect(await admin.post(rules, { ...words("x"), terms: [] })).toMatchObject({ status: 400, body: { errors: [{ field: "terms" }] } });
  expect(await admin.post(rules, { ...words("("), kind: "pattern" })).toMatchObject({ status: 400, body: { errors: [{ field: "terms" }] } });
  const made = await makeRule(words("xylophone", { enabled: false }));
  const changed = await admin.patch(`${rules}/${made.id}`, { ...words("xylophones"), revision: made.revision });
  expect(changed.body).toMatchObject({ terms: ["xylophones"], enabled: true, revision: 2 });
  expect(await admin.patch(`${rules}/${made.id}`, { ...words("y"), revision: made.revision })).toMatchObject({ status: 409 });
  expect((await admin.delete(`${rules}/${made.id}`)).status).toBe(204);
  expect(await admin.patch(`${rules}/${made.id}`, { ...words("y"), revision: 2 })).toMatchObject({ status: 404 });

  const id = await writePost(ann, "A quokka smiles");
  const before = await database.query("SELECT count(*) AS n FROM moderation_case");
  expect((await mod.post(`${rules}/try`, words("quokka"))).body).toMatchObject({ found: 1, data: [{ postId: id, detail: "the word quokka" }] });
  expect(await database.query("SELECT count(*) AS n FROM moderation_case")).toEqual(before);
});
