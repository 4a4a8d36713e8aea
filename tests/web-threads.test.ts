import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createComment, createPost } from "./support/comments.ts";
import { startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { desk, phone } from "./support/web/places.ts";
import { setStage } from "./support/web/stage.ts";

const stage = setStage();
let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed({ PORT: String(await freePort()) });
});
afterAll(() => feed.close());

describe("a thread", () => {
  test.for([
    ["phone", phone],
    ["desktop", desk],
  ] as const)("goes on below each reply, live for others, on a %s", { timeout: 60_000 }, async ([, viewport], { skip }) => {
    stage.need(skip);
    const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
    const postId = await createPost(ann);
    const top = await createComment(ann, postId, "The first level");
    const reply = await createComment(ben, postId, "The second level", { parentCommentId: top.id });
    const [hers, his] = await Promise.all([stage.signIn(feed.url, ann, { viewport }), stage.signIn(feed.url, ben, { viewport })]);
    for (const page of [hers, his]) {
      await page.goto(`${feed.url}/posts/${postId}`);
      await page.locator('.connection[data-state="live"]').waitFor();
      await page.getByRole("button", { name: "1 reply" }).click();
      await page.getByText("The second level").waitFor();
    }
    await hers.getByRole("article", { name: "Reply by ben Tester" }).getByRole("button", { name: "Reply", exact: true }).click();
    await hers.getByRole("textbox", { name: "Reply to ben Tester" }).fill("The third level");
    await hers.getByRole("textbox", { name: "Reply to ben Tester" }).press("Enter");
    const answered = his.getByRole("article", { name: "Reply by ben Tester" });
    await answered.getByRole("button", { name: "1 new reply" }).click();
    await answered.getByText("The third level").waitFor();
    const third = (await ann.get(`/api/v1/posts/${postId}/comments?parentCommentId=${reply.id}`)).body.data[0];
    await createComment(ben, postId, "The fourth level", { parentCommentId: third.id });
    await hers.getByRole("button", { name: "1 new reply" }).click();
    await hers.getByText("The fourth level").waitFor();
    const overflow = await hers.locator("html").evaluate((page: { scrollWidth: number; clientWidth: number }) => page.scrollWidth - page.clientWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  });

  test("shows a reply that an address leads to below what it answers", async ({ skip }) => {
    stage.need(skip);
    const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
    const postId = await createPost(ann);
    const top = await createComment(ann, postId, "Said first");
    const reply = await createComment(ben, postId, "Said second", { parentCommentId: top.id });
    const deep = await createComment(ann, postId, "Said third", { parentCommentId: reply.id });
    const page = await stage.signIn(feed.url, ben, { viewport: phone });
    await page.goto(`${feed.url}/posts/${postId}#comment-${deep.id}`);
    const linked = page.getByRole("region", { name: "The comment that you came for" });
    await linked.locator("[data-linked]").getByText("Said third").waitFor();
    expect(await linked.getByRole("list", { name: "What it answers" }).getByRole("listitem").allTextContents()).toEqual([
      expect.stringContaining("Said first"),
      expect.stringContaining("Said second"),
    ]);
  }, 60_000);
});
