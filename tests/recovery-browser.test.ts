import { setRole } from "@newfeed/auth-service/store.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { Secret, TOTP } from "otpauth";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { inviteTo } from "./support/invitations.ts";
import { arrived, linkIn, mailFolder } from "./support/mails.ts";
import { forgetProofs } from "./support/proofs.ts";
import { setStage } from "./support/web/stage.ts";
import { addAuthenticator } from "./support/web/virtual-authenticator.ts";

const stage = setStage();
let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed({ PORT: String(await freePort()) });
});
afterAll(() => feed.close());

const link = async (address: string, subject: RegExp) => linkIn(await arrived(mailFolder(feed), address, subject)).url;
const addressOf = (page: Page) => new URL(page.url());

test("a user who forgot the password gets a link by mail, sets a new one and signs in", async ({ skip }) => {
  stage.need(skip);
  const john = await feed.person("john");
  const page = await stage.visit(`${feed.url}/login`);
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  await page.getByLabel("E-mail or username").fill(john.username);
  await page.getByRole("button", { name: "Send the link" }).click();
  await page.getByText("a link is on its way").waitFor();
  const url = await link(john.email, /^Set a new password/);

  await page.goto(url);
  await page.getByLabel("New password").fill("password");
  await page.getByRole("button", { name: "Set the password" }).click();
  await page.getByText("is one of the most common passwords; choose another").waitFor();
  expect(addressOf(page)).toMatchObject({ pathname: "/reset-password", hash: "" });
  await page.getByLabel("New password").fill("New-word1");
  await page.getByRole("button", { name: "Set the password" }).click();
  await page.getByText("Your password is set").waitFor();
  await page.getByRole("link", { name: "Sign in", exact: true }).last().click();
  await page.getByLabel("E-mail or username").fill(john.email);
  await page.getByLabel("Password").fill("New-word1");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { level: 1, name: "Home" }).waitFor();

  // Signed in, with another link: the session ends here too.
  await feed.call("POST", "/api/auth/password/forgot", { email: john.email });
  await page.goto(linkIn(await arrived(mailFolder(feed), john.email, /^Set a new password/, 2)).url);
  await page.getByLabel("New password").fill("Next-word1");
  await page.getByRole("button", { name: "Set the password" }).click();
  await page.getByText("Your password is set").waitFor();
  await page.goto(`${feed.url}/notifications`);
  await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();

  // The first link again.
  await page.goto(url);
  await page.getByLabel("New password").fill("Other-word1");
  await page.getByRole("button", { name: "Set the password" }).click();
  await page.getByText("This link has been used, or is too old").waitFor();
  await page.goto(`${feed.url}/reset-password`);
  await page.getByText("This link is not complete").waitFor();
}, 120_000);

test("a new user confirms the address; the settings show it, and change password and address", async ({ skip }) => {
  stage.need(skip);
  const john = await feed.person("john");
  const page = await stage.signIn(feed.url, john);
  await page.goto(`${feed.url}/settings`);
  await page.getByText(`${john.email} is not confirmed yet.`).waitFor();
  await page.goto(await link(john.email, /^Confirm your e-mail/));
  await page.getByRole("button", { name: "Confirm the address" }).click();
  await page.getByText(`${john.email} is confirmed.`).waitFor();
  await page.getByRole("link", { name: "Continue" }).click();
  await page.getByRole("heading", { level: 1, name: "Home" }).waitFor();

  await page.goto(`${feed.url}/settings`);
  await page.getByText(`${john.email} is confirmed.`).waitFor();
  await page.getByRole("button", { name: "Change password" }).click();
  await page.getByLabel("Current password").fill("Wrong-one1");
  await page.getByLabel("New password").fill("New-word1");
  await page.getByRole("dialog").getByRole("button", { name: "Change password" }).click();
  await page.getByRole("dialog").getByRole("alert").waitFor();
  await page.getByLabel("Current password").fill(john.password);
  await page.getByRole("dialog").getByRole("button", { name: "Change password" }).click();
  await page.getByText("Your password is changed").waitFor();

  const elsewhere = await stage.signIn(feed.url, { ...john, password: "New-word1" });
  await page.reload();
  await page.getByRole("button", { name: "Sign out everywhere else" }).click();
  await page.getByText("You are signed out everywhere else.").waitFor();
  await eventually(async () => expect(addressOf(elsewhere).pathname).toBe("/login"), 20_000);

  const next = `next-${john.email}`;
  await page.getByRole("button", { name: "Change e-mail address" }).click();
  await page.getByLabel("New e-mail address").fill(next);
  await page.getByRole("dialog").getByRole("button", { name: "Send the link" }).click();
  await page.getByText(`A link is on its way to ${next}`).first().waitFor();
  await page.goto(await link(next, /^Confirm your new/));
  await page.getByRole("button", { name: "Confirm the address" }).click();
  await page.getByText(`${next} is confirmed.`).waitFor();
  await page.goto(`${feed.url}/settings`);
  await page.getByText(`${next} is confirmed.`).waitFor();
}, 120_000);

test("a passkey signs in, takes the place of a code, and proves the user", async ({ skip }) => {
  stage.need(skip);
  const john = await feed.person("john");
  const page = await stage.signIn(feed.url, john);
  const { devtools, authenticatorId } = await addAuthenticator(page);
  const dialog = page.getByRole("dialog");
  const home = page.getByRole("heading", { level: 1, name: "Home" });
  const signOut = async () => {
    await page.goto(`${feed.url}/settings`);
    await page.getByRole("button", { name: "Sign out", exact: true }).click();
    await page.goto(`${feed.url}/login`);
  };

  await page.goto(`${feed.url}/settings`);
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByLabel("Name", { exact: true }).fill("My laptop");
  await dialog.getByRole("button", { name: "Continue" }).click();
  await page.getByText("You can sign in with your passkey now.").waitFor();
  await arrived(mailFolder(feed), john.email, /^A new passkey/);
  await page.getByRole("button", { name: "Rename My laptop" }).click();
  await page.getByLabel("Name", { exact: true }).fill("My old laptop");
  await dialog.getByRole("button", { name: "Rename" }).click();
  await page.getByRole("button", { name: "Remove My old laptop" }).waitFor();

  // It is there already, and the user may think better of it.
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Again");
  await dialog.getByRole("button", { name: "Continue" }).click();
  await dialog.getByText("This device already has a passkey for your account.").waitFor();
  await dialog.getByRole("button", { name: "Cancel" }).click();

  await signOut();
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await home.waitFor();

  await page.goto(`${feed.url}/settings`);
  await page.getByRole("button", { name: "Turn on" }).click();
  await dialog.getByRole("button", { name: "Continue" }).click();
  const secret = await page.locator(".secret__key").innerText();
  await page.getByLabel("Code", { exact: true }).fill(new TOTP({ secret: Secret.fromBase32(secret) }).generate());
  await dialog.getByRole("button", { name: "Turn on" }).click();
  await page.getByText("These are your recovery codes").waitFor();
  await signOut();
  await page.getByLabel("E-mail or username").fill(john.username);
  await page.getByLabel("Password").fill(john.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "Enter a code" }).waitFor();
  await page.getByRole("button", { name: "Use a passkey instead" }).click();
  await home.waitFor();

  await forgetProofs(feed, john);
  await page.goto(`${feed.url}/settings`);
  await page.getByRole("button", { name: "Remove My old laptop" }).click();
  await dialog.getByRole("button", { name: "Remove" }).click();
  await page.getByRole("button", { name: "Use a passkey instead" }).click();
  await page.getByText("My old laptop is removed.").waitFor();
  await arrived(mailFolder(feed), john.email, /^A passkey .* was removed/);

  // The authenticator has it still, the account has not.
  expect((await devtools.send("WebAuthn.getCredentials", { authenticatorId })).credentials).toHaveLength(1);
  await signOut();
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await page.getByText("That passkey is not known here").waitFor();
}, 120_000);

describe("where accounts are approved, and post once their address is confirmed,", () => {
  let strict: TestFeed;
  let inviteCode: string;
  beforeAll(async () => {
    strict = await startTestFeed({ PORT: String(await freePort()), REGISTRATION: "approval", REQUIRE_VERIFIED_EMAIL: "true" });
    inviteCode = await inviteTo(strict, 2);
  });
  afterAll(() => strict.close());

  test("a user who may only read is asked to confirm the address, and posts once that is done", async ({ skip }) => {
    stage.need(skip);
    const john = { username: "john", email: "john@test.com", password: "Test123" };
    await strict.call("POST", "/api/auth/signup", { ...john, inviteCode });
    const page = await stage.signIn(strict.url, john);
    await page.getByText("Confirm your e-mail address to post").waitFor();
    await page.getByLabel("What's new?").fill("At last");
    await page.getByRole("button", { name: "Post", exact: true }).click();
    await page.getByText("Confirm your e-mail address first").first().waitFor();
    const { url } = linkIn(await arrived(mailFolder(strict), john.email, /^Confirm your e-mail/));
    const elsewhere = await stage.visit(url);
    await elsewhere.getByRole("button", { name: "Confirm the address" }).click();
    await elsewhere.getByText("is confirmed.").waitFor();
    await page.getByRole("button", { name: "Post", exact: true }).click();
    await page.getByRole("article").filter({ hasText: "At last" }).waitFor();
    await page.getByText("Confirm your e-mail address to post").waitFor({ state: "detached" });
  }, 120_000);

  test("a new user waits, until an administrator approves the account in the settings, or invites", async ({ skip }) => {
    stage.need(skip);
    const founder = { username: "founder", email: "founder@test.com", password: "Test123" };
    await strict.call("POST", "/api/auth/signup", { ...founder, inviteCode });
    await setRole((await strict.platform.openDatabase("auth-service")).query, "founder", "admin", true);

    const join = async (page: Page, username: string) => {
      await page.getByLabel("Username").fill(username);
      await page.getByLabel("E-mail").fill(`${username}@test.com`);
      await page.getByLabel("Password").fill("Test123");
      await page.getByRole("button", { name: "Create account" }).click();
    };
    const applicant = await stage.visit(`${strict.url}/signup`);
    await applicant.getByLabel("Invitation, if you have one").waitFor();
    await join(applicant, "applicant");
    await applicant.getByText("Your account is waiting for an administrator").waitFor();

    const admin = await stage.signIn(strict.url, founder);
    await admin.goto(`${strict.url}/settings`);
    await admin.getByRole("button", { name: "Approve applicant" }).click();
    await admin.getByText("No one is waiting for approval.").waitFor();
    await stage.signIn(strict.url, { ...founder, email: "applicant@test.com" });

    await admin.getByRole("button", { name: "Invite", exact: true }).click();
    await admin.getByRole("button", { name: "Create the link" }).click();
    const url = await admin.locator(".settings__link").innerText();
    const guest = await stage.visit(url);
    expect(await guest.getByLabel("Invitation, if you have one").inputValue()).toBe(new URLSearchParams(new URL(url).hash.slice(1)).get("invite"));
    await join(guest, "guest");
    await guest.getByRole("heading", { level: 1, name: "Home" }).waitFor();
    expect(addressOf(guest)).toMatchObject({ pathname: "/", hash: "" });
  }, 120_000);
});
