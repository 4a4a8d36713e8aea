import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { moderatorOf } from "./support/administrator.ts";
import { startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { screens } from "./support/web/places.ts";
import { post, write } from "./support/web/posts.ts";
import { setStage } from "./support/web/stage.ts";

const stage = setStage();
let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed({ PORT: String(await freePort()) });
});
afterAll(() => feed.close());

test.for(screens)("a post and a profile are reported from their menus, $width pixels wide", { timeout: 120_000 }, async (viewport, { skip }) => {
  stage.need(skip);
  const [ann, ben, mod] = [await feed.person("ann"), await feed.person("ben"), await moderatorOf(feed)];
  await ann.post(`/api/v1/users/${ben.id}/follow`);
  const id = await write(ben, "Buy cheap watches");
  const home = await stage.signIn(feed.url, ann, { viewport });
  await home.goto(feed.url);
  await post(home, "Buy cheap watches").getByRole("button", { name: "Post options" }).click();
  await home.getByRole("menuitem", { name: "Report" }).click();
  const dialog = home.getByRole("dialog", { name: "Report" });
  await dialog.getByRole("radio", { name: "Spam or fraud" }).check();
  await dialog.getByRole("textbox").fill("Third time today");
  if (process.env.SHOTS) await home.screenshot({ path: `${process.env.SHOTS}/report-${viewport.width}.png` });
  await dialog.getByRole("button", { name: "Report" }).click();
  await home.getByText("You will hear what came of it.").waitFor();
  await dialog.waitFor({ state: "detached" });

  await home.goto(`${feed.url}/@${ben.username}`);
  await home.getByRole("button", { name: "Profile options" }).click();
  await home.getByRole("menuitem", { name: "Report" }).click();
  await dialog.getByRole("radio", { name: "It pretends to be someone else" }).check();
  await dialog.getByRole("button", { name: "Report" }).click();
  await dialog.waitFor({ state: "detached" });

  await eventually(async () => {
    const { data } = (await mod.get("/api/v1/moderation/cases")).body;
    const of = (targetId: string) => data.find(({ target }: { target: { id: string } }) => target.id === targetId);
    expect([of(id), of(ben.id)]).toMatchObject([{ reasons: ["spam"] }, { reasons: ["impersonation"] }]);
  });
});
