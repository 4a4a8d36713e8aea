import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { ownOriginsOf, readConfig } from "@newfeed/shared/runtime/config.ts";
import type { Browser } from "playwright-core";
import { io } from "socket.io-client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openBrowser } from "../scripts/browser.ts";
import { unavailable } from "./support/available.ts";
import { direct } from "./support/direct.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
let john: Person;
let cookie: string;

const cookiesOf = (headers: Headers) =>
  headers
    .getSetCookie()
    .map((text) => text.split(";")[0])
    .join("; ");

beforeAll(async () => {
  feed = await startTestFeed();
  john = await feed.person("john");
  cookie = cookiesOf((await feed.call("POST", "/api/auth/login", { email: john.email, password: john.password })).headers);
});
afterAll(() => feed.close());

describe("a page of the gateway", () => {
  const page = () => ({ cookie, origin: feed.url, "sec-fetch-site": "same-site" });

  test.each(["polling", "websocket"])("may connect to the port of sockets with its session, over %s", async (transport) => {
    const socket = io(feed.notificationUrl, { transports: [transport], extraHeaders: page(), withCredentials: true, forceNew: true, reconnection: false });
    await new Promise<void>((resolve, reject) => socket.once("connect", resolve).once("connect_error", reject));
    expect(await socket.timeout(5_000).emitWithAck("subscribe")).toMatchObject({ ok: true });
    socket.disconnect();
  });

  test("may read what polling and event streams of that port answer, and asks first where it has to", async () => {
    const allowed = { "access-control-allow-origin": feed.url, "access-control-allow-credentials": "true" };
    const ask = { origin: feed.url, "access-control-request-method": "POST", "access-control-request-headers": "content-type" };
    for (const path of ["/socket.io/?EIO=4&transport=polling", "/notifications/socket.io/?EIO=4&transport=polling"]) {
      const preflight = await direct(feed.notificationUrl, "OPTIONS", path, ask);
      expect([path, preflight.status, preflight.headers]).toMatchObject([path, 204, allowed]);
      expect(preflight.headers["access-control-allow-methods"]).toContain("POST");
      expect(await direct(feed.notificationUrl, "GET", path, page())).toMatchObject({ status: 200, headers: allowed });
    }
    const events = await fetch(`${feed.notificationUrl}/api/sse/notifications`, { headers: page() });
    expect([events.status, Object.fromEntries(events.headers)]).toMatchObject([200, allowed]);
    await events.body?.cancel();
  });

  test("is no page that Host says is one", async () => {
    for (const at of [feed.url, feed.notificationUrl]) {
      const host = `feed.example:${new URL(at).port}`;
      for (const headers of [
        { cookie, host, origin: `http://${host}` },
        { cookie, host, origin: `http://${host}`, "sec-fetch-site": "same-origin" },
      ]) {
        expect((await direct(at, "GET", "/socket.io/?EIO=4&transport=polling", headers)).status).toBe(403);
        expect((await direct(at, "GET", "/api/sse/notifications", headers)).status).toBe(403);
      }
    }
    const host = `feed.example:${new URL(feed.url).port}`;
    expect((await direct(feed.url, "POST", "/api/auth/logout", { cookie, host, origin: `http://${host}` })).status).toBe(403);
    expect((await direct(feed.url, "POST", "/api/auth/logout", { cookie, origin: feed.url.replace("http:", "https:") })).status).toBe(403);
    expect((await direct(feed.url, "POST", "/api/auth/logout", { cookie, origin: feed.url, "sec-fetch-site": "cross-site" })).status).toBe(403);
  });

  test("is where PUBLIC_URL says, whatever Host says", async () => {
    const elsewhere = await startTestFeed({ PUBLIC_URL: "https://feed.example/app, https://www.feed.example" });
    try {
      const alice = await elsewhere.person("alice");
      const { headers } = await elsewhere.call("POST", "/api/auth/login", { email: alice.email, password: alice.password });
      const session = { cookie: cookiesOf(headers), host: "10.0.0.7:8080" };
      for (const [origin, status] of [
        ["https://feed.example", 400],
        ["https://www.feed.example", 400],
        ["http://feed.example", 403],
        ["https://evil.example", 403],
        ["http://10.0.0.7:8080", 403],
      ] as const)
        expect([origin, (await direct(elsewhere.url, "POST", "/api/auth/validate", { ...session, origin })).status]).toEqual([origin, status]);
    } finally {
      await elsewhere.close();
    }
  });
});

describe("own origins", () => {
  const own = (environment: Record<string, string>) => ownOriginsOf(readConfig(environment));
  test("are those of this machine's names at the gateway's port, unless PUBLIC_URL names them", () => {
    expect(own({})).toEqual(["http://localhost:8080", "http://127.0.0.1:8080", "http://[::1]:8080"]);
    expect(own({ PORT: "80" })).toEqual(["http://localhost", "http://127.0.0.1", "http://[::1]"]);
    expect(own({ HOST: "192.0.2.7" })).toContain("http://192.0.2.7:8080");
    expect(own({ HOST: "0.0.0.0" })).toEqual(expect.arrayContaining(["http://localhost:8080", "http://127.0.0.1:8080"]));
    expect(own({ PUBLIC_URL: "https://feed.example/, http://localhost:8080" })).toEqual(["https://feed.example", "http://localhost:8080"]);
    expect(() => readConfig({ PUBLIC_URL: "feed.example" })).toThrow(/^PUBLIC_URL: /);
  });
});

describe("in Chromium", () => {
  let browser: Browser | null = null;
  beforeAll(async () => {
    browser = await openBrowser();
    if (!browser) unavailable("Chromium");
  }, 180_000);
  afterAll(() => browser?.close());

  test('`io("http://localhost:3005", {withCredentials: true})` connects from a page of the gateway, over both transports', async ({ skip }) => {
    if (!browser) return skip("Chromium is not available");
    // The page's own policy allows connections to its own port only; that of another page is its own matter.
    const context = await browser.newContext({ bypassCSP: true });
    const library = readFileSync(createRequire(import.meta.resolve("socket.io-client")).resolve("socket.io-client/dist/socket.io.js"), "utf8");
    const page = await context.newPage();
    await page.goto(`${feed.url}/health/live`);
    await page.addScriptTag({ content: library });
    const connected = await page.evaluate(
      async ({ url, account }) => {
        await fetch("/api/auth/login", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(account) });
        const { io: connect } = globalThis as unknown as { io: typeof import("socket.io-client").io };
        const answers: unknown[] = [];
        for (const transport of ["polling", "websocket"]) {
          const socket = connect(url, { withCredentials: true, transports: [transport], forceNew: true, reconnection: false });
          answers.push(
            await new Promise((resolve) => {
              socket.on("connect", () => resolve([transport, socket.io.engine.transport.name]));
              socket.on("connect_error", (error) => resolve(error.message));
            }),
          );
          socket.close();
        }
        return answers;
      },
      { url: feed.notificationUrl, account: { email: john.email, password: john.password } },
    );
    expect(connected).toEqual([
      ["polling", "polling"],
      ["websocket", "websocket"],
    ]);
    await context.close();
  });
});
