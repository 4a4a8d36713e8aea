import { eventually } from "@newfeed/shared/testing/eventually.ts";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
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

const keptBy = async (person: Person): Promise<string[]> => (await person.get("/api/v1/drafts")).body.data.map(({ content }: { content: string }) => content);
const field = (page: Page) => page.getByRole("textbox", { name: "What's new?" });
/** As when its window is looked at again. */
const showAgain = (page: Page) => page.evaluate(`document.dispatchEvent(new Event("visibilitychange"))`);

describe.for(screens)("$width wide", (viewport) => {
  test("what is begun on one device is gone on with on another, and is gone from both once it is posted", async ({ skip }) => {
    stage.need(skip);
    const ann = await feed.person("ann");
    const [one, other] = [await stage.signIn(feed.url, ann, { viewport }), await stage.signIn(feed.url, ann, { viewport })];
    await field(one).fill("I was thinking");
    await eventually(async () => expect(await keptBy(ann)).toEqual(["I was thinking"]), 15_000);

    await other.goto(`${feed.url}/unpublished`);
    const card = other.getByRole("article", { name: "Draft" });
    await card.getByText("I was thinking").waitFor();
    await look(other, `drafts-${viewport.width}`);
    await card.getByRole("button", { name: "Go on writing" }).click();
    const dialog = other.getByRole("dialog", { name: "New post" });
    await dialog.getByRole("textbox", { name: "What's new?" }).fill("I was thinking of you");
    await eventually(async () => expect(await keptBy(ann)).toEqual(["I was thinking of you"]), 15_000);
    await showAgain(one);
    await eventually(async () => expect(await field(one).inputValue()).toBe("I was thinking of you"));

    await dialog.getByRole("button", { name: "Post", exact: true }).click();
    await other.getByText("Your post is published.").waitFor();
    expect(await keptBy(ann)).toEqual([]);
    await showAgain(one);
    await eventually(async () => expect(await field(one).inputValue()).toBe(""));
    await one.reload();
    await post(one, "I was thinking of you").waitFor();
    expect(await field(one).inputValue()).toBe("");
  }, 90_000);
});

test("two tabs of a browser show one draft: each goes on with what was written in the other, and both are empty once it is posted", async ({ skip }) => {
  stage.need(skip);
  const ann = await feed.person("ann");
  const one = await stage.signIn(feed.url, ann, { viewport: desk });
  const other = await one.context().newPage();
  await other.goto(feed.url);
  const written = `localStorage.getItem(Object.keys(localStorage).find((name) => name.startsWith("newfeed.draft.")) ?? "")`;
  await field(one).pressSequentially("One ");
  await eventually(async () => expect(await field(other).inputValue()).toBe("One "));
  await eventually(async () => expect(await keptBy(ann)).toEqual(["One"]), 15_000);
  // Each has something to tell the server of, and is shown at every word.
  for (const word of ["two ", "three ", "four "])
    for (const page of [one, other]) {
      const before = await field(page).inputValue();
      await field(page).press("End");
      await field(page).pressSequentially(word);
      await Promise.all([showAgain(one), showAgain(other)]);
      for (const shown of [one, other]) await eventually(async () => expect(await field(shown).inputValue()).toBe(before + word));
      expect(await page.evaluate(written)).toContain(before + word);
    }
  await eventually(async () => expect(await keptBy(ann)).toEqual(["One two two three three four four"]), 15_000);
  await field(other).press("Control+Enter");
  await post(other, "One two two").waitFor();
  await eventually(async () => expect([await field(one).inputValue(), await field(other).inputValue()]).toEqual(["", ""]));
  await eventually(async () => expect(await keptBy(ann)).toEqual([]), 15_000);
  await showAgain(one);
  expect(await one.evaluate(written)).toBe(null);
  expect(await keptBy(ann)).toEqual([]);
}, 90_000);

test("two devices that change a draft at once leave two drafts, and neither loses a word", async ({ skip }) => {
  stage.need(skip);
  const ann = await feed.person("ann");
  const [one, other] = [await stage.signIn(feed.url, ann, { viewport: desk }), await stage.signIn(feed.url, ann, { viewport: phone })];
  await field(one).fill("A plan");
  await eventually(async () => expect(await keptBy(ann)).toEqual(["A plan"]), 15_000);
  await other.goto(`${feed.url}/unpublished`);
  await other.getByRole("button", { name: "Go on writing" }).click();
  await eventually(async () => expect(await field(other).inputValue()).toBe("A plan"));

  await one.context().setOffline(true);
  await field(one).fill("A plan, made on a train");
  await field(other).fill("A plan, made at home");
  await eventually(async () => expect(await keptBy(ann)).toEqual(["A plan, made at home"]), 15_000);
  await one.context().setOffline(false);
  await eventually(async () => expect((await keptBy(ann)).sort()).toEqual(["A plan, made at home", "A plan, made on a train"]), 30_000);
  expect([await field(one).inputValue(), await field(other).inputValue()]).toEqual(["A plan, made on a train", "A plan, made at home"]);

  // The other one is opened in place of the first, which stays.
  await one.goto(`${feed.url}/unpublished`);
  await one.getByRole("article", { name: "Draft" }).filter({ hasText: "at home" }).getByRole("button", { name: "Go on writing" }).click();
  await eventually(async () => expect(await field(one).inputValue()).toBe("A plan, made at home"));
  expect((await keptBy(ann)).length).toBe(2);
  await one.keyboard.press("Escape");
  await one.getByRole("article", { name: "Draft" }).filter({ hasText: "on a train" }).getByRole("button", { name: "Delete" }).click();
  await one.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await eventually(async () => expect(await keptBy(ann)).toEqual(["A plan, made at home"]));
  await one.getByRole("link", { name: "Home" }).first().click();
  await field(one).fill("");
  await eventually(async () => expect(await keptBy(ann)).toEqual([]), 15_000);
}, 90_000);
