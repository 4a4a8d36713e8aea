import { fileURLToPath } from "node:url";
import { createClient, type NewFeedClient } from "@newfeed/client";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { build } from "vite";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { openBrowser } from "../scripts/browser.ts";
import { unavailable } from "./support/available.ts";
import { startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
let browser: Browser | null = null;
/** The bundled library, by file name. */
const files = new Map<string, string>();
/** The one with Socket.IO's client. */
let socketFile = "";

beforeAll(async () => {
  feed = await startTestFeed();
  browser = await openBrowser();
  if (!browser) unavailable("Chromium");
  const input = fileURLToPath(new URL("../client/src/index.ts", import.meta.url));
  const result = await build({
    configFile: false,
    logLevel: "error",
    base: "/a-page/",
    build: { write: false, target: "es2022", rolldownOptions: { input, preserveEntrySignatures: "strict", output: { entryFileNames: "client.js" } } },
  });
  for (const chunk of [result].flat().flatMap((one) => ("output" in one ? one.output : []))) {
    if (chunk.type !== "chunk") continue;
    files.set(chunk.fileName, chunk.code);
    if (chunk.moduleIds.some((id) => id.includes("/socket.io-client/"))) socketFile = chunk.fileName;
  }
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await feed.close();
});

const open: NewFeedClient[] = [];
afterEach(async () => {
  for (const client of open.splice(0)) client.close();
  for (const context of browser?.contexts() ?? []) await context.close();
});

/** A browser context whose pages have the library as `client`; records their requests. */
async function openContext(of: Browser) {
  const context = await of.newContext();
  const requests: string[] = [];
  context.on("request", (request) => requests.push(`${request.method()} ${new URL(request.url()).pathname}`));
  await context.route(`${feed.url}/a-page/**`, (route) => {
    const name = new URL(route.request().url()).pathname.slice("/a-page/".length);
    return name === ""
      ? route.fulfill({ contentType: "text/html", body: "<!doctype html><title>A page</title>" })
      : route.fulfill({ contentType: "text/javascript", body: files.get(name) ?? "" });
  });
  return { context, count: (path: RegExp) => requests.filter((line) => path.test(line)).length };
}

async function openPage(context: BrowserContext, transport = "auto"): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${feed.url}/a-page/`);
  await page.evaluate(
    `import("/a-page/client.js").then((library) => { window.client = library.createClient({ transport: "${transport}", backoff: { baseMs: 50 } }); })`,
  );
  return page;
}

let accounts = 0;
const account = (name: string) => {
  const username = `${name}_in_browser_${++accounts}`;
  return { username, email: `${username}@test.com`, password: "Test123" };
};
const inPage = <T>(page: Page, expression: string) => page.evaluate(expression) as Promise<T>;
const status = (page: Page) => inPage<string>(page, "client.session.state.status");

describe("in Chromium", () => {
  test("tabs share a session: it is renewed once, and ends in all tabs when it is revoked elsewhere", async ({ skip }) => {
    if (!browser) return skip("Chromium is not available");
    const { context, count } = await openContext(browser);
    const [one, two] = [await openPage(context), await openPage(context)];
    const john = account("john");
    await inPage(one, `client.session.signUp(${JSON.stringify(john)})`);
    await inPage(two, "client.session.restore()");
    expect(await status(two)).toBe("signed-in");
    await context.clearCookies({ name: "access_token" });
    const calls = "Promise.all([client.feed.home(), client.feed.home(), client.notifications.list()]).then((answers) => answers.length)";
    expect(await Promise.all([one, two].map((page) => inPage<number>(page, calls)))).toEqual([3, 3]);
    expect(count(/POST .*\/refresh$/)).toBe(1);
    expect(await inPage(one, "document.cookie")).toBe("");

    await inPage(one, "client.follow.inbox().ready");
    const phone = createClient({ baseUrl: feed.url });
    open.push(phone);
    await phone.session.signIn({ email: john.email, password: john.password });
    for (const device of await phone.session.list()) if (!device.current) await phone.session.revoke(device.id);
    await eventually(async () => expect(await Promise.all([one, two].map(status))).toEqual(["ended", "ended"]));
  }, 60_000);

  test("a page that was offline catches up, once and in order, on either transport", async ({ skip }) => {
    if (!browser) return skip("Chromium is not available");
    const alice = createClient({ baseUrl: feed.url });
    open.push(alice);
    await alice.session.signUp(account("alice"));
    const post = await alice.posts.create({ content: "Hello", postType: "TEXT" });
    const here = browser;
    const pages = await Promise.all(
      ["socket", "sse"].map(async (transport) => {
        const { context, count } = await openContext(here);
        const page = await openPage(context, transport);
        await inPage(page, `client.session.signUp(${JSON.stringify(account("bob"))})`);
        await inPage(
          page,
          `(() => { window.received = []; const followed = client.follow.post("${post.id}"); followed.on("comment_created", ({ comment }) => received.push(comment.content)); return followed.ready; })()`,
        );
        return { transport, context, page, count };
      }),
    );
    const write = async (...texts: string[]) => {
      for (const content of texts) await alice.comments.create(post.id, { content });
    };
    await write("one", "two");
    for (const { page } of pages) await eventually(async () => expect(await inPage(page, "received")).toEqual(["one", "two"]));
    await Promise.all(pages.map(({ context }) => context.setOffline(true)));
    for (const { page } of pages) await eventually(async () => expect(await inPage(page, "client.connection.state.state")).toBe("offline"));
    await write("three", "four", "five");
    await Promise.all(pages.map(({ context }) => context.setOffline(false)));
    await write("six");
    for (const { page, transport, count } of pages) {
      await eventually(async () => expect(await inPage(page, "received"), transport).toEqual(["one", "two", "three", "four", "five", "six"]), 15_000);
      expect(await inPage(page, "client.connection.state.transport")).toBe(transport);
      // Socket.IO's client is a separate file, loaded only when it is used.
      expect(socketFile).not.toBe("client.js");
      expect(count(new RegExp(`/a-page/${socketFile}$`)), transport).toBe(transport === "socket" ? 1 : 0);
    }
  }, 60_000);

  test("an upload reports its progress, and can be aborted", async ({ skip }) => {
    if (!browser) return skip("Chromium is not available");
    const { context } = await openContext(browser);
    const page = await openPage(context);
    await inPage(page, `client.session.signUp(${JSON.stringify(account("alice"))})`);
    const uploading = (options: string) =>
      inPage<{ steps: [number, number][]; uploaded?: { width: number }; failed?: string }>(
        page,
        `(async () => {
          const canvas = new OffscreenCanvas(800, 800);
          const drawing = canvas.getContext("2d");
          const pixels = drawing.createImageData(800, 800);
          for (let at = 0; at < pixels.data.length; at += 65536) crypto.getRandomValues(pixels.data.subarray(at, at + 65536));
          drawing.putImageData(pixels, 0, 0);
          const picture = await canvas.convertToBlob({ type: "image/png" });
          const steps = [];
          const abort = new AbortController();
          const options = { onProgress: ({ sent, total }) => { steps.push([sent, total]); ${options} }, signal: abort.signal };
          return client.media.upload(picture, options).then((uploaded) => ({ steps, uploaded }), ({ name }) => ({ steps, failed: name }));
        })()`,
      );
    expect(await uploading("abort.abort()")).toMatchObject({ failed: "AbortError" });
    const { steps, uploaded } = await uploading("");
    expect(uploaded).toMatchObject({ width: 800 });
    const [sent, total] = steps.at(-1) ?? [];
    expect(sent).toBe(total);
    expect(total).toBeGreaterThan(1_000_000);
  }, 60_000);
});
