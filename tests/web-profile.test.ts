import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createComment, createPost } from "./support/comments.ts";
import { startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { upload } from "./support/uploads.ts";
import { look } from "./support/web/look.ts";
import { screens } from "./support/web/places.ts";
import { post } from "./support/web/posts.ts";
import { setStage } from "./support/web/stage.ts";

const stage = setStage();
let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed({ PORT: String(await freePort()) });
});
afterAll(() => feed.close());

/** A card follows its post once it has been on the screen for a moment: until then, changes are made again. */
const onceFollowed = (changeAndSee: () => Promise<void>) => eventually(changeAndSee, 30_000);

describe.for(screens)("$width wide", (viewport) => {
  test("a profile shows what its owner writes, answers and shows, and what they like once that is public", async ({ skip }) => {
    stage.need(skip);
    const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
    const question = await createPost(ben, { content: "Which way to the harbour?" });
    const other = await createPost(ben, { content: "A second question" });
    await createPost(ann, { content: "Only words" });
    await createPost(ann, { content: "The harbour at dawn", postType: "IMAGE", mediaIds: [(await upload(ann)).id] });
    const first = await createComment(ann, question, "Down the hill");
    await createComment(ann, other, "I do not know");
    await ann.post(`/api/v1/posts/${question}/like`);

    const bens = await stage.signIn(feed.url, ben, { viewport });
    await bens.goto(`${feed.url}/@${ann.username}`);
    const tabs = bens.getByRole("navigation", { name: "What is shown" });
    const cards = bens.getByRole("feed").getByRole("article");
    await cards.nth(1).waitFor();
    expect(await tabs.getByRole("link").allTextContents()).toEqual(["Posts", "Reposts", "Replies", "Media"]);
    await look(bens, `profile-${viewport.width}`);
    await tabs.getByRole("link", { name: "Media" }).click();
    await post(bens, "Only words").waitFor({ state: "detached" });
    await cards.first().waitFor();
    expect(await cards.allTextContents()).toEqual([expect.stringContaining("The harbour at dawn")]);
    await look(bens, `profile-media-${viewport.width}`);

    // Replies have their posts with them, and both are as they are now.
    await tabs.getByRole("link", { name: "Replies" }).click();
    const reply = post(bens, "Down the hill");
    await reply.getByRole("link", { name: /^Quoted post: .*Which way to the harbour/ }).waitFor();
    expect(await cards.allTextContents()).toEqual([expect.stringContaining("I do not know"), expect.stringContaining("Down the hill")]);
    await look(bens, `profile-replies-${viewport.width}`);
    let change = 0;
    await onceFollowed(async () => {
      await ann.patch(`/api/v1/comments/${first.id}`, { content: `Down the hill, then left ${++change}` });
      await bens.getByText(`Down the hill, then left ${change}`).waitFor({ timeout: 2_000 });
    });
    await onceFollowed(async () => {
      await ben.delete(`/api/v1/posts/${other}`);
      await bens.getByText("This post is no longer available.").waitFor({ timeout: 2_000 });
      expect(await bens.getByText("I do not know").count()).toBe(0);
    });
    await reply.getByRole("link", { name: "Show conversation" }).click();
    await bens.waitForURL(new RegExp(`/posts/${question}/.*${first.id}$`));
    await bens.goBack();
    // The address says which list it was.
    await reply.waitFor();

    // Likes are their owner's until she makes them public.
    const anns = await stage.signIn(feed.url, ann, { viewport });
    await anns.goto(`${feed.url}/@${ann.username}?shown=likes`);
    await anns.getByText("Only you see what you like.").waitFor();
    await post(anns, "Which way to the harbour?").waitFor();
    await look(anns, `profile-likes-own-${viewport.width}`);
    await anns.getByRole("link", { name: "settings", exact: true }).click();
    await anns.getByRole("checkbox", { name: "Public likes" }).check();
    await look(anns, `settings-public-likes-${viewport.width}`);
    await eventually(async () => expect((await ben.get(`/api/v1/users/${ann.id}/likes`)).status).toBe(200));
    await bens.reload();
    await tabs.getByRole("link", { name: "Likes" }).click();
    await post(bens, "Which way to the harbour?").waitFor();
    await look(bens, `profile-likes-${viewport.width}`);
    await ann.patch("/api/v1/users/me/preferences", { publicLikes: false });
    await bens.reload();
    await post(bens, "Only words").waitFor();
    expect(await tabs.getByRole("link", { name: "Likes" }).count()).toBe(0);
  }, 120_000);

  test("an author pins a post, and it stands first on their profile, once, until it is unpinned or gone", async ({ skip }) => {
    stage.need(skip);
    const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
    const first = await createPost(ann, { content: "About me" });
    await createPost(ann, { content: "News of today" });
    const [anns, bens] = [await stage.signIn(feed.url, ann, { viewport }), await stage.signIn(feed.url, ben, { viewport })];
    const profile = `${feed.url}/@${ann.username}`;
    await anns.goto(profile);
    await post(anns, "About me").getByRole("button", { name: "Post options" }).click();
    await anns.getByRole("menuitem", { name: "Pin to your profile" }).click();
    await anns.getByText("The post is first on your profile.").waitFor();
    const pinned = (page: typeof anns) => page.getByRole("region", { name: "Pinned" });
    await pinned(anns).getByText("About me").waitFor();
    expect(await post(anns, "About me").count(), "not among the others again").toBe(1);
    await bens.goto(profile);
    await pinned(bens).getByText("About me").waitFor();
    expect(await bens.getByRole("article").allTextContents()).toEqual([expect.stringContaining("About me"), expect.stringContaining("News of today")]);
    await look(bens, `pinned-${viewport.width}`);

    // Another one comes in its place, live, and goes.
    const second = await createPost(ann, { content: "About my work" });
    await onceFollowed(async () => {
      await ann.post(`/api/v1/posts/${first}/pin`);
      await ann.post(`/api/v1/posts/${second}/pin`);
      await pinned(bens).getByText("About my work").waitFor({ timeout: 2_000 });
    });
    await look(bens, `pinned-live-${viewport.width}`);
    await ann.delete(`/api/v1/posts/${second}`);
    await pinned(bens).getByText("This post is no longer available.").waitFor();
    await ann.post(`/api/v1/posts/${first}/pin`);
    await pinned(bens).getByText("About me").waitFor();
    await pinned(anns).getByText("About me").waitFor();

    // Where the menu opens first, it knows, too.
    await anns.goto(`${feed.url}/posts/${first}`);
    await anns.getByRole("button", { name: "Post options" }).click();
    await anns.getByRole("menuitem", { name: "Unpin from your profile" }).waitFor();
    await anns.goto(profile);
    await pinned(anns).getByRole("button", { name: "Post options" }).click();
    await look(anns, `pinned-menu-${viewport.width}`);
    await anns.getByRole("menuitem", { name: "Unpin from your profile" }).click();
    await pinned(anns).waitFor({ state: "detached" });
    expect(await anns.getByRole("article").allTextContents()).toEqual([expect.stringContaining("News of today"), expect.stringContaining("About me")]);
    await pinned(bens).waitFor({ state: "detached" });
    await post(bens, "About me").waitFor();

    // What is gone is gone while it is looked at.
    await ann.post(`/api/v1/posts/${first}/pin`);
    await bens.reload();
    await pinned(bens).getByText("About me").waitFor();
    let change = 0;
    await onceFollowed(async () => {
      await ann.patch(`/api/v1/posts/${first}`, { content: `About me, ${++change}` });
      await pinned(bens).getByText(`About me, ${change}`).waitFor({ timeout: 2_000 });
    });
    await ann.patch(`/api/v1/posts/${first}`, { visibility: "followers" });
    await pinned(bens).getByText("This post is no longer available.").waitFor();
    await bens.reload();
    await post(bens, "News of today").waitFor();
    expect(await pinned(bens).count()).toBe(0);
  }, 120_000);

  test("the bell of a followed user has their new posts notify", async ({ skip }) => {
    stage.need(skip);
    const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
    const page = await stage.signIn(feed.url, ben, { viewport });
    await page.goto(`${feed.url}/@${ann.username}`);
    await page.getByRole("button", { name: "Follow ann Tester" }).first().click();
    const bell = page.getByRole("button", { name: "Notify me of new posts by ann Tester" });
    // Who notifies has heard of both a moment after they have signed up.
    await eventually(async () => expect((await ann.get("/api/v1/notifications")).body.data).toContainEqual(expect.objectContaining({ type: "new_follower" })));
    await bell.click();
    await page.getByText("New posts by ann Tester will notify you.").waitFor();
    await look(page, `profile-bell-${viewport.width}`);
    await page.reload();
    await eventually(async () => expect(await bell.getAttribute("aria-pressed")).toBe("true"));
    // One that comes before who notifies knows of the bell notifies nobody.
    await eventually(async () => {
      await createPost(ann, { content: "From the harbour" });
      await eventually(async () => {
        const { data } = (await ben.get("/api/v1/notifications")).body;
        expect(data.map(({ type }: { type: string }) => type)).toContain("new_post");
      }, 5_000);
    }, 30_000);
    await page.goto(`${feed.url}/notifications`);
    await page.getByText("ann Tester has posted").first().waitFor();
    await look(page, `notifications-bell-${viewport.width}`);
    await page.goto(`${feed.url}/@${ann.username}`);
    await bell.click();
    await page.getByText("New posts by ann Tester do not notify you any more.").waitFor();
    expect(await bell.getAttribute("aria-pressed")).toBe("false");
  }, 120_000);

  test("a user says where they are and where else to find them, and a visitor follows that", async ({ skip }) => {
    stage.need(skip);
    const ann = await feed.person("ann");
    const anns = await stage.signIn(feed.url, ann, { viewport });
    await anns.goto(`${feed.url}/@${ann.username}`);
    await anns.getByRole("button", { name: "Edit profile" }).click();
    const dialog = anns.getByRole("dialog", { name: "Edit your profile" });
    await dialog.getByLabel("Place").fill("Harbour Street, by the sea");
    await dialog.getByLabel("Link 1").fill("ann.example/about");
    await dialog.getByRole("button", { name: "Add a link" }).click();
    await dialog.getByLabel("Link 2").fill("javascript:alert(1)");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByRole("alert").first().waitFor();
    await look(anns, `edit-links-${viewport.width}`);
    await dialog.getByLabel("Link 2").fill("https://social.example/@ann");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.waitFor({ state: "detached" });

    const visitors = await stage.visit(`${feed.url}/@${ann.username}`, { viewport });
    const profile = visitors.getByRole("region", { name: "Profile" });
    await profile.getByText("Harbour Street, by the sea").waitFor();
    for (const [name, href] of [
      ["ann.example/about", "https://ann.example/about"],
      ["social.example/@ann", "https://social.example/@ann"],
    ] as const) {
      const link = profile.getByRole("link", { name });
      expect(await link.getAttribute("href")).toBe(href);
      expect((await link.getAttribute("rel"))?.split(" ")).toEqual(expect.arrayContaining(["me", "nofollow", "ugc", "noopener"]));
    }
    await look(visitors, `profile-links-${viewport.width}`);
  }, 60_000);
});
