import { AxeBuilder } from "@axe-core/playwright";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { Secret, TOTP } from "otpauth";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { administratorOf } from "./support/administrator.ts";
import type { TestFeed } from "./support/feed.ts";
import { forgetProofs } from "./support/proofs.ts";
import { alice, startDemoFeed } from "./support/web/demo.ts";
import { closeDialog, desk, openDialog, phone, screens, settingsDialogs, signedOut } from "./support/web/places.ts";
import { setStage } from "./support/web/stage.ts";
import { addAuthenticator } from "./support/web/virtual-authenticator.ts";

const stage = setStage();
let feed: TestFeed;
let postId: string;
beforeAll(async () => {
  ({ feed, postId } = await startDemoFeed());
}, 120_000);
afterAll(() => feed.close());

const looks = [
  { colorScheme: "light", viewport: desk },
  { colorScheme: "dark", viewport: phone },
] as const;
/** Pages take turns with the looks; with `SCREEN=phone`, each has the other one. */
let turn = screens.includes(desk) ? 0 : 1;

/** Serious findings of axe in a page, or in a part of it. */
async function findingsNow(page: Page, part?: string): Promise<string[]> {
  // Pages have no frames, for which axe would open a page of its own each time.
  const axe = new AxeBuilder({ page }).setLegacyMode().withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]);
  const { violations, passes } = await (part ? axe.include(part) : axe).analyze();
  expect(passes.length).toBeGreaterThan(part ? 5 : 15);
  return violations
    .filter(({ impact }) => impact !== "minor")
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 120)} ${failureSummary?.split("\n")[1]?.trim() ?? ""}`));
}

/** Those that last. A colour that has just changed may be the former one for some frames. */
async function findings(page: Page, part?: string): Promise<string[]> {
  const look = looks[turn++ % looks.length];
  if (!look) return [];
  const { colorScheme, viewport } = look;
  await page.emulateMedia({ colorScheme });
  await page.setViewportSize(viewport);
  await page.evaluate("new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))");
  await eventually(async () => expect(await page.locator('[role="status"][aria-label^="Loading"]').count()).toBe(0));
  const first = await findingsNow(page, part);
  const lasting = first.length > 0 ? await findingsNow(page, part) : [];
  return lasting.map((finding) => `${colorScheme}, ${viewport.width} px: ${finding}`);
}

describe("every page, light and wide or dark and narrow,", () => {
  test("has no serious finding for visitors", async ({ skip }) => {
    stage.need(skip);
    const hermit = await feed.person("hermit");
    await hermit.patch("/api/v1/users/me/preferences", { privateAccount: true });
    const page = await stage.visit(feed.url);
    const [{ id: commentId }] = (await feed.call("GET", `/api/v1/posts/${postId}/comments`)).body.data;
    const pages = ["/", "/explore", "/@bob", "/@bob?shown=reposts", "/@bob?shown=replies", `/@${hermit.username}`, "/search", "/tags/harbour"];
    for (const path of [...signedOut, ...pages, `/posts/${postId}`, `/posts/${postId}/comments/${commentId}`]) {
      await page.goto(feed.url + path);
      await page.getByRole("heading", { level: 1 }).waitFor();
      expect(await findings(page), path).toEqual([]);
    }
  }, 240_000);

  test("has no serious finding for a signed-in user", async ({ skip }) => {
    stage.need(skip);
    const page = await stage.signIn(feed.url, alice);
    const [{ id: commentId }] = (await feed.call("GET", `/api/v1/posts/${postId}/comments`)).body.data;
    const lists = ["/bookmarks", "/likes", "/unpublished", "/@bob/followers", "/@bob/following", "/notifications", "/search?q=c", "/search?type=posts&q=c"];
    for (const path of ["/", "/explore", `/posts/${postId}`, `/posts/${postId}/comments/${commentId}`, "/@bob", "/@alice?shown=likes", ...lists]) {
      await page.goto(feed.url + path);
      await page.getByRole("heading", { level: 1 }).waitFor();
      expect(await findings(page), path).toEqual([]);
    }
  }, 240_000);

  test("has none in the console", async ({ skip }) => {
    stage.need(skip);
    const page = await stage.signIn(feed.url, await administratorOf(feed));
    await page.goto(`${feed.url}/admin`);
    await page.getByRole("list", { name: "Events" }).getByText("Body").first().click();
    await page.locator(".console__text").waitFor();
    expect(await findings(page, "main"), "events").toEqual([]);
    await page.getByRole("button", { name: "Timeline of the request" }).first().click();
    await page.getByRole("list", { name: "Timeline of the request" }).getByRole("listitem").first().waitFor();
    expect(await findings(page, "main"), "a timeline").toEqual([]);
    await page.getByRole("button", { name: "Replays" }).click();
    await page.getByText("Nothing was replayed yet").waitFor();
    expect(await findings(page, "main"), "replays").toEqual([]);
    await page.getByRole("button", { name: "Dead letters" }).click();
    await page.getByText("There are no dead letters").waitFor();
    expect(await findings(page, "main"), "dead letters").toEqual([]);
    await page.getByRole("button", { name: "Services" }).click();
    await page.getByRole("row", { name: /^post / }).waitFor();
    expect(await findings(page, "main"), "services").toEqual([]);
  }, 120_000);

  test("has none in a poll, its result, and the form for one with its emoji", async ({ skip }) => {
    stage.need(skip);
    const asker = await feed.person("asker");
    const poll = { options: ["Tea", "Coffee"], duration: 3_600 };
    const { id } = (await asker.post("/api/v1/posts", { content: "What do you drink?", postType: "TEXT", poll })).body;
    const page = await stage.signIn(feed.url, asker);
    await page.getByLabel("What's new?").fill("And what do you eat?");
    await page.getByRole("button", { name: "More", exact: true }).click();
    await page.getByRole("menuitem", { name: "Add a poll" }).click();
    await page.getByRole("textbox", { name: "Option 1" }).waitFor();
    await page.getByRole("radio", { name: "Tea" }).waitFor();
    expect(await findings(page, "main"), "the options and the form").toEqual([]);
    await page.getByRole("button", { name: "Add an emoji" }).click();
    await page.getByRole("button", { name: "grinning face", exact: true }).waitFor();
    expect(await findings(page, '[role="dialog"]'), "the emoji").toEqual([]);
    await page.goto(`${feed.url}/posts/${id}`);
    await page.getByRole("radio", { name: "Tea" }).check();
    await page.getByRole("button", { name: "Vote" }).click();
    await page.getByRole("list", { name: "Result of the poll" }).waitFor();
    expect(await findings(page, "main"), "the result").toEqual([]);
  }, 120_000);

  test("has none in the settings, with all that an account can have, nor has a dialog there", async ({ skip }) => {
    stage.need(skip);
    const [owner, fan, blocked] = [await feed.person("owner"), await feed.person("fan"), await feed.person("blocked")];
    await owner.patch("/api/v1/users/me/preferences", { privateAccount: true });
    await owner.post(`/api/v1/users/${blocked.id}/block`);
    await fan.post(`/api/v1/users/${owner.id}/follow`);
    await owner.post("/api/auth/tokens", { name: "Backup", scopes: ["read"] });
    const page = await stage.signIn(feed.url, owner);
    await addAuthenticator(page);
    await page.goto(`${feed.url}/settings`);
    const dialog = page.getByRole("dialog");
    const look = async (name: string) => expect(await findings(page, '[role="dialog"], [role="alertdialog"]'), name).toEqual([]);
    const lookAt = async (name: string) => {
      await openDialog(page, name);
      await look(name);
      await closeDialog(page);
    };
    for (const name of settingsDialogs) await lookAt(name);

    await openDialog(page, "Add a passkey");
    await page.getByLabel("Name", { exact: true }).fill("My laptop");
    await dialog.getByRole("button", { name: "Continue" }).click();
    for (const name of ["Rename My laptop", "Remove My laptop"]) await lookAt(name);

    await openDialog(page, "Turn on");
    await dialog.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("img", { name: "QR code" }).waitFor();
    await look("the code to scan");
    const secret = await page.locator(".secret__key").innerText();
    await page.getByLabel("Code", { exact: true }).fill(new TOTP({ secret: Secret.fromBase32(secret) }).generate());
    await dialog.getByRole("button", { name: "Turn on" }).click();
    await page.getByText("These are your recovery codes").waitFor();
    for (const name of ["New recovery codes", "Turn off"]) await lookAt(name);
    await page.getByRole("button", { name: "Approve fan Tester" }).waitFor();
    await page.getByRole("button", { name: "Unblock blocked Tester" }).waitFor();
    expect(await findings(page, "main"), "the settings").toEqual([]);

    await forgetProofs(feed, owner);
    await openDialog(page, "Delete my account");
    await dialog.getByRole("button", { name: "Delete account" }).click();
    await page.getByRole("dialog", { name: "Confirm that it is you" }).waitFor();
    await look("a step-up");
  }, 240_000);
});
