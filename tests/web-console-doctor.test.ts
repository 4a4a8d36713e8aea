import { keepDeadLetter } from "@newfeed/shared/outbox/dead-letters.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { administratorOf, auditorOf } from "./support/administrator.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { screens } from "./support/web/places.ts";
import { setStage } from "./support/web/stage.ts";

const stage = setStage();
let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed({ PORT: String(await freePort()) });
});
afterAll(() => feed.close());

const shot = async (page: Page, name: string) => {
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/doctor-${name}.png`, fullPage: true });
};

async function openDoctor(person: Person, viewport = screens[0] ?? null): Promise<Page> {
  const page = await stage.signIn(feed.url, person, { viewport });
  await page.goto(`${feed.url}/admin`);
  await page.getByRole("button", { name: "Doctor" }).click();
  return page;
}

const findingsOf = (page: Page) => page.getByRole("list", { name: "Findings" }).getByRole("listitem");
const findingOf = (page: Page, name: string) => findingsOf(page).filter({ has: page.getByText(name, { exact: true }) });
const examine = (page: Page) => page.getByRole("button", { name: "Examine" }).click();
const sum = /^(\d+) ok · (\d+) warnings? · (\d+) failed · (\d+) skipped$/;

/** Once it has ended: how many findings it says there are. */
async function ended(page: Page): Promise<number> {
  const text = await page.getByText(sum).textContent();
  return (sum.exec(text ?? "") ?? []).slice(1).reduce((all, count) => all + Number(count), 0);
}

const postsOf = async (person: Person) => (await person.get("/api/v1/users/me/export")).body.posts;

test.for(screens)(
  "an administrator sees that all is well, by each transport, and what is wrong, $width pixels wide",
  { timeout: 120_000 },
  async (viewport, { skip }) => {
    stage.need(skip);
    const admin = await administratorOf(feed);
    const page = await openDoctor(admin, viewport);
    await page.getByText("it writes a post for your followers").waitFor();
    await examine(page);
    await page.getByText("Examining …").waitFor();
    expect(await ended(page)).toBe(await findingsOf(page).count());
    for (const name of ["address", "versions", "clock", "clocks", "compression", "outbox", "dead letters", "queues", "instances"])
      expect(await findingOf(page, name).textContent()).toContain(`${name}ok`);
    expect(await findingOf(page, "services").textContent()).toMatch(/all \d+ of them$/);
    // A warning on a machine that is busy.
    for (const name of ["websocket", "polling", "EventSource"])
      await findingOf(page, name)
        .getByText(/^a comment arrived after \d+ to \d+ ms( at 6 clients)?$/)
        .waitFor();
    expect(await findingOf(page, "certificate").count(), "a page cannot look at one").toBe(0);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(viewport.width);
    await shot(page, `well-${viewport.width}`);
    expect(await postsOf(admin), "it leaves nothing behind").toEqual([]);

    const { query } = await feed.platform.openDatabase("media-service");
    await keepDeadLetter(query, { id: "1", type: "post.created", key: null, body: "{}" }, null, false, { reason: "it failed", detail: null, tries: 5 });
    await examine(page);
    await findingOf(page, "dead letters").getByText("warning").waitFor();
    await findingOf(page, "dead letters").getByText("media-service 1", { exact: true }).waitFor();
    await findingOf(page, "dead letters").getByText("npm run dead-letters -- list").waitFor();
    await ended(page);
    await shot(page, `ill-${viewport.width}`);
  },
);

test("what is written goes, too, when the section is left, or the page", { timeout: 120_000 }, async ({ skip }) => {
  stage.need(skip);
  const admin = await administratorOf(feed);
  const page = await openDoctor(admin);
  // Nothing answers the first comment: the examination waits.
  const comments = "**/api/v1/posts/*/comments";
  await page.route(comments, () => {});
  for (const leave of [() => page.getByRole("button", { name: "Events" }).click(), () => page.goto(`${feed.url}/robots.txt`)]) {
    const waiting = page.waitForRequest(comments);
    await examine(page);
    await waiting;
    expect(await postsOf(admin)).toMatchObject([{ visibility: "followers" }]);
    await leave();
    await eventually(async () => expect(await postsOf(admin)).toEqual([]), 5_000);
    if (page.url().endsWith("/admin")) await page.getByRole("button", { name: "Doctor" }).click();
  }
});

test("an auditor sees the same but for the comment, and writes nothing", { timeout: 120_000 }, async ({ skip }) => {
  stage.need(skip);
  const auditor = await auditorOf(feed);
  const page = await openDoctor(auditor);
  const writes: string[] = [];
  page.on("request", (request) => request.method() !== "GET" && writes.push(request.url()));
  await examine(page);
  await ended(page);
  expect(await findingOf(page, "outbox").textContent()).toContain("outboxok");
  expect(await findingOf(page, "websocket").count()).toBe(0);
  expect(await page.getByText("it writes a post").count()).toBe(0);
  expect(writes).toEqual([]);
});
