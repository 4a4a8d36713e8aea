import { eventually } from "@newfeed/shared/testing/eventually.ts";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { createPost } from "./support/comments.ts";
import { conversationOf, untilConnection } from "./support/web/conversation.ts";
import { setRestartableFeed } from "./support/web/restartable.ts";
import { setStage, watchShifts } from "./support/web/stage.ts";

const stage = setStage();
const feed = setRestartableFeed();

const comments = (page: Page) => page.getByRole("list", { name: "Comments" }).locator(".comment__text").allTextContents();

describe("a page that stays open", () => {
  test("catches up after the server was killed, once and in order, without layout shifts", async ({ skip }) => {
    stage.need(skip);
    const [reader, writer] = [await feed.person("reader"), await feed.person("writer")];
    const conversation = await conversationOf(writer);
    await conversation.say("one");
    const page = await stage.signIn(feed.url, reader);
    await page.goto(`${feed.url}/posts/${conversation.id}`);
    await untilConnection(page, "live");
    await conversation.say("two");
    await eventually(async () => expect(await comments(page)).toEqual(["one", "two"]));

    const shifts = await watchShifts(page);
    await feed.kill();
    await untilConnection(page, "reconnecting");
    const starting = feed.start();
    // Opened meanwhile, a page waits for the server.
    const another = await page.context().newPage();
    await eventually(() => another.goto(`${feed.url}/posts/${conversation.id}/`), 60_000);
    await another.getByRole("heading", { name: "NewFeed is starting." }).waitFor();
    await starting;
    await another.getByRole("article", { name: "Post by writer Tester" }).waitFor({ timeout: 40_000 });
    expect(new URL(another.url()).pathname).toBe(`/posts/${conversation.id}`);
    for (const content of ["three", "four", "five"]) await conversation.say(content);
    await untilConnection(page, "live");
    await eventually(async () => expect(await comments(page)).toEqual(["one", "two", "three", "four", "five"]), 20_000);
    await conversation.say("six");
    await eventually(async () => expect(await comments(page)).toEqual(["one", "two", "three", "four", "five", "six"]));
    expect(await shifts()).toEqual([]);
    // Still signed in.
    await page.getByRole("textbox", { name: "Write a comment" }).fill("seven");
    await page.getByRole("textbox", { name: "Write a comment" }).press("Enter");
    await eventually(async () => expect((await feed.call("GET", `/api/v1/posts/${conversation.id}/comments`)).body.data[0].content).toBe("seven"));
    expect(await comments(page)).toEqual(["one", "two", "three", "four", "five", "six", "seven"]);
  }, 120_000);

  test("shows what was posted after its feed was fetched and before its connection stood", async ({ skip }) => {
    stage.need(skip);
    const [reader, writer] = [await feed.person("reader"), await feed.person("writer")];
    await reader.post(`/api/v1/users/${writer.id}/follow`);
    await createPost(writer, { content: "Good morning" });
    const page = await stage.signIn(feed.url, reader);
    const connects = Promise.withResolvers<void>();
    await page.routeWebSocket(/socket\.io/, async (socket) => {
      await connects.promise;
      socket.connectToServer();
    });
    await page.goto(feed.url);
    await page.getByText("Good morning").waitFor();
    const id = await createPost(writer, { content: "Good evening" });
    await eventually(async () => expect((await reader.get("/api/v1/feed")).body.data[0].id).toBe(id));
    connects.resolve();
    await page.getByRole("button", { name: "1 new post" }).click();
    await page.getByText("Good evening").waitFor();
  }, 60_000);

  test("comes by itself when the server was away while it was opened", async ({ skip }) => {
    stage.need(skip);
    const page = await stage.signIn(feed.url, await feed.person("early"));
    await page.route("**/api/**", (route) => route.fulfill({ status: 502, contentType: "text/html", body: "<h1>Bad gateway</h1>" }));
    await page.goto(`${feed.url}/notifications`);
    await page.getByRole("alert").getByText("NewFeed cannot be reached right now").waitFor();
    await page.unrouteAll();
    await page.getByText("No notifications yet").or(page.getByText("Welcome")).first().waitFor();

    expect((await page.goto(`${feed.url}/nothing`))?.status()).toBe(404);
    await page.getByRole("heading", { name: "This page does not exist" }).waitFor();
  }, 60_000);

  test("shows that it is offline, keeps drafts, and shows how much it caught up with", async ({ skip }) => {
    stage.need(skip);
    const [reader, writer] = [await feed.person("reader"), await feed.person("writer")];
    const conversation = await conversationOf(writer);
    const page = await stage.signIn(feed.url, reader);
    await page.goto(`${feed.url}/posts/${conversation.id}`);
    await untilConnection(page, "live");
    await conversation.say("before");
    await page.getByText("before").waitFor();

    await page.context().setOffline(true);
    await untilConnection(page, "offline");
    for (const content of ["while", "away"]) await conversation.say(content);
    await page.getByRole("textbox", { name: "Write a comment" }).fill("Written in a tunnel");
    await page.getByRole("textbox", { name: "Write a comment" }).press("Enter");
    await page.getByRole("alert").getByText("NewFeed cannot be reached").waitFor();
    expect(await page.getByRole("textbox", { name: "Write a comment" }).inputValue()).toBe("Written in a tunnel");
    expect(await comments(page)).toEqual(["before"]);

    await page.context().setOffline(false);
    await page.getByText("Caught up: 2 updates").waitFor({ timeout: 20_000 });
    await page.getByRole("textbox", { name: "Write a comment" }).press("Enter");
    await eventually(async () => expect(await comments(page)).toEqual(["before", "while", "away", "Written in a tunnel"]));
    await eventually(async () => expect((await feed.call("GET", `/api/v1/posts/${conversation.id}/comments`)).body.data).toHaveLength(4));
  }, 120_000);

  test("stays when a part of it cannot be fetched, which is tried again in its place", async ({ skip }) => {
    stage.need(skip);
    const person = await feed.person("traveller");
    await conversationOf(person);
    const page = await stage.signIn(feed.url, person);
    await page.getByRole("article").filter({ hasText: "A conversation" }).waitFor();
    await page.evaluate("window.isSamePage = true");
    // Pages that are small are there before they are needed.
    await eventually(async () => expect(await page.evaluate("performance.getEntriesByType('resource').some(({ name }) => /small-/.test(name))")).toBe(true));
    const failed = page.getByRole("alert").filter({ hasText: "This could not be loaded" });

    await page.context().setOffline(true);
    await page.getByRole("button", { name: "Post options" }).first().click();
    await failed.waitFor();
    await page.context().setOffline(false);
    await failed.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("menuitem", { name: "Edit" }).waitFor();

    await page.context().setOffline(true);
    await page.getByRole("menuitem", { name: "Edit" }).click();
    await failed.waitFor();
    await page.context().setOffline(false);
    await failed.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("dialog", { name: "Edit your post" }).getByRole("button", { name: "Cancel" }).click();

    await page.context().setOffline(true);
    await page.getByRole("link", { name: "Settings" }).first().click();
    await failed.waitFor();
    await page.context().setOffline(false);
    await failed.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("heading", { level: 1, name: "Settings" }).waitFor();
    expect(await page.evaluate("window.isSamePage")).toBe(true);
  }, 120_000);

  test("is loaded again when its build is gone, and only then", async ({ skip }) => {
    stage.need(skip);
    const page = await stage.signIn(feed.url, await feed.person("returning"));
    await page.evaluate("window.isSamePage = true");
    await page.route("**/assets/settings-*.js", (route) => route.fulfill({ status: 404 }));
    await page.getByRole("link", { name: "Settings" }).first().click();
    await page.getByRole("alert").filter({ hasText: "This could not be loaded" }).waitFor();
    expect(await page.evaluate("window.isSamePage")).toBe(true);

    await page.route(`${feed.url}/`, async (route) => {
      await page.unroute("**/assets/settings-*.js");
      await route.fulfill({ contentType: "text/html", body: '<script src="/assets/index-newer.js">' });
    });
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("heading", { level: 1, name: "Settings" }).waitFor();
    expect(await page.evaluate("window.isSamePage")).toBeUndefined();
  }, 120_000);

  test("shows skeletons and own writes at once on a slow network", async ({ skip }) => {
    stage.need(skip);
    const person = await feed.person("patient");
    await conversationOf(person);
    const page = await stage.signIn(feed.url, person);
    const network = await page.context().newCDPSession(page);
    await network.send("Network.emulateNetworkConditions", { offline: false, latency: 400, downloadThroughput: 60_000, uploadThroughput: 30_000 });
    await page.goto(`${feed.url}/`, { waitUntil: "commit" });
    await page.getByRole("status", { name: "Loading posts" }).waitFor();
    const shifts = await watchShifts(page);
    await page.getByRole("article").filter({ hasText: "A conversation" }).waitFor();
    expect((await shifts()).reduce((sum, { value }) => sum + value, 0)).toBeLessThan(0.1);
    await page.getByLabel("What's new?").fill("Slow but sure");
    await page.getByRole("button", { name: "Post", exact: true }).click();
    const mine = page.getByRole("article").filter({ hasText: "Slow but sure" });
    await mine.getByText("Posting…").waitFor();
    await mine.locator("time").waitFor();
    expect(await mine.count()).toBe(1);
  }, 120_000);

  test("is signed out at once when its session is ended from another device", async ({ skip }) => {
    stage.need(skip);
    const person = await feed.person("owner");
    const lost = await stage.signIn(feed.url, person, { userAgent: "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36" });
    const otherTab = await lost.context().newPage();
    await otherTab.goto(`${feed.url}/notifications`);
    const other = await stage.signIn(feed.url, person);
    await Promise.all([untilConnection(lost, "live"), untilConnection(otherTab, "live"), other.getByRole("link", { name: "Settings" }).first().click()]);
    await other.getByRole("button", { name: "Sign out Chrome on Android" }).click();
    const ended = Date.now();
    await Promise.all([
      lost.getByText("You were signed out from another device.").waitFor(),
      otherTab.getByText("You were signed out from another device.").waitFor(),
    ]);
    expect(Date.now() - ended).toBeLessThan(3_000);
    await other.getByText("Chrome on Android has been signed out.").waitFor();
    // Signing in again returns to the same page.
    await otherTab.getByLabel("E-mail or username").fill(person.email);
    await otherTab.getByLabel("Password").fill(person.password);
    await otherTab.getByRole("button", { name: "Sign in" }).click();
    await otherTab.getByRole("heading", { name: "Notifications" }).waitFor();
    await lost.getByRole("heading", { name: "Home" }).waitFor();
  }, 120_000);
});
