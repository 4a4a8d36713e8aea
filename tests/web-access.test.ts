import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TestFeed } from "./support/feed.ts";
import { alice, startDemoFeed } from "./support/web/demo.ts";
import { setStage } from "./support/web/stage.ts";

const stage = setStage();
let feed: TestFeed;
let postId: string;
beforeAll(async () => {
  ({ feed, postId } = await startDemoFeed());
}, 120_000);
afterAll(() => feed.close());

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
      .getByLabel("Add pictures, videos or documents")
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
  const page = await stage.signIn(feed.url, person, { colorScheme: "light" });
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
