import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { moderatorOf } from "./support/administrator.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { look } from "./support/web/look.ts";
import { screens } from "./support/web/places.ts";
import { post, write } from "./support/web/posts.ts";
import { setStage } from "./support/web/stage.ts";

const stage = setStage();
let feed: TestFeed;
let mod: Person;
beforeAll(async () => {
  feed = await startTestFeed({ PORT: String(await freePort()), MODERATION_MODE: "pre" });
  mod = await moderatorOf(feed);
});
afterAll(() => feed.close());

const cases = "/api/v1/moderation/cases";
async function approve(content: string): Promise<void> {
  const found = await eventually(async () => {
    const { data } = (await mod.get(`${cases}?limit=100`)).body;
    const one = data.find((of: { content: string }) => of.content === content);
    expect(one).toBeDefined();
    return one as { id: string; revision: number };
  });
  expect((await mod.post(`${cases}/${found.id}/approve`, { revision: found.revision })).status).toBe(200);
}

test.for(screens)(
  "what a new author posts and comments waits, with a notice, and is there live once it is approved, $width pixels wide",
  { timeout: 120_000 },
  async (viewport, { skip }) => {
    stage.need(skip);
    const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
    const under = await write(mod, `House rules, ${viewport.width}`);
    const author = await stage.signIn(feed.url, ann, { viewport });
    await author.goto(`${feed.url}/posts/${under}`);
    const reader = await stage.signIn(feed.url, ben, { viewport });
    await reader.goto(`${feed.url}/posts/${under}`);
    await post(reader, `House rules, ${viewport.width}`).first().waitFor();
    const words = `Hello from me, ${viewport.width}`;
    await author.getByRole("textbox", { name: "Write a comment" }).fill(words);
    await author.getByRole("textbox", { name: "Write a comment" }).press("Enter");
    const waits = author.getByText("This comment is waiting for a moderator. Until then only you see it.");
    await waits.waitFor();
    await look(author, `pre-comment-${viewport.width}`);
    expect(await reader.getByText(words).count()).toBe(0);
    await approve(words);
    await reader.getByText(words).waitFor();
    await waits.waitFor({ state: "detached" });

    const text = `My first post, ${viewport.width}`;
    const id = await write(ann, text);
    await author.goto(`${feed.url}/posts/${id}`);
    const postWaits = author.getByText("This post is waiting for a moderator. Until then only you see it.");
    await postWaits.waitFor();
    await look(author, `pre-post-${viewport.width}`);
    await approve(text);
    await postWaits.waitFor({ state: "detached" });
    await reader.goto(`${feed.url}/posts/${id}`);
    await post(reader, text).first().waitFor();
  },
);
