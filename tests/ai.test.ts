import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { type ModelProvider, startModelProvider } from "./support/model-provider.ts";

const text =
  "Our town library opens its new reading room on Monday. The reading room has forty seats and a garden. My cat sneezed. Students may use the reading room of the library until ten in the evening. The library asks readers to bring their own cups to the reading room.";

let provider: ModelProvider;
let feed: TestFeed;
let ann: Person;
beforeAll(async () => {
  provider = await startModelProvider();
  feed = await startTestFeed({ AI_BASE_URL: provider.url, AI_API_KEY: "key", AI_MODEL: "small" });
  ann = await feed.person("ann");
});
beforeEach(() => provider.says("A model says this."));
afterAll(async () => {
  await feed.close();
  provider.close();
});

const paths = ["/ai/summarize", "/api/ai/summarize", "/api/v1/ai/summarize"];

test("a signed-in user gets a summary and a title of a text, under each of the paths", async () => {
  for (const path of paths) {
    expect(await ann.post(path, { content: text })).toMatchObject({ status: 200, body: { summary: "A model says this.", model: "small" } });
    const titled = await ann.post(path.replace("summarize", "suggest-title"), { content: text });
    expect(titled).toMatchObject({ status: 200, body: { title: "A model says this", model: "small" } });
    expect(await feed.call("POST", path, { content: text })).toMatchObject({ status: 401 });
  }
});

test("a text without words, or of one sentence, asks nobody", async () => {
  const before = provider.asked.length;
  expect(await ann.post("/ai/summarize", { content: "Good morning!" })).toMatchObject({ status: 200, body: { summary: "Good morning!", model: "extractive" } });
  expect(await ann.post("/ai/suggest-title", { content: "🎉" })).toMatchObject({ status: 400, body: { code: "validation_failed" } });
  expect(await ann.post("/ai/summarize", { content: " " })).toMatchObject({ status: 400 });
  expect(provider.asked.length).toBe(before);
});

test("while the provider fails, sentences of the text are chosen, and soon it is not asked any more", async () => {
  provider.answer = (response) => response.writeHead(500).end();
  const before = provider.asked.length;
  for (let time = 0; time < 12; time++) {
    const { status, body } = await ann.post("/ai/summarize", { content: text });
    expect({ status, model: body.model }).toEqual({ status: 200, model: "extractive" });
    expect(text).toContain(body.summary.slice(0, 20));
  }
  expect(provider.asked.length - before).toBeLessThan(12);
});

test("no more is asked on a day than the budget allows, by all users together", async () => {
  const other = await startTestFeed({ AI_BASE_URL: provider.url, AI_API_KEY: "key", AI_MODEL: "small", AI_DAILY_BUDGET: "2" });
  const people = [await other.person("ann"), await other.person("ben")];
  const models: string[] = [];
  for (const person of [...people, ...people]) models.push((await person.post("/ai/suggest-title", { content: text })).body.model);
  await other.close();
  expect(models).toEqual(["small", "small", "extractive", "extractive"]);
});

test("without a provider sentences of the text are chosen", async () => {
  const other = await startTestFeed();
  const ben = await other.person("ben");
  const { body } = await ben.post("/ai/summarize", { content: text });
  const title = await ben.post("/ai/suggest-title", { content: text });
  await other.close();
  expect(body).toEqual({
    summary:
      "The reading room has forty seats and a garden. Students may use the reading room of the library until ten in the evening. The library asks readers to bring their own cups to the reading room.",
    model: "extractive",
  });
  expect(title.body.model).toBe("extractive");
  expect(text).toContain(title.body.title.replace("…", ""));
});

test("each user may ask so often", async () => {
  const other = await startTestFeed({ RATE_LIMIT_FACTOR: "0.05" });
  const ben = await other.person("ben");
  const statuses: number[] = [];
  for (let time = 0; time < 4; time++) statuses.push((await ben.post("/ai/suggest-title", { content: text })).status);
  await other.close();
  expect(statuses).toEqual([200, 200, 200, 429]);
});
