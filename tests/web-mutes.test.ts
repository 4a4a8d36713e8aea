import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { look } from "./support/web/look.ts";
import { desk, phone } from "./support/web/places.ts";
import { post, write } from "./support/web/posts.ts";
import { setStage } from "./support/web/stage.ts";

const stage = setStage();
let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed({ PORT: String(await freePort()) });
});
afterAll(() => feed.close());

test.for([phone, desk])(
  "a user mutes another from a post, on every page that is open, and lifts it in the settings, $width pixels wide",
  { timeout: 120_000 },
  async (viewport, { skip }) => {
    stage.need(skip);
    const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
    await ann.post(`/api/v1/users/${ben.id}/follow`);
    await write(ben, "The quokka smiles");
    const home = await stage.signIn(feed.url, ann, { viewport });
    await home.goto(feed.url);
    const profile = await home.context().newPage();
    await profile.setViewportSize(viewport);
    await profile.goto(`${feed.url}/@${ben.username}`);
    const label = profile.getByText("muted", { exact: true });
    await post(profile, "The quokka smiles").waitFor();
    expect(await label.count()).toBe(0);

    await post(home, "The quokka smiles").getByRole("button", { name: "Post options" }).click();
    await home.getByRole("menuitem", { name: `Mute @${ben.username}` }).click();
    await post(home, "The quokka smiles").waitFor({ state: "detached" });
    await label.waitFor();
    await post(profile, "The quokka smiles").waitFor();

    await profile.getByRole("button", { name: "Profile options" }).click();
    await profile.getByRole("menuitem", { name: "Unmute" }).click();
    await label.waitFor({ state: "detached" });
    await post(home, "The quokka smiles").waitFor();
    await profile.getByRole("button", { name: "Profile options" }).click();
    await profile.getByRole("menuitem", { name: "Mute for a week" }).click();
    await label.waitFor();
    await post(home, "The quokka smiles").waitFor({ state: "detached" });

    const settings = await home.context().newPage();
    await settings.setViewportSize(viewport);
    await settings.goto(`${feed.url}/settings`);
    const muted = settings.getByRole("region", { name: "Muted people" });
    await muted.getByText("until").waitFor();
    await muted.scrollIntoViewIfNeeded();
    await muted.getByRole("button", { name: /^Unmute/ }).click();
    await muted.getByText("You have not muted anyone.").waitFor();
    await label.waitFor({ state: "detached" });
    await post(home, "The quokka smiles").waitFor();
  },
);

test.for([phone, desk])(
  "a comment of a muted user is folded until one asks for it, with its replies, $width pixels wide",
  { timeout: 120_000 },
  async (viewport, { skip }) => {
    stage.need(skip);
    const [ann, ben, cid] = [await feed.person("ann"), await feed.person("ben"), await feed.person("cid")];
    const id = await write(cid, "Where do numbats live?");
    const comments = `/api/v1/posts/${id}/comments`;
    const { body: comment } = await ben.post(comments, { content: "In the wardrobe" });
    await cid.post(comments, { content: "Not in mine", parentCommentId: comment.id });
    await ann.post(`/api/v1/users/${ben.id}/mute`, {});
    const page = await stage.signIn(feed.url, ann, { viewport });
    await page.goto(`${feed.url}/posts/${id}`);
    const folded = page.getByRole("article", { name: "A comment from someone you muted." });
    const text = page.getByText("In the wardrobe");
    await folded.waitFor();
    expect(await text.count()).toBe(0);
    expect(await page.getByText(`@${ben.username}`).count()).toBe(0);
    await folded.getByRole("button", { name: "1 reply" }).click();
    await page.getByText("Not in mine").waitFor();
    await look(page, `folded-${viewport.width}`);
    await folded.getByRole("button", { name: "Show", exact: true }).click();
    await text.waitFor();
    await folded.waitFor({ state: "detached" });

    await page.goto(`${feed.url}/posts/${id}/comments/${comment.id}`);
    await text.waitFor();
    await ann.delete(`/api/v1/users/${ben.id}/mute`);
    await page.goto(`${feed.url}/posts/${id}`);
    await text.waitFor();
  },
);
