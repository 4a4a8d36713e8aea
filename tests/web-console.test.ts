import { keepDeadLetter } from "@newfeed/shared/outbox/dead-letters.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { administratorOf, auditorOf } from "./support/administrator.ts";
import { startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { screens } from "./support/web/places.ts";
import { write } from "./support/web/posts.ts";
import { setStage } from "./support/web/stage.ts";

const stage = setStage();
let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed({ PORT: String(await freePort()) });
});
afterAll(() => feed.close());

const fits = async (page: Page, width: number) => expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
const shot = async (page: Page, name: string, width: number) => {
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/console-${name}-${width}.png`, fullPage: true });
};
const keep = async (id: string) => {
  const { query } = await feed.platform.openDatabase("media-service");
  await keepDeadLetter(query, { id, type: "comment.created", key: null, body: "not JSON" }, null, false, {
    ...{ reason: "not JSON", detail: "Error: not JSON\n    at read (read.ts:1)", tries: 5 },
  });
};

test.for(screens)("an auditor follows events, and sees how a request went, $width pixels wide", { timeout: 120_000 }, async (viewport, { skip }) => {
  stage.need(skip);
  const [ann, auditor] = [await feed.person("ann"), await auditorOf(feed)];
  const before = await write(ann, "Written before");
  const { width } = viewport;
  const page = await stage.signIn(feed.url, auditor, { viewport });
  await page.goto(`${feed.url}/admin`);
  const list = page.getByRole("list", { name: "Events" });
  await page.getByLabel("Type").fill("POST_CREATED");
  await page.getByLabel("Who did it (id)").fill(ann.id);
  await eventually(async () => expect((await auditor.get(`/api/v1/events?aggregate=${before}`)).body.data.length).toBeGreaterThan(1));
  await page.getByRole("button", { name: "Show" }).click();
  await eventually(async () => expect(await list.getByRole("listitem").count()).toBe(1));
  expect(await page.evaluate("document.activeElement.textContent")).toBe("Show");
  await list.getByText("Body").click();
  await list.getByText("Written before").waitFor();
  await shot(page, "events", width);
  await fits(page, width);
  expect(await page.getByRole("link", { name: "Download all" }).getAttribute("href")).toContain(`type=POST_CREATED&actor=${ann.id}`);

  await page.getByRole("button", { name: "Follow live" }).click();
  await page.getByText("Following live").waitFor();
  const after = await write(ann, "Written after");
  await list.getByText(`post ${after}`).waitFor();
  expect(await list.getByRole("listitem").count()).toBe(1);
  await page.getByRole("button", { name: "Timeline of the request" }).click();
  const timeline = page.getByRole("list", { name: "Timeline of the request" });
  await timeline.getByText("post.created", { exact: true }).waitFor();
  await timeline.getByText("post.published", { exact: true }).waitFor();
  await timeline.getByText("after 0 ms").first().waitFor();
  await shot(page, "timeline", width);
  await fits(page, width);

  await page.getByRole("button", { name: "Back to all events" }).click();
  await page.getByRole("button", { name: "Stop" }).click();
  await page.getByRole("button", { name: "History of this" }).first().click();
  await list.getByText("post.published", { exact: true }).waitFor();
  expect(await page.getByLabel("What it happened to (id)").inputValue()).not.toBe("");

  // An auditor changes nothing.
  await keep(`auditor ${width}`);
  await page.getByRole("button", { name: /^Dead letters/ }).click();
  await page.getByText("not JSON").first().waitFor();
  expect(await page.getByRole("button", { name: "Drop" }).count()).toBe(0);
  await page.getByRole("button", { name: "Replays" }).click();
  await page.getByText("Nothing was replayed yet").waitFor();
  expect(await page.getByRole("button", { name: "Start" }).count()).toBe(0);

  await page.getByRole("button", { name: "Deletions" }).click();
  const leaver = await feed.person("leaver");
  expect((await leaver.delete("/api/auth/me", { password: leaver.password })).status).toBe(200);
  await page.getByRole("button", { name: "All", exact: true }).click();
  const deletion = page.getByRole("list", { name: "Deletions of accounts" }).getByRole("listitem").filter({ hasText: leaver.id });
  await deletion.getByText(/^(\d+) of \1 services have removed everything · begun .+ · ended /).waitFor();
  await deletion.getByText("What was removed").click();
  await deletion.getByText(/^auth: .*account 1/).waitFor();
  await shot(page, "deletions", width);
  await fits(page, width);

  const other = await stage.signIn(feed.url, ann, { viewport });
  await other.goto(`${feed.url}/admin`);
  await other.getByText("This page is for administrators and auditors").waitFor();
});

test.for(screens)(
  "an administrator has events handled again, drops dead letters, and sees the services, $width pixels wide",
  { timeout: 120_000 },
  async (viewport, { skip }) => {
    stage.need(skip);
    const admin = await administratorOf(feed);
    const { width } = viewport;
    await write(admin, "Handled again");
    const page = await stage.signIn(feed.url, admin, { viewport });
    await page.goto(`${feed.url}/admin`);
    await page.getByRole("button", { name: "Replays" }).click();
    await page.getByLabel("Made since").fill("2026-01-01T00:00");
    await page.getByRole("button", { name: "Start" }).click();
    const replays = page.getByRole("list", { name: "Replays" });
    await replays.getByText("Done", { exact: true }).waitFor();
    await replays.getByText(/100% done · \d+ events? handled/).waitFor();
    await shot(page, "replays", width);
    await fits(page, width);

    await keep(`first ${width}`);
    await keep(`second ${width}`);
    await page.getByRole("button", { name: /^Dead letters/ }).click();
    const letters = page.getByRole("list", { name: "Dead letters" });
    await letters.getByText("Body and stack").first().click();
    await letters.getByText("at read (read.ts:1)").waitFor();
    await shot(page, "letters", width);
    await fits(page, width);
    const count = await letters.getByRole("listitem").count();
    await letters.getByRole("button", { name: "Drop" }).first().click();
    await eventually(async () => expect(await letters.getByRole("listitem").count()).toBe(count - 1));
    await page.getByLabel("Service").selectOption("media-service");
    await page.getByRole("button", { name: "Drop all" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Drop all" }).click();
    await page.getByText("There are no dead letters").waitFor();
    await page.getByRole("region", { name: "What was done" }).getByText("Dropped").first().waitFor();

    await page.getByRole("button", { name: "Services" }).click();
    const post = page.getByRole("row", { name: /^post / });
    await post.getByText("Ready").waitFor();
    await post.getByText("Closed").waitFor();
    const connected = page.getByRole("table", { name: "Connections" }).getByRole("row").nth(1);
    // This page is one.
    await eventually(async () => expect(Number(await connected.getByRole("cell").first().textContent())).toBeGreaterThan(0));
    const limits = page.getByRole("table", { name: "Rate limits" });
    await limits.getByRole("row", { name: /^signedIn 60.* in 15 min/ }).waitFor();
    await shot(page, "services", width);
    await fits(page, width);
  },
);
