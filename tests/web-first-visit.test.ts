import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Request } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { initialScripts } from "../scripts/web-size.mjs";
import type { TestFeed } from "./support/feed.ts";
import { alice, startDemoFeed } from "./support/web/demo.ts";
import { desk, phone } from "./support/web/places.ts";
import { setStage } from "./support/web/stage.ts";

const stage = setStage();
let feed: TestFeed;
let postId: string;
beforeAll(async () => {
  ({ feed, postId } = await startDemoFeed());
}, 120_000);
afterAll(() => feed.close());

describe.for([
  { colorScheme: "light", viewport: desk },
  { colorScheme: "dark", viewport: phone },
] as const)("without JavaScript, $viewport.width wide", (look) => {
  test("a post and a profile are readable, and say what is missing", async ({ skip }) => {
    stage.need(skip);
    const page = await stage.visit(`${feed.url}/posts/${postId}`, { ...look, javaScriptEnabled: false });
    const { body: post } = await feed.call("GET", `/api/v1/posts/${postId}`);
    await page.getByRole("heading", { level: 1, name: `Post by ${post.author.fullName}` }).waitFor();
    expect(await page.locator("article .plain__text").textContent()).toBe(post.content);
    expect((await page.getByRole("img").first().boundingBox())?.width).toBeGreaterThan(200);
    expect(await page.locator(".plain footer").textContent()).toMatch(/^Without JavaScript you can read this post\./);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(look.viewport.width);
    await page.getByRole("article").getByRole("link", { name: post.author.fullName }).click();
    await page.getByRole("heading", { level: 1, name: post.author.fullName }).waitFor();
    await page.getByRole("heading", { name: "Newest posts" }).waitFor();
    expect(await page.locator(".plain footer").textContent()).toMatch(/^Without JavaScript you can read this profile\./);
    await page.goto(`${feed.url}/explore`);
    await page.getByRole("heading", { name: "This page needs JavaScript" }).waitFor();
    const german = await stage.visit(`${feed.url}/posts/${postId}`, { ...look, javaScriptEnabled: false, locale: "de-AT" });
    await german.getByRole("heading", { level: 1, name: `Beitrag von ${post.author.fullName}` }).waitFor();
    expect(await german.locator("html").getAttribute("lang")).toBe("de");
    expect(await german.locator(".plain footer").textContent()).toMatch(/^Ohne JavaScript kannst du diesen Beitrag lesen\./);
  }, 60_000);

  test("its text is not seen where there is JavaScript, and moves nothing", async ({ skip }) => {
    stage.need(skip);
    const page = await stage.visit("about:blank", look);
    await page.addInitScript(`
      window.shifts = 0;
      new PerformanceObserver((list) => { for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts += entry.value; }).observe({ type: "layout-shift", buffered: true });
    `);
    await page.goto(`${feed.url}/posts/${postId}`);
    await page.getByRole("list", { name: "Comments" }).waitFor();
    expect(await page.title()).toMatch(/^Post by .* · NewFeed$/);
    expect(await page.locator(".plain").count()).toBe(0);
    expect(await page.evaluate("window.shifts")).toBe(0);
  }, 60_000);
});

describe("a first visit", () => {
  test("loads at most 150 kB of JavaScript, compressed", () => {
    const scripts = initialScripts();
    const bytes = scripts.reduce((sum, { bytes: size }) => sum + size, 0);
    process.stderr.write(`initial JavaScript: ${(bytes / 1_000).toFixed(1)} kB gzipped, in ${scripts.length} files\n`);
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThanOrEqual(150_000);
  });

  test("has the styles of parts after those of elements, which they refine", () => {
    const assets = fileURLToPath(new URL("../web/dist/assets/", import.meta.url));
    const styles = readdirSync(assets).filter((name) => name.endsWith(".css"));
    expect(styles).toHaveLength(1);
    const text = readFileSync(assets + styles[0], "utf8");
    const [elements, ...parts] = [".card{", ".shell{", ".feed,", ".list{", ".avatar{", ".write{"].map((selector) => text.indexOf(`}${selector}`));
    expect(elements).toBeGreaterThan(0);
    for (const part of parts) expect(part).toBeGreaterThan(elements as number);
  });

  test.for([
    ["the public feed", desk],
    ["a post", phone],
  ] as const)("of %s needs at most twelve requests, with 150 kB of JavaScript, to be shown", { timeout: 60_000 }, async ([what, viewport], { skip }) => {
    stage.need(skip);
    const isPost = what === "a post";
    const page = await stage.visit("about:blank", { viewport });
    // What is fetched when the page has nothing else to do is not needed for that.
    await page.addInitScript("window.requestIdleCallback = () => 0");
    const requests: Request[] = [];
    // Pictures are as many as there are in what is shown.
    page.on("request", (request) => request.resourceType() !== "image" && requests.push(request));
    await page.goto(feed.url + (isPost ? `/posts/${postId}` : "/"));
    await page.getByRole("main").getByRole("article").first().waitFor();
    if (isPost) await page.getByRole("list", { name: "Comments" }).waitFor();
    // Not what the column beside it shows of people, which comes before or after it.
    const needed = requests.filter((request) => !request.url().includes("/users/by-username/"));
    expect(needed.length, needed.map((request) => request.url()).join("\n")).toBeLessThanOrEqual(12);
    const scripts = needed.filter((request) => request.resourceType() === "script");
    const sizes = await Promise.all(scripts.map((request) => request.sizes()));
    const bytes = sizes.reduce((sum, { responseBodySize }) => sum + responseBodySize, 0);
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes, scripts.map((script, at) => `${sizes[at]?.responseBodySize} ${new URL(script.url()).pathname}`).join("\n")).toBeLessThanOrEqual(150_000);
  });

  test("of the home feed, with everything it loads by itself, stays under 200 kB", async ({ skip }) => {
    stage.need(skip);
    const page = await stage.visit(`${feed.url}/login`);
    const sizes = new Map<string, number>();
    page.on("response", async (response) => {
      if (!response.url().includes("/assets/") || !response.url().endsWith(".js")) return;
      sizes.set(response.url(), Number((await response.allHeaders())["content-length"]));
    });
    await page.reload();
    await page.getByLabel("E-mail or username").fill(alice.email);
    await page.getByLabel("Password").fill(alice.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.locator('.connection[data-state="live"]').waitFor();
    await page.getByRole("feed").waitFor();
    const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    process.stderr.write(`JavaScript until the home feed is live: ${(bytes / 1_000).toFixed(1)} kB over the wire, in ${sizes.size} files\n`);
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThan(200_000);
  }, 120_000);
});
