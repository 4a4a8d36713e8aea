import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPost } from "./support/comments.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { screens } from "./support/web/places.ts";
import { setStage } from "./support/web/stage.ts";

const stage = setStage();
let feed: TestFeed;
let author: Person;
beforeAll(async () => {
  feed = await startTestFeed();
  author = await feed.person("author");
});
afterAll(() => feed.close());

describe.for(screens)("at $width x $height", (viewport) => {
  test("a visitor chooses between the newest posts and the popular ones", async ({ skip }) => {
    stage.need(skip);
    const fans = await Promise.all([feed.person(), feed.person()]);
    const [most, some, unnoticed] = [`Most liked, ${viewport.width}`, `Liked, ${viewport.width}`, `Unnoticed, ${viewport.width}`];
    const [first, second] = [await createPost(author, { content: most }), await createPost(author, { content: some })];
    await createPost(author, { content: unnoticed });
    for (const fan of fans) await fan.post(`/api/v1/posts/${first}/like`);
    await fans[0]?.post(`/api/v1/posts/${second}/like`);
    await eventually(async () => {
      const { body } = await feed.call("GET", "/api/v1/posts/popular");
      expect(body.data.map(({ content }: { content: string }) => content)).toEqual(expect.arrayContaining([most, some]));
    });

    const page = await stage.visit(`${feed.url}/explore`, { viewport });
    const cards = page.getByRole("feed").getByRole("article");
    const order = page.getByRole("navigation", { name: "Which posts" });
    await cards.filter({ hasText: unnoticed }).waitFor();
    for (const [name, address] of [
      ["Popular today", "?popular=day"],
      ["This week", "?popular=week"],
    ] as const) {
      await order.getByRole("link", { name }).click();
      await cards.filter({ hasText: unnoticed }).waitFor({ state: "detached" });
      await eventually(async () => {
        const texts = (await cards.allInnerTexts()).join("\n");
        expect(texts.indexOf(most)).toBeGreaterThanOrEqual(0);
        expect(texts.indexOf(some)).toBeGreaterThan(texts.indexOf(most));
      });
      expect(new URL(page.url()).search).toBe(address);
      expect(await order.getByRole("link", { name }).getAttribute("aria-current")).toBe("page");
    }
    // The choice stands in the address.
    await page.reload();
    await cards.filter({ hasText: most }).waitFor();
    expect(await cards.filter({ hasText: unnoticed }).count()).toBe(0);
    // They stand in one line, within the page.
    const boxes = await Promise.all((await order.getByRole("link").all()).map((link) => link.boundingBox()));
    expect(new Set(boxes.map((box) => box?.y)).size).toBe(1);
    expect(Math.max(...boxes.map((box) => (box ? box.x + box.width : Number.POSITIVE_INFINITY)))).toBeLessThanOrEqual(viewport.width - 8);
    expect(Math.min(...boxes.map((box) => box?.x ?? -1))).toBeGreaterThan(0);
    await order.getByRole("link", { name: "Newest" }).click();
    await cards.filter({ hasText: unnoticed }).waitFor();
  }, 60_000);
});
