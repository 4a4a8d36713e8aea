import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, type TestContext } from "vitest";
import { openBrowser } from "../../../scripts/browser.ts";
import { unavailable } from "../available.ts";

/** How long Playwright waits for something to be there; on a machine that does much else. */
const patienceMs = 20_000;

export interface Account {
  email: string;
  password: string;
}

export interface Stage {
  /** The browser; skips the test that asks where there is none. */
  need(skip: TestContext["skip"]): void;
  /** A browser of its own, as another device is, with one page at a path. */
  visit(url: string, options?: BrowserContextOptions): Promise<Page>;
  /** The same, after somebody signed in as people do. */
  signIn(url: string, account: Account, options?: BrowserContextOptions): Promise<Page>;
  /** What pages complained of in this test, for those that expect it. */
  complaints: string[];
}

/** Fails the test in which a page threw, or wrote an error, that the test does not expect. */
const ofTheNetwork = /net::ERR_|Failed to load resource|WebSocket connection to/;

/** For one test file: a browser, and pages that are closed after the test that opened them. */
export function setStage(): Stage {
  let browser: Browser | null = null;
  const complaints: string[] = [];
  beforeAll(async () => {
    browser = await openBrowser();
    if (!browser) unavailable("Chromium");
  }, 180_000);
  afterEach(async () => {
    for (const context of browser?.contexts() ?? []) await context.close();
    expect([...new Set(complaints.splice(0))].slice(0, 5)).toEqual([]);
  });
  afterAll(() => browser?.close());

  async function visit(url: string, options: BrowserContextOptions = {}): Promise<Page> {
    if (!browser) throw new Error("there is no browser");
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    context.setDefaultTimeout(patienceMs);
    context.on("weberror", (error) => complaints.push(`${error.error().stack ?? error.error().message}`));
    context.on("console", (message) => {
      if (message.type() === "error" && !ofTheNetwork.test(message.text())) complaints.push(message.text());
    });
    const page = await context.newPage();
    await page.goto(url);
    return page;
  }

  return {
    complaints,
    need(skip) {
      if (!browser) skip("there is no Chromium on this machine");
    },
    visit,
    async signIn(url, { email, password }, options) {
      const page = await visit(`${url}/login`, options);
      await page.getByLabel("E-mail or username").fill(email);
      await page.getByLabel("Password").fill(password);
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByRole("heading", { level: 1, name: "Home" }).waitFor();
      return page;
    },
  };
}

/** Begins to add up how far content moves that nobody moved (web.dev/articles/cls); the answer says how far it did. */
export async function watchShifts(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(`
    window.shifts = 0;
    window.shiftObserver = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts += entry.value;
    });
    window.shiftObserver.observe({ type: "layout-shift" });`);
  return () =>
    page.evaluate(`new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => {
      for (const entry of window.shiftObserver.takeRecords()) if (!entry.hadRecentInput) window.shifts += entry.value;
      resolve(window.shifts);
    })))`);
}
