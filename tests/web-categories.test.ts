import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { administratorOf } from "./support/administrator.ts";
import { startTestFeed, type TestFeed } from "./support/feed.ts";
import { look } from "./support/web/look.ts";
import { screens } from "./support/web/places.ts";
import { setStage } from "./support/web/stage.ts";

const stage = setStage();
let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed();
});
afterAll(() => feed.close());

describe.for(screens)("at $width x $height", (viewport) => {
  test("an administrator makes categories, an author chooses one, and readers find what is in it", async ({ skip }) => {
    stage.need(skip);
    const [name, slug] = [`Große Töne ${viewport.width}`, `grosse-tone-${viewport.width}`];
    const administrator = await stage.signIn(feed.url, await administratorOf(feed), { viewport });
    await administrator.goto(`${feed.url}/settings`);
    const settings = administrator.getByRole("region", { name: "Categories" });
    await settings.getByRole("button", { name: "Add a category" }).click();
    const dialog = administrator.getByRole("dialog", { name: "Add a category" });
    await dialog.getByLabel("Name").fill(name);
    expect(await dialog.getByLabel("Address").inputValue()).toBe(slug);
    await dialog.getByRole("button", { name: "Save" }).click();
    await settings.getByText(slug).waitFor();

    const author = await stage.signIn(feed.url, await feed.person("author"), { viewport });
    const form = author.getByRole("form", { name: "Write a post" });
    await form.waitFor();
    const text = form.getByPlaceholder("What's new?");
    await text.fill(`Listen, ${viewport.width}`);
    await form.getByLabel("Category").selectOption(name);
    // It is part of what is kept.
    await author.reload();
    await form.waitFor();
    await text.click();
    await eventually(async () => expect(await form.getByLabel("Category").inputValue()).toBe(slug));
    await look(author, `category-composer-${viewport.width}`);
    await form.getByRole("button", { name: "Post", exact: true }).click();
    const card = author.getByRole("article").filter({ hasText: `Listen, ${viewport.width}` });
    await card.getByRole("link", { name }).waitFor();

    const reader = await stage.visit(`${feed.url}/explore`, { viewport });
    await reader.getByRole("navigation", { name: "Categories" }).getByRole("link", { name }).click();
    await reader.getByRole("heading", { name }).waitFor();
    await reader
      .getByRole("article")
      .filter({ hasText: `Listen, ${viewport.width}` })
      .waitFor();
    await look(reader, `category-page-${viewport.width}`);

    // The author takes it out again.
    await card.getByRole("button", { name: "Options" }).click();
    await author.getByRole("menuitem", { name: "Edit" }).click();
    const editing = author.getByRole("dialog", { name: "Edit your post" });
    await editing.getByLabel("Category").selectOption("No category");
    await editing.getByRole("button", { name: "Save" }).click();
    await card.getByRole("link", { name }).waitFor({ state: "detached" });
    await reader.reload();
    await reader.getByText("No posts yet").waitFor();

    await settings.getByRole("button", { name: `Remove ${name}` }).click();
    await administrator.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
    await settings.getByText(slug).waitFor({ state: "detached" });
    await reader.reload();
    await reader.getByText("This page does not exist").waitFor();
  }, 90_000);
});
