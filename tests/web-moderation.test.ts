import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { administratorOf, moderatorOf } from "./support/administrator.ts";
import { startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { blots } from "./support/pictures.ts";
import { pathOf, sendImage, upload } from "./support/uploads.ts";
import { screens } from "./support/web/places.ts";
import { post, write } from "./support/web/posts.ts";
import { setStage } from "./support/web/stage.ts";

const stage = setStage();
let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed({ PORT: String(await freePort()) });
});
afterAll(() => feed.close());

test.for(screens)(
  "a moderator hides a post and takes that back, live for its readers, $width pixels wide",
  { timeout: 120_000 },
  async (viewport, { skip }) => {
    stage.need(skip);
    const [ann, ben, mod] = [await feed.person("ann"), await feed.person("ben"), await moderatorOf(feed)];
    await ann.post(`/api/v1/users/${ben.id}/follow`);
    await write(ben, `Good morning, ${viewport.width}`);
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
    await opened.getByRole("list", { name: "Around it" }).getByText(`Good morning, ${viewport.width}`).waitFor();
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

test("a moderator sees the picture that was reported, and hides it from readers and visitors", { timeout: 120_000 }, async ({ skip }) => {
  stage.need(skip);
  const [ann, ben, mod] = [await feed.person("ann"), await feed.person("ben"), await moderatorOf(feed)];
  const picture = await upload(ben);
  await ben.post("/api/v1/posts", { content: "A picture for everyone", postType: "IMAGE", mediaIds: [picture.id] });
  await eventually(async () => expect((await ann.post("/api/v1/reports", { target: { type: "media", id: picture.id }, reason: "spam" })).status).toBe(201));
  const queue = await stage.signIn(feed.url, mod);
  await queue.goto(`${feed.url}/moderation`);
  const opened = queue.getByRole("article", { name: `Picture, video or document by @${ben.username}` });
  const shown = opened.getByRole("img", { name: "The picture in question" });
  const width = () => shown.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth);
  await eventually(async () => expect(await width()).toBe(40));
  if (process.env.SHOTS) await queue.screenshot({ path: `${process.env.SHOTS}/moderation-picture.png`, fullPage: true });
  await opened.getByRole("button", { name: "Act", exact: true }).click();
  await queue.getByRole("dialog", { name: "Act" }).getByRole("button", { name: "Act" }).click();
  await opened.waitFor({ state: "detached" });
  const address = feed.url + pathOf(picture.url);
  await eventually(async () => expect((await fetch(address)).status).toBe(404));
  // Who decides an appeal still sees it.
  await queue.getByRole("button", { name: "Acted upon" }).click();
  await eventually(async () => expect(await width()).toBe(40));
  await opened.getByRole("button", { name: "Take back" }).click();
  await opened.waitFor({ state: "detached" });
  await eventually(async () => expect((await fetch(address)).status).toBe(200));
});

test("a case of a comment shows what it answers, and the other cases of its author", { timeout: 120_000 }, async ({ skip }) => {
  stage.need(skip);
  const [ann, ben, mod] = [await feed.person("ann"), await feed.person("ben"), await moderatorOf(feed)];
  const postId = await write(ann, "Who was there?");
  const say = async (author: typeof ann, content: string, parentCommentId?: string): Promise<string> =>
    (await author.post(`/api/v1/posts/${postId}/comments`, { content, ...(parentCommentId && { parentCommentId }) })).body.id;
  const above = await say(ann, "I was, all day");
  const [rude, ruder] = [await say(ben, "Nobody asked you"), await say(ben, "Liar", above)];
  for (const id of [rude, ruder]) await ann.post("/api/v1/reports", { target: { type: "comment", id }, reason: "harassment" });
  const page = await stage.signIn(feed.url, mod);
  await page.goto(`${feed.url}/moderation`);
  const opened = page.getByRole("article", { name: `Comment by @${ben.username}` }).filter({ hasText: "Liar" });
  await opened.getByText("Details").click();
  const around = opened.getByRole("list", { name: "Around it" });
  for (const text of ["Who was there?", "I was, all day"]) await around.getByText(text).waitFor();
  await opened.getByRole("list", { name: "Other cases of the author" }).getByText("Nobody asked you").waitFor();
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/moderation-around.png`, fullPage: true });
});

test.for(screens)("an administrator tries a rule and adds it, $width pixels wide", { timeout: 120_000 }, async (viewport, { skip }) => {
  stage.need(skip);
  const [ben, admin] = [await feed.person("ben"), await administratorOf(feed)];
  const word = `quokka${viewport.width}`;
  await write(ben, `A ${word} smiles`);
  const page = await stage.signIn(feed.url, admin, { viewport });
  await page.goto(`${feed.url}/moderation`);
  await page.getByRole("button", { name: "Rules" }).click();
  const form = page.getByRole("form", { name: "Add a rule" });
  await form.getByLabel("What it is called").fill(`no ${word}`);
  await form.getByLabel("Words, patterns, domains or categories").fill(word);
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

test("a moderator has a picture found again, from its case and from a file", { timeout: 120_000 }, async ({ skip }) => {
  stage.need(skip);
  const [ann, ben, admin] = [await feed.person("ann"), await feed.person("ben"), await administratorOf(feed)];
  const send = async (picture: Buffer) => (await sendImage(ben, picture)).body as { id: string; url: string };
  const { id } = await send(await blots(1).jpeg().toBuffer());
  await ben.post("/api/v1/posts", { content: "A picture with blots", postType: "IMAGE", mediaIds: [id] });
  await eventually(async () => expect((await ann.post("/api/v1/reports", { target: { type: "media", id }, reason: "sexual" })).status).toBe(201));
  const page = await stage.signIn(feed.url, admin);
  await page.goto(`${feed.url}/moderation`);
  const opened = page.getByRole("article", { name: `Picture, video or document by @${ben.username}` });
  await opened.getByRole("link", { name: "Find it again" }).click();
  const form = page.getByRole("form", { name: "Add a rule" });
  const hashes = form.getByLabel("What pictures are known by");
  await eventually(async () => expect(await hashes.inputValue()).toMatch(/^[0-9a-f]{16}$/));
  await form.getByLabel("Add a picture").setInputFiles({ name: "other.jpg", mimeType: "image/jpeg", buffer: await blots(2).jpeg().toBuffer() });
  await eventually(async () => expect(await hashes.inputValue()).toMatch(/^[0-9a-f]{16}\n[0-9a-f]{16}$/));
  await form.getByLabel("What it is called").fill("blots");
  await form.getByRole("button", { name: "Try on the newest posts" }).click();
  await form.getByRole("status").getByText("A picture with blots").waitFor();
  await form.getByLabel("Hide what it finds").check();
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/rule-picture.png`, fullPage: true });
  await form.getByRole("button", { name: "Add a rule" }).click();
  await page.getByRole("list", { name: "Rules" }).getByText("blots").waitFor();
  await send(await blots(2).resize(80, 80).jpeg().toBuffer());
  await page.goto(`${feed.url}/moderation`);
  await eventually(async () => expect(await opened.count()).toBe(2));
  await opened.first().getByText("Details").click();
  await opened.first().getByText("blots: the picture").waitFor();
  await opened.first().getByText("hidden until it is decided").waitFor();
});

test.for(screens)(
  "a wave is decided at once, one case with the keyboard, and audit and figures say so, $width pixels wide",
  { timeout: 120_000 },
  async (viewport, { skip }) => {
    stage.need(skip);
    const [ann, ben, mod] = [await feed.person("ann"), await feed.person("ben"), await moderatorOf(feed, "mod")];
    const ids: string[] = [];
    for (const which of ["one", "two", "three"]) ids.push(await write(ben, `Cheap watches, ${which}`));
    for (const id of ids) await ann.post("/api/v1/reports", { target: { type: "post", id }, reason: "spam" });
    const page = await stage.signIn(feed.url, mod, { viewport });
    await page.goto(`${feed.url}/moderation`);
    const cases = page.getByRole("article", { name: `Post by @${ben.username}` });
    await cases.nth(2).waitFor();
    await page.getByRole("button", { name: /^Open \(\d+\)$/ }).waitFor();
    // The newest is the first: with the keyboard alone.
    await page.keyboard.press("j");
    await page.keyboard.press("a");
    await eventually(async () => expect(await cases.count()).toBe(2));
    await page.keyboard.press("j");
    await page.keyboard.press("x");
    await page.keyboard.press("j");
    await page.keyboard.press("x");
    const bar = page.getByRole("toolbar", { name: "Decide several alike" });
    await bar.getByText("2 chosen").waitFor();
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/wave-${viewport.width}.png` });
    await bar.getByRole("button", { name: "Act" }).click();
    await page.getByRole("dialog", { name: "Act" }).getByRole("button", { name: "Act" }).click();
    await eventually(async () => expect(await cases.count()).toBe(0));
    for (const [index, status] of [404, 404, 200].entries())
      await eventually(async () => expect((await ann.get(`/api/v1/posts/${ids[index]}`)).status).toBe(status));

    await page.getByRole("button", { name: "Audit" }).click();
    const entry = page
      .getByRole("list", { name: "Audit" })
      .getByRole("listitem")
      .filter({ hasText: `@${mod.username}` })
      .first();
    await entry.getByText("open → acted upon").waitFor();
    await entry.getByText("The case as it is now").click();
    await entry.getByText("Cheap watches,").first().waitFor();
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/audit-${viewport.width}.png` });
    await page.getByRole("button", { name: "Figures" }).click();
    const figures = page.getByRole("region", { name: "Figures" });
    await figures.getByText("Nine of ten took at most").waitFor();
    await figures.getByText("1 minute").first().waitFor();
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/figures-${viewport.width}.png` });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(viewport.width);
  },
);

test.for(screens)("a suspended user appeals where they cannot sign in, $width pixels wide", { timeout: 120_000 }, async (viewport, { skip }) => {
  stage.need(skip);
  const [ann, ben, mod] = [await feed.person("ann"), await feed.person("ben"), await moderatorOf(feed)];
  const id = await write(ben, "Very cheap watches");
  await ann.post("/api/v1/reports", { target: { type: "post", id }, reason: "spam" });
  const { data } = (await mod.get("/api/v1/moderation/cases")).body;
  const opened = data.find(({ target }: { target: { id: string } }) => target.id === id);
  await mod.post(`/api/v1/moderation/cases/${opened.id}/reject`, { revision: opened.revision, action: "suspend", reason: "spam" });
  await eventually(async () => expect((await feed.call("POST", "/api/auth/login", { email: ben.email, password: ben.password })).status).toBe(403));
  const page = await stage.visit(`${feed.url}/login`, { viewport });
  await page.getByLabel("E-mail or username").fill(ben.username);
  await page.getByLabel("Password", { exact: true }).fill(ben.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).last().click();
  await page.getByText("Your account is suspended").waitFor();
  await page.getByRole("button", { name: "Appeal" }).click();
  const dialog = page.getByRole("dialog", { name: "Appeal" });
  await dialog.getByRole("textbox").fill("I only sell one watch");
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/appeal-suspension-${viewport.width}.png` });
  await dialog.getByRole("button", { name: "Send the appeal" }).click();
  await page.getByRole("button", { name: "You have appealed" }).waitFor();
  expect((await mod.get(`/api/v1/moderation/cases/${opened.id}`)).body).toMatchObject({ state: "appealed", appealText: "I only sell one watch" });
});
