import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { Secret, TOTP } from "otpauth";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { arrived, mailFolder } from "./support/mails.ts";
import { forgetProofs } from "./support/proofs.ts";
import { englishIn } from "./support/web/english.ts";
import { post, write } from "./support/web/posts.ts";
import { setStage } from "./support/web/stage.ts";

const stage = setStage();
let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed({ PORT: String(await freePort()) });
});
afterAll(() => feed.close());

describe("users, in their settings,", () => {
  test("give a program a token, and revoke it", async ({ skip }) => {
    stage.need(skip);
    const owner = await feed.person("owner");
    const page = await stage.signIn(feed.url, owner);
    await page.goto(`${feed.url}/settings`);
    await forgetProofs(feed, owner);
    await page.getByRole("button", { name: "Create a token" }).click();
    await page.getByLabel("Name").fill("Backup");
    await page.getByLabel("Read and write").check({ force: true });
    await page.getByRole("dialog").getByRole("button", { name: "Create" }).click();
    const proof = page.getByRole("dialog", { name: "Confirm that it is you" });
    await proof.getByLabel("Password").fill(owner.password);
    await proof.getByRole("button", { name: "Continue" }).click();
    const secret = await page.getByText(/^nf_/).textContent();
    await page.getByText("Read and write · until").waitFor();
    const write = () => feed.call("POST", "/api/v1/posts", { content: "A program wrote this", postType: "TEXT" }, { authorization: `Bearer ${secret}` });
    expect((await write()).status).toBe(201);
    await page.reload();
    await page.getByText("last used").nth(1).waitFor();
    expect(await page.getByText(/^nf_/).count()).toBe(0);
    await page.getByRole("button", { name: "Revoke Backup" }).click();
    await page.getByText("Backup is revoked.").waitFor();
    expect((await write()).status).toBe(401);
  }, 120_000);

  test("choose what comes into their inbox", async ({ skip }) => {
    stage.need(skip);
    const [owner, fan] = [await feed.person("owner"), await feed.person("fan")];
    const page = await stage.signIn(feed.url, owner);
    await page.goto(`${feed.url}/settings`);
    const part = page.getByRole("region", { name: "Notifications" });
    await part.getByText("Likes of your posts").click();
    const path = "/api/v1/users/me/notification-preferences";
    await eventually(async () => expect((await owner.get(path)).body.types.post_liked.inbox).toBe(false));
    await page.reload();
    expect(await part.getByLabel("Mentions of you", { exact: true }).isChecked()).toBe(true);
    expect(await part.getByLabel("Likes of your posts", { exact: true }).isChecked()).toBe(false);

    const postId = await write(owner, "Like it, or say so");
    await fan.post(`/api/v1/posts/${postId}/like`);
    await fan.post(`/api/v1/posts/${postId}/comments`, { content: "I do" });
    const types = async () => (await owner.get("/api/v1/notifications")).body.data.map(({ type }: { type: string }) => type);
    await eventually(async () => expect(await types()).toContain("new_comment"));
    expect(await types()).not.toContain("post_liked");
  }, 120_000);

  test("set a theme, a filter and who may comment, for all their devices", async ({ skip }) => {
    stage.need(skip);
    const [owner, guest] = [await feed.person("owner"), await feed.person("guest")];
    const postId = await write(guest, "The butler did it: a spoiler");
    const page = await stage.signIn(feed.url, owner);
    await page.goto(`${feed.url}/settings`);
    // The page shows a choice a moment after the click, which `check` takes for none.
    await page.getByText("Dark", { exact: true }).click();
    const audience = page.getByRole("group", { name: "Who may comment on your posts" });
    await eventually(async () => expect(await audience.getByLabel("Nobody").isEnabled()).toBe(true));
    await audience.getByText("Nobody").click();
    await page.getByLabel("Time zone").selectOption("Asia/Tokyo");
    const filters = page.getByRole("region", { name: "Content filters" });
    for (const word of ["golf", "spoiler"]) {
      await filters.getByLabel("Word or phrase").fill(word);
      await filters.getByRole("button", { name: "Add" }).click();
      await filters.getByRole("button", { name: `Remove “${word}”` }).waitFor();
    }
    const saved = { theme: "dark", whoMayComment: "nobody", timeZone: "Asia/Tokyo", contentFilters: { words: ["golf", "spoiler"] } };
    await eventually(async () => expect((await owner.get("/api/v1/users/me/preferences")).body).toMatchObject(saved));

    const other = await stage.signIn(feed.url, owner);
    await eventually(async () => expect(await other.evaluate("document.documentElement.dataset.theme")).toBe("dark"));
    await other.goto(`${feed.url}/posts/${postId}`);
    await other.getByText("Hidden by your filter for “spoiler”.").waitFor();
    expect(await other.getByText("The butler did it").count()).toBe(0);
    await other.getByRole("button", { name: "Show", exact: true }).click();
    await other.getByText("The butler did it").waitFor();

    const mine = await write(owner, "No comment");
    const visitor = await stage.signIn(feed.url, guest);
    await visitor.goto(`${feed.url}/posts/${mine}`);
    await visitor.getByText("owner Tester has limited who may comment.").waitFor();
    expect(await visitor.getByLabel("Write a comment").count()).toBe(0);
  }, 120_000);

  test("choose German, and read it everywhere, in mails too", async ({ skip }) => {
    stage.need(skip);
    const [reader, friend] = [await feed.person("reader"), await feed.person("friend")];
    const postId = await write(reader, "Guten Morgen");
    await friend.post(`/api/v1/posts/${postId}/comments`, { content: "Moin" });
    await friend.post(`/api/v1/posts/${postId}/like`);
    await friend.post(`/api/v1/users/${reader.id}/follow`);
    const page = await stage.signIn(feed.url, reader);
    await page.goto(`${feed.url}/settings`);
    const language = page.locator("#language");
    await eventually(async () => expect(await language.isEnabled()).toBe(true));
    await language.focus();
    await language.selectOption("de");
    await page.getByRole("heading", { level: 1, name: "Einstellungen" }).waitFor();
    // The focus returns after the page is shown.
    const shown = "[document.documentElement.lang, document.title.replace(/^\\(\\d+\\) /, ''), document.activeElement.id]";
    await eventually(async () => expect(await page.evaluate(shown)).toEqual(["de", "Einstellungen · NewFeed", "language"]));
    await eventually(async () => expect((await reader.get("/api/v1/users/me/preferences")).body.language).toBe("de"));

    const left: string[] = [];
    const places = ["/", "/explore", `/posts/${postId}`, `/@${friend.username}`, `/@${friend.username}/following`, "/notifications", "/search", "/settings"];
    for (const path of [...places, "/search?type=posts", "/no/such/page", "/forgot-password"]) {
      await page.goto(feed.url + path);
      await page.locator('html[lang="de"] h1').waitFor();
      await eventually(async () => expect(await page.locator('[role="status"][aria-label$="geladen"]').count()).toBe(0));
      for (const text of await englishIn(page)) left.push(`${path}: ${text}`);
    }
    expect(left).toEqual([]);
    await page.goto(`${feed.url}/settings`);
    await page.getByText(/^\d\d\.\d\d\.\d{4}, \d\d:\d\d$/).waitFor();
    await page.goto(`${feed.url}/notifications`);
    for (const text of ["friend Tester hat deinen Beitrag kommentiert", "friend Tester gefällt dein Beitrag", "friend Tester folgt dir"])
      await page.getByText(text).waitFor();

    const { query } = await feed.platform.openDatabase("auth-service");
    await eventually(async () =>
      expect(await query("SELECT preferred_language AS language FROM account WHERE id = $1", [reader.id])).toEqual([{ language: "de" }]),
    );
    await feed.call("POST", "/api/auth/password/forgot", { email: reader.email });
    expect((await arrived(mailFolder(feed), reader.email, /Passwort/)).text).toContain("Der Link gilt einmal, 30 Minuten lang.");
  }, 120_000);

  test("read the browser's language as visitors; without its texts, English", async ({ skip }) => {
    stage.need(skip);
    const german = await stage.visit(`${feed.url}/login`, { locale: "de-AT" });
    await german.getByRole("heading", { level: 1, name: "Anmelden" }).waitFor();
    expect(await german.evaluate("[document.documentElement.lang, document.documentElement.dir]")).toEqual(["de", "ltr"]);
    const english = await stage.visit("about:blank", { locale: "de-AT" });
    await english.route(/\/assets\/de-/, (route) => route.abort());
    await english.goto(`${feed.url}/login`);
    await english.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
    expect(await english.locator("html").getAttribute("lang")).toBe("en");
  }, 60_000);

  test("make their account private, and approve who follows it", async ({ skip }) => {
    stage.need(skip);
    const [owner, fan] = [await feed.person("owner"), await feed.person("fan")];
    await write(owner, "Only among us");
    const page = await stage.signIn(feed.url, owner);
    await page.goto(`${feed.url}/settings`);
    await page.getByLabel("Private account", { exact: true }).click();
    await page.getByText("No one has asked to follow you.").waitFor();

    const other = await stage.signIn(feed.url, fan);
    await other.goto(`${feed.url}/@${owner.username}`);
    await other.getByText("This account is private", { exact: true }).waitFor();
    await other.getByRole("button", { name: "Ask to follow" }).click();
    await other.getByRole("button", { name: "Requested" }).waitFor();
    await eventually(async () => expect((await owner.get("/api/v1/users/me/follow-requests")).body.data).toHaveLength(1));

    await page.goto(`${feed.url}/notifications`);
    await page.getByText("fan Tester asks to follow you").click();
    await page.getByRole("button", { name: "Approve fan Tester" }).click();
    await page.getByText("No one has asked to follow you.").waitFor();
    await eventually(async () => expect((await fan.get(`/api/v1/users/${owner.id}/posts`)).body.data).toHaveLength(1));
    await other.reload();
    await post(other, "Only among us").waitFor();

    await page.goto(`${feed.url}/@${owner.username}/followers`);
    await page.getByRole("button", { name: "Remove fan Tester from your followers" }).click();
    await eventually(async () => expect((await fan.get(`/api/v1/users/${owner.id}`)).body).toMatchObject({ followedByMe: false, followerCount: 0 }));
  }, 120_000);

  test("protect their account with a second factor, and sign in with it", async ({ skip }) => {
    stage.need(skip);
    const owner = await feed.person("careful");
    const page = await stage.signIn(feed.url, owner);
    await page.goto(`${feed.url}/settings`);
    await page.getByRole("button", { name: "Turn on" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Continue" }).click();
    await page.getByRole("img", { name: "QR code" }).waitFor();
    const secret = (await page.getByText(/^[A-Z2-7]{32}$/).textContent()) ?? "";
    const totp = new TOTP({ secret: Secret.fromBase32(secret) });
    await page.getByLabel("Code", { exact: true }).fill(totp.generate());
    await page.getByRole("dialog").getByRole("button", { name: "Turn on" }).click();
    await page.getByText("These are your recovery codes.").waitFor();
    const recoveryCode =
      (await page
        .getByText(/^([a-z2-9]{4}-){3}[a-z2-9]{4}$/)
        .first()
        .textContent()) ?? "";

    const other = await stage.visit(`${feed.url}/login`);
    await other.getByLabel("E-mail or username").fill(owner.username);
    await other.getByLabel("Password").fill(owner.password);
    await other.getByRole("button", { name: "Sign in" }).click();
    await other.getByRole("heading", { name: "Enter a code" }).waitFor();
    await other.getByLabel("Code", { exact: true }).fill("000000");
    await other.getByRole("button", { name: "Sign in" }).click();
    await other.getByRole("alert").getByText("That code is wrong").waitFor();
    await other.getByLabel("Code", { exact: true }).fill(recoveryCode);
    await other.getByRole("button", { name: "Sign in" }).click();
    await other.getByRole("heading", { level: 1, name: "Home" }).waitFor();

    await page.reload();
    await page.getByText("9 recovery codes are left.").waitFor();
    await page.getByRole("button", { name: "Turn off" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Turn off" }).click();
    await page.getByRole("button", { name: "Turn on" }).waitFor();
    expect((await owner.get("/api/auth/second-factor")).body.data).toEqual({ enabledAt: null, recoveryCodes: 0 });
  }, 120_000);

  test("delete their account, and disappear", async ({ skip }) => {
    stage.need(skip);
    const leaver = await feed.person("leaver");
    await write(leaver, "My last words");
    const page = await stage.signIn(feed.url, leaver);
    await page.getByRole("link", { name: "Settings" }).first().click();
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Download my data" }).click()]);
    expect(download.suggestedFilename()).toBe(`newfeed-${leaver.username}.json`);
    await forgetProofs(feed, leaver);
    // On a phone the message covers the button at the end of the page.
    await page.getByLabel("Messages").getByRole("button", { name: "Close" }).click();
    await page.getByRole("button", { name: "Delete my account" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete account" }).click();
    const proof = page.getByRole("dialog", { name: "Confirm that it is you" });
    await proof.getByRole("button", { name: "Cancel" }).click();
    await proof.waitFor({ state: "detached" });
    await page.getByRole("dialog").getByRole("button", { name: "Delete account" }).click();
    await proof.getByLabel("Password").fill("wrong");
    await proof.getByRole("button", { name: "Continue" }).click();
    await proof.getByRole("alert").getByText("wrong").waitFor();
    await proof.getByLabel("Password").fill(leaver.password);
    await proof.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.goto(`${feed.url}/@${leaver.username}`);
    await eventually(async () => {
      await page.reload();
      await page.getByText("User not found").waitFor({ timeout: 1_000 });
    }, 10_000);
  }, 120_000);
});
