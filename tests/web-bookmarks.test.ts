import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPost } from "./support/comments.ts";
import { startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
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

describe.for(screens)("$width wide", (viewport) => {
  test("a reader bookmarks and likes posts, and finds them again until they are gone", async ({ skip }) => {
    stage.need(skip);
    const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
    const first = await createPost(ann, { content: "Read this later" });
    const second = await createPost(ann, { content: "And this one" });
    const page = await stage.signIn(feed.url, ben, { viewport });
    /** As both sizes have it: the rail has the bookmarks too, but no likes. */
    const open = async (name: string) => {
      await page.getByRole("link", { name: "Profile" }).first().click();
      await page.getByRole("button", { name: "Profile options" }).click();
      if (name === "Likes") await look(page, `profile-menu-${viewport.width}`);
      await page.getByRole("menuitem", { name }).click();
      await page.getByRole("heading", { level: 1, name }).waitFor();
    };
    await open("Bookmarks");
    await page.getByText("No bookmarks yet").waitFor();
    await look(page, `no-bookmarks-${viewport.width}`);

    await page.goto(`${feed.url}/explore`);
    // The later post first: the list is not by the time of the posts.
    for (const [text, id] of [
      ["And this one", second],
      ["Read this later", first],
    ] as const) {
      const bookmark = post(page, text).first().getByRole("button", { name: "Bookmark" });
      await bookmark.click();
      await bookmark.and(page.locator('[aria-pressed="true"]')).waitFor();
      await eventually(async () => expect((await ben.get(`/api/v1/posts/${id}`)).body.bookmarkedByMe).toBe(true));
    }
    await post(page, "Read this later").first().getByRole("button", { name: "Like, 0 likes" }).click();
    await eventually(async () => expect((await ben.get(`/api/v1/posts/${first}`)).body.likedByMe).toBe(true));
    expect((await ann.get(`/api/v1/posts/${first}`)).body).toMatchObject({ likeCount: 1, bookmarkedByMe: false });

    await open("Bookmarks");
    const cards = page.getByRole("feed").getByRole("article");
    await cards.nth(1).waitFor();
    expect(await cards.allTextContents()).toEqual([expect.stringContaining("Read this later"), expect.stringContaining("And this one")]);
    await look(page, `bookmarks-${viewport.width}`);
    await open("Likes");
    await cards.first().waitFor();
    expect(await cards.allTextContents()).toEqual([expect.stringContaining("Read this later")]);

    // Taken back, and refused: it stays bookmarked.
    await open("Bookmarks");
    const bookmark = post(page, "And this one").getByRole("button", { name: "Bookmark" });
    await page.route("**/bookmark", (route) => route.abort());
    await bookmark.click();
    await page.getByText("The bookmark was not removed.").waitFor();
    await bookmark.and(page.locator('[aria-pressed="true"]')).waitFor();
    await page.unroute("**/bookmark");
    await bookmark.click();
    await eventually(async () => expect((await ben.get("/api/v1/bookmarks")).body.data).toHaveLength(1));

    // The author deletes the other one while it is shown, and the list is empty then.
    await ann.delete(`/api/v1/posts/${first}`);
    await page.getByText("This post is no longer available.").waitFor();
    await page.reload();
    await page.getByText("No bookmarks yet").waitFor();
  }, 120_000);
});
