import { afterAll, beforeAll, expect, test } from "vitest";
import { administratorOf, moderatorOf } from "./support/administrator.ts";
import { startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { desk, phone } from "./support/web/places.ts";
import { post, write } from "./support/web/posts.ts";
import { setStage } from "./support/web/stage.ts";

const stage = setStage();
let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed({ PORT: String(await freePort()) });
});
afterAll(() => feed.close());

test.for([phone, desk])(
  "a moderator hides a post and takes that back, live for its readers, $width pixels wide",
  { timeout: 120_000 },
  async (viewport, { skip }) => {
    stage.need(skip);
    const [ann, ben, mod] = [await feed.person("ann"), await feed.person("ben"), await moderatorOf(feed)];
    await ann.post(`/api/v1/users/${ben.id}/follow`);
    const id = await write(ben, `Buy cheap watches, ${viewport.width}`);
    await ann.post("/api/v1/reports", { target: { type: "post", id }, reason: "spam", note: "Third time today" });
    const home = await stage.signIn(feed.url, ann, { viewport });
    await home.goto(feed.url);
    const seen = post(home, `Buy cheap watches, ${viewport.width}`);
    await seen.waitFor();
    const queue = await stage.signIn(feed.url, mod, { viewport });
    await queue.goto(`${feed.url}/moderation`);
    const opened = queue.getByRole("article", { name: `Post by @${ben.username}` });
    await opened.getByText("Details").click();
    await opened.getByText("Third time today").waitFor();
    if (process.env.SHOTS) await queue.screenshot({ path: `${process.env.SHOTS}/moderation-${viewport.width}.png`, fullPage: true });
    await opened.getByRole("button", { name: "Act", exact: true }).click();
    const dialog = queue.getByRole("dialog", { name: "Act" });
    if (process.env.SHOTS) await queue.screenshot({ path: `${process.env.SHOTS}/reject-${viewport.width}.png` });
    await dialog.getByRole("button", { name: "Act" }).click();
    await opened.waitFor({ state: "detached" });
    await seen.waitFor({ state: "detached" });
    await queue.getByRole("button", { name: "Acted upon" }).click();
    await opened.getByRole("button", { name: "Take back" }).click();
    await opened.waitFor({ state: "detached" });
    await home.reload();
    await seen.waitFor();
    expect(await queue.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(viewport.width);

    await home.goto(`${feed.url}/moderation`);
    await home.getByText("This page is for moderators").waitFor();
  },
);

test.for([phone, desk])("an administrator tries a rule and adds it, $width pixels wide", { timeout: 120_000 }, async (viewport, { skip }) => {
  stage.need(skip);
  const [ben, admin] = [await feed.person("ben"), await administratorOf(feed)];
  const word = `quokka${viewport.width}`;
  await write(ben, `A ${word} smiles`);
  const page = await stage.signIn(feed.url, admin, { viewport });
  await page.goto(`${feed.url}/moderation`);
  await page.getByRole("button", { name: "Rules" }).click();
  const form = page.getByRole("form", { name: "Add a rule" });
  await form.getByLabel("What it is called").fill(`no ${word}`);
  await form.getByLabel("Words, patterns or domains").fill(word);
  await form.getByRole("button", { name: "Try on the newest posts" }).click();
  await form.getByRole("status").getByText(`A ${word} smiles`).waitFor();
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/rules-${viewport.width}.png`, fullPage: true });
  await form.getByRole("button", { name: "Add a rule" }).click();
  const rule = page
    .getByRole("list", { name: "Rules" })
    .getByRole("listitem")
    .filter({ hasText: `no ${word}` });
  await rule.getByRole("button", { name: "Turn off" }).click();
  await rule.getByText("turned off").waitFor();
  await rule.getByRole("button", { name: "Delete" }).click();
  await rule.waitFor({ state: "detached" });
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(viewport.width);
});
