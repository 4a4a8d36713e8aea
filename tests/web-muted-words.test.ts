import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { look } from "./support/web/look.ts";
import { desk, phone } from "./support/web/places.ts";
import { write } from "./support/web/posts.ts";
import { setStage } from "./support/web/stage.ts";

const stage = setStage();
let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed({ PORT: String(await freePort()) });
});
afterAll(() => feed.close());

test.for([phone, desk])(
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
