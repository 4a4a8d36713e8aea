import { eventually } from "@newfeed/shared/testing/eventually.ts";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPost, sendComment } from "./support/comments.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { untilConnection } from "./support/web/conversation.ts";
import { look } from "./support/web/look.ts";
import { phone, screens } from "./support/web/places.ts";
import { setStage } from "./support/web/stage.ts";

const stage = setStage();
let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed({ PORT: String(await freePort()) });
});
afterAll(() => feed.close());

const rows = (page: Page) => page.getByRole("list", { name: "Notifications" }).getByRole("listitem");
const unread = (page: Page) => page.locator(".notification[data-unread]").count();
const filter = (page: Page, name: string) => page.getByRole("navigation", { name: "Filter" }).getByRole("link", { name, exact: true });
const say = async (person: Person, postId: string, content: string): Promise<string> => (await sendComment(person, postId, content)).body.id;

describe.for(screens)("$width wide", (viewport) => {
  test("comments of three people are one row with their faces, which leads to the latest one; rows are filtered, read and unread on two devices", async ({
    skip,
  }) => {
    stage.need(skip);
    const people = await Promise.all(["ann", "bo", "cy", "di"].map((name) => feed.person(name)));
    const [ann, bo, cy, di] = people as [Person, Person, Person, Person];
    const postId = await createPost(ann, { content: "What do you think of the evening sky?" });
    const other = await createPost(bo, { content: "Another post" });
    await bo.post(`/api/v1/posts/${postId}/like`);
    await say(bo, other, `Come and see, @${ann.username}`);
    await say(bo, postId, "I like the colours most of all");
    await say(cy, postId, "So do I");
    const [page, phoneOfAnn] = [await stage.signIn(feed.url, ann, { viewport }), await stage.signIn(feed.url, ann, { viewport: phone })];
    const openInbox = async (device: Page) => {
      await device.goto(`${feed.url}/notifications`);
      await rows(device).first().waitFor();
      await untilConnection(device, "live");
    };
    await Promise.all([page, phoneOfAnn].map(openInbox));
    await page.getByText("cy Tester and bo Tester commented on your post").waitFor();
    await say(di, postId, "It is the best one this week, by far");
    const group = page.getByRole("link", { name: /di Tester, cy Tester and 1 other commented on your post/ });
    await group.getByText("It is the best one this week, by far").waitFor();
    expect(await group.locator(".notification__faces .avatar").count()).toBe(3);
    expect(await rows(page).count()).toBe(4);
    await look(page, `notifications-${viewport.width}`);

    await filter(page, "Mentions").click();
    await eventually(async () => expect(await rows(page).count()).toBe(1));
    await page.getByText("bo Tester mentioned you").waitFor();
    await look(page, `notifications-mentions-${viewport.width}`);
    await filter(page, "Reposts").click();
    await page.getByText("Nothing here yet").waitFor();
    await filter(page, "Comments").click();
    await eventually(async () => expect(await rows(page).count()).toBe(1));
    await filter(page, "All").click();
    await eventually(async () => expect(await rows(page).count()).toBe(4));

    // One is read, and unread again; the other device shows it at once.
    const mention = rows(page).filter({ hasText: "mentioned you" });
    const choose = async (name: string) => {
      await mention.getByRole("button", { name: "Options for this notification" }).click();
      await page.getByRole("menuitem", { name, exact: true }).waitFor();
      if (name === "Mark as read") await look(page, `notifications-menu-${viewport.width}`);
      await page.getByRole("menuitem", { name, exact: true }).click();
    };
    await eventually(async () => expect([await unread(page), await unread(phoneOfAnn)]).toEqual([4, 4]));
    await choose("Mark as read");
    await eventually(async () => expect([await unread(page), await unread(phoneOfAnn)]).toEqual([3, 3]));
    await choose("Mark as unread");
    await eventually(async () => expect([await unread(page), await unread(phoneOfAnn)]).toEqual([4, 4]));

    // The comment's page opens with it in view, and what is about its post is read everywhere.
    await group.click();
    await page.getByRole("heading", { level: 1, name: /^Comment by/ }).waitFor();
    const comment = page.locator("[data-linked]");
    await comment.getByText("It is the best one this week, by far").waitFor();
    await eventually(async () =>
      expect(await comment.evaluate((element: { getBoundingClientRect(): { top: number } }) => element.getBoundingClientRect().top)).toSatisfy(
        (top: number) => top >= 0 && top < viewport.height,
      ),
    );
    await look(page, `notifications-comment-${viewport.width}`);
    await eventually(async () => expect(await unread(phoneOfAnn)).toBe(2));
    await phoneOfAnn.goto(`${feed.url}/notifications?type=unread`);
    await eventually(async () => expect(await rows(phoneOfAnn).count()).toBe(2));

    // What is withdrawn leaves the row.
    await openInbox(page);
    const last = (await ann.get(`/api/v1/posts/${postId}/comments?limit=1`)).body.data[0].id;
    await di.delete(`/api/v1/comments/${last}`);
    await page
      .getByRole("link", { name: /cy Tester and bo Tester commented on your post/ })
      .getByText("So do I")
      .waitFor();
    await page.getByRole("button", { name: "Mark all as read" }).click();
    await eventually(async () => expect(await unread(page)).toBe(0));
    await phoneOfAnn.reload();
    await phoneOfAnn.getByText("You have read everything").waitFor();
  }, 120_000);

  test("a notification says why it came", async ({ skip }) => {
    stage.need(skip);
    const [ann, bo] = [await feed.person("ann"), await feed.person("bo")];
    await bo.post(`/api/v1/posts/${await createPost(ann, { content: "Look at this" })}/like`);
    const page = await stage.signIn(feed.url, ann, { viewport });
    await page.goto(`${feed.url}/notifications`);
    await rows(page).filter({ hasText: "liked your post" }).getByRole("button", { name: "Options for this notification" }).click();
    await page.getByRole("menuitem", { name: "Why?", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: "Why did I get this?" });
    await dialog.getByText("You get this kind of notification unless you turn it off: Likes of your posts").waitFor();
    await look(page, `notifications-why-${viewport.width}`);
    await dialog.getByRole("link", { name: "Choose what you are notified of" }).click();
    await page.getByRole("region", { name: "Notifications" }).getByText("Likes of your posts").waitFor();
  });

  test("what happens while the list is on its way is not lost, be it before or after its events are followed", async ({ skip }) => {
    stage.need(skip);
    const [ann, bo, cy] = [await feed.person("ann"), await feed.person("bo"), await feed.person("cy")];
    const [first, second] = [await createPost(ann, { content: "First" }), await createPost(ann, { content: "Second" })];
    await say(bo, first, "I stay");
    await say(bo, second, "I stay, too");
    const [early, late] = [await say(cy, first, "I go early"), await say(cy, second, "I go late")];
    const counts = async () => (await ann.get("/api/v1/notifications?type=comments")).body.data.map(({ data }: { data: { count: number } }) => data.count);
    const page = await stage.signIn(feed.url, ann, { viewport });
    await eventually(async () => expect(await counts()).toEqual([2, 2]));
    const [answered, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const held = { isFirst: true };
    await page.route(/\/api\/v1\/notifications\?|\/api\/v1\/notifications$/, async (route) => {
      const response = await route.fetch();
      if (held.isFirst) {
        held.isFirst = false;
        answered.resolve();
        await released.promise;
      }
      await route.fulfill({ response });
    });
    // The list that the server has read says what is no longer so when it comes.
    const socket = page.waitForEvent("websocket", { predicate: (each) => each.url().includes("socket.io") });
    await page.goto(`${feed.url}/notifications`, { waitUntil: "commit" });
    await answered.promise;
    await cy.delete(`/api/v1/comments/${early}`);
    await socket;
    await untilConnection(page, "live");
    await cy.delete(`/api/v1/comments/${late}`);
    await eventually(async () => expect(await counts()).toEqual([1, 1]));
    released.resolve();
    for (const text of ["I stay", "I stay, too"])
      await page
        .getByRole("link", { name: /bo Tester commented on your post/ })
        .getByText(text, { exact: true })
        .waitFor();
    await eventually(async () => expect(await page.getByText("cy Tester").count()).toBe(0));
  }, 60_000);

  test("a link to a comment that is not among those that are loaded opens its page", async ({ skip }) => {
    stage.need(skip);
    const [ann, bo] = [await feed.person("ann"), await feed.person("bo")];
    const postId = await createPost(ann, { content: "A long conversation" });
    const first = await say(bo, postId, "The very first one");
    const reply = (await bo.post(`/api/v1/posts/${postId}/comments`, { content: `To @${ann.username}`, parentCommentId: first })).body.id;
    for (let n = 0; n < 30; n++) await say(ann, postId, `Number ${n}`);
    const page = await stage.signIn(feed.url, ann, { viewport });
    await eventually(async () => expect((await ann.get("/api/v1/notifications?type=comments")).body.data).toHaveLength(1));
    await page.goto(`${feed.url}/posts/${postId}#comment-${reply}`);
    await page.locator("[data-linked]").getByText(`To @${ann.username}`).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/posts/${postId}/comments/${reply}`);
    await look(page, `notifications-linked-${viewport.width}`);
    await bo.delete(`/api/v1/comments/${reply}`);
    await page.reload();
    await page.getByText("Comment not found").waitFor();
  }, 60_000);
});
