import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lengths } from "@newfeed/shared/contracts/text.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Callers, callersOf, type Person } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { phonePhoto } from "./support/pictures.ts";
import { type FeedProcess, startProcess } from "./support/process.ts";
import { setStage, watchShifts } from "./support/web/stage.ts";

const stage = setStage();
const directory = mkdtempSync(join(tmpdir(), "newfeed-web-"));
let port: number;
let feed: FeedProcess;
let callers: Callers;
/** No sooner than elsewhere: a page is opened meanwhile. */
const start = () => startProcess(directory, { NODE_COMPILE_CACHE: "", PORT: String(port) });

beforeAll(async () => {
  port = await freePort();
  feed = await start();
  callers = callersOf(feed.url);
});
afterAll(async () => {
  await feed.signal("SIGTERM");
  rmSync(directory, { recursive: true, force: true });
});

const state = (page: Page, name: string) => page.locator(`.connection[data-state="${name}"]`).waitFor({ timeout: 40_000 });
const comments = (page: Page) => page.getByRole("list", { name: "Comments" }).locator(".comment__text").allTextContents();
async function postOf(person: Person): Promise<{ id: string; say(content: string): Promise<unknown> }> {
  const { id } = (await person.post("/api/v1/posts", { content: "A conversation", postType: "TEXT" })).body;
  return { id, say: (content) => person.post(`/api/v1/posts/${id}/comments`, { content }) };
}

describe("a page that stays open", () => {
  test("catches up after the server was killed, once and in order, without layout shifts", async ({ skip }) => {
    stage.need(skip);
    const [reader, writer] = [await callers.person("reader"), await callers.person("writer")];
    const conversation = await postOf(writer);
    await conversation.say("one");
    const page = await stage.signIn(feed.url, reader);
    await page.goto(`${feed.url}/posts/${conversation.id}`);
    await state(page, "live");
    await conversation.say("two");
    await eventually(async () => expect(await comments(page)).toEqual(["one", "two"]));

    const shifts = await watchShifts(page);
    await feed.signal("SIGKILL");
    await state(page, "reconnecting");
    const starting = start();
    // Opened meanwhile, a page waits for the server.
    const another = await page.context().newPage();
    await eventually(() => another.goto(`${feed.url}/posts/${conversation.id}/`), 60_000);
    await another.getByRole("heading", { name: "NewFeed is starting." }).waitFor();
    feed = await starting;
    await another.getByRole("article", { name: "Post by writer Tester" }).waitFor({ timeout: 40_000 });
    expect(new URL(another.url()).pathname).toBe(`/posts/${conversation.id}`);
    for (const content of ["three", "four", "five"]) await conversation.say(content);
    await state(page, "live");
    await eventually(async () => expect(await comments(page)).toEqual(["one", "two", "three", "four", "five"]), 20_000);
    await conversation.say("six");
    await eventually(async () => expect(await comments(page)).toEqual(["one", "two", "three", "four", "five", "six"]));
    expect(await shifts()).toBe(0);
    // Still signed in.
    await page.getByRole("textbox", { name: "Write a comment" }).fill("seven");
    await page.getByRole("textbox", { name: "Write a comment" }).press("Enter");
    await eventually(async () => expect((await callers.call("GET", `/api/v1/posts/${conversation.id}/comments`)).body.data[0].content).toBe("seven"));
    expect(await comments(page)).toEqual(["one", "two", "three", "four", "five", "six", "seven"]);
  }, 120_000);

  test("comes by itself when the server was away while it was opened", async ({ skip }) => {
    stage.need(skip);
    const page = await stage.signIn(feed.url, await callers.person("early"));
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
    const [reader, writer] = [await callers.person("reader"), await callers.person("writer")];
    const conversation = await postOf(writer);
    const page = await stage.signIn(feed.url, reader);
    await page.goto(`${feed.url}/posts/${conversation.id}`);
    await state(page, "live");
    await conversation.say("before");
    await page.getByText("before").waitFor();

    await page.context().setOffline(true);
    await state(page, "offline");
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
    await eventually(async () => expect((await callers.call("GET", `/api/v1/posts/${conversation.id}/comments`)).body.data).toHaveLength(4));
  }, 120_000);

  test("stays when a part of it cannot be fetched, which is tried again in its place", async ({ skip }) => {
    stage.need(skip);
    const person = await callers.person("traveller");
    await postOf(person);
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
    const page = await stage.signIn(feed.url, await callers.person("returning"));
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
    const person = await callers.person("patient");
    await postOf(person);
    const page = await stage.signIn(feed.url, person);
    const network = await page.context().newCDPSession(page);
    await network.send("Network.emulateNetworkConditions", { offline: false, latency: 400, downloadThroughput: 60_000, uploadThroughput: 30_000 });
    await page.goto(`${feed.url}/`, { waitUntil: "commit" });
    await page.getByRole("status", { name: "Loading posts" }).waitFor();
    const shifts = await watchShifts(page);
    await page.getByRole("article").filter({ hasText: "A conversation" }).waitFor();
    expect(await shifts()).toBeLessThan(0.1);
    await page.getByLabel("What's new?").fill("Slow but sure");
    await page.getByRole("button", { name: "Post", exact: true }).click();
    const mine = page.getByRole("article").filter({ hasText: "Slow but sure" });
    await mine.getByText("Posting …").waitFor();
    await mine.locator("time").waitFor();
    expect(await mine.count()).toBe(1);
  }, 120_000);

  test("is signed out at once when its session is ended from another device", async ({ skip }) => {
    stage.need(skip);
    const person = await callers.person("owner");
    const lost = await stage.signIn(feed.url, person, { userAgent: "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36" });
    const otherTab = await lost.context().newPage();
    await otherTab.goto(`${feed.url}/notifications`);
    const other = await stage.signIn(feed.url, person);
    await Promise.all([state(lost, "live"), state(otherTab, "live"), other.getByRole("link", { name: "Settings" }).first().click()]);
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

describe("what is being written", () => {
  const field = (page: Page, name: string) => page.getByRole("textbox", { name });
  const textOf = (page: Page, name: string) => field(page, name).inputValue();

  test("is there again after reloads and sign-outs by others, for its account only, until its user signs out", async ({ skip }) => {
    stage.need(skip);
    const [person, other] = [await callers.person("scribe"), await callers.person("stranger")];
    const conversation = await postOf(person);
    await conversation.say("A question");
    const page = await stage.signIn(feed.url, person, { viewport: { width: 390, height: 844 } });
    await field(page, "What's new?").fill("An unfinished post");
    await page.getByRole("button", { name: "Everyone" }).click();
    await page.goto(`${feed.url}/posts/${conversation.id}`);
    await field(page, "Write a comment").fill("An unfinished comment");
    await page.getByRole("button", { name: "Reply" }).click();
    await field(page, "Reply to scribe Tester").fill("An unfinished reply");
    await page.getByRole("button", { name: "Post options" }).click();
    await page.getByRole("menuitem", { name: "Edit" }).click();
    await page.getByRole("dialog").getByRole("textbox", { name: "Text" }).fill("An unfinished edit");
    await page.reload();
    await eventually(async () => expect(await textOf(page, "Write a comment")).toBe("An unfinished comment"));
    await eventually(async () => expect(await textOf(page, "Reply to scribe Tester")).toBe("An unfinished reply"));
    await page.getByRole("button", { name: "Post options" }).click();
    await page.getByRole("menuitem", { name: "Edit" }).click();
    const dialog = page.getByRole("dialog");
    expect(await dialog.getByRole("textbox", { name: "Text" }).inputValue()).toBe("An unfinished edit");
    await dialog.getByRole("button", { name: "Discard changes" }).click();
    expect(await dialog.getByRole("textbox", { name: "Text" }).inputValue()).toBe("A conversation");
    await dialog.getByRole("button", { name: "Cancel" }).click();

    const signInAs = async ({ email, password }: Person) => {
      await page.getByLabel("E-mail or username").fill(email);
      await page.getByLabel("Password").fill(password);
      await page.getByRole("button", { name: "Sign in" }).click();
    };
    await page.goto(`${feed.url}/`);
    await state(page, "live");
    expect((await person.post("/api/auth/sessions/end-others")).status).toBeLessThan(300);
    await page.getByText("You were signed out from another device.").waitFor();
    await signInAs(other);
    await page.getByRole("heading", { level: 1, name: "Home" }).waitFor();
    expect(await textOf(page, "What's new?")).toBe("");
    await page.getByRole("link", { name: "Settings" }).first().click();
    await page.getByRole("button", { name: "Sign out", exact: true }).click();
    await page.goto(`${feed.url}/login`);
    await signInAs(person);
    await eventually(async () => expect(await textOf(page, "What's new?")).toBe("An unfinished post"));
    await page.getByRole("button", { name: "Followers", exact: true }).waitFor();

    await page.getByRole("link", { name: "Settings" }).first().click();
    await page.getByRole("button", { name: "Sign out", exact: true }).click();
    await page.getByRole("alertdialog").getByText("is removed from this device").waitFor();
    await page.getByRole("alertdialog").getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
    expect(await page.evaluate("JSON.stringify(localStorage)")).not.toContain("unfinished");
  }, 120_000);

  test("returns with the reason when it is refused, and is kept when it is too long", async ({ skip }) => {
    stage.need(skip);
    const person = await callers.person("refused");
    const conversation = await postOf(person);
    await conversation.say("A question");
    const page = await stage.signIn(feed.url, person);
    await page.goto(`${feed.url}/posts/${conversation.id}`);
    await page.getByRole("button", { name: "Reply" }).click();
    const reply = field(page, "Reply to refused Tester");
    await reply.fill("An answer");
    await page.route("**/comments", (route) => (route.request().method() === "POST" ? route.abort() : route.continue()));
    await reply.press("Enter");
    const form = page.getByRole("form", { name: "Reply to refused Tester" });
    await form.getByRole("alert").getByText("NewFeed cannot be reached").waitFor();
    expect(await reply.inputValue()).toBe("An answer");
    await page.unrouteAll();
    await reply.press("Enter");
    await page.getByRole("article", { name: "Reply by refused Tester" }).getByText("An answer").waitFor();
    await page.getByRole("button", { name: "Send" }).last().press("Enter");
    await page.getByRole("alert").getByText("Write something first.").waitFor();

    await page.getByRole("link", { name: "Home", exact: true }).click();
    const long = "x".repeat(lengths.post + 7);
    await field(page, "What's new?").fill(long);
    await page.getByText("-7", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Post", exact: true }).press("Enter");
    await page.getByRole("alert").getByText("Shorten the text by 7 characters.").waitFor();
    expect(await textOf(page, "What's new?")).toBe(long);

    await field(page, "What's new?").fill("With a picture");
    await page.route("**/api/v1/media/**", (route) => route.abort());
    await page
      .getByLabel("Add pictures or videos")
      .first()
      .setInputFiles({ name: "sky.png", mimeType: "image/png", buffer: Buffer.from("no picture") });
    await page.getByRole("list", { name: "Attached files" }).getByRole("alert").waitFor();
    await page.getByRole("button", { name: "Post", exact: true }).press("Enter");
    await page.getByRole("alert").getByText("sky.png was not uploaded.").waitFor();
    // Still attached after a look at another page.
    await page.getByRole("link", { name: "Explore" }).click();
    await page.getByRole("link", { name: "Home", exact: true }).click();
    await page.getByRole("button", { name: "Remove sky.png" }).click();
    expect(await textOf(page, "What's new?")).toBe("With a picture");
  }, 120_000);

  test("is there once, though the answer to it got lost and it was sent again", async ({ skip }) => {
    stage.need(skip);
    const person = await callers.person("twice");
    const conversation = await postOf(person);
    const page = await stage.signIn(feed.url, person);
    const written = async (path: string): Promise<string[]> => (await callers.call("GET", path)).body.data.map(({ content }: { content: string }) => content);
    for (const { path, name, keys, list } of [
      { path: `/posts/${conversation.id}`, name: "Write a comment", keys: "Enter", list: `/api/v1/posts/${conversation.id}/comments` },
      { path: "/", name: "What's new?", keys: "Control+Enter", list: `/api/v1/users/${person.id}/posts` },
    ]) {
      let isLost = false;
      let arrived = () => {};
      const stored = new Promise<void>((resolve) => {
        arrived = resolve;
      });
      await page.goto(feed.url + path);
      await page.route(`**${list.includes("comments") ? list : "/api/v1/posts"}`, async (route) => {
        if (route.request().method() !== "POST" || isLost) return route.continue();
        isLost = true;
        await route.fetch();
        arrived();
      });
      await field(page, name).fill("Only once");
      await field(page, name).press(keys);
      await stored;
      await page.reload();
      await eventually(async () => expect(await textOf(page, name)).toBe("Only once"));
      const answered = page.waitForResponse(
        (response) => response.request().method() === "POST" && /\/(posts|comments)$/.test(new URL(response.url()).pathname),
      );
      await field(page, name).press(keys);
      expect((await answered).ok()).toBe(true);
      expect((await written(list)).filter((content) => content === "Only once")).toEqual(["Only once"]);
      await eventually(async () => expect(await textOf(page, name)).toBe(""));
    }
  }, 60_000);

  test("has its files again after a reload, uploaded or not, until it is sent", async ({ skip }) => {
    stage.need(skip);
    const page = await stage.signIn(feed.url, await callers.person("painter"));
    const files = page.getByRole("list", { name: "Attached files" });
    const uploaded = () => eventually(async () => expect(await files.getByRole("progressbar").count()).toBe(0));
    const attach = (name: string, buffer: Buffer) => page.getByLabel("Add pictures or videos").first().setInputFiles({ name, mimeType: "image/jpeg", buffer });
    const photo = await phonePhoto();
    await attach("first.jpg", photo);
    await files.getByRole("img", { name: "first.jpg" }).waitFor();
    await uploaded();
    // The second one is still on its way.
    await page.route(/\/media\/.*upload|\/upload\//, () => {});
    await attach("second.jpg", photo);
    await files.getByRole("progressbar").waitFor();
    const keptFiles = `new Promise((resolve) => {
      const opening = indexedDB.open("newfeed");
      opening.onsuccess = () => {
        const all = opening.result.transaction("files").objectStore("files").getAll();
        all.onsuccess = () => { opening.result.close(); resolve(all.result.map(({ name, media }) => [name, media !== undefined])); };
      };
    })`;
    const kept = async () => ((await page.evaluate(keptFiles)) as [string, boolean][]).sort();
    await eventually(async () =>
      expect(await kept()).toEqual([
        ["first.jpg", true],
        ["second.jpg", false],
      ]),
    );
    await page.unrouteAll({ behavior: "ignoreErrors" });
    await page.reload();
    for (const name of ["first.jpg", "second.jpg"]) await files.getByRole("img", { name }).waitFor();
    await uploaded();
    await page.getByRole("button", { name: "Post", exact: true }).click();
    await page.getByRole("img", { name: "Picture 2 of 2 posted by painter Tester" }).waitFor();
    await eventually(async () => expect(await kept()).toEqual([]));
  }, 60_000);

  // DRAFTS=full: two hundred.
  test("is never lost when the page, the network or the server goes at any moment", async ({ skip }) => {
    stage.need(skip);
    const rounds = process.env.DRAFTS === "full" ? 200 : 6;
    const person = await callers.person("unlucky");
    const conversation = await postOf(person);
    const context = (await stage.signIn(feed.url, person)).context();
    const places = [
      { path: "/", name: "What's new?", keys: "Control+Enter", published: "/api/v1/posts" },
      { path: `/posts/${conversation.id}`, name: "Write a comment", keys: "Enter", published: `/api/v1/posts/${conversation.id}/comments` },
    ] as const;
    const upTo = (limit: number) => Math.floor(Math.random() * limit);
    for (let round = 0; round < rounds; round++) {
      const { path, name, keys, published } = places[upTo(places.length)] as (typeof places)[number];
      const text = `Round ${round} of many`;
      const typed = text.slice(0, `Round ${round} `.length + upTo(8)).trimEnd();
      const cause = round % 12 === 5 ? "server" : ["page", "network"][upTo(2)];
      const page = await context.newPage();
      await page.goto(feed.url + path);
      await field(page, name).fill("");
      await field(page, name).pressSequentially(typed);
      const sends =
        Math.random() < 0.7
          ? field(page, name)
              .press(keys)
              .catch(() => {})
          : undefined;
      if (cause === "server") await feed.signal("SIGKILL");
      if (cause === "network") await context.setOffline(true);
      await page.close();
      await sends;
      await context.setOffline(false);
      if (cause === "server") feed = await start();

      const again = await context.newPage();
      await again.goto(feed.url + path);
      await eventually(async () => {
        const contents: string[] = (await callers.call("GET", published)).body.data.map(({ content }: { content: string }) => content);
        const written = [...contents, await textOf(again, name)];
        expect(
          written.some((one) => one.includes(typed)),
          `${typed} (${cause}): ${written.slice(-1)}`,
        ).toBe(true);
      }, 20_000);
      await again.close();
    }
  }, 900_000);
});
