import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPost } from "./support/comments.ts";
import { startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { look } from "./support/web/look.ts";
import { screens } from "./support/web/places.ts";
import { post } from "./support/web/posts.ts";
import { setStage } from "./support/web/stage.ts";

const stage = setStage();
let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed({ PORT: String(await freePort()) });
});
afterAll(() => feed.close());

describe.for(screens)("$width wide", (viewport) => {
  test("one asks, others vote once, and all see the result move, until the end", async ({ skip }) => {
    stage.need(skip);
    const [ann, ben, cem] = [await feed.person("ann"), await feed.person("ben"), await feed.person("cem")];
    for (const reader of [ben, cem]) await reader.post(`/api/v1/users/${ann.id}/follow`);
    const anns = await stage.signIn(feed.url, ann, { viewport });
    await anns.getByLabel("What's new?").fill("What do you drink?");
    await anns.getByRole("button", { name: "More", exact: true }).click();
    await anns.getByRole("menuitem", { name: "Add a poll" }).click();
    const fields = anns.getByRole("group", { name: "Poll" });
    await fields.getByRole("textbox", { name: "Option 1" }).waitFor();
    // The first field has the focus; Enter leads on, and adds one more behind the last.
    await fields.locator("input:focus").waitFor();
    await anns.keyboard.type("Tea");
    await anns.keyboard.press("Enter");
    await anns.keyboard.type("tea");
    await anns.getByRole("form", { name: "Write a post" }).getByRole("button", { name: "Post", exact: true }).click({ force: true });
    await anns.getByText("A poll needs two options at least").waitFor();
    await fields.getByRole("textbox", { name: "Option 2" }).fill("Coffee, with as much milk as there is in the house, and sugar");
    await anns.keyboard.press("Enter");
    await anns.keyboard.type("Water");
    await fields.getByLabel("Duration").selectOption("3 days");
    await look(anns, `poll-composer-${viewport.width}`);
    expect(await anns.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(viewport.width);
    await anns.reload();
    expect(await fields.getByRole("textbox", { name: "Option 3" }).inputValue(), "the draft keeps it").toBe("Water");
    await anns.getByRole("form", { name: "Write a post" }).getByRole("button", { name: "Post", exact: true }).click();
    const annsCard = post(anns, "What do you drink?");
    await annsCard.getByRole("group", { name: "Poll" }).waitFor();
    expect(await anns.getByRole("textbox", { name: "Option 1" }).count(), "the form is empty again").toBe(0);
    const [{ id, poll }] = (await ann.get(`/api/v1/users/${ann.id}/posts`)).body.data;
    expect(poll).toMatchObject({ duration: 259_200, options: [{ text: "Tea" }, {}, { text: "Water" }] });

    const bens = await stage.signIn(feed.url, ben, { viewport });
    const card = post(bens, "What do you drink?");
    await card.getByRole("radio", { name: "Tea" }).waitFor();
    await look(bens, `poll-${viewport.width}`);
    await card.getByRole("button", { name: "Vote" }).click({ force: true });
    await card.getByText("Choose an option first.").waitFor();
    await card.getByRole("button", { name: "Show the result" }).click();
    await card.getByRole("list", { name: "Result of the poll" }).waitFor();
    await card.getByRole("button", { name: "Back to the options" }).click();
    // With the keyboard.
    await card.getByRole("radio", { name: "Tea" }).focus();
    await bens.keyboard.press("ArrowDown");
    await bens.keyboard.press("Enter");
    const result = card.getByRole("list", { name: "Result of the poll" });
    await result.getByRole("listitem").filter({ hasText: "Coffee" }).getByText("100%").waitFor();
    expect(await result.getByRole("listitem").filter({ hasText: "your vote" }).innerText()).toContain("Coffee");
    expect(await card.getByRole("radio").count()).toBe(0);
    expect(new URL(bens.url()).pathname, "voting opens nothing").toBe("/");
    expect(await bens.evaluate("document.activeElement.getAttribute('aria-label')")).toBe("Result of the poll");

    // Ben and Ann see what Cem does.
    await annsCard.getByRole("button", { name: "Show the result" }).click();
    await eventually(async () => {
      await cem.post(`/api/v1/posts/${id}/poll/votes`, { option: 0 });
      for (const page of [annsCard, card]) await page.getByText("2 votes ·").waitFor({ timeout: 2_000 });
    }, 30_000);
    for (const page of [annsCard, card]) await page.getByRole("listitem").filter({ hasText: "Tea" }).getByText("50%").waitFor();
    await look(bens, `poll-result-${viewport.width}`);

    const { query } = await feed.platform.openDatabase("post-service");
    await query("UPDATE post SET poll_ends_at = clock_timestamp() + interval '1 second' WHERE id = $1", [id]);
    const visitors = await stage.visit(`${feed.url}/posts/${id}`, { viewport });
    const seen = post(visitors, "What do you drink?");
    await seen.getByText(/2 votes · ended/).waitFor();
    expect(await seen.getByRole("button", { name: "Vote" }).count()).toBe(0);
    await look(visitors, `poll-ended-${viewport.width}`);
  }, 120_000);

  test("its author changes a poll until there is a vote, and then sees that it stays", async ({ skip }) => {
    stage.need(skip);
    const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
    const id = await createPost(ann, { content: "Where?", poll: { options: ["Here", "Ther"], duration: 7_200 } });
    const [anns, bens] = [await stage.signIn(feed.url, ann, { viewport }), await stage.signIn(feed.url, ben, { viewport })];
    for (const page of [anns, bens]) await page.goto(`${feed.url}/posts/${id}`);
    const edit = async () => {
      await anns.getByRole("button", { name: "Post options" }).click();
      await anns.getByRole("menuitem", { name: "Edit" }).click();
      return anns.getByRole("dialog", { name: "Edit your post" });
    };
    let dialog = await edit();
    await dialog.getByRole("textbox", { name: "Option 2" }).fill("There");
    await dialog.getByText("its time begins again").waitFor();
    await look(anns, `poll-edit-${viewport.width}`);
    await anns.reload();
    dialog = await edit();
    expect(await dialog.getByRole("textbox", { name: "Option 2" }).inputValue(), "the draft keeps it").toBe("There");
    await dialog.getByRole("button", { name: "Save" }).click();
    await bens.getByRole("radio", { name: "There", exact: true }).waitFor();
    expect((await ann.get(`/api/v1/posts/${id}`)).body.poll).toMatchObject({ duration: 7_200, options: [{ text: "Here" }, { text: "There" }] });
    // Taken away, and another one in its place.
    dialog = await edit();
    await dialog.getByRole("button", { name: "Remove the poll" }).click();
    await dialog.getByRole("button", { name: "Save" }).click();
    await bens.getByRole("radio").first().waitFor({ state: "detached" });
    dialog = await edit();
    await dialog.getByRole("button", { name: "Add a poll" }).click();
    await dialog.getByRole("textbox", { name: "Option 1" }).fill("Up");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByText("A poll needs two options at least").waitFor();
    await dialog.getByRole("textbox", { name: "Option 2" }).fill("Down");
    await dialog.getByRole("button", { name: "Save" }).click();
    await bens.getByRole("radio", { name: "Up" }).check();
    await bens.getByRole("button", { name: "Vote" }).click();
    await anns.getByText("1 vote ·").waitFor();
    dialog = await edit();
    await dialog.getByText("The poll has votes, so it stays as it is.").waitFor();
    expect(await dialog.getByRole("textbox", { name: "Option 1" }).count()).toBe(0);
    await look(anns, `poll-stays-${viewport.width}`);
    await dialog.getByRole("textbox", { name: "Text" }).fill("Where to?");
    await dialog.getByRole("button", { name: "Save" }).click();
    await bens.getByText("Where to?").waitFor();
  }, 60_000);

  test("a quoted poll shows its options, then its result as it moves, and leads to where votes are made", async ({ skip }) => {
    stage.need(skip);
    const [ann, ben, cem] = [await feed.person("ann"), await feed.person("ben"), await feed.person("cem")];
    const poll = { options: ["By boat", "On foot, along the whole of the harbour and back again over the bridge"], duration: 3_600 };
    const id = await createPost(ann, { content: "How do we go?", poll });
    const quote = await createPost(ben, { content: "Decide, please", quotedPostId: id });
    const page = await stage.signIn(feed.url, cem, { viewport });
    await page.goto(`${feed.url}/posts/${quote}`);
    const card = post(page, "Decide, please").getByRole("link", { name: /^Quoted post: .*How do we go/ });
    await card.getByRole("listitem").filter({ hasText: "By boat" }).waitFor();
    expect(await card.getByText("%").count()).toBe(0);
    expect(await page.getByRole("radio").count()).toBe(0);
    await look(page, `quoted-poll-${viewport.width}`);
    await card.click();
    await page.waitForURL(`${feed.url}/posts/${id}`);
    await page.getByRole("radio", { name: "By boat" }).check();
    await page.getByRole("button", { name: "Vote" }).click();
    await page.getByRole("list", { name: "Result of the poll" }).waitFor();
    await page.goto(`${feed.url}/posts/${quote}`);
    await card.getByText("1 vote ·").waitFor();
    await card.getByRole("listitem").filter({ hasText: "your vote" }).getByText("100%").waitFor();
    await look(page, `quoted-poll-result-${viewport.width}`);
    let votes = 1;
    await eventually(async () => {
      // The card follows the post once it has been on the screen for a moment: until then, more people vote.
      await (await feed.person("voter")).post(`/api/v1/posts/${id}/poll/votes`, { option: 1 });
      await card.getByText(`${++votes} votes ·`).waitFor({ timeout: 2_000 });
    }, 30_000);
    await ann.delete(`/api/v1/posts/${id}`);
    await page.getByText("This post is no longer available.").waitFor();
  }, 60_000);

  test("a visitor is asked to sign in, and a poll behind a warning waits behind it; in German, too", async ({ skip }) => {
    stage.need(skip);
    const ann = await feed.person("ann");
    const poll = { options: ["Ja", "Nein"], duration: 3_600 };
    const [open, warned] = [
      await createPost(ann, { content: "Ist es spät?", poll }),
      await createPost(ann, { content: "Wer war es?", poll, contentWarning: "Ende des Buchs" }),
    ];
    const page = await stage.visit(`${feed.url}/posts/${warned}`, { viewport, locale: "de" });
    await page.getByText("Ende des Buchs").waitFor();
    expect(await page.getByRole("radio").count()).toBe(0);
    await page.goto(`${feed.url}/posts/${open}`);
    await page.getByRole("radio", { name: "Ja" }).check();
    await look(page, `poll-german-${viewport.width}`);
    await page.getByRole("button", { name: "Abstimmen" }).click();
    await page.waitForURL(/\/login/);
  }, 60_000);
});
