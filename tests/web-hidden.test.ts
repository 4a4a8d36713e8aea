import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { moderatorOf } from "./support/administrator.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { look } from "./support/web/look.ts";
import { desk, screens } from "./support/web/places.ts";
import { post } from "./support/web/posts.ts";
import { setStage } from "./support/web/stage.ts";

const stage = setStage();
let feed: TestFeed;
let moderators: [Person, Person];
beforeAll(async () => {
  feed = await startTestFeed({ PORT: String(await freePort()) });
  moderators = [await moderatorOf(feed), await moderatorOf(feed, "second")];
});
afterAll(() => feed.close());

const cases = "/api/v1/moderation/cases";

/** The case of content that a reader reports. */
async function report(reader: Person, type: "post" | "comment", id: string) {
  expect((await reader.post("/api/v1/reports", { target: { type, id }, reason: "harassment" })).status).toBe(201);
  const { body } = await moderators[0].get(`${cases}?limit=100`);
  return body.data.find(({ target }: { target: { id: string } }) => target.id === id) as { id: string };
}
/** A moderator takes a case and decides it as it is now. */
async function decide(moderator: Person, id: string, decision: "approve" | "reject", more: object = {}) {
  expect((await moderator.post(`${cases}/${id}/claim`)).status).toBe(200);
  const { revision } = (await moderator.get(`${cases}/${id}`)).body;
  expect(await moderator.post(`${cases}/${id}/${decision}`, { revision, ...more })).toMatchObject({ status: 200 });
}

describe.for(screens)("$width wide", (viewport) => {
  test("a post is reported and hidden; its author sees why, appeals, and it is back on all pages", async ({ skip }) => {
    stage.need(skip);
    const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
    const text = `Something rude ${viewport.width}`;
    const { body: written } = await ann.post("/api/v1/posts", { content: text, postType: "TEXT" });
    const author = await stage.signIn(feed.url, ann, { viewport });
    const reader = await stage.signIn(feed.url, ben, { viewport });
    for (const page of [author, reader]) {
      await page.goto(`${feed.url}/posts/${written.id}`);
      await post(page, text).first().waitFor();
    }
    const { id: caseId } = await report(ben, "post", written.id);
    await decide(moderators[0], caseId, "reject", { action: "hide", reason: "harassment" });
    // On open pages: gone for the reader, with the reason for its author.
    await reader.getByText(text).waitFor({ state: "detached", timeout: 7_000 });
    const notice = author.getByText("Moderators have hidden this post. Only you see it.");
    await notice.waitFor({ timeout: 5_000 });
    await author.getByText("Reason: harassment.").waitFor({ timeout: 7_000 });
    await look(author, `hidden-${viewport.width}`);
    await look(reader, `hidden-from-${viewport.width}`);

    await author.getByRole("button", { name: "Appeal" }).click();
    const dialog = author.getByRole("dialog", { name: "Appeal" });
    await dialog.getByLabel("Why should it be shown again?").fill("It was a quote");
    await look(author, `appeal-${viewport.width}`);
    await dialog.getByRole("button", { name: "Send the appeal" }).click();
    await author.getByRole("button", { name: "You have appealed" }).waitFor();
    expect(await author.getByRole("button", { name: "You have appealed" }).isDisabled()).toBe(true);

    await decide(moderators[1], caseId, "approve");
    await notice.waitFor({ state: "detached", timeout: 7_000 });
    await reader.reload();
    await post(reader, text).first().waitFor();
    await author.goto(`${feed.url}/notifications`);
    await author.getByText("Your appeal was accepted").waitFor();
    await look(author, `told-${viewport.width}`);
  }, 90_000);
});

test("a hidden comment goes from open pages; its author sees why where it stood, and finds it by the notification", async ({ skip }) => {
  stage.need(skip);
  const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
  const { body: written } = await ann.post("/api/v1/posts", { content: "Say something", postType: "TEXT" });
  const { body: comment } = await ben.post(`/api/v1/posts/${written.id}/comments`, { content: "A rude answer" });
  const author = await stage.signIn(feed.url, ben, { viewport: desk });
  const reader = await stage.signIn(feed.url, ann, { viewport: desk });
  for (const page of [author, reader]) {
    await page.goto(`${feed.url}/posts/${written.id}`);
    await page.getByText("A rude answer").waitFor();
  }
  const { id: caseId } = await report(ann, "comment", comment.id);
  await decide(moderators[0], caseId, "reject", { action: "hide", reason: "harassment" });
  await reader.getByText("A rude answer").waitFor({ state: "detached", timeout: 7_000 });
  await author.getByText("Moderators have hidden this comment. Only you see it.").waitFor({ timeout: 5_000 });
  await look(author, "hidden-comment");
  await author.goto(`${feed.url}/notifications`);
  await author.getByText("Moderators removed something that you wrote").click();
  await eventually(() => expect(author.url()).toContain(`/posts/${written.id}/comments/${comment.id}`));
  await author.getByText("Moderators have hidden this comment. Only you see it.").waitFor();
}, 90_000);
