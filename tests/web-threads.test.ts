import type { Comment } from "@newfeed/shared/contracts/dto.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createComment, createPost } from "./support/comments.ts";
import { startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { look } from "./support/web/look.ts";
import { desk, screens } from "./support/web/places.ts";
import { setStage } from "./support/web/stage.ts";

const stage = setStage();
let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed({ PORT: String(await freePort()) });
});
afterAll(() => feed.close());

const live = (page: Page) => page.locator('.connection[data-state="live"]').waitFor({ state: "attached" });
const fits = async (page: Page) =>
  expect(await page.locator("html").evaluate((html: { scrollWidth: number; clientWidth: number }) => html.scrollWidth - html.clientWidth)).toBeLessThanOrEqual(
    0,
  );
const texts = (page: Page, list: string) => page.getByRole("list", { name: list }).locator(".comment__text").allTextContents();

describe.for(screens)("a thread, $width px wide,", (viewport) => {
  test("goes on at the pages of its comments, live for all who read it, until its post is closed", async ({ skip }) => {
    stage.need(skip);
    const [ann, ben, cat] = [await feed.person("ann"), await feed.person("ben"), await feed.person("cat")];
    const postId = await createPost(ann, { content: "Which tea do you drink in the evening?" });
    const top = await createComment(ben, postId, "Chamomile, with honey");
    const second = await createComment(ann, postId, "Not rooibos?", { parentCommentId: top.id });
    const [hers, his] = await Promise.all([stage.signIn(feed.url, ann, { viewport }), stage.signIn(feed.url, ben, { viewport })]);
    for (const page of [hers, his]) {
      await page.goto(`${feed.url}/posts/${postId}`);
      await live(page);
      await page.getByRole("button", { name: "1 reply" }).click();
      await page.getByText("Not rooibos?").waitFor();
    }

    // Deeper than two levels, a thread goes on at the page of the comment answered.
    await his.getByRole("article", { name: "Reply by ann Tester" }).getByRole("button", { name: "Reply", exact: true }).click();
    await his.getByRole("textbox", { name: "Reply to ann Tester" }).fill("Only in winter");
    await his.getByRole("textbox", { name: "Reply to ann Tester" }).press("Enter");
    await his.getByRole("heading", { level: 1, name: "Comment by ann Tester" }).waitFor();
    expect(new URL(his.url()).pathname).toBe(`/posts/${postId}/comments/${second.id}`);
    await eventually(async () => expect(await texts(his, "Replies")).toEqual(["Only in winter"]));
    await look(hers, `thread-post-${viewport.width}`);
    await hers.getByRole("link", { name: "Continue this thread: 1 reply" }).click();
    await hers.getByText("Only in winter", { exact: true }).waitFor();
    await fits(hers);

    // A visitor opens a link to what is deepest.
    const third = (await ann.get(`/api/v1/posts/${postId}/comments?parentCommentId=${second.id}`)).body.data[0];
    const visitor = await stage.visit(`${feed.url}/posts/${postId}/comments/${third.id}`, { viewport });
    await visitor.locator("[data-linked]").getByText("Only in winter").waitFor();
    expect(await texts(visitor, "What it answers")).toEqual(["Chamomile, with honey", "Not rooibos?"]);
    await visitor.getByText("Which tea do you drink in the evening?").waitFor();
    await visitor.getByText("No replies yet").waitFor();
    await createComment(cat, postId, "Winter is long", { parentCommentId: third.id });
    await eventually(async () => expect(await texts(visitor, "Replies")).toEqual(["Winter is long"]));
    await look(visitor, `thread-comment-${viewport.width}`);
    await fits(visitor);

    // What stands in the middle keeps its place when it is deleted.
    await ann.delete(`/api/v1/comments/${second.id}`);
    await visitor.getByRole("list", { name: "What it answers" }).getByText("This comment was deleted.").waitFor();
    expect(await texts(visitor, "What it answers")).toEqual(["Chamomile, with honey"]);
    expect(await visitor.locator("[data-linked]").textContent()).toContain("Only in winter");
    await look(visitor, `thread-tombstone-${viewport.width}`);

    await visitor.getByRole("link", { name: "All comments" }).click();
    await visitor.getByRole("heading", { level: 1, name: /^Post by/ }).waitFor();
    await visitor.locator("[data-linked]").getByText("Chamomile, with honey").waitFor();
    await visitor.goBack();
    await visitor.getByText("Winter is long", { exact: true }).waitFor();

    await ann.patch(`/api/v1/posts/${postId}`, { visibility: "followers" });
    for (const page of [visitor, his]) await page.getByText("Post not found").waitFor();
    await look(visitor, `thread-closed-${viewport.width}`);
    await hers.goto(`${feed.url}/posts/${postId}/comments/${third.id}`);
    await hers.locator("[data-linked]").getByText("Only in winter").waitFor();
  }, 120_000);
});

test("an address within a post leads to the page of a comment that is not in view there, and a comment gives its own", async ({ skip }) => {
  stage.need(skip);
  const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
  const postId = await createPost(ann);
  const top = await createComment(ann, postId, "Said first");
  const reply = await createComment(ben, postId, "Said second", { parentCommentId: top.id });
  const deep = await createComment(ann, postId, "Said third", { parentCommentId: reply.id });
  const page = await stage.signIn(feed.url, ben, { viewport: desk, permissions: ["clipboard-read", "clipboard-write"] });
  await page.goto(`${feed.url}/posts/${postId}#comment-${deep.id}`);
  await page.locator("[data-linked]").getByText("Said third").waitFor();
  expect(new URL(page.url()).pathname).toBe(`/posts/${postId}/comments/${deep.id}`);
  await page.getByRole("article", { name: "Reply by ben Tester" }).getByRole("button", { name: "Comment options" }).click();
  await page.getByRole("menuitem", { name: "Copy link" }).click();
  await page.getByText("The link is copied.").waitFor();
  expect(await page.evaluate("navigator.clipboard.readText()")).toBe(`${feed.url}/posts/${postId}/comments/${reply.id}`);
  await page.goto(`${feed.url}/posts/${postId}/comments/${postId}`);
  await page.getByText("Comment not found").waitFor();
  await page.getByRole("link", { name: "Show the post" }).click();
  await page.getByText("Said first").waitFor();
});

describe.for(screens)("the most liked comments, $width px wide,", (viewport) => {
  test("come first where a reader wants them to, on this device, and stay where they are while likes change", async ({ skip }) => {
    stage.need(skip);
    const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
    const postId = await createPost(ann, { content: "What shall we cook?" });
    const [soup, stew, rice] = [
      await createComment(ann, postId, "Soup"),
      await createComment(ann, postId, "Stew"),
      await createComment(ann, postId, "Rice"),
    ] as const;
    for (const person of [ann, ben]) await person.post(`/api/v1/comments/${stew.id}/like`);
    await ann.post(`/api/v1/comments/${soup.id}/like`);
    const page = await stage.signIn(feed.url, ben, { viewport });
    await page.goto(`${feed.url}/posts/${postId}`);
    await live(page);
    await eventually(async () => expect(await texts(page, "Comments")).toEqual(["Soup", "Stew", "Rice"]));
    await page.getByRole("combobox", { name: "Order of comments" }).selectOption({ label: "Most liked first" });
    await eventually(async () => expect(await texts(page, "Comments")).toEqual(["Stew", "Soup", "Rice"]));
    await look(page, `comments-most-liked-${viewport.width}`);
    await page
      .getByRole("article", { name: "Comment by ann Tester" })
      .filter({ hasText: "Rice" })
      .getByRole("button", { name: /^Like this/ })
      .click();
    for (const person of [await feed.person("cat"), await feed.person("dan")]) await person.post(`/api/v1/comments/${rice.id}/like`);
    await createComment(ann, postId, "Bread");
    await page.getByRole("button", { name: "1 new comment" }).click();
    await eventually(async () => expect(await texts(page, "Comments")).toEqual(["Bread", "Stew", "Soup", "Rice"]));
    await page.getByRole("textbox", { name: "Write a comment" }).fill("Salad");
    await page.getByRole("textbox", { name: "Write a comment" }).press("Enter");
    await eventually(async () => expect(await texts(page, "Comments")).toEqual(["Salad", "Bread", "Stew", "Soup", "Rice"]));
    await page.reload();
    await eventually(async () => expect(await texts(page, "Comments")).toEqual(["Rice", "Stew", "Soup", "Salad", "Bread"]));

    // The same for replies.
    const replies = [
      await createComment(ann, postId, "With beans", { parentCommentId: rice.id }),
      await createComment(ann, postId, "With peas", { parentCommentId: rice.id }),
    ];
    await ann.post(`/api/v1/comments/${replies[0]?.id}/like`);
    await page.goto(`${feed.url}/posts/${postId}/comments/${rice.id}`);
    await eventually(async () => expect(await texts(page, "Replies")).toEqual(["With beans", "With peas"]));
    await page.getByRole("combobox", { name: "Order of comments" }).selectOption("newest");
    await eventually(async () => expect(await texts(page, "Replies")).toEqual(["With peas", "With beans"]));
  }, 90_000);
});

describe.for(screens)("a long conversation, $width px wide,", (viewport) => {
  test("opens around the comment that a reader comes from, and goes on both ways", async ({ skip }) => {
    stage.need(skip);
    const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
    const postId = await createPost(ann, { content: "Let us count" });
    const written: Comment[] = [];
    for (let n = 1; n <= 70; n++) written.push(await createComment(n % 2 ? ann : ben, postId, `Number ${n}`));
    const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => `Number ${from + index}`);
    const page = await stage.signIn(feed.url, ben, { viewport });
    await page.goto(`${feed.url}/posts/${postId}/comments/${written[34]?.id}`);
    await page.getByRole("link", { name: "All comments" }).click();
    const linked = page.locator("[data-linked]");
    await linked.getByText("Number 35", { exact: true }).waitFor();
    const isInView = () =>
      linked.evaluate((element: { getBoundingClientRect(): { top: number; bottom: number } }) => {
        const { top, bottom } = element.getBoundingClientRect();
        return top > 0 && bottom < 900;
      });
    await eventually(async () => expect(await isInView()).toBe(true));
    expect(new URL(page.url()).pathname).toBe(`/posts/${postId}`);
    await look(page, `comments-around-${viewport.width}`);
    await eventually(async () => {
      const shown = await texts(page, "Comments");
      expect(shown[0]).toBe("Number 26");
      expect(shown).toEqual(numbers(26, 25 + shown.length));
    });
    await page.getByRole("button", { name: "Show the comments above" }).click();
    await eventually(async () => expect((await texts(page, "Comments"))[0]).toBe("Number 6"));
    await page.getByRole("button", { name: "Show the comments above" }).click();
    await eventually(async () => expect((await texts(page, "Comments"))[0]).toBe("Number 1"));
    expect(await page.getByRole("button", { name: "Show the comments above" }).count()).toBe(0);

    // The post itself opens at the beginning.
    await page.goBack();
    await page
      .getByRole("article", { name: /^Post by/ })
      .getByRole("link", { name: /^Comments/ })
      .click();
    await page.getByRole("heading", { level: 1, name: /^Post by/ }).waitFor();
    await eventually(async () => expect(await texts(page, "Comments")).toEqual(numbers(1, 20)));
    await page.goBack();
    await page.getByRole("link", { name: "All comments" }).click();
    await page.getByRole("heading", { level: 1, name: /^Post by/ }).waitFor();
    await linked.getByText("Number 35", { exact: true }).waitFor();

    // With the newest first, what is new leads to the beginning.
    await page.getByRole("combobox", { name: "Order of comments" }).selectOption("newest");
    await linked.getByText("Number 35", { exact: true }).waitFor();
    await eventually(async () => expect((await texts(page, "Comments"))[0]).toBe("Number 44"));
    await createComment(ann, postId, "Number 71");
    await page.getByRole("button", { name: "1 new comment" }).click();
    await eventually(async () => expect((await texts(page, "Comments")).slice(0, 3)).toEqual(["Number 71", "Number 70", "Number 69"]));
  }, 120_000);
});
