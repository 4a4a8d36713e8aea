import { eventually } from "@newfeed/shared/testing/eventually.ts";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createPost } from "./support/comments.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { look } from "./support/web/look.ts";
import { desk, phone } from "./support/web/places.ts";
import { post } from "./support/web/posts.ts";
import { setStage } from "./support/web/stage.ts";

const stage = setStage();
let feed: TestFeed;
let ann: Person;
beforeAll(async () => {
  feed = await startTestFeed({ PORT: String(await freePort()) });
  ann = await feed.person("ann");
  await ann.patch("/api/v1/users/me", { bio: "Paints boats, and the sea in all weathers." });
});
afterAll(() => feed.close());

const cardOf = (page: Page) => page.getByRole("dialog", { name: "About ann Tester" });
/** Names of the profiles that the page has fetched. */
function fetchedBy(page: Page): string[] {
  const names: string[] = [];
  page.on("request", (request) => {
    const name = /\/users\/by-username\/([^/?]+)/.exec(request.url())?.[1];
    if (name) names.push(name);
  });
  return names;
}
/** Opens the page, and waits until links are followed: that begins once it has nothing else to do. A link to `asker` shows it. */
async function open(page: Page, asker: Person): Promise<void> {
  await page.goto(`${feed.url}/explore`);
  await post(page, "The harbour at dawn").first().waitFor();
  const isFollowed = `(() => {
    const link = Object.assign(document.createElement("a"), { href: "/@${asker.username}" });
    document.querySelector("main").append(link);
    const isLeft = link.dispatchEvent(new PointerEvent("contextmenu", { bubbles: true, cancelable: true, pointerType: "touch" }));
    document.body.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true, pointerType: "mouse" }));
    link.remove();
    return !isLeft;
  })()`;
  await eventually(async () => expect(await page.evaluate(isFollowed)).toBe(true), 20_000);
}

test("with a pointer that rests on a link, a card shows the user, until the pointer leaves it", async ({ skip }) => {
  stage.need(skip);
  const [ben, cem, dan] = [await feed.person("ben"), await feed.person("cem"), await feed.person("dan")];
  for (const passed of [cem, dan]) await createPost(passed);
  await createPost(ann, { content: "The harbour at dawn" });
  // Too narrow for what stands beside the page, which fetches profiles, too.
  const page = await stage.signIn(feed.url, ben, { viewport: { ...desk, width: 700 } });
  await open(page, ben);
  const fetched = fetchedBy(page);
  const author = post(page, "The harbour at dawn")
    .first()
    .getByRole("link", { name: /ann Tester/ })
    .first();
  // What the pointer only passes, or the page scrolls away from, is not fetched.
  await page.evaluate(`(() => {
    const move = (target, n) => target.dispatchEvent(new PointerEvent("pointermove", { bubbles: true, pointerType: "mouse", clientX: n, clientY: n }));
    [...document.querySelectorAll("article a[href^='/@cem'], article a[href^='/@dan']")].forEach(move);
    document.dispatchEvent(new Event("scroll"));
    move(document.querySelector("article a[href^='/@dan']"), 900);
    move(document.body, 901);
  })()`);
  const { x = 0, y = 0 } = (await author.boundingBox()) ?? {};
  await page.mouse.move(x + 20, y + 5);
  await page.mouse.move(x + 24, y + 8);
  const card = cardOf(page);
  await card.getByText("Paints boats").waitFor();
  expect(fetched).toEqual([ann.username]);
  await card.getByRole("button", { name: /^Follow/ }).click();
  await card.getByRole("button", { name: /^Following/ }).waitFor();
  await card.getByText("1 follower").waitFor();
  await eventually(async () => expect((await ben.get(`/api/v1/users/${ann.id}`)).body.followedByMe).toBe(true));
  await page.mouse.move(5, 5);
  await card.waitFor({ state: "detached" });

  await author.hover();
  await card.waitFor();
  await card.getByRole("link", { name: "1 follower" }).click();
  await page.waitForURL(`**/@${ann.username}/followers`);
  await card.waitFor({ state: "detached" });
}, 60_000);

test("with the keyboard, the card stands behind its link", async ({ skip }) => {
  stage.need(skip);
  const ben = await feed.person("ben");
  await createPost(ann, { content: "The harbour at dawn" });
  const page = await stage.signIn(feed.url, ben, { viewport: desk });
  await open(page, ben);
  const author = post(page, "The harbour at dawn")
    .first()
    .getByRole("link", { name: /ann Tester/ })
    .first();
  await post(page, "The harbour at dawn").first().focus();
  await page.keyboard.press("Tab");
  const card = cardOf(page);
  await card.waitFor();
  const focused = () => page.evaluate("document.activeElement.closest('[role=dialog]') !== null");
  expect(await focused()).toBe(false);
  await look(page, "user-card-1280");
  await page.keyboard.press("Tab");
  expect(await focused()).toBe(true);
  await page.keyboard.press("Enter");
  await card.getByRole("button", { name: /^Following/ }).waitFor();
  await page.keyboard.press("Shift+Tab");
  await author.and(page.locator(":focus")).waitFor();
  await card.waitFor();
  await page.keyboard.press("Escape");
  await card.waitFor({ state: "detached" });
  await author.and(page.locator(":focus")).waitFor();
}, 60_000);

test("on a touch screen, a finger that holds a link shows the card, and one that taps it follows it", async ({ skip }) => {
  stage.need(skip);
  const ben = await feed.person("ben");
  await createPost(ann, { content: "The harbour at dawn" });
  const page = await stage.signIn(feed.url, ben, { viewport: phone, hasTouch: true, isMobile: true });
  await open(page, ben);
  const author = post(page, "The harbour at dawn")
    .first()
    .getByRole("link", { name: /ann Tester/ })
    .first();
  const touch = await page.context().newCDPSession(page);
  const { x = 0, y = 0 } = (await author.boundingBox()) ?? {};
  const touchPoints = [{ x: x + 60, y: y + 10 }];
  await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints });
  const card = cardOf(page);
  await card.getByText("Paints boats").waitFor();
  await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await look(page, "user-card-390");
  expect(new URL(page.url()).pathname).toBe("/explore");
  await card.getByRole("button", { name: /^Follow/ }).tap();
  await card.getByRole("button", { name: /^Following/ }).waitFor();
  await page.touchscreen.tap(200, 40);
  await card.waitFor({ state: "detached" });
  await author.tap();
  await page.waitForURL(`**/@${ann.username}`);
  expect(await card.count()).toBe(0);
}, 60_000);
