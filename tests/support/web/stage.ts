import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, type TestContext } from "vitest";
import { openBrowser } from "../../../scripts/browser.ts";
import { unavailable } from "../available.ts";
import { screens } from "./places.ts";

/** Of pages whose test names no size. */
const usualSize = screens[0] ?? null;

/** How long Playwright waits for an element, on a busy machine. */
const timeoutMs = 20_000;

export interface Account {
  email: string;
  password: string;
}

export interface Stage {
  /** Skips the test when there is no browser. */
  need(skip: TestContext["skip"]): void;
  /** Opens a page in its own browser context, as on another device. */
  visit(url: string, options?: BrowserContextOptions): Promise<Page>;
  /** The same, signed in: at the home feed. */
  signIn(url: string, account: Account, options?: BrowserContextOptions): Promise<Page>;
  /** Errors of pages in this test, for tests that expect them. */
  pageErrors: string[];
}

/** Console errors about the network, which tests may cause; any other error fails its test. */
const ofTheNetwork = /net::ERR_|Failed to load resource|WebSocket connection to/;

/** For one test file: a browser whose pages are closed after their test. */
export function setStage(): Stage {
  let browser: Browser | null = null;
  const pageErrors: string[] = [];
  beforeAll(async () => {
    browser = await openBrowser();
    if (!browser) unavailable("Chromium");
  }, 180_000);
  afterEach(async () => {
    for (const context of browser?.contexts() ?? []) {
      // What a test answers for the network may be under way still.
      for (const page of context.pages()) await page.unrouteAll({ behavior: "ignoreErrors" });
      await context.close();
    }
    expect([...new Set(pageErrors.splice(0))].slice(0, 5)).toEqual([]);
  });
  afterAll(() => browser?.close());

  async function newPage(options: BrowserContextOptions = {}): Promise<Page> {
    if (!browser) throw new Error("there is no browser");
    // A worker opens pages that a test expects the network to answer for.
    const context = await browser.newContext({ viewport: usualSize, serviceWorkers: "block", reducedMotion: "reduce", ...options });
    context.setDefaultTimeout(timeoutMs);
    context.on("weberror", (error) => pageErrors.push(`${error.error().stack ?? error.error().message}`));
    context.on("console", (message) => {
      if (message.type() === "error" && !ofTheNetwork.test(message.text())) pageErrors.push(message.text());
    });
    return context.newPage();
  }

  async function visit(url: string, options?: BrowserContextOptions): Promise<Page> {
    const page = await newPage(options);
    await page.goto(url);
    return page;
  }

  return {
    pageErrors,
    need(skip) {
      if (!browser) skip("Chromium is not available");
    },
    visit,
    async signIn(url, { email, password }, options) {
      const page = await newPage(options);
      // The form has tests of its own.
      const answer = await page.context().request.post(`${url}/api/auth/login`, { data: { email, password } });
      expect(answer.status(), await answer.text()).toBe(200);
      // The client library's note that there is a session, whose cookies it cannot see.
      const note = JSON.stringify({ stamp: "signed in", expiresAt: Date.now() + 900_000 });
      await page.goto(`${url}/robots.txt`);
      await page.evaluate(`localStorage.setItem(${JSON.stringify(`newfeed:${url}`)}, ${JSON.stringify(note)})`);
      await page.goto(url);
      await page.getByRole("heading", { level: 1, name: "Home" }).waitFor();
      return page;
    },
  };
}

/** Starts watching for unexpected layout shifts (web.dev/articles/cls); the returned function resolves with each of them. */
export async function watchShifts(page: Page): Promise<() => Promise<{ value: number; of: string }[]>> {
  await page.evaluate(`
    window.shifts = [];
    window.takeShifts = (entries) => {
      const box = ({ x, y, width, height }) => [x, y, width, height].join(" ");
      const nameOf = (node) => (node?.outerHTML ?? node?.textContent ?? "gone").slice(0, 120);
      for (const { hadRecentInput, value, sources } of entries)
        if (!hadRecentInput)
          window.shifts.push({
            value,
            of: sources.map(({ node, previousRect, currentRect }) => nameOf(node) + ": " + box(previousRect) + " to " + box(currentRect)).join("; "),
          });
    };
    window.shiftObserver = new PerformanceObserver((list) => window.takeShifts(list.getEntries()));
    window.shiftObserver.observe({ type: "layout-shift" });`);
  return () =>
    page.evaluate(`new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => {
      window.takeShifts(window.shiftObserver.takeRecords());
      resolve(window.shifts);
    })))`);
}
