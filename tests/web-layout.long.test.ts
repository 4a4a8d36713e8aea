import { lengths } from "@newfeed/shared/contracts/text.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { layoutFaults, showAt } from "./support/web/layout.ts";
import { closeDialog, openDialog, phone, settingsDialogs, signedOut } from "./support/web/places.ts";
import { setStage } from "./support/web/stage.ts";

const stage = setStage();
let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed({ PORT: String(await freePort()) });
});
afterAll(() => feed.close());

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
  let commentId = "";

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
    await reader.post(`/api/v1/posts/${id}/bookmark`);
    commentId = parentCommentId;
    // A quote and a poll with options of one word, as long as they may be.
    const poll = { options: ["1", "2"].map((end) => word.slice(0, lengths.pollOption - 1) + end), duration: 3_600 };
    const asked = (await author.post("/api/v1/posts", { content: word, postType: "TEXT", poll })).body.id;
    await author.post("/api/v1/posts", { content: marked, postType: "TEXT", quotedPostId: asked });
    await author.post(`/api/v1/posts/${asked}/pin`);
    await author.post(`/api/v1/posts/${asked}/repost`);
    const publishAt = new Date(Date.now() + 86_400_000).toISOString();
    await reader.post("/api/v1/posts", { content: word, location: word.slice(0, lengths.postLocation), postType: "TEXT", status: "scheduled", publishAt });
    await reader.post("/api/v1/drafts", { content: `${marked} ${link}` });
  }, 60_000);

  test("breaks no page, from 320 to 1,440 px, and with text at 200 %", async ({ skip }) => {
    stage.need(skip);
    const page = await stage.signIn(feed.url, reader);
    const found: string[] = [];
    const paths = [
      "/",
      `/posts/${id}`,
      `/@${author.username}`,
      `/@${author.username}?shown=replies`,
      `/@${author.username}?shown=reposts`,
      `/@${author.username}/followers`,
      `/posts/${id}/comments/${commentId}`,
      "/bookmarks",
      "/likes",
      "/unpublished",
      `/tags/${word.slice(0, 90)}`,
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
      if (path === `/posts/${id}`) for (const name of ["2 replies", "Reply"]) await page.getByRole("button", { name, exact: true }).last().click();
      for (const [width, percent] of sizes) {
        await showAt(page, width, percent);
        for (const fault of await layoutFaults(page)) found.push(`${path} at ${width} px, ${percent} %: ${fault}`);
      }
    }
    expect(found).toEqual([]);
  }, 240_000);

  test("breaks no page in German, or from right to left", async ({ skip }) => {
    stage.need(skip);
    const page = await stage.signIn(feed.url, reader);
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
    const visitor = await stage.visit(feed.url);
    for (const path of [...signedOut, "/", `/posts/${id}`, `/posts/${id}/comments/${commentId}`, `/@${author.username}`]) {
      await visitor.goto(feed.url + path);
      await visitor.getByRole("heading", { level: 1 }).waitFor();
      await eventually(async () => expect(await visitor.locator('[role="status"][aria-label^="Loading"]').count()).toBe(0));
      await look(visitor, path);
    }
    const page = await stage.signIn(feed.url, author);
    const looksAt = async (name: string, open: () => Promise<void>) => {
      await open();
      await page.getByRole("dialog").or(page.getByRole("alertdialog")).waitFor();
      await look(page, name);
      await closeDialog(page);
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
  }, 240_000);

  test("does not push the field for a reply behind the bars", async ({ skip }) => {
    stage.need(skip);
    const page = await stage.signIn(feed.url, reader, { viewport: phone });
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
