import { eventually } from "@newfeed/shared/testing/eventually.ts";
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
