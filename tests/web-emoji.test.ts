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
  test("emoji are found by name and by group, and go where the caret is: in posts, comments and changes; others see them", async ({ skip }) => {
    stage.need(skip);
    const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
    await ann.post(`/api/v1/users/${ben.id}/follow`);
    const anns = await stage.signIn(feed.url, ann, { viewport });
    const text = anns.getByLabel("What's new?");
    await text.fill("Sun and sea");
    await anns.keyboard.press("Home");
    for (let n = 0; n < "Sun".length; n++) await anns.keyboard.press("ArrowRight");
    const form = anns.getByRole("form", { name: "Write a post" });
    await form.getByRole("button", { name: "Add an emoji" }).click();
    const picker = anns.getByRole("dialog", { name: "Add an emoji" });
    await picker.getByRole("button", { name: "grinning face", exact: true }).waitFor();
    await look(anns, `emoji-${viewport.width}`);
    expect(await anns.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(viewport.width);
    // The search has the focus; Enter takes the first that is found.
    await anns.keyboard.type("sun behind cloud");
    await picker.getByRole("button", { name: "sun behind cloud", exact: true }).waitFor();
    await anns.keyboard.press("Enter");
    await picker.waitFor({ state: "detached" });
    expect(await text.inputValue()).toMatch(/^Sun⛅\uFE0F? and sea$/u);
    expect(await anns.evaluate("document.activeElement.tagName")).toBe("TEXTAREA");
    await anns.keyboard.type("!");
    expect(await text.inputValue(), "the caret stands behind it").toMatch(/^Sun⛅\uFE0F?! and sea$/u);

    // What was used lately comes first; arrows lead through a group.
    await form.getByRole("button", { name: "Add an emoji" }).click();
    await picker.getByRole("button", { name: "Used lately", pressed: true }).waitFor();
    await picker.getByRole("button", { name: "Food and drink" }).click();
    await picker.getByRole("button", { name: "grapes", exact: true }).focus();
    await anns.keyboard.press("ArrowRight");
    await anns.keyboard.press("Enter");
    await picker.waitFor({ state: "detached" });
    await form.getByRole("button", { name: "Post", exact: true }).click();
    await post(anns, "🍈").locator("time").waitFor();
    const [{ id, content }] = (await ann.get(`/api/v1/users/${ann.id}/posts`)).body.data;
    expect(content).toMatch(/^Sun⛅\uFE0F?!🍈 and sea$/u);

    const bens = await stage.signIn(feed.url, ben, { viewport });
    await bens.goto(`${feed.url}/posts/${id}`);
    await post(bens, "🍈").first().waitFor();
    const comment = bens.getByRole("form", { name: "Write a comment" });
    await comment.getByRole("button", { name: "Add an emoji" }).click();
    const bensPicker = bens.getByRole("dialog", { name: "Add an emoji" });
    await bensPicker.getByRole("searchbox").fill("no such thing");
    await bensPicker.getByText("No emoji has such a name.").last().waitFor();
    await bensPicker.getByRole("searchbox").fill("red heart");
    await bensPicker.getByRole("button", { name: "red heart", exact: true }).click();
    await look(bens, `emoji-comment-${viewport.width}`);
    await comment.getByRole("button", { name: "Send" }).click();
    await bens.getByRole("article").filter({ hasText: "❤" }).first().waitFor();
    await anns.goto(`${feed.url}/posts/${id}`);
    await anns.getByRole("article").filter({ hasText: "❤" }).first().waitFor();
  }, 120_000);

  test("they have names in German", async ({ skip }) => {
    stage.need(skip);
    const ann = await feed.person("ann");
    await createPost(ann);
    const page = await stage.visit(`${feed.url}/login`, { viewport, locale: "de" });
    await page.getByLabel(/Benutzername/).fill(ann.username);
    await page.getByLabel("Passwort", { exact: true }).fill(ann.password);
    await page.keyboard.press("Enter");
    await page.getByPlaceholder("Was gibt’s Neues?").or(page.getByPlaceholder("Was gibt's Neues?")).fill("Hallo ");
    await page.getByRole("button", { name: "Emoji einfügen" }).click();
    await page.getByRole("dialog").getByRole("searchbox").fill("melone");
    await page.getByRole("button", { name: "Honigmelone", exact: true }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(await page.getByRole("textbox").first().inputValue()).toBe("Hallo 🍈");
  }, 60_000);

  test("a colon and the beginning of a name find emoji, with the keyboard and the pointer, in both languages", async ({ skip }) => {
    stage.need(skip);
    const ann = await feed.person("ann");
    const page = await stage.signIn(feed.url, ann, { viewport });
    const text = page.getByLabel("What's new?");
    const list = page.getByRole("listbox", { name: "Emoji with this name" });
    await text.click();
    await page.getByRole("button", { name: "Add an emoji" }).waitFor();
    await page.keyboard.type("At 10:30 :s");
    expect(await list.count()).toBe(0);
    await page.keyboard.type("mil");
    await list.getByRole("option", { name: "smiling face with hearts" }).waitFor();
    await look(page, `emoji-completion-${viewport.width}`);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(viewport.width);
    await page.keyboard.press("Escape");
    await list.waitFor({ state: "detached" });
    expect(await text.inputValue()).toBe("At 10:30 :smil");
    await page.keyboard.type("ing");
    await list.waitFor();
    const first = await list.getByRole("option", { selected: true }).innerText();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    await list.waitFor({ state: "detached" });
    expect(await text.inputValue()).toBe(`At 10:30 ${first.split(/\s/)[0]} `);
    await page.keyboard.type(":grapes");
    await list.getByRole("option", { name: "grapes" }).click();
    expect(await text.inputValue()).toMatch(/🍇 $/u);
    expect(await page.evaluate("document.activeElement.tagName")).toBe("TEXTAREA");

    // In the form for a comment, where Enter alone sends, and there is room above only.
    const id = await createPost(ann);
    await ann.patch("/api/v1/users/me/preferences", { language: "de" });
    await page.goto(`${feed.url}/posts/${id}`);
    const comment = page.getByRole("textbox", { name: "Kommentar schreiben" });
    await comment.click();
    await page.getByRole("button", { name: "Emoji einfügen" }).waitFor();
    await page.keyboard.type("Gut :traub");
    const german = page.getByRole("listbox", { name: "Emojis mit diesem Namen" });
    await german.getByRole("option", { name: "Trauben" }).waitFor();
    await look(page, `emoji-completion-comment-${viewport.width}`);
    await page.keyboard.press("Enter");
    expect(await comment.inputValue()).toBe("Gut 🍇 ");
    await page.keyboard.press("Enter");
    await page.getByRole("list", { name: "Kommentare" }).getByText("Gut 🍇").waitFor();
  }, 90_000);
});
