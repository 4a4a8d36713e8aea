import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { pdf } from "./support/uploads.ts";
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
  test("a document is attached, shown with its name and size, and downloaded; one that is sensitive is asked for", async ({ skip }) => {
    stage.need(skip);
    const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
    const page = await stage.signIn(feed.url, ann, { viewport });
    if (viewport === phone) await page.getByRole("button", { name: "New post" }).click();
    const composer = (viewport === phone ? page.getByRole("dialog", { name: "New post" }) : page).getByRole("form", { name: "Write a post" });
    await composer.getByRole("textbox", { name: "What's new?" }).fill(`The minutes ${viewport.width}`);
    const file = { name: "Minutes of May.pdf", mimeType: "application/pdf", buffer: pdf("x".repeat(1_234_000)) };
    await composer.getByLabel("Add pictures, videos or documents").first().setInputFiles(file);
    await composer.getByRole("list", { name: "Attached files" }).getByText("Minutes of May.pdf").waitFor();
    await composer.getByRole("progressbar").waitFor({ state: "detached" });
    // Nothing asks to describe what has a name.
    expect(await composer.getByText("Describe your pictures").count()).toBe(0);
    await look(page, `document-composer-${viewport.width}`);
    await composer.getByRole("button", { name: "Post", exact: true }).click();
    const download = post(page, `The minutes ${viewport.width}`).getByRole("link", { name: "Minutes of May.pdf" });
    await download.getByText("PDF · 1.2 MB").waitFor();
    await look(page, `document-${viewport.width}`);
    const [saved] = await Promise.all([page.waitForEvent("download"), download.click()]);
    expect(saved.suggestedFilename()).toBe("Minutes of May.pdf");
    // The page is still there.
    await download.waitFor();

    const { body } = await ben.post("/api/media/upload/document", formOf("Secret.pdf"));
    const hidden = { content: `Hidden ${viewport.width}`, postType: "TEXT", mediaIds: [body.id], sensitive: true };
    const { id } = (await ben.post("/api/v1/posts", hidden)).body;
    await page.goto(`${feed.url}/posts/${id}`);
    const card = post(page, `Hidden ${viewport.width}`);
    await card.getByRole("button", { name: /^Sensitive media/ }).click();
    await card.getByRole("link", { name: "Secret.pdf" }).waitFor();
  });
});

function formOf(name: string): FormData {
  const form = new FormData();
  form.set("document", new Blob([new Uint8Array(pdf())], { type: "application/pdf" }), name);
  return form;
}
