import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPost } from "./support/comments.ts";
import { startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { phonePhoto } from "./support/pictures.ts";
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
  test("one hands a post on and quotes it, and it comes to who follows them, live, until it is gone", async ({ skip }) => {
    stage.need(skip);
    const [ann, ben, cem] = [await feed.person("ann"), await feed.person("ben"), await feed.person("cem")];
    await cem.post(`/api/v1/users/${ben.id}/follow`);
    const id = await createPost(ann, { content: "The harbour at dawn" });
    await createPost(ben, { content: "Good morning" });
    const [bens, cems] = [await stage.signIn(feed.url, ben, { viewport }), await stage.signIn(feed.url, cem, { viewport })];
    await bens.goto(`${feed.url}/posts/${id}`);
    const card = post(bens, "The harbour at dawn");
    await card.getByRole("button", { name: "Repost, 0 reposts" }).click();
    await look(bens, `repost-menu-${viewport.width}`);
    await bens.getByRole("menuitem", { name: "Repost" }).click();
    await card.getByRole("button", { name: "You have reposted this, 1 repost" }).waitFor();
    await eventually(async () => expect((await cem.get("/api/v1/feed")).body.data).toMatchObject([{ id, repostedBy: { id: ben.id } }, {}]));

    // It waits above Cem's home feed; then it stands above what is newer than the post but older than the repost.
    await cems.getByRole("button", { name: "1 new post" }).click();
    const cards = cems.getByRole("feed").getByRole("article");
    await cards.nth(1).waitFor();
    expect(await cards.allTextContents()).toEqual([expect.stringContaining("The harbour at dawn"), expect.stringContaining("Good morning")]);
    await cems.getByRole("link", { name: "ben Tester reposted" }).waitFor();
    await look(cems, `reposted-${viewport.width}`);

    // The count is live.
    await onceFollowed(async () => {
      await ann.delete(`/api/v1/posts/${id}/repost`);
      await ann.post(`/api/v1/posts/${id}/repost`);
      await post(cems, "The harbour at dawn").getByRole("button", { name: "Repost, 2 reposts" }).waitFor({ timeout: 2_000 });
    });

    await card.getByRole("button", { name: "You have reposted this, 2 reposts" }).click();
    await bens.getByRole("menuitem", { name: "Quote" }).click();
    const dialog = bens.getByRole("dialog", { name: "Quote this post" });
    await dialog.getByLabel("What's new?").fill("Look at this light");
    await dialog.locator('input[type="file"]').setInputFiles({ name: "light.jpg", mimeType: "image/jpeg", buffer: await phonePhoto() });
    await dialog.getByRole("button", { name: "Describe light.jpg" }).waitFor();
    await look(bens, `quote-dialog-${viewport.width}`);
    // What is begun is kept, and stands in no other form.
    await bens.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    await bens.getByRole("link", { name: "Home" }).first().click();
    expect(await bens.getByRole("form", { name: "Write a post" }).getByRole("listitem").count()).toBe(0);
    await bens.goto(`${feed.url}/posts/${id}`);
    await card.getByRole("button", { name: "You have reposted this, 2 reposts" }).click();
    await bens.getByRole("menuitem", { name: "Quote" }).click();
    await dialog.getByRole("button", { name: "Describe light.jpg" }).waitFor();
    await dialog.getByRole("button", { name: "Post", exact: true }).click();
    await bens.getByText("Your post is published.").waitFor();
    await cems.reload();
    const quote = post(cems, "Look at this light");
    await quote.getByRole("link", { name: /^Quoted post: .*ann Tester/ }).waitFor();
    await quote.getByRole("img", { name: "Picture by ben Tester" }).or(quote.locator("img")).first().waitFor();
    await look(cems, `quoted-${viewport.width}`);
    // What changes in the post changes in the card.
    let change = 0;
    await onceFollowed(async () => {
      await ann.patch(`/api/v1/posts/${id}`, { content: `The harbour at noon, ${++change}` });
      await quote.getByText(`The harbour at noon, ${change}`).waitFor({ timeout: 2_000 });
    });

    await post(cems, "The harbour at noon").last().getByRole("button", { name: "Post options" }).click();
    await cems.getByRole("menuitem", { name: "Who likes and reposts it" }).click();
    const people = cems.getByRole("dialog", { name: "Who likes and reposts it" });
    await people.getByText("Nobody likes this post yet.").waitFor();
    await people.getByRole("button", { name: "Reposts" }).click();
    await people.getByRole("link", { name: "ann Tester" }).waitFor();
    await look(cems, `people-${viewport.width}`);
    await people.getByRole("link", { name: "ben Tester" }).click();
    await cems.getByRole("link", { name: "Reposts", exact: true }).click();
    await post(cems, "The harbour at noon").waitFor();
    await look(cems, `reposts-of-profile-${viewport.width}`);

    await cems.getByRole("link", { name: "Posts", exact: true }).click();
    await quote.getByText("The harbour at noon").waitFor();
    await onceFollowed(async () => {
      await ann.patch(`/api/v1/posts/${id}`, { content: `The harbour at night, ${++change}` });
      await quote.getByText(`The harbour at night, ${change}`).waitFor({ timeout: 2_000 });
    });
    await ann.delete(`/api/v1/posts/${id}`);
    await quote.getByText("This post is no longer available.").waitFor();
    await look(cems, `quote-closed-${viewport.width}`);
    expect(await quote.getByText("Look at this light").count()).toBe(1);
  }, 120_000);

  test("its author forbids quotes before it is published, and the draft keeps that", async ({ skip }) => {
    stage.need(skip);
    const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
    const anns = await stage.signIn(feed.url, ann, { viewport });
    await anns.getByLabel("What's new?").fill("Not for quotes");
    const forbid = () => anns.getByRole("button", { name: "Do not allow quotes" });
    await forbid().click();
    await look(anns, `unquotable-${viewport.width}`);
    expect(await anns.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(viewport.width);
    const choose = async (audience: string) => {
      await anns.getByRole("button", { name: "Who can see this post" }).click();
      await anns.getByRole("menuitem", { name: audience }).click();
    };
    await choose("Only your followers can see it");
    expect(await forbid().count(), "of posts for followers there are no quotes").toBe(0);
    await choose("Everyone can see it");
    await anns.reload();
    await anns.getByRole("button", { name: "Do not allow quotes", pressed: true }).waitFor();
    await anns.getByRole("form", { name: "Write a post" }).getByRole("button", { name: "Post", exact: true }).click();
    await post(anns, "Not for quotes").locator("time").waitFor();
    const [{ id, quotable }] = (await ann.get(`/api/v1/users/${ann.id}/posts`)).body.data;
    expect(quotable).toBe(false);
    await anns.getByLabel("What's new?").fill("The next one");
    await anns.getByRole("button", { name: "Do not allow quotes", pressed: false }).waitFor();

    const bens = await stage.signIn(feed.url, ben, { viewport });
    await bens.goto(`${feed.url}/posts/${id}`);
    await post(bens, "Not for quotes").getByRole("button", { name: "Repost, 0 reposts" }).click();
    await bens.getByRole("menuitem", { name: "Repost" }).waitFor();
    expect(await bens.getByRole("menuitem", { name: "Quote" }).count()).toBe(0);
  }, 60_000);

  test("a repost leaves an open home page when it is taken back, by a block or an unfollow, and with a post that is narrowed, and may come again", async ({
    skip,
  }) => {
    stage.need(skip);
    const [ann, ben, cem, dan] = [await feed.person("ann"), await feed.person("ben"), await feed.person("cem"), await feed.person("dan")];
    await cem.post(`/api/v1/users/${ben.id}/follow`);
    const [dawn, noon, night] = [
      await createPost(ann, { content: "Dawn" }),
      await createPost(ann, { content: "Noon" }),
      await createPost(ann, { content: "Night" }),
    ];
    await createPost(ben, { content: "My own" });
    for (const id of [night, noon, dawn]) await ben.post(`/api/v1/posts/${id}/repost`);
    await eventually(async () => expect((await cem.get("/api/v1/feed")).body.data).toHaveLength(4));
    const cems = await stage.signIn(feed.url, cem, { viewport });
    const cards = cems.getByRole("feed").getByRole("article");
    await cards.nth(3).waitFor();
    const shown = async () =>
      (await cards.allTextContents()).map((text) => /Dawn|Noon|Night|Dusk|My own|repost is no longer|post is no longer/.exec(text)?.[0]);
    expect(await shown()).toEqual(["Dawn", "Noon", "Night", "My own"]);

    const bens = await stage.signIn(feed.url, ben, { viewport });
    await bens.goto(`${feed.url}/posts/${dawn}`);
    await onceFollowed(async () => {
      await ben.post(`/api/v1/posts/${dawn}/repost`);
      await bens.reload();
      await bens.getByRole("button", { name: "You have reposted this, 1 repost" }).click();
      await bens.getByRole("menuitem", { name: "Undo repost" }).click();
      await expect.poll(shown, { timeout: 3_000 }).toEqual(["repost is no longer", "Noon", "Night", "My own"]);
    });
    await look(cems, `repost-gone-${viewport.width}`);
    // Made again, it waits, and has its new place.
    await bens.getByRole("button", { name: "Repost, 0 reposts" }).click();
    await bens.getByRole("menuitem", { name: "Repost" }).click();
    await cems.getByRole("button", { name: "1 new post" }).click();
    await eventually(async () => expect(await shown()).toEqual(["Dawn", "Noon", "Night", "My own"]));

    await onceFollowed(async () => {
      await ann.patch(`/api/v1/posts/${noon}`, { visibility: "public" });
      await ann.patch(`/api/v1/posts/${noon}`, { visibility: "followers" });
      await expect.poll(shown, { timeout: 2_000 }).toEqual(["Dawn", "post is no longer", "Night", "My own"]);
    });
    await ann.post(`/api/v1/users/${ben.id}/block`);
    await eventually(async () => expect(await shown()).toEqual(["repost is no longer", "post is no longer", "repost is no longer", "My own"]));
    await cems.reload();
    await eventually(async () => expect(await shown()).toEqual(["My own"]));

    await ben.post(`/api/v1/posts/${await createPost(dan, { content: "Dusk" })}/repost`);
    await cems.getByRole("button", { name: "1 new post" }).click();
    await eventually(async () => expect(await shown()).toEqual(["Dusk", "My own"]));
    await cem.delete(`/api/v1/users/${ben.id}/follow`);
    await eventually(async () => expect(await shown(), "unfollowed on another device").toEqual(["repost is no longer", "My own"]));
  }, 120_000);
});
