import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPost } from "./support/comments.ts";
import { startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { look } from "./support/web/look.ts";
import { screens } from "./support/web/places.ts";
import { post } from "./support/web/posts.ts";
import { setStage } from "./support/web/stage.ts";
import { openWebSite, type WebSite } from "./support/web-site.ts";

const stage = setStage();
let site: WebSite;
let feed: TestFeed;
beforeAll(async () => {
  site = await openWebSite();
  feed = await startTestFeed({ PORT: String(await freePort()), LINK_PREVIEWS: "true", ALLOW_PRIVATE_ADDRESSES: "true" });
});
afterAll(async () => {
  await feed.close();
  site.close();
});

const html = (title: string, more = "") => `<title>${title}</title><meta property="og:image" content="${site.url}/picture.png">${more}`;
const about = `<meta property="og:description" content="Which ships come in today, where they lie, and when they leave again, with the tides and the weather for each of the next five days and nights."><meta property="og:site_name" content="Harbour office">`;

describe.for(screens)("$width wide", (viewport) => {
  test("a post with a link gets its card before everyone's eyes, and no reader calls the other site", async ({ skip }) => {
    stage.need(skip);
    const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
    await ben.post(`/api/v1/users/${ann.id}/follow`);
    await createPost(ann, { content: "Good morning" });
    const path = `/ships-${viewport.width}`;
    site.pages.set(path, html("Ships &lt;b&gt;of\u202E today&lt;/b&gt;", about));
    // As if another instance were about to read it.
    const { query } = await feed.platform.openDatabase("post-service");
    await query("INSERT INTO link_card (url, due_at) VALUES ($1, now() + interval '1 hour')", [`${site.url}${path}`]);
    const [anns, bens] = [await stage.signIn(feed.url, ann, { viewport }), await stage.signIn(feed.url, ben, { viewport })];
    const outside: string[] = [];
    for (const page of [anns, bens]) page.on("request", (request) => request.url().startsWith(site.url) && outside.push(request.url()));

    await anns.getByLabel("What's new?").fill(`All that floats: ${site.url}${path}`);
    await anns.getByRole("button", { name: "Post", exact: true }).click();
    await bens.getByRole("button", { name: "1 new post" }).click();
    const cards = [anns, bens].map((page) => post(page, "All that floats").locator("a.link-card"));
    await post(bens, "All that floats").waitFor();
    for (const card of cards) expect(await card.count()).toBe(0);
    // A post is followed once it has been on the screen for a moment: until then, its card comes again.
    await eventually(async () => {
      await query("UPDATE link_card SET due_at = now(), title = NULL WHERE url = $1", [`${site.url}${path}`]);
      for (const card of cards) await card.waitFor({ timeout: 8_000 });
    }, 40_000);
    const [, card] = cards;
    expect(await card?.getAttribute("href")).toBe(`${site.url}${path}`);
    expect(await card?.getAttribute("rel")).toBe("noopener noreferrer nofollow ugc");
    expect(await card?.locator("b").textContent()).toBe("Ships <b>of today</b>");
    expect(await card?.textContent()).toContain(`${new URL(site.url).host} · Harbour office`);
    await look(bens, `link-card-${viewport.width}`);

    expect(outside).toEqual([]);
    expect(site.calls.map(({ path }) => path)).not.toContain("/picture.png");
  }, 60_000);

  test("a card follows the link of its post, live", async ({ skip }) => {
    stage.need(skip);
    const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
    const path = `/tides-${viewport.width}`;
    site.pages.set(path, html("Tides", about));
    site.pages.set(`${path}/next`, html("What comes next"));
    const id = await createPost(ann, { content: `All that floats: ${site.url}${path}` });
    const bens = await stage.signIn(feed.url, ben, { viewport });
    await bens.goto(`${feed.url}/posts/${id}`);
    await post(bens, "All that floats").locator("a.link-card").waitFor();
    await ann.patch(`/api/v1/posts/${id}`, { content: `All that floats next: ${site.url}${path}/next` });
    await post(bens, "All that floats next").locator("a.link-card", { hasText: "What comes next" }).waitFor();
    await look(bens, `link-card-alone-${viewport.width}`);
    await ann.patch(`/api/v1/posts/${id}`, { content: "All that floats, without a link" });
    await post(bens, "All that floats, without a link").waitFor();
    expect(await bens.locator("a.link-card").count()).toBe(0);
  });
});
