import { eventually } from "@newfeed/shared/testing/eventually.ts";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { moderatorOf } from "./support/administrator.ts";
import { startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { look } from "./support/web/look.ts";
import { desk } from "./support/web/places.ts";
import { post, write } from "./support/web/posts.ts";
import { setStage } from "./support/web/stage.ts";

const stage = setStage();
let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed({ PORT: String(await freePort()) });
});
afterAll(() => feed.close());

/** Moves on with the keyboard to what is called so. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let steps = 0; steps < 60; steps++) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate("document.activeElement.innerText || document.activeElement.getAttribute('aria-label') || ''");
    if (String(focused).trim().startsWith(name)) return;
  }
  throw new Error(`no way to ${name} with the keyboard`);
}

test("one reports, a moderator hides with the keyboard alone, the author appeals, another moderator restores: on four open pages", {
  timeout: 180_000,
}, async ({ skip }) => {
  stage.need(skip);
  const [ann, ben, mod, second] = [await feed.person("ann"), await feed.person("ben"), await moderatorOf(feed), await moderatorOf(feed, "second")];
  await ann.post(`/api/v1/users/${ben.id}/follow`);
  const text = "You are all fools";
  const id = await write(ben, text);
  const [reporter, author, first, other] = await Promise.all([ann, ben, mod, second].map((person) => stage.signIn(feed.url, person, { viewport: desk })));
  if (!reporter || !author || !first || !other) throw new Error("a page is missing");
  await Promise.all([reporter.goto(feed.url), author.goto(`${feed.url}/posts/${id}`), ...[first, other].map((queue) => queue.goto(`${feed.url}/moderation`))]);
  await post(author, text).first().waitFor();

  await post(reporter, text).getByRole("button", { name: "Post options" }).click();
  await reporter.getByRole("menuitem", { name: "Report" }).click();
  const report = reporter.getByRole("dialog", { name: "Report" });
  await report.getByRole("radio", { name: "Harassment or insults" }).check();
  await report.getByRole("button", { name: "Report" }).click();
  await reporter.getByText("You will hear what came of it.").waitFor();

  // Both queues have it without being asked; one moderator takes it, and the other hears so.
  const caseOf = (page: Page) => page.getByRole("article", { name: `Post by @${ben.username}` });
  await Promise.all([first, other].map((page) => caseOf(page).waitFor()));
  await first.keyboard.press("j");
  await first.keyboard.press("c");
  await eventually(async () => expect(await caseOf(first).getByRole("button", { name: "I am on it" }).getAttribute("aria-pressed")).toBe("true"));
  await other.keyboard.press("j");
  await other.keyboard.press("a");
  // As that moderator saw it, or as it is by now.
  await other
    .getByText(/This case has changed|Another moderator is on this case/)
    .first()
    .waitFor();
  await look(other, "taken-by-another");
  await first.keyboard.press("d");
  await first.getByRole("dialog", { name: "Act" }).waitFor();
  await tabTo(first, "Act");
  await look(first, "act-by-keyboard");
  await first.keyboard.press("Enter");

  // Gone from the reader's page, with its reason on the author's.
  await post(reporter, text).waitFor({ state: "detached", timeout: 7_000 });
  await author.getByText("Moderators have hidden this post. Only you see it.").waitFor({ timeout: 7_000 });
  await author.getByText("Reason: harassment.").waitFor({ timeout: 7_000 });
  await author.getByRole("button", { name: "Appeal" }).click();
  const appeal = author.getByRole("dialog", { name: "Appeal" });
  await appeal.getByLabel("Why should it be shown again?").fill("It is a line of a play");
  await appeal.getByRole("button", { name: "Send the appeal" }).click();
  await author.getByRole("button", { name: "You have appealed" }).waitFor();

  // Who has decided may not decide again.
  for (const page of [first, other]) await page.getByRole("button", { name: /^Appealed/ }).click();
  await caseOf(first).getByText("It is a line of a play").waitFor();
  await first.keyboard.press("j");
  await first.keyboard.press("a");
  await first.getByText("Another moderator decides an appeal").first().waitFor();
  await caseOf(other).waitFor();
  await other.keyboard.press("j");
  await other.keyboard.press("a");
  await caseOf(other).waitFor({ state: "detached" });
  await author.getByText("Only you see it.").waitFor({ state: "detached", timeout: 7_000 });
  await reporter.reload();
  await post(reporter, text).first().waitFor();
  await author.goto(`${feed.url}/notifications`);
  await author.getByText("Your appeal was accepted").waitFor();
  await reporter.goto(`${feed.url}/notifications`);
  await reporter.getByText("Moderators have acted on what you reported").waitFor();

  await other.getByRole("button", { name: "Audit" }).click();
  const entries = other.getByRole("list", { name: "Audit" }).getByRole("listitem");
  await entries.nth(4).waitFor();
  const steps = await entries.evaluateAll((items) => items.map((item) => (item as unknown as { innerText: string }).innerText));
  const expected = ["Let stand", "Appealed", "Acted upon", "Taken", "Reported"];
  expect(steps.map((text) => expected.find((step) => text.startsWith(step)))).toEqual(expected);
  const by = [second, ben, mod, mod].map(({ username }) => `@${username}`);
  for (const [index, username] of by.entries()) expect(steps[index]).toContain(username);
  await look(other, "audit-of-the-story");
});
