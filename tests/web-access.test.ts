import { AxeBuilder } from "@axe-core/playwright";
import { lengths } from "@newfeed/shared/contracts/text.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seedDemo } from "../app/demo.ts";
import { initialScripts } from "../scripts/web-size.mjs";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { layoutFaults, showAt } from "./support/web/layout.ts";
import { setStage } from "./support/web/stage.ts";

const stage = setStage();
let feed: TestFeed;
let postId: string;
beforeAll(async () => {
  feed = await startTestFeed({ PORT: String(await freePort()) });
  await seedDemo(feed.url);
  const { body } = await feed.call("GET", "/api/v1/posts");
  postId = body.data.find((post: { media: unknown[] }) => post.media.length > 0).id;
}, 120_000);
afterAll(() => feed.close());

const alice = { email: "alice@example.com", password: "Test123" };
const phone = { width: 390, height: 844 };

const signedOut = ["/login", "/signup", "/forgot-password", "/reset-password", "/verify-email"];
/** What opens each. */
const settingsDialogs = ["Change e-mail address", "Change password", "Turn on", "Create a token", "Delete my account"];

async function openDialog(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name, exact: true }).first().click();
  await page.getByRole("dialog").or(page.getByRole("alertdialog")).waitFor();
}

/** Serious findings of axe, by rule and place. */
async function findings(page: Page): Promise<string[]> {
  await eventually(async () => expect(await page.locator('[role="status"][aria-label^="Loading"]').count()).toBe(0));
  const { violations, passes } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]).analyze();
  expect(passes.length).toBeGreaterThan(15);
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical" || impact === "moderate")
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 120)} ${failureSummary?.split("\n")[1]?.trim() ?? ""}`));
}

describe.for([
  { colorScheme: "light", viewport: { width: 1280, height: 900 } },
  { colorScheme: "dark", viewport: phone },
] as const)("every page, $colorScheme, $viewport.width wide", (look) => {
  test("has no serious finding for visitors", async ({ skip }) => {
    stage.need(skip);
    const page = await stage.visit(feed.url, { ...look, reducedMotion: "reduce" });
    for (const path of [...signedOut, "/", "/@bob", "/search", `/posts/${postId}`]) {
      await page.goto(feed.url + path);
      await page.getByRole("heading", { level: 1 }).waitFor();
      expect(await findings(page), path).toEqual([]);
    }
  }, 120_000);

  test("has no serious finding for a signed-in user", async ({ skip }) => {
    stage.need(skip);
    const page = await stage.signIn(feed.url, alice, { ...look, reducedMotion: "reduce" });
    for (const path of [
      "/",
      "/explore",
      `/posts/${postId}`,
      "/@bob",
      "/@bob/followers",
      "/notifications",
      "/search?q=c",
      "/search?type=posts&q=c",
      "/settings",
    ]) {
      await page.goto(feed.url + path);
      await page.getByRole("heading", { level: 1 }).waitFor();
      expect(await findings(page), path).toEqual([]);
    }
    // The settings have been open last.
    for (const name of settingsDialogs) {
      await openDialog(page, name);
      expect(await findings(page), name).toEqual([]);
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
    }
  }, 120_000);
});

describe("hostile content", () => {
  /** Width in px, size of text in per cent. */
  const sizes = [
    [320, 100],
    [390, 200],
    [720, 100],
    [1_000, 100],
    [1_280, 200],
    [1_440, 100],
  ] as const;
  const wide = "W".repeat(lengths.fullName);
  const word = "x".repeat(400);
  /** Four marks over and under each letter. */
  const marked = "Z\u0316\u0317\u0318\u0301".repeat(60) + "Z\u0302\u0303\u0304\u0305".repeat(60);
  const link = `https://${"sub.".repeat(20)}example.com/${"path/".repeat(60)}?${"q=1&".repeat(60)}`;
  let author: Person;
  let reader: Person;
  let id = "";

  beforeAll(async () => {
    const name = "w".repeat(lengths.username.max - 4);
    [author, reader] = [await feed.person(name), await feed.person(`${name}r`)];
    for (const person of [author, reader]) await person.patch("/api/v1/users/me", { fullName: wide, bio: `${word.slice(0, 300)}\n${link.slice(0, 180)}` });
    await reader.post(`/api/v1/users/${author.id}/follow`);
    await author.post(`/api/v1/users/${reader.id}/follow`);
    const written = await author.post("/api/v1/posts", {
      title: `Z\u0302\u0303\u0304\u0305${"T".repeat(lengths.postTitle - 5)}`,
      content: `${marked}\n${word} ${link} @${name} #${word.slice(0, 90)}`,
      postType: "LINK",
      mediaUrls: [link],
    });
    id = written.body.id;
    const comment = (person: Person, content: string, more: object = {}) => person.post(`/api/v1/posts/${id}/comments`, { content, ...more });
    for (const text of [word, link, marked]) await comment(reader, text);
    const { id: parentCommentId } = (await comment(author, `${marked} @${name}r`)).body;
    for (const text of [word, link]) await comment(reader, text, { parentCommentId });
    await reader.post(`/api/v1/posts/${id}/like`);
  }, 60_000);

  test("breaks no page, from 320 to 1,440 px, and with text at 200 %", async ({ skip }) => {
    stage.need(skip);
    const page = await stage.signIn(feed.url, reader, { reducedMotion: "reduce" });
    const found: string[] = [];
    const paths = [
      "/",
      `/posts/${id}`,
      `/@${author.username}`,
      `/@${author.username}/followers`,
      "/notifications",
      `/search?q=${author.username}`,
      "/search?type=posts&q=x",
      "/settings",
    ];
    for (const path of paths) {
      await page.goto(feed.url + path);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await eventually(async () =>
        expect(await page.locator('[role="status"][aria-label^="Loading"], [role="status"][aria-label="Searching"]').count()).toBe(0),
      );
      if (path.startsWith("/posts/")) for (const name of ["2 replies", "Reply"]) await page.getByRole("button", { name, exact: true }).last().click();
      for (const [width, percent] of sizes) {
        await showAt(page, width, percent);
        for (const fault of await layoutFaults(page)) found.push(`${path} at ${width} px, ${percent} %: ${fault}`);
      }
    }
    expect(found).toEqual([]);
  }, 120_000);

  test("breaks no page in German, or from right to left", async ({ skip }) => {
    stage.need(skip);
    const page = await stage.signIn(feed.url, reader, { reducedMotion: "reduce" });
    await reader.patch("/api/v1/users/me/preferences", { language: "de" });
    const found: string[] = [];
    for (const path of ["/", `/posts/${id}`, "/settings"]) {
      await page.goto(feed.url + path);
      await page.locator('html[lang="de"] h1').waitFor();
      await eventually(async () => expect(await page.locator('[role="status"][aria-label$="geladen"]').count()).toBe(0));
      for (const [direction, [width, percent]] of [
        ["ltr", sizes[0]],
        ["ltr", sizes[1]],
        ["rtl", sizes[0]],
        ["rtl", sizes[3]],
      ] as const) {
        await page.evaluate(`document.documentElement.dir = "${direction}"`);
        await showAt(page, width, percent);
        for (const fault of await layoutFaults(page)) found.push(`${path} ${direction} at ${width} px, ${percent} %: ${fault}`);
      }
    }
    await reader.patch("/api/v1/users/me/preferences", { language: null });
    expect(found).toEqual([]);
  }, 120_000);

  test("breaks no dialog, and no page for visitors", async ({ skip }) => {
    stage.need(skip);
    const found: string[] = [];
    const look = async (page: Page, place: string) => {
      for (const [width, percent] of [sizes[0], sizes[1], sizes[4]]) {
        await showAt(page, width, percent);
        for (const fault of await layoutFaults(page)) found.push(`${place} at ${width} px, ${percent} %: ${fault}`);
      }
    };
    const visitor = await stage.visit(feed.url, { reducedMotion: "reduce" });
    for (const path of [...signedOut, "/", `/posts/${id}`, `/@${author.username}`]) {
      await visitor.goto(feed.url + path);
      await visitor.getByRole("heading", { level: 1 }).waitFor();
      await eventually(async () => expect(await visitor.locator('[role="status"][aria-label^="Loading"]').count()).toBe(0));
      await look(visitor, path);
    }
    const page = await stage.signIn(feed.url, author, { reducedMotion: "reduce" });
    const looksAt = async (name: string, open: () => Promise<void>) => {
      await open();
      await page.getByRole("dialog").or(page.getByRole("alertdialog")).waitFor();
      await look(page, name);
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").or(page.getByRole("alertdialog")).waitFor({ state: "detached" });
    };
    await page.goto(`${feed.url}/settings`);
    for (const name of settingsDialogs) await looksAt(name, () => openDialog(page, name));
    await page.goto(`${feed.url}/posts/${id}`);
    for (const name of ["Edit", "Delete"])
      await looksAt(`${name} a post`, async () => {
        await page.getByRole("button", { name: "Post options" }).first().click();
        await page.getByRole("menuitem", { name }).click();
      });
    await page.goto(`${feed.url}/@${author.username}`);
    await looksAt("the profile", () => openDialog(page, "Edit profile"));
    expect(found).toEqual([]);
  }, 120_000);

  test("does not push the field for a reply behind the bars", async ({ skip }) => {
    stage.need(skip);
    const page = await stage.signIn(feed.url, reader, { viewport: phone, reducedMotion: "reduce" });
    await page.goto(`${feed.url}/posts/${id}`);
    await page.getByRole("button", { name: "Reply", exact: true }).last().press("Enter");
    const field = page.getByRole("textbox", { name: /^Reply to/ });
    await field.fill("One\nTwo\nThree");
    const covered = `(() => {
      const { left, right, top, bottom } = document.activeElement.getBoundingClientRect();
      return [top + 2, bottom - 2].filter((y) => document.elementFromPoint((left + right) / 2, y) !== document.activeElement);
    })()`;
    await eventually(async () => expect(await page.evaluate(covered)).toEqual([]));
  }, 60_000);
});

test("text keeps its direction, names keep theirs to themselves, and dates are in the browser's language", async ({ skip }) => {
  stage.need(skip);
  const person = await feed.person("polyglot");
  const fullName = "محمد العربي";
  await person.patch("/api/v1/users/me", { fullName, bio: "مرحبا" });
  const { id } = (await person.post("/api/v1/posts", { title: "عنوان!", content: `مرحبا @${person.username}!\nHello!`, postType: "TEXT" })).body;
  for (const content of ["مرحبا!", "Hello!"]) await person.post(`/api/v1/posts/${id}/comments`, { content });
  const page = await stage.signIn(feed.url, person, { locale: "fr-FR" });
  await page.goto(`${feed.url}/posts/${id}`);
  await page.locator(".comment__text").nth(1).waitFor();
  const directions = (selector: string): Promise<string[]> =>
    page.evaluate(`[...document.querySelectorAll(${JSON.stringify(selector)})].map((element) => getComputedStyle(element).direction)`);
  expect(await directions(".post-card__title, .post-card__text, .post-card__text .link")).toEqual(["rtl", "rtl", "ltr"]);
  expect(await directions(".comment__text")).toEqual(["rtl", "ltr"]);
  // Each line begins at its own side.
  const sides =
    "(() => { const range = document.createRange(); range.selectNodeContents(document.querySelector('.post-card__text')); const boxes = [...range.getClientRects()]; return [Math.max(...boxes.map(({ right }) => right)), Math.min(...boxes.map(({ left }) => left))]; })()";
  const box = await page.locator(".post-card__text").boundingBox();
  expect(await page.evaluate(sides)).toEqual([expect.closeTo((box?.x ?? 0) + (box?.width ?? 0), 0), expect.closeTo(box?.x ?? 0, 0)]);
  for (const place of ["h1", ".post-card__names", ".comment__author", ".me__names"])
    expect(await page.locator(place).first().locator("bdi").textContent()).toBe(fullName);
  const field = page.getByRole("textbox", { name: "Write a comment" });
  await field.fill("مرحبا");
  expect(await directions(".thread__say textarea")).toEqual(["rtl"]);
  // The key that ends a composition sends nothing.
  for (const key of [{ isComposing: true }, { keyCode: 229 }]) await field.dispatchEvent("keydown", { key: "Enter", bubbles: true, ...key });
  expect(await field.inputValue()).toBe("مرحبا");

  // One letter of a script whose letters join; otherwise what a reader sees as a character.
  const face = page.locator(".me .avatar");
  expect(await face.textContent()).toBe("م");
  const family = "👩‍👩‍👧";
  await person.patch("/api/v1/users/me", { fullName: `${family} n\u0303ato` });
  await page.goto(`${feed.url}/@${person.username}`);
  await eventually(async () => expect(await face.textContent()).toBe(`${family}Ñ`));
  await page.getByText(`Joined ${new Intl.DateTimeFormat("fr", { month: "long", year: "numeric" }).format(new Date())}`).waitFor();
}, 60_000);

describe("without a pointer", () => {
  test("a user can skip to the content, move, open and write, with the focus always visible", async ({ skip }) => {
    stage.need(skip);
    const page = await stage.signIn(feed.url, alice);
    await page.goto(feed.url);
    await page.getByRole("feed").waitFor();
    const focused = () => page.evaluate("document.activeElement?.getAttribute('aria-label') || document.activeElement?.textContent");
    await page.keyboard.press("Tab");
    expect(await focused()).toBe("Skip to content");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.placeholder")).toBe("What's new?");
    await page.keyboard.type("Typed, not clicked");
    await page.keyboard.press("Control+Enter");
    const mine = page.getByRole("article").filter({ hasText: "Typed, not clicked" });
    await mine.locator("time").waitFor();

    await mine.getByRole("button", { name: "Post options" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "Delete" }).waitFor();
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("alertdialog", { name: "Delete this post?" });
    await dialog.waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });

    await mine.getByRole("link", { name: /^Comments/ }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Post by Alice Moreau" }).waitFor();
    await eventually(async () => expect(await focused()).toBe("Post by Alice Moreau"));
    expect(await page.title()).toMatch(/^(\(\d+\) )?Post by Alice Moreau · NewFeed$/);
    await page.goBack();
    await page.getByRole("heading", { level: 1, name: "Home" }).waitFor();
    await eventually(async () => expect(await focused()).toBe("Home"));
  }, 120_000);

  test("a user finds what is wrong at its field, and keeps the focus", async ({ skip }) => {
    stage.need(skip);
    const page = await stage.visit(`${feed.url}/signup`);
    const focused = (selector: string) => page.evaluate(`document.activeElement?.matches(${JSON.stringify(selector)})`);
    for (const [label, value] of [
      ["Username", "alice"],
      ["E-mail", "other@example.com"],
      ["Password", "Test123"],
    ] as const)
      await page.getByLabel(label).fill(value);
    await page.keyboard.press("Enter");
    await page.locator("#username-problem").getByText("That username is taken.").waitFor();
    expect(await focused('#username[aria-invalid="true"][aria-describedby~="username-problem"]')).toBe(true);
    expect(await page.getByRole("alert").count()).toBe(1);

    const { email, password } = await feed.person("careful");
    const signedIn = await stage.signIn(feed.url, { email, password });
    await signedIn
      .getByLabel("Add pictures or videos")
      .first()
      .setInputFiles(["one.png", "two.png"].map((name) => ({ name, mimeType: "image/png", buffer: Buffer.from("no picture") })));
    const label = () => signedIn.evaluate("document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.placeholder");
    await signedIn.getByRole("button", { name: "Remove one.png" }).press("Enter");
    await eventually(async () => expect(await label()).toBe("Remove two.png"));
    await signedIn.keyboard.press("Enter");
    await eventually(async () => expect(await label()).toBe("What's new?"));
  }, 60_000);

  test("new content is announced politely", async ({ skip }) => {
    stage.need(skip);
    const page = await stage.signIn(feed.url, alice);
    await page.goto(`${feed.url}/posts/${postId}`);
    // Content that is there at first is not announced.
    await page.getByRole("list", { name: "Comments" }).waitFor({ state: "attached" });
    await page.locator('.connection[data-state="live"]').waitFor();
    const dave = await feed.person("dave");
    await dave.post(`/api/v1/posts/${postId}/comments`, { content: "Can you hear me?" });
    const said = page.locator('body > [aria-live="polite"]');
    await eventually(async () => expect(await said.textContent()).toBe("dave Tester commented: Can you hear me?"), 10_000);
  }, 120_000);
});

test("the window shows what is unread, the theme, and no motion where none is wanted; refusals are in plain words", async ({ skip }) => {
  stage.need(skip);
  const person = await feed.person("window");
  const blocked = await feed.person("blocked");
  await person.post(`/api/v1/users/${blocked.id}/block`);
  const page = await stage.signIn(feed.url, person, { reducedMotion: "reduce", colorScheme: "light" });
  await eventually(async () => expect(await page.title()).toBe("(1) Home · NewFeed"));
  await page.evaluate(
    "window.behaviors = []; const scrollBefore = scrollTo; window.scrollTo = (...given) => { window.behaviors.push(given[0]?.behavior); scrollBefore(...given); }",
  );
  await page.getByRole("link", { name: "Home", exact: true }).click();
  expect(await page.evaluate("window.behaviors")).toEqual(["instant"]);
  await page.getByRole("link", { name: /^Notifications/ }).click();
  await page.getByRole("button", { name: "Mark all as read" }).click();
  await eventually(async () => expect(await page.title()).toBe("Notifications · NewFeed"));

  await page.getByRole("link", { name: "Settings" }).first().click();
  const bars = () => page.evaluate(`[...document.querySelectorAll('meta[name="theme-color"]')].map(({ content }) => content)`);
  const paper = () => page.evaluate("getComputedStyle(document.documentElement).backgroundColor");
  expect([await bars(), await paper()]).toEqual([["#f6f2ec", "#121110"], "rgb(246, 242, 236)"]);
  await page.getByText("Dark", { exact: true }).click();
  await eventually(async () => expect([await bars(), await paper()]).toEqual([["#121110", "#121110"], "rgb(18, 17, 16)"]));

  await page.getByRole("button", { name: "Unblock blocked Tester" }).click();
  await page.getByText("You have not blocked anyone.").waitFor();
  expect((await person.get("/api/v1/users/me/blocks")).body.data).toEqual([]);

  await page.route("**/api/v1/**", (route) =>
    route.fulfill({
      status: 502,
      contentType: "application/problem+json",
      body: '{"code":"bad_gateway","status":502,"message":"A service gave no usable answer."}',
    }),
  );
  await page.getByRole("button", { name: "Download my data" }).click();
  await page.getByRole("alert").getByText("NewFeed cannot do this right now. Try again in a moment.").waitFor();
  await page.unrouteAll();

  await page.getByRole("button", { name: "Delete my account" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete account" }).click();
  await page.getByText("Your account has been deleted.").waitFor();
}, 60_000);

test("user content is rendered as text, without dangerous links", async ({ skip }) => {
  stage.need(skip);
  const mallory = await feed.person("mallory");
  const content = '<img src=x onerror="window.hurt=1"><script>window.hurt=1</script> javascript:alert(1) https://ok.example/<b>';
  const { body } = await mallory.post("/api/v1/posts", { content, title: "<b>Bold</b>", postType: "LINK", mediaUrls: ["https://elsewhere.example/x.png"] });
  await mallory.post(`/api/v1/posts/${body.id}/comments`, { content });
  await mallory.patch("/api/v1/users/me", { fullName: "<i>Mallory</i>", bio: content, avatarUrl: "https://tracker.example/pixel.png" });
  const page = await stage.signIn(feed.url, alice);
  const hosts: string[] = [];
  page.on("request", (request) => hosts.push(new URL(request.url()).host));
  for (const path of [`/posts/${body.id}`, `/@${mallory.username}`]) {
    await page.goto(feed.url + path);
    await page.getByText("window.hurt=1").first().waitFor();
    const links: string[] = await page
      .getByRole("main")
      .locator("a")
      .evaluateAll((all) => all.map((link) => (link as unknown as { protocol: string }).protocol));
    expect([...new Set(links)].sort()).toEqual(["http:", "https:"]);
    expect(await page.locator("main b:text-is('Bold'), main img[src='x'], main script").count()).toBe(0);
  }
  expect(await page.evaluate("window.hurt")).toBeUndefined();
  expect([...new Set(hosts)]).toEqual([new URL(feed.url).host]);
}, 120_000);

describe.for([
  { colorScheme: "light", viewport: { width: 1280, height: 900 } },
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
