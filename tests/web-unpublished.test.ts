import { eventually } from "@newfeed/shared/testing/eventually.ts";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { untilConnection } from "./support/web/conversation.ts";
import { look } from "./support/web/look.ts";
import { desk, phone, screens } from "./support/web/places.ts";
import { post } from "./support/web/posts.ts";
import { setStage } from "./support/web/stage.ts";

const stage = setStage();
let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed({ PORT: String(await freePort()) });
});
afterAll(() => feed.close());

const scheduledOf = async (person: Person) => (await person.get("/api/v1/posts/scheduled")).body.data as { id: string; content: string; publishAt: string }[];
const isNarrow = (page: Page) => page.evaluate("document.documentElement.scrollWidth <= innerWidth");

describe.for(screens)("$width wide", (viewport) => {
  test("a post is written for later, with a place, from any page; it is moved, changed and published, and a follower sees it then", async ({ skip }) => {
    stage.need(skip);
    const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
    await ben.post(`/api/v1/users/${ann.id}/follow`);
    await ann.patch("/api/v1/users/me/preferences", { timeZone: "Asia/Kolkata", language: "en-GB" });
    const bens = await stage.signIn(feed.url, ben, { viewport });
    const page = await stage.signIn(feed.url, ann, { viewport });
    await page.goto(`${feed.url}/explore`);
    if (viewport === phone) await page.getByRole("button", { name: "New post" }).click();
    else {
      // The heading is there before the page takes keys.
      await untilConnection(page, "live");
      await page.keyboard.press("n");
    }
    const dialog = page.getByRole("dialog", { name: "New post" });
    const composer = dialog.getByRole("form", { name: "Write a post" });
    await composer.getByRole("textbox", { name: "What's new?" }).fill("Good morning");

    await composer.getByRole("button", { name: "Who can see this post: Everyone" }).click();
    await page.getByRole("menu").waitFor();
    await look(page, `audience-${viewport.width}`);
    await page.getByRole("menuitem", { name: "Only your followers can see it" }).click();
    await composer.getByRole("button", { name: "Who can see this post: Followers" }).waitFor();

    await composer.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Add a place" }).click();
    // The field has the focus.
    await composer.getByRole("textbox", { name: "Place" }).and(page.locator(":focus")).waitFor();
    await page.keyboard.type("At the lake");

    await composer.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Publish later" }).click();
    const when = page.getByRole("dialog", { name: "Publish later" });
    await when.getByText("In your time zone: Asia/Kolkata").waitFor();
    const nextYear = new Date().getUTCFullYear() + 1;
    await when.getByLabel("When").fill(`${nextYear}-01-02T18:00`);
    await look(page, `pick-time-${viewport.width}`);
    await when.getByRole("button", { name: "Choose" }).click();
    await composer.getByText(`Will be published: 2 Jan ${nextYear}, 18:00`).waitFor();
    await look(page, `composer-${viewport.width}`);
    expect(
      await dialog.evaluate(
        (element) =>
          (element as unknown as { scrollWidth: number; clientWidth: number }).scrollWidth - (element as unknown as { clientWidth: number }).clientWidth,
      ),
    ).toBe(0);
    await composer.getByRole("button", { name: "Schedule" }).click();
    await page.getByText("Your post is scheduled.").waitFor();
    await eventually(async () => expect(await scheduledOf(ann)).toMatchObject([{ content: "Good morning", publishAt: `${nextYear}-01-02T12:30:00.000Z` }]));

    if (viewport === phone) await page.getByRole("button", { name: "New post" }).click();
    else await page.keyboard.press("n");
    await composer.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Not published yet" }).click();
    await page.getByRole("heading", { name: "Not published yet" }).waitFor();
    await dialog.waitFor({ state: "detached" });
    const card = page.getByRole("article").filter({ hasText: "Good morning" });
    await card.getByText("At the lake").waitFor();
    await look(page, `scheduled-${viewport.width}`);
    expect(await isNarrow(page)).toBe(true);

    await card.getByRole("button", { name: "Change the time" }).click();
    await when.getByLabel("When").fill(`${nextYear}-01-03T07:15`);
    await when.getByRole("button", { name: "Choose" }).click();
    await card.getByText(`Will be published: 3 Jan ${nextYear}, 07:15`).waitFor();
    await card.getByRole("button", { name: "Edit" }).click();
    const edit = page.getByRole("dialog", { name: "Edit your post" });
    await edit.getByLabel("Text").fill("Good morning, all of you");
    await edit.getByLabel("Place").fill("At the sea");
    await edit.getByRole("button", { name: "Save" }).click();
    await card.getByText("At the sea").waitFor();

    await card.getByRole("button", { name: "Publish now" }).click();
    await page.getByText("Nothing is scheduled").waitFor();
    await bens.getByRole("button", { name: /new post/ }).click();
    const seen = post(bens, "Good morning, all of you");
    await seen.getByText("At the sea").waitFor();
    await look(bens, `place-${viewport.width}`);
    await page.goto(feed.url);
    await post(page, "Good morning, all of you").waitFor();
  }, 90_000);

  test("a scheduled post is published while its author looks on, and another is deleted", async ({ skip }) => {
    stage.need(skip);
    const ann = await feed.person("ann");
    const schedule = (content: string, seconds: number) =>
      ann.post("/api/v1/posts", { content, postType: "TEXT", status: "scheduled", publishAt: new Date(Date.now() + seconds * 1_000).toISOString() });
    const page = await stage.signIn(feed.url, ann, { viewport });
    await schedule("Tomorrow", 86_400);
    await schedule("In a moment", 6);
    await page.goto(`${feed.url}/unpublished`);
    await page.getByText("In a moment").waitFor();
    await page.getByText("In a moment").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
    await page.getByText("Nothing is scheduled").waitFor();
    await eventually(async () => expect(await scheduledOf(ann)).toEqual([]));
  }, 90_000);
});

test("a scheduled post that is refused returns to its place with the time that was chosen", async ({ skip }) => {
  stage.need(skip);
  const ann = await feed.person("ann");
  const page = await stage.signIn(feed.url, ann, { viewport: desk });
  const key = `newfeed.draft.${ann.id}/post`;
  const draft = { text: "Too late", followersOnly: false, publishAt: "2020-01-01T12:00:00.000Z", location: "Home", at: Date.now() };
  await page.evaluate(([name, item]) => localStorage.setItem(name ?? "", item ?? ""), [key, JSON.stringify(draft)] as const);
  await page.reload();
  const composer = page.getByRole("form", { name: "Write a post" });
  await composer.getByRole("textbox", { name: "What's new?" }).click();
  await composer.getByText("Will be published").waitFor();
  await composer.getByRole("button", { name: "Schedule" }).click();
  await composer.getByRole("alert").waitFor();
  expect(await composer.getByRole("textbox", { name: "What's new?" }).inputValue()).toBe("Too late");
  await composer.getByRole("button", { name: "Publish at once instead" }).click();
  await composer.getByRole("button", { name: "Post", exact: true }).click();
  await post(page, "Too late").getByText("Home").waitFor();
}, 90_000);
