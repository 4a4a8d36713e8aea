import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { twoHalves } from "./support/pictures.ts";
import { look } from "./support/web/look.ts";
import { phone, screens } from "./support/web/places.ts";
import { post } from "./support/web/posts.ts";
import { setStage } from "./support/web/stage.ts";

const stage = setStage();
let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed({ PORT: String(await freePort()) });
});
afterAll(() => feed.close());

describe.for(screens)("$width wide", (viewport) => {
  test("an author describes a picture, covers it and warns of it; readers ask for what they want to see", async ({ skip }) => {
    stage.need(skip);
    const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
    const page = await stage.signIn(feed.url, ann, { viewport });
    const written = page.getByRole("dialog", { name: "New post" });
    if (viewport === phone) await page.getByRole("button", { name: "New post" }).click();
    const composer = (viewport === phone ? written : page).getByRole("form", { name: "Write a post" });
    await composer.getByRole("textbox", { name: "What's new?" }).fill("It was the butler");
    await composer
      .getByLabel("Add pictures, videos or documents")
      .first()
      .setInputFiles({ name: "halves.png", mimeType: "image/png", buffer: await twoHalves(600, 400).png().toBuffer() });
    await composer.getByText("Describe your pictures").waitFor();
    await composer.getByRole("button", { name: "Describe halves.png" }).click();
    const dialog = page.getByRole("dialog", { name: "Describe halves.png" });
    await dialog.getByLabel("Alt text").fill("A red half and a blue half");
    await look(page, `describe-${viewport.width}`);
    await dialog.getByRole("button", { name: "Save" }).click();
    await composer.getByRole("img", { name: "A red half and a blue half" }).waitFor();
    await composer.getByText("Describe your pictures").waitFor({ state: "detached" });
    await composer.getByRole("button", { name: "Sensitive media" }).click();
    await composer.getByRole("button", { name: "Add a content warning" }).click();
    // The field has the focus.
    await page.keyboard.type("Spoilers");
    await look(page, `composer-${viewport.width}`);
    expect(await composer.evaluate((form) => (form as unknown as { scrollWidth: number; clientWidth: number }).scrollWidth)).toBeLessThanOrEqual(
      Math.ceil((await composer.boundingBox())?.width ?? 0),
    );
    await composer.getByRole("button", { name: "Post", exact: true }).click();
    const idOf = async () => (await ben.get(`/api/v1/users/${ann.id}/posts`)).body.data[0]?.id as string | undefined;
    await eventually(async () => expect(await idOf()).toBeDefined());
    const id = await idOf();
    expect((await ben.get(`/api/v1/posts/${id}`)).body).toMatchObject({
      ...{ sensitive: true, contentWarning: "Spoilers" },
      media: [{ alt: "A red half and a blue half" }],
    });

    const requested: string[] = [];
    const reader = await stage.signIn(feed.url, ben, { viewport });
    reader.on("request", (request) => requested.push(request.url()));
    await reader.goto(`${feed.url}/posts/${id}`);
    const card = post(reader, "Spoilers").first();
    await card.waitFor();
    await look(reader, `warned-${viewport.width}`);
    expect(await card.textContent()).not.toContain("butler");
    await card.getByRole("button", { name: "Show" }).click();
    await card.getByText("It was the butler").waitFor();
    const cover = card.getByRole("button", { name: "Sensitive media" });
    await cover.waitFor();
    await look(reader, `covered-${viewport.width}`);
    // What is covered is not even loaded.
    expect(await card.locator("img[src*='/media/']:not(.avatar__picture)").count()).toBe(0);
    expect(requested.filter((url) => new URL(url).pathname.startsWith("/media/"))).toEqual([]);
    await cover.click();
    await card.getByRole("button", { name: "A red half and a blue half" }).click();
    const lightbox = reader.getByRole("dialog", { name: "Pictures" });
    await lightbox.getByText("A red half and a blue half").waitFor();
    await look(reader, `lightbox-${viewport.width}`);
    await reader.keyboard.press("Escape");
    await lightbox.waitFor({ state: "detached" });
    await look(reader, `uncovered-${viewport.width}`);
    await card.getByRole("button", { name: "Hide" }).last().click();
    await cover.waitFor();
    await card.getByRole("button", { name: "Hide" }).first().click();
    await card.getByText("It was the butler").waitFor({ state: "detached" });

    // The author takes the warning back and says it in other words; the reader sees it at once.
    await page.goto(`${feed.url}/posts/${id}`);
    await page.getByRole("article").first().getByRole("button", { name: "Post options" }).click();
    await page.getByRole("menuitem", { name: "Edit" }).click();
    const edit = page.getByRole("dialog", { name: "Edit your post" });
    await edit.getByLabel("Alt text").fill("Red beside blue");
    await look(page, `edit-${viewport.width}`);
    await edit.getByLabel("Content warning").fill("");
    await edit.getByLabel("Sensitive media").uncheck();
    await edit.getByRole("button", { name: "Save" }).click();
    await edit.waitFor({ state: "detached" });
    await post(reader, "It was the butler").first().getByRole("button", { name: "Red beside blue" }).waitFor();
  }, 120_000);

  test("a search finds a post behind its warning", async ({ skip }) => {
    stage.need(skip);
    const [eve, fred] = [await feed.person("eve"), await feed.person("fred")];
    const word = `gardener${viewport.width}`;
    await eve.post("/api/v1/posts", { content: `It was the ${word}`, postType: "TEXT", contentWarning: "Spoilers of a film" });
    await eventually(async () => expect((await fred.get(`/api/v1/search?q=${word}&type=posts`)).body.posts.data).toHaveLength(1));
    const page = await stage.signIn(feed.url, fred, { viewport });
    await page.goto(`${feed.url}/search?type=posts&q=${word}`);
    const card = post(page, "Spoilers of a film");
    await card.waitFor();
    expect(await card.textContent()).not.toContain(word);
    await card.getByRole("button", { name: "Show" }).click();
    await card.getByText(word).waitFor();
  }, 120_000);
});
