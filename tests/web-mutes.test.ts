import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { look } from "./support/web/look.ts";
import { screens } from "./support/web/places.ts";
import { post, write } from "./support/web/posts.ts";
import { setStage } from "./support/web/stage.ts";

const stage = setStage();
let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed({ PORT: String(await freePort()) });
});
afterAll(() => feed.close());

test.for(screens)(
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

test.for(screens)(
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

test.for(screens)(
  "a user mutes the conversation under their post, hears no more of it, and lifts that in the settings, $width pixels wide",
  { timeout: 120_000 },
  async (viewport, { skip }) => {
    stage.need(skip);
    const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
    const [id, other] = [await write(ann, "Does the bilby dig?"), await write(ann, "And the numbat?")];
    const says = (postId: string, content: string) => ben.post(`/api/v1/posts/${postId}/comments`, { content });
    /** The inbox, once it has this. */
    const told = async (content: string) => {
      await eventually(async () => expect(JSON.stringify((await ann.get("/api/v1/notifications")).body)).toContain(content));
      await page.goto(`${feed.url}/notifications`);
      await page.getByText(content).waitFor();
    };
    const page = await stage.signIn(feed.url, ann, { viewport });
    await page.goto(`${feed.url}/posts/${id}`);
    const options = post(page, "Does the bilby dig?").getByRole("button", { name: "Post options" });
    await options.click();
    const item = page.getByRole("menuitem", { name: "Mute this conversation" });
    await item.waitFor();
    await look(page, `mute-conversation-${viewport.width}`);
    await item.click();
    await page.getByText("Nothing about this post notifies you any more.").waitFor();
    await options.click();
    await page.getByRole("menuitem", { name: "Unmute this conversation" }).waitFor();
    await page.keyboard.press("Escape");

    const { query } = await feed.platform.openDatabase("notification-service");
    const heard = (count: number) => eventually(async () => expect(await query("SELECT FROM post_mute WHERE post_id = $1", [id])).toHaveLength(count));
    await heard(1);
    await says(id, "All night long");
    // Read on the page all the same.
    await page.getByText("All night long").waitFor();
    await says(other, "By day, too");
    await told("By day, too");
    expect(await page.getByText("All night long").count()).toBe(0);

    await page.goto(`${feed.url}/settings`);
    const muted = page.getByRole("region", { name: "Muted conversations" });
    await muted.getByRole("link", { name: "Does the bilby dig?" }).waitFor();
    await muted.scrollIntoViewIfNeeded();
    await look(page, `muted-conversations-${viewport.width}`);
    await muted.getByRole("button", { name: /^Unmute/ }).click();
    await muted.getByText("You have not muted any conversation.").waitFor();
    await heard(0);
    await says(id, "Until dawn");
    await told("Until dawn");
  },
);

test.for(screens)(
  "a user filters a word for a week: what another writes with it is hidden and does not notify them, until they remove it, $width pixels wide",
  { timeout: 120_000 },
  async (viewport, { skip }) => {
    stage.need(skip);
    const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
    const id = await write(ann, "How was the match?");
    const says = (content: string) => ben.post(`/api/v1/posts/${id}/comments`, { content });
    const inbox = async () => JSON.stringify((await ann.get("/api/v1/notifications")).body);
    const page = await stage.signIn(feed.url, ann, { viewport });
    await page.goto(`${feed.url}/settings`);
    const filters = page.getByRole("region", { name: "Content filters" });
    await filters.getByLabel("Word or phrase").fill("Finale");
    await filters.getByLabel("How long").selectOption("For a week");
    await filters.getByRole("button", { name: "Add" }).click();
    await filters.getByText(/^until /).waitFor();
    await filters.scrollIntoViewIfNeeded();
    await look(page, `filtered-words-${viewport.width}`);
    const { query } = await feed.platform.openDatabase("notification-service");
    const filtering = (count: number) =>
      eventually(async () => expect(await query("SELECT FROM word_filter WHERE user_id = $1", [ann.id])).toHaveLength(count));
    await filtering(1);

    await says("They lost the FINALE");
    await says("Long");
    await eventually(async () => expect(await inbox()).toContain("Long"));
    expect(await inbox()).not.toContain("FINALE");
    await page.goto(`${feed.url}/posts/${id}`);
    await page.getByText("Hidden by your filter for “Finale”.").waitFor();
    expect(await page.getByText("They lost the FINALE").count()).toBe(0);

    await page.goto(`${feed.url}/settings`);
    await filters.getByRole("button", { name: "Remove “Finale”" }).click();
    await filters.getByText("You filter no words.").waitFor();
    await filtering(0);
    await says("What a finale");
    await eventually(async () => expect(await inbox()).toContain("What a finale"));
    await page.goto(`${feed.url}/posts/${id}`);
    await page.getByText("They lost the FINALE").waitFor();
  },
);
