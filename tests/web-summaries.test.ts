import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { type ModelProvider, startModelProvider } from "./support/model-provider.ts";
import { look } from "./support/web/look.ts";
import { phone, screens } from "./support/web/places.ts";
import { post } from "./support/web/posts.ts";
import { setStage } from "./support/web/stage.ts";

const stage = setStage();
let provider: ModelProvider;
let feed: TestFeed;
beforeAll(async () => {
  provider = await startModelProvider();
  feed = await startTestFeed({ PORT: String(await freePort()), AI_BASE_URL: provider.url, AI_API_KEY: "key", AI_MODEL: "small" });
});
afterAll(async () => {
  await feed.close();
  provider.close();
});

const sentences = [
  "Our town library opens its new reading room on Monday, after a year of building.",
  "The reading room has forty seats, a garden, and windows to the river.",
  "Students may use it until ten in the evening, and the library asks readers to bring their own cups.",
];
const long = Array.from({ length: 5 }, (_, n) => `${sentences.join(" ")} That is part ${n + 1} of the story.`).join("\n\n");

describe.for(screens)("$width wide", (viewport) => {
  test("a title is suggested, and takes the place of typed words only where the user says so", { timeout: 60_000 }, async ({ skip }) => {
    stage.need(skip);
    const ann = await feed.person("ann");
    const page = await stage.signIn(feed.url, ann, { viewport });
    provider.says("Forty Seats by the River");
    await page.getByLabel("What's new?").fill(long);
    await page.getByRole("button", { name: "More", exact: true }).click();
    await page.getByRole("menuitem", { name: "Add a title" }).click();
    const title = page.getByRole("textbox", { name: "Title", exact: true });
    const suggest = page.getByRole("button", { name: "Suggest a title" });
    await suggest.click();
    await expect.poll(() => title.inputValue()).toBe("Forty Seats by the River");
    await look(page, `suggested-title-${viewport.width}`);
    await page.getByRole("button", { name: "Undo the suggestion" }).click();
    expect(await title.inputValue()).toBe("");

    await title.fill("My title");
    await suggest.click();
    await page.getByText("Suggested:").waitFor();
    expect(await title.inputValue()).toBe("My title");
    await look(page, `title-beside-mine-${viewport.width}`);
    await page.getByRole("button", { name: "Keep mine" }).click();
    expect(await title.inputValue()).toBe("My title");
    await suggest.click();
    await page.getByRole("button", { name: "Use it" }).click();
    expect(await title.inputValue()).toBe("Forty Seats by the River");
    provider.answer = (response) => response.writeHead(500).end();
    await title.fill("");
    await suggest.click();
    await expect.poll(() => title.inputValue(), { message: "a sentence of the text" }).toMatch(/library|reading|Students/);
    await title.fill("Forty seats");
    provider.says("The library has a new reading room by the river, with forty seats.");
    await page.getByRole("button", { name: "Post", exact: true }).click();
    await post(page, "Our town library").getByRole("heading", { name: "Forty seats" }).waitFor();
    const published = async () => (await ann.get(`/api/v1/users/${ann.id}/posts`)).body.data[0];
    await expect.poll(published, { timeout: 15_000 }).toMatchObject({ title: "Forty seats", summary: expect.stringContaining("reading room") });
  });

  test("a folded post shows its summary, as text, until it is unfolded", { timeout: 60_000 }, async ({ skip }) => {
    stage.need(skip);
    const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
    await ben.post(`/api/v1/users/${ann.id}/follow`);
    const warned = viewport === phone;
    provider.says("The library has a new reading room <b>by the river</b>, with forty seats.");
    const { body } = await ann.post("/api/v1/posts", { content: long, postType: "TEXT", ...(warned && { contentWarning: "Books" }) });
    await expect.poll(async () => (await ben.get(`/api/v1/posts/${body.id}`)).body.summary, { timeout: 15_000 }).toContain("forty seats");
    const page = await stage.signIn(feed.url, ben, { viewport });
    const summary = page.getByText("The library has a new reading room <b>by the river</b>");
    if (warned) {
      await page.getByText("Books").waitFor();
      expect(await summary.count(), "it is behind the warning").toBe(0);
      await page.getByRole("button", { name: "Show", exact: true }).first().click();
    }
    await summary.waitFor();
    await page.getByText("Summary, made by a program").waitFor();
    await look(page, `summary-${viewport.width}`);
    await page.getByRole("button", { name: "Show more" }).first().click();
    await summary.waitFor({ state: "detached" });
  });
});
