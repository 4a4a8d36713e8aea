import { eventually } from "@newfeed/shared/testing/eventually.ts";
import type { Locator, Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { twoHalves } from "./support/pictures.ts";
import { bytesOf, sendImage } from "./support/uploads.ts";
import { post, write } from "./support/web/posts.ts";
import { setStage } from "./support/web/stage.ts";

const stage = setStage();
let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed({ PORT: String(await freePort()) });
});
afterAll(() => feed.close());

test("a user chooses what is shown of a picture, and others see it beside the name", async ({ skip }) => {
  stage.need(skip);
  const [ada, bob] = [await feed.person("ada"), await feed.person("bob")];
  const postId = await write(ada, "Here I am");
  for (const [person, content] of [
    [bob, "There you are"],
    [ada, "At last"],
  ] as const)
    await person.post(`/api/v1/posts/${postId}/comments`, { content });
  await ada.post(`/api/v1/users/${bob.id}/follow`);
  const faces = (page: Page, within: string) => page.locator(`${within} .avatar__picture`);
  const avatarOf = async (person: Person): Promise<string | null> => (await person.get("/api/v1/users/me")).body.avatarUrl;

  const page = await stage.signIn(feed.url, ada);
  await page.goto(`${feed.url}/@${ada.username}`);
  await page.getByRole("button", { name: "Edit profile" }).click();
  const dialog = page.getByRole("dialog", { name: "Edit your profile" });
  const choose = dialog.getByLabel("Choose a picture");
  await choose.setInputFiles({ name: "page.png", mimeType: "image/png", buffer: Buffer.from("<html>") });
  await dialog.getByRole("alert").getByText("cannot be read").waitFor();
  await choose.setInputFiles({ name: "halves.png", mimeType: "image/png", buffer: await twoHalves(800, 400).png().toBuffer() });
  // With the keyboard alone, from the red half to the blue one.
  await dialog.getByRole("application").focus();
  for (let times = 0; times < 12; times++) await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Tab");
  await page.keyboard.press("ArrowRight");
  const halves = { name: "halves.png", mimeType: "image/png", buffer: await twoHalves(900, 900).png().toBuffer() };
  await dialog.getByLabel("Choose a header").setInputFiles(halves);
  await dialog.getByRole("application").nth(1).waitFor();
  await dialog.getByRole("button", { name: "Save" }).click();
  await faces(page, ".profile").waitFor();
  await page.locator(".profile > .profile-header").waitFor();
  const url = await avatarOf(ada);
  const { dominant } = await sharp(await bytesOf(feed, url ?? "")).stats();
  expect(dominant.b).toBeGreaterThan(200);
  expect(dominant.r).toBeLessThan(60);
  // On the page that is open, too: beside the name, where the page is wide enough for it, and in the post from before.
  const isWide = await page.locator(".rail").isVisible();
  for (const place of [...(isWide ? [".rail"] : []), ".post-card"]) await faces(page, place).first().waitFor();

  const comments = async () => (await bob.get(`/api/v1/posts/${postId}/comments`)).body.data as { author: { id: string; avatarUrl: string | null } }[];
  await eventually(async () => expect((await comments()).find(({ author }) => author.id === ada.id)?.author.avatarUrl).toBe(url));
  await eventually(async () => expect((await bob.get(`/api/v1/posts/${postId}`)).body.author.avatarUrl).toBe(url));
  await eventually(async () => expect((await bob.get("/api/v1/notifications")).body.data.length).toBeGreaterThan(0));
  const small = await stage.signIn(feed.url, bob, { viewport: { width: 390, height: 800 } });
  const isLoaded = (picture: Locator) =>
    eventually(async () => expect(await picture.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth)).toBeGreaterThan(0));
  for (const [path, place] of [
    [`/posts/${postId}`, ".post-card"],
    [`/posts/${postId}`, ".comment__body"],
    ["/notifications", ".notification"],
    [`/search?q=${ada.username}`, ".user-row"],
    [`/@${ada.username}`, ".profile"],
  ] as const) {
    await small.goto(feed.url + path);
    const face = faces(small, place).first();
    await face.waitFor();
    await isLoaded(face);
  }
  await isLoaded(small.locator(".profile-header"));

  await page.getByRole("button", { name: "Edit profile" }).click();
  await dialog.getByRole("button", { name: "Remove the picture" }).click();
  await dialog.getByRole("button", { name: "Remove the header" }).click();
  await dialog.getByRole("button", { name: "Save" }).click();
  await eventually(async () => expect(await page.locator(".avatar__picture").count()).toBe(0));
  expect(await page.locator(".profile-header").count()).toBe(0);
  expect((await ada.get("/api/v1/users/me")).body).toMatchObject({ avatarUrl: null, headerUrl: null });
}, 120_000);

test("a reader looks at pictures over the whole window: by keyboard, by swipe, enlarged, and back at their place", async ({ skip }) => {
  stage.need(skip);
  const [eve, fred] = [await feed.person("eve"), await feed.person("fred")];
  const picture = async (width: number, height: number) => (await sendImage(eve, await twoHalves(width, height).png().toBuffer())).body.id;
  const mediaIds = [await picture(300, 200), await picture(200, 300), await picture(100, 100)];
  const { id } = (await eve.post("/api/v1/posts", { content: "Three", postType: "IMAGE", mediaIds })).body;
  const tall = (await eve.post("/api/v1/posts", { content: "Tall", postType: "IMAGE", mediaIds: [await picture(200, 360)] })).body.id;

  const page = await stage.signIn(feed.url, fred);
  await page.goto(`${feed.url}/@${eve.username}`);
  const second = post(page, "Three").getByRole("button", { name: "Picture 2 of 3" });
  await second.focus();
  await page.keyboard.press("Enter");
  const lightbox = page.getByRole("dialog", { name: "Pictures" });
  await lightbox.getByText("2 of 3").waitFor();
  for (const [key, place] of [
    ["ArrowRight", "3 of 3"],
    ["ArrowRight", "3 of 3"],
    ["ArrowLeft", "2 of 3"],
  ] as const) {
    await page.keyboard.press(key);
    await lightbox.getByText(place).waitFor();
  }
  const image = lightbox.getByRole("img", { name: "Picture 2 of 3" });
  const widthOf = async () => (await image.boundingBox())?.width ?? 0;
  const before = await widthOf();
  await page.keyboard.press("+");
  await eventually(async () => expect(await widthOf()).toBeCloseTo(before * 1.5, 0));
  const left = async () => (await image.boundingBox())?.x ?? 0;
  const at = await left();
  await page.keyboard.press("ArrowRight");
  await eventually(async () => expect(await left()).toBeLessThan(at));
  await lightbox.getByText("2 of 3").waitFor();
  // The focus stays within.
  for (let times = 0; times < 8; times++) await page.keyboard.press("Tab");
  await eventually(async () => expect(await page.evaluate("document.activeElement.closest('[role=dialog]') !== null")).toBe(true));
  await page.keyboard.press("Escape");
  await lightbox.waitFor({ state: "detached" });
  await eventually(async () =>
    expect(await second.evaluate((element) => (element as unknown as { matches(selector: string): boolean }).matches(":focus"))).toBe(true),
  );
  expect(new URL(page.url()).pathname).toBe(`/@${eve.username}`);

  const small = await stage.signIn(feed.url, fred, { viewport: { width: 390, height: 800 }, hasTouch: true });
  await small.goto(`${feed.url}/posts/${id}`);
  await post(small, "Three").getByRole("button", { name: "Picture 1 of 3" }).click();
  const over = small.getByRole("dialog", { name: "Pictures" });
  await over.getByText("1 of 3").waitFor();
  const drag = async (from: number, to: number) => {
    await small.mouse.move(from, 400);
    await small.mouse.down();
    await small.mouse.move(to, 410, { steps: 3 });
    await small.mouse.up();
  };
  await drag(300, 100);
  await over.getByText("2 of 3").waitFor();
  await drag(100, 300);
  await over.getByText("1 of 3").waitFor();
  await over.getByRole("button", { name: "Close" }).click();
  await over.waitFor({ state: "detached" });
  expect(new URL(small.url()).pathname).toBe(`/posts/${id}`);
  await small.goto(`${feed.url}/posts/${tall}`);
  const whole = await post(small, "Tall").getByRole("button", { name: "Picture posted by" }).boundingBox();
  expect((whole?.width ?? 0) / (whole?.height ?? 1)).toBeCloseTo(200 / 360, 1);
}, 120_000);

test("pictures dropped on the composer show their progress and can be removed", async ({ skip }) => {
  stage.need(skip);
  const page = await stage.signIn(feed.url, await feed.person("dropper"));
  const bytes = (await twoHalves(1_600, 1_200).png().toBuffer()).toString("base64");
  const drop = (name: string, type: string) =>
    page.evaluate(`(() => {
      const bytes = Uint8Array.from(atob("${bytes}"), (letter) => letter.charCodeAt(0));
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([bytes], "${name}", { type: "${type}" }));
      document.querySelector(".composer").dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
    })()`);
  const client = await page.context().newCDPSession(page);
  await client.send("Network.emulateNetworkConditions", { offline: false, latency: 100, downloadThroughput: -1, uploadThroughput: 500 });
  await drop("halves.png", "image/png");
  await page.getByRole("progressbar", { name: "Uploading halves.png" }).waitFor();
  await page.getByRole("button", { name: "Uploading…" }).waitFor();
  await client.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
  await page.getByRole("button", { name: "Post", exact: true }).waitFor();
  await page.getByRole("button", { name: "Remove halves.png" }).click();
  expect(await page.getByRole("img", { name: "halves.png" }).count()).toBe(0);
  await drop("page.html", "text/html");
  await page.getByRole("alert").getByText("Only pictures").waitFor();
}, 120_000);
