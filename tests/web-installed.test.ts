import { eventually } from "@newfeed/shared/testing/eventually.ts";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Edge, startEdge } from "./support/edge.ts";
import { startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { screens } from "./support/web/places.ts";
import { post, write } from "./support/web/posts.ts";
import { setStage } from "./support/web/stage.ts";

const stage = setStage();
let feed: TestFeed;
let edge: Edge;
beforeAll(async () => {
  feed = await startTestFeed({ PORT: String(await freePort()) });
  edge = await startEdge(feed.url);
});
afterEach(() => edge.setAway(false));
afterAll(async () => {
  await edge.close();
  await feed.close();
});

const looks = screens.map((viewport) => ({ viewport }));

/** Resolves once the worker keeps the page. */
const untilKept = (page: Page) =>
  eventually(async () => expect(await page.evaluate("navigator.serviceWorker.getRegistration().then((one) => one?.active?.state)")).toBe("activated"));
const keptFeed = (page: Page): Promise<string | null> => page.evaluate("localStorage.getItem('newfeed.last-feed')");

const options = { serviceWorkers: "allow" } as const;

describe("an installed client", () => {
  test.for(looks)("opens without a network, with the feed that its account saw last, $viewport.width wide", { timeout: 60_000 }, async (look, { skip }) => {
    stage.need(skip);
    const person = await feed.person("rider");
    const id = await write(person, "Seen before the tunnel");
    const page = await stage.signIn(edge.url, person, { ...options, ...look });
    await post(page, "Seen before the tunnel").waitFor();
    await untilKept(page);
    await eventually(async () => expect(await keptFeed(page)).toContain("Seen before the tunnel"));
    // Of other languages, too: the account may ask for one.
    const kept: string[] = await page.evaluate("caches.keys().then(async ([name]) => (await (await caches.open(name)).keys()).map(({ url }) => url))");
    expect(kept).toContainEqual(expect.stringMatching(/\/assets\/de-/));

    edge.setAway(true);
    await page.reload();
    await page.getByText(`You are offline. This is what @${person.username} saw on`).waitFor();
    await post(page, "Seen before the tunnel").getByRole("link").click();
    expect(new URL(page.url()).pathname).toBe(`/posts/${id}`);
    await post(page, "Seen before the tunnel").waitFor();
    // Nothing else is answered from the device.
    expect(await page.evaluate("fetch('/api/v1/posts', { method: 'POST', body: '{}' }).catch(({ name }) => name)")).toBe("TypeError");
    expect(await page.evaluate("fetch('/api/v1/posts').catch(({ name }) => name)")).toBe("TypeError");
    const other = await page.context().newPage();
    await expect(other.goto(`${edge.url}/docs/`)).rejects.toThrow(/ERR_/);
    await page.goto(`${edge.url}/notifications`);
    await page.getByText("NewFeed cannot be reached right now").waitFor();
    await page.getByRole("link", { name: "See your last feed" }).click();
    await post(page, "Seen before the tunnel").waitFor();

    edge.setAway(false);
    await page.evaluate("dispatchEvent(new Event('online'))");
    await page.getByLabel("What's new?").waitFor();
    expect((await page.goto(`${edge.url}/nothing`))?.status()).toBe(404);
    await page.getByRole("heading", { name: "This page does not exist" }).waitFor();
  });

  test("shows a feed to nobody but its account: it goes with the session and with the account", async ({ skip }) => {
    stage.need(skip);
    const [first, second] = [await feed.person("first"), await feed.person("second")];
    await write(first, "For the first one");
    const page = await stage.signIn(edge.url, first, { ...options, ...looks[1] });
    await untilKept(page);
    await eventually(async () => expect(await keptFeed(page)).toContain("For the first one"));
    await page.goto(`${edge.url}/settings`);
    await page.getByRole("button", { name: "Sign out", exact: true }).click();
    await eventually(async () => expect(await keptFeed(page)).toBeNull());
    edge.setAway(true);
    await page.goto(edge.url);
    await page.getByText("See it the moment it happens.").waitFor();
    expect(await page.getByText("For the first one").count()).toBe(0);
    edge.setAway(false);

    await write(second, "For the second one");
    await page.goto(`${edge.url}/login`);
    await page.getByLabel("E-mail or username").fill(second.email);
    await page.getByLabel("Password").fill(second.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await eventually(async () => expect(await keptFeed(page)).toContain("For the second one"));
    expect((await second.delete("/api/auth/me", { password: second.password })).status).toBeLessThan(300);
    await page.goto(edge.url);
    await eventually(async () => expect(await keptFeed(page)).toBeNull());
  }, 60_000);

  test("obeys the keys of the table, but not while the user types", async ({ skip }) => {
    stage.need(skip);
    const [author, reader] = [await feed.person("author"), await feed.person("keys")];
    await reader.post(`/api/v1/users/${author.id}/follow`);
    for (const text of ["Post one", "Post two", "Post three"]) await write(author, text);
    const page = await stage.signIn(edge.url, reader);
    await post(page, "Post one").waitFor();
    const focused = (): Promise<string> => page.evaluate("document.activeElement.querySelector?.('.post-card__text, .comment__text')?.textContent ?? ''");
    const at = (text: string) => eventually(async () => expect(await focused()).toBe(text));
    await page.keyboard.press("j");
    await at("Post three");
    await page.keyboard.press("j");
    await at("Post two");
    await page.keyboard.press("k");
    await at("Post three");
    await page.keyboard.press("PageDown");
    await page.keyboard.press("PageDown");
    await at("Post one");
    expect(await post(page, "Post one").getAttribute("aria-posinset")).toBe("3");
    await page.keyboard.press("PageUp");
    await at("Post two");
    await page.keyboard.press("l");
    await post(page, "Post two").getByRole("button", { name: "Like, 1 like", exact: true, pressed: true }).waitFor();

    await page.keyboard.press("t");
    await page.locator('[role="menuitem"]:focus').waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("menu").waitFor({ state: "hidden" });
    await post(page, "Post two").getByRole("button", { name: "You have reposted this, 1 repost" }).waitFor();

    await page.keyboard.press("?");
    const help = page.getByRole("dialog", { name: "Keyboard shortcuts" });
    await help.getByText("Next post or comment").waitFor();
    await page.keyboard.press("Escape");
    await help.waitFor({ state: "hidden" });

    await page.keyboard.press("n");
    const writing = page.getByRole("dialog", { name: "New post" });
    await writing.getByLabel("What's new?").waitFor();
    await eventually(async () => expect(await page.evaluate("document.activeElement.tagName")).toBe("TEXTAREA"));
    await page.keyboard.type("just like n/r?");
    expect(await writing.getByLabel("What's new?").inputValue()).toBe("just like n/r?");
    await page.keyboard.press("Control+Enter");
    await writing.waitFor({ state: "hidden" });
    await post(page, "just like n/r?").locator("time").waitFor();

    // The newest is their own.
    await post(page, "Post three").focus();
    await page.keyboard.press("r");
    await page.getByRole("heading", { level: 1, name: "Post by author Tester" }).waitFor();
    await eventually(async () => expect(await page.evaluate("document.activeElement.placeholder")).toBe("Write a comment"));
    await page.keyboard.type("A reply by keys");
    await page.keyboard.press("Enter");
    await page.getByRole("article", { name: "Comment by keys Tester" }).waitFor();
    await page.evaluate("document.activeElement.blur()");
    await page.keyboard.press("/");
    await eventually(async () => expect(await page.evaluate("document.activeElement.type")).toBe("search"));

    await page.goto(edge.url);
    await post(page, "Post one").waitFor();
    await page.keyboard.press("?");
    await help.getByLabel("Use letters as shortcuts").uncheck();
    await page.keyboard.press("Escape");
    await help.waitFor({ state: "hidden" });
    await page.keyboard.press("n");
    await page.keyboard.press("?");
    await help.waitFor();
    expect(await writing.count()).toBe(0);
  }, 60_000);
});

test("a page says that a new version waits, and has it once it is reloaded", async ({ skip }) => {
  stage.need(skip);
  const page = await stage.visit(edge.url, options);
  await untilKept(page);
  const notice = page.getByText("A new version of NewFeed is ready.");
  const update = () => page.evaluate("navigator.serviceWorker.getRegistration().then((one) => one.update()).then(() => {})");
  const builds = (): Promise<string[]> => page.evaluate("caches.keys()");
  const [build] = await builds();
  const entry = build?.replace("newfeed:", "") ?? "";

  // Another worker of the same build has nothing to say.
  edge.edit("/service-worker.js", (text) => `${text}//`);
  await page.evaluate("navigator.serviceWorker.getRegistration().then((one) => { window.before = one.active; })");
  await update();
  await eventually(async () =>
    expect(await page.evaluate("navigator.serviceWorker.getRegistration().then((one) => one.active !== window.before && !one.waiting)")).toBe(true),
  );
  expect(await notice.count()).toBe(0);

  edge.edit("/service-worker.js", (text) => text.replaceAll(entry, "/assets/newer.js").replace(/shell:\[[^\]]*\]/, "shell:[]"));
  edge.edit("/", (text) => text.replace("</head>", '<meta name="build" content="/assets/newer.js" /></head>'));
  await update();
  await notice.waitFor();
  expect(await builds()).toHaveLength(2);
  await page.evaluate("window.isOld = true");
  await page.getByRole("button", { name: "Reload" }).click();
  await eventually(async () => expect(await page.evaluate("window.isOld === undefined")).toBe(true));
  await page.getByRole("heading", { level: 1 }).first().waitFor({ state: "attached" });
  await eventually(async () => expect(await builds()).toEqual(["newfeed:/assets/newer.js"]));
}, 60_000);
