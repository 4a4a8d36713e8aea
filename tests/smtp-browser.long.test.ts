import { setRole } from "@newfeed/auth-service/store.ts";
import { startSmtpServer, type TestSmtpServer } from "@newfeed/shared/testing/smtp-server.ts";
import { Secret, TOTP } from "otpauth";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { inviteTo } from "./support/invitations.ts";
import { arrived, linkIn } from "./support/mails.ts";
import { forgetProofs } from "./support/proofs.ts";
import { client, startGithub, type TestProvider } from "./support/providers.ts";
import { setStage } from "./support/web/stage.ts";
import { addAuthenticator } from "./support/web/virtual-authenticator.ts";

// An installation that is strict in every way, with a mail server.
const stage = setStage();
let smtp: TestSmtpServer;
let github: TestProvider;
let feed: TestFeed;
let inviteCode: string;
beforeAll(async () => {
  [smtp, github] = await Promise.all([startSmtpServer(), startGithub()]);
  feed = await startTestFeed({
    ...{ PORT: String(await freePort()), SMTP_URL: smtp.url, MAIL_FROM: "no-reply@feed.example" },
    ...{ REGISTRATION: "approval", REQUIRE_VERIFIED_EMAIL: "true" },
    ...{ GITHUB_URL: github.url, GITHUB_API_URL: github.url, GITHUB_CLIENT_ID: client.id, GITHUB_CLIENT_SECRET: client.secret },
  });
  inviteCode = await inviteTo(feed, 10);
});
afterAll(async () => {
  await feed.close();
  await Promise.all([github.close(), smtp.close()]);
});

const mailTo = ({ email }: { email: string }, subject: RegExp, count = 1) => arrived({ all: async () => smtp.received }, email, subject, count);
const user = (username: string) => ({ username, email: `${username}@test.com`, password: "Test-word1" });

/** A user who was invited, has confirmed the address, and is signed in at the settings. */
async function member(username: string) {
  const john = user(username);
  const { status, body } = await feed.call("POST", "/api/auth/signup", { ...john, inviteCode });
  expect(status, JSON.stringify(body)).toBe(201);
  const { token } = linkIn(await mailTo(john, /^Confirm your e-mail/));
  expect((await feed.call("POST", "/api/auth/email/verify", { token })).status).toBe(200);
  const page = await stage.signIn(feed.url, john);
  await page.goto(`${feed.url}/settings`);
  return { john: { ...john, id: body.data.user.id }, page, dialog: page.getByRole("dialog") };
}

test("an applicant gets a mail once an administrator has decided, confirms the address, and posts from then on", async ({ skip }) => {
  stage.need(skip);
  const { john: founder, page: admin } = await member("founder");
  await setRole((await feed.platform.openDatabase("auth-service")).query, founder.username, "admin", true);
  const [applicant, stranger] = [user("applicant"), user("stranger")];
  const apply = async (page: Page, { username, email, password }: typeof applicant) => {
    await page.getByLabel("Username").fill(username);
    await page.getByLabel("E-mail").fill(email);
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Create account" }).click();
    await page.getByText("Your account is waiting for an administrator").waitFor();
  };
  const page = await stage.visit(`${feed.url}/signup`);
  await apply(page, applicant);
  await apply(await stage.visit(`${feed.url}/signup`), stranger);

  // Roles are in the next session.
  await admin.getByRole("button", { name: "Sign out", exact: true }).click();
  const office = await stage.signIn(feed.url, founder);
  await office.goto(`${feed.url}/settings`);
  await office.getByRole("button", { name: "Refuse stranger" }).click();
  await mailTo(stranger, /is not approved$/);
  await office.getByRole("button", { name: "Approve applicant" }).click();
  await mailTo(applicant, /is approved$/);

  const approved = await stage.signIn(feed.url, { ...applicant, email: applicant.username });
  await approved.getByText("Confirm your e-mail address to post").waitFor();
  await approved.getByLabel("What's new?").fill("At last");
  await approved.getByRole("button", { name: "Post", exact: true }).click();
  await approved.getByText("Confirm your e-mail address first").first().waitFor();
  await page.goto(linkIn(await mailTo(applicant, /^Confirm your e-mail/)).url);
  await page.getByRole("button", { name: "Confirm the address" }).click();
  await page.getByText("is confirmed.").waitFor();
  await approved.getByRole("button", { name: "Post", exact: true }).click();
  await approved.getByRole("article").filter({ hasText: "At last" }).waitFor();
}, 120_000);

test("the owner of an account gets a mail about each passkey, second factor and API token", async ({ skip }) => {
  stage.need(skip);
  const { john, page, dialog } = await member("careful");
  await addAuthenticator(page);
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByLabel("Name", { exact: true }).fill("My laptop");
  await dialog.getByRole("button", { name: "Continue" }).click();
  await page.getByText("You can sign in with your passkey now.").waitFor();
  await mailTo(john, /^A new passkey/);

  await page.getByRole("button", { name: "Turn on" }).click();
  await dialog.getByRole("button", { name: "Continue" }).click();
  const totp = new TOTP({ secret: Secret.fromBase32(await page.locator(".secret__key").innerText()) });
  await page.getByLabel("Code", { exact: true }).fill(totp.generate());
  await dialog.getByRole("button", { name: "Turn on" }).click();
  await page.getByText("These are your recovery codes").waitFor();
  await mailTo(john, /has a second factor$/);

  // A while later, in the same session.
  await forgetProofs(feed, john);
  await page.reload();
  await page.getByRole("button", { name: "Create a token" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Backup");
  await dialog.getByRole("button", { name: "Create" }).click();
  const proof = page.getByRole("dialog", { name: "Confirm that it is you" });
  await proof.getByLabel("Code").fill(totp.generate({ timestamp: Date.now() + 30_000 }));
  await proof.getByRole("button", { name: "Continue" }).click();
  await page.getByText(/^nf_/).waitFor();
  await mailTo(john, /^A new API token/);

  await page.reload();
  await page.getByRole("button", { name: "New recovery codes" }).click();
  await dialog.getByRole("button", { name: "Get new codes" }).click();
  await page.getByText("These are your recovery codes").waitFor();
  await mailTo(john, /^New recovery codes/);
  await page.reload();
  await page.getByRole("button", { name: "Turn off" }).click();
  await dialog.getByRole("button", { name: "Turn off" }).click();
  await page.getByRole("button", { name: "Turn on" }).waitFor();
  await mailTo(john, /second factor .* is off$/);
  await page.getByRole("button", { name: "Remove My laptop" }).click();
  await dialog.getByRole("button", { name: "Remove" }).click();
  await page.getByText("My laptop is removed.").waitFor();
  await mailTo(john, /^A passkey .* was removed$/);
}, 120_000);

test("the owner gets a mail when a login elsewhere is linked or unlinked, and deletes the account after a step-up", async ({ skip }) => {
  stage.need(skip);
  const { john, page, dialog } = await member("leaver");
  Object.assign(github.user, { username: "leaver_at_github" });
  await page.getByRole("button", { name: "Link GitHub" }).click();
  await dialog.getByRole("button", { name: "Continue" }).click();
  await page.getByText("leaver_at_github").waitFor();
  await mailTo(john, /^A new way to sign in/);
  await page.getByRole("button", { name: "Unlink GitHub" }).click();
  await dialog.getByRole("button", { name: "Unlink" }).click();
  await page.getByRole("button", { name: "Link GitHub" }).waitFor();
  await mailTo(john, /^A way to sign in .* was removed$/);

  await forgetProofs(feed, john);
  await page.getByRole("button", { name: "Delete my account" }).click();
  await dialog.getByRole("button", { name: "Delete account" }).click();
  const proof = page.getByRole("dialog", { name: "Confirm that it is you" });
  await proof.getByLabel("Password").fill(john.password);
  await proof.getByRole("button", { name: "Continue" }).click();
  await page.getByText("Your account has been deleted.").waitFor();
  expect((await feed.call("POST", "/api/auth/login", { email: john.email, password: john.password })).status).toBe(401);
}, 120_000);

test("an address signs in once it is confirmed, its page says so before, and passwords and addresses change", async ({ skip }) => {
  stage.need(skip);
  const [email, password] = ["mailed@test.com", "Test-word1"];
  const page = await stage.visit(`${feed.url}/signup#invite=${inviteCode}`);
  await page.getByLabel("Username").fill("mailed");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByRole("heading", { level: 1, name: "Home" }).waitFor();

  const other = await stage.visit(`${feed.url}/login`);
  await other.getByLabel("E-mail or username").fill(email);
  await other.getByLabel("Password").fill(password);
  await other.getByRole("button", { name: "Sign in" }).click();
  await other.getByText("sign in with your username").waitFor();
  await page.goto(linkIn(await mailTo({ email }, /^Confirm your e-mail/)).url);
  await page.getByRole("button", { name: "Confirm the address" }).click();
  await page.getByText("is confirmed.").waitFor();
  await other.getByRole("button", { name: "Sign in" }).click();
  await other.getByRole("heading", { level: 1, name: "Home" }).waitFor();

  // The password, forgotten.
  const third = await stage.visit(`${feed.url}/forgot-password`);
  await third.getByLabel("E-mail or username").fill(email);
  await third.getByRole("button", { name: "Send the link" }).click();
  await third.goto(linkIn(await mailTo({ email }, /^Set a new password/)).url);
  await third.getByLabel("New password").fill("New-word1");
  await third.getByRole("button", { name: "Set the password" }).click();
  await third.getByText("Your password is set").waitFor();

  // Another address.
  const next = `next-${email}`;
  const fourth = await stage.signIn(feed.url, { email, password: "New-word1" });
  await fourth.goto(`${feed.url}/settings`);
  await fourth.getByRole("button", { name: "Change e-mail address" }).click();
  await fourth.getByLabel("New e-mail address").fill(next);
  await fourth.getByRole("dialog").getByRole("button", { name: "Send the link" }).click();
  await fourth.goto(linkIn(await mailTo({ email: next }, /^Confirm your new/)).url);
  await fourth.getByRole("button", { name: "Confirm the address" }).click();
  await fourth.getByText(`${next} is confirmed.`).waitFor();
  await mailTo({ email }, /^Your e-mail address .* was changed/);
  await stage.signIn(feed.url, { email: next, password: "New-word1" });
}, 120_000);
