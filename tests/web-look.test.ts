import { eventually } from "@newfeed/shared/testing/eventually.ts";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { desk, phone } from "./support/web/places.ts";
import { setStage } from "./support/web/stage.ts";

const stage = setStage();
let feed: TestFeed;
let author: Person;
let stranger: Person;
let reader: Person;
let postId: string;
beforeAll(async () => {
  feed = await startTestFeed({ PORT: String(await freePort()) });
  [author, stranger, reader] = await Promise.all([feed.person("author"), feed.person("stranger"), feed.person("reader")]);
  await reader.post(`/api/v1/users/${author.id}/follow`);
  await stranger.post("/api/v1/posts", { content: "By somebody else", postType: "TEXT" });
  for (let number = 1; number <= 9; number++)
    postId = (await author.post("/api/v1/posts", { content: `Short: https://example.com/${number}`, postType: "TEXT" })).body.id;
  for (const content of ["One", "Two"]) await reader.post(`/api/v1/posts/${postId}/comments`, { content });
  await stranger.post(`/api/v1/posts/${postId}/like`);
});
afterAll(() => feed.close());

const onPhone = { viewport: phone };
const looks = [
  { viewport: desk, atLeast: 6 },
  { ...onPhone, atLeast: 5 },
] as const;
/** What the function below finds in the page. */
declare const getComputedStyle: (element: unknown) => { getPropertyValue(name: string): string };
const style = (element: Locator, name: string): Promise<string> => element.evaluate((one, property) => getComputedStyle(one).getPropertyValue(property), name);
const open = (page: Page, path: string) => page.goto(feed.url + path);

describe.for(looks)("at $viewport.width x $viewport.height", ({ viewport, atLeast }) => {
  test("more than a few short posts are on the screen, each with its counts in words; nothing blurs what scrolls", async ({ skip }) => {
    stage.need(skip);
    const page = await stage.signIn(feed.url, reader, { viewport });
    const cards = page.getByRole("feed").getByRole("article");
    await eventually(async () => expect(await cards.count()).toBeGreaterThan(8));
    const end = viewport.width < 720 ? ((await page.getByRole("navigation", { name: "Main" }).locator(".nav").boundingBox())?.y ?? 0) : viewport.height;
    const boxes = await Promise.all((await cards.all()).map((card) => card.boundingBox()));
    expect(boxes.filter((box) => box && box.y + box.height <= end).length).toBeGreaterThanOrEqual(atLeast);
    const footer = (number: number) => cards.filter({ hasText: `example.com/${number}` }).locator(".post-card__foot");
    await eventually(async () => expect(await footer(9).innerText()).toMatch(/1 like\s+2 comments/));
    expect(await footer(8).innerText()).toMatch(/Like\s+Comment/);
    expect(await page.evaluate("[...document.querySelectorAll('*')].filter((one) => getComputedStyle(one).backdropFilter !== 'none').length")).toBe(0);
  }, 60_000);

  test("links are regular and underlined on hover; a name stands once; a post is written from anywhere", async ({ skip }) => {
    stage.need(skip);
    const page = await stage.signIn(feed.url, reader, { viewport });
    await open(page, `/posts/${postId}`);
    const link = page.getByRole("article").getByRole("link", { name: "example.com/9" });
    await link.waitFor();
    expect([await style(link, "font-weight"), await style(link, "text-decoration-line")]).toEqual(["400", "none"]);
    await link.hover();
    expect(await style(link, "text-decoration-line")).toBe("underline");
    expect(await page.getByRole("heading", { level: 1, name: "Post by author Tester" }).innerText()).toMatch(/^Post\b/);

    await open(page, `/@${author.username}`);
    await page.getByRole("heading", { level: 1, name: "author Tester" }).waitFor();
    const profile = page.getByRole("region", { name: "Profile" });
    expect(await profile.locator("bdi").filter({ hasText: "author Tester" }).count()).toBe(1);
    expect(await page.locator(".page-head").count()).toBe(0);

    await open(page, "/notifications");
    await page.getByRole("button", { name: "New post" }).click();
    const dialog = page.getByRole("dialog", { name: "New post" });
    await dialog.getByLabel("What's new?").fill(`From anywhere, ${viewport.width}`);
    await dialog.getByRole("button", { name: "Post", exact: true }).click();
    await dialog.waitFor({ state: "hidden" });
    await page.getByText("Your post is published.").waitFor();
    await eventually(async () => expect((await reader.get(`/api/v1/users/${reader.id}/posts`)).body.data[0].content).toBe(`From anywhere, ${viewport.width}`));
  }, 60_000);
});

test("each colour has one meaning, in both schemes, and what destroys looks so", async ({ skip }) => {
  stage.need(skip);
  for (const colorScheme of ["light", "dark"] as const) {
    const page = await stage.signIn(feed.url, reader, { colorScheme });
    await open(page, "/settings");
    const colours: number[][] = await page.evaluate(`["accent", "danger", "unread"].map((name) => {
      const one = document.body.appendChild(document.createElement("i"));
      one.style.color = "var(--" + name + ")";
      return getComputedStyle(one).color.match(/[\\d.]+/g).slice(0, 3).map(Number);
    })`);
    for (const [index, one] of colours.entries())
      for (const other of colours.slice(index + 1)) expect(Math.hypot(...one.map((value, channel) => value - (other[channel] ?? 0)))).toBeGreaterThan(60);
    const leave = page.getByRole("button", { name: "Delete my account" });
    const danger = `rgb(${colours[1]?.join(", ")})`;
    expect([await style(leave, "color"), await style(leave, "border-top-color")]).toEqual([danger, danger]);
    await leave.click();
    await eventually(async () =>
      expect(await style(page.getByRole("dialog").getByRole("button", { name: "Delete account" }), "background-color")).toBe(danger),
    );
  }
}, 60_000);

test("beside the page are people whom the reader does not follow; below it, icons have labels", async ({ skip }) => {
  stage.need(skip);
  const wide = await stage.signIn(feed.url, reader, { viewport: { width: 1440, height: 900 } });
  const beside = wide.getByRole("complementary", { name: "People" });
  await beside.getByRole("link", { name: "stranger Tester" }).waitFor();
  expect(await beside.getByRole("link", { name: "author Tester" }).count()).toBe(0);
  await beside.getByRole("button", { name: "Follow stranger Tester" }).click();
  await beside.getByRole("button", { name: "Following stranger Tester" }).waitFor();
  await beside.getByRole("button", { name: "Following stranger Tester" }).click();
  await beside.getByRole("button", { name: "Follow stranger Tester" }).waitFor();

  const narrow = await stage.signIn(feed.url, reader, onPhone);
  for (const name of ["Home", "Explore", "Search", "Notifications", "Profile"]) {
    const label = narrow.getByRole("navigation", { name: "Main" }).getByText(name, { exact: true });
    const box = await label.boundingBox();
    expect(box && box.width > 20 && box.height > 8 && box.y > 780, name).toBe(true);
  }
}, 60_000);

test("a video has its shape and its poster before it is played", async ({ skip }) => {
  stage.need(skip);
  const page = await stage.visit("about:blank", onPhone);
  const video = { id: postId, kind: "video", url: "/media/none.mp4", thumbnailUrl: "/favicon.svg", width: 720, height: 1280, duration: 3, blurhash: null };
  await page.route(`**/api/v1/posts/${postId}`, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), media: [video] } });
  });
  await open(page, `/posts/${postId}`);
  const shown = page.locator("video");
  await shown.waitFor();
  const { width = 0, height = 1 } = (await shown.boundingBox()) ?? {};
  expect(width / height).toBeCloseTo(720 / 1280, 1);
  expect(height).toBeLessThan(0.75 * 844);
  expect([await shown.getAttribute("poster"), await shown.getAttribute("preload")]).toEqual(["/favicon.svg", "none"]);
}, 60_000);
