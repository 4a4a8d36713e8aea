import type { Route } from "@newfeed/shared/contracts/route.ts";
import { pathsOf, publicRoutes } from "@newfeed/shared/contracts/routes/index.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { direct } from "./support/direct.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { openStored } from "./support/stored.ts";

let feed: TestFeed;
let john: Person;
/** All that a browser has of John's session. */
let cookie: string;

beforeAll(async () => {
  feed = await startTestFeed();
  john = await feed.person("john");
  const { headers } = await feed.call("POST", "/api/auth/login", { email: john.email, password: john.password });
  cookie = headers
    .getSetCookie()
    .map((text) => text.split(";")[0])
    .join("; ");
});
afterAll(() => feed.close());

describe("another site", () => {
  const evil = (): Record<string, string>[] => {
    const { host, port } = new URL(feed.url);
    const origins = [
      "https://evil.example",
      "null",
      `http://${host}.evil.example`,
      "http://localhost.evil.example",
      "http://localhost:1",
      `http://evil.example:${port}`,
      `http://${host}@evil.example`,
      "file://",
      "",
      // Our name by another scheme or port.
      feed.url.replace("http:", "https:"),
      "http://localhost",
      "https://localhost",
    ];
    return [
      ...origins.map((origin) => ({ origin })),
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
      { origin: "https://evil.example", "sec-fetch-site": "same-origin" },
      { origin: feed.url, "sec-fetch-site": "cross-site" },
    ];
  };

  test("changes nothing with the session's cookies", async () => {
    const stored = await openStored(feed);
    const before = await stored.all();
    const writes = Object.values<Route>(publicRoutes)
      .filter(({ method }) => method !== "get")
      .flatMap((route) => pathsOf(route).map((path): [string, string] => [route.method.toUpperCase(), path.replace(/:\w+/g, john.id)]));
    writes.push(["POST", "/graphql"], ["POST", "/admin/circuit-breakers/post-service/reset"]);
    for (const [method, path] of writes)
      for (const headers of evil()) {
        const answer = await feed.call(method, path, undefined, { cookie, ...headers });
        expect([method, path, headers, answer.status, answer.body.code]).toEqual([method, path, headers, 403, "cross_origin"]);
      }
    expect(await stored.all()).toEqual(before);
  });

  test("cannot sign a user in", async () => {
    for (const headers of evil())
      expect(await feed.call("POST", "/api/auth/login", { email: john.email, password: john.password }, headers)).toMatchObject({
        status: 403,
        body: { code: "cross_origin" },
      });
  });

  const upgrade = { connection: "upgrade", upgrade: "websocket", "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==", "sec-websocket-version": "13" };
  const sockets = ["/socket.io/?EIO=4&transport=websocket", "/notifications/socket.io/?EIO=4&transport=websocket"];

  test("can open neither event streams nor sockets", async () => {
    for (const headers of evil())
      for (const at of [feed.url, feed.notificationUrl]) {
        const given = { cookie, host: new URL(feed.url).host, ...headers };
        const events = await direct(at, "GET", "/api/sse/notifications", given);
        expect([headers, events.status, JSON.parse(events.text).code]).toEqual([headers, 403, "cross_origin"]);
        expect([headers, (await direct(at, "GET", "/socket.io/?EIO=4&transport=polling", given)).status]).toEqual([headers, 403]);
        for (const path of sockets) expect([headers, (await direct(at, "GET", path, { ...given, ...upgrade })).status]).toEqual([headers, 400]);
      }
  });

  test("is refused, our own origin is not", async () => {
    const own = { cookie, origin: feed.url, "sec-fetch-site": "same-origin" };
    expect((await feed.call("POST", "/api/auth/validate", { token: "x" }, own)).status).toBe(200);
    for (const path of sockets) expect((await direct(feed.url, "GET", path, { ...own, ...upgrade })).status).toBe(101);
  });
});

describe("X-Forwarded-For", () => {
  /** Five requests per visitor. */
  const few = { RATE_LIMIT_FACTOR: "0.05" };
  const visits = async ({ call }: TestFeed, addresses: string[]) => {
    const statuses: number[] = [];
    for (const address of addresses) statuses.push((await call("GET", "/.well-known/jwks.json", undefined, { "x-forwarded-for": address })).status);
    return statuses;
  };
  const different = (count: number, rest = "") => Array.from({ length: count }, (_, index) => `198.51.100.${index + 1}${rest}`);

  test("is ignored unless a trusted proxy sets it", async () => {
    const alone = await startTestFeed(few);
    try {
      expect(await visits(alone, different(6))).toEqual([200, 200, 200, 200, 200, 429]);
    } finally {
      await alone.close();
    }
    const forged = { "x-forwarded-for": "198.51.100.1", forwarded: "for=198.51.100.1", "x-real-ip": "198.51.100.1" };
    expect((await feed.call("POST", "/api/auth/login", { email: john.email, password: john.password }, forged)).status).toBe(200);
    const { body } = await john.get("/api/auth/sessions");
    expect(body.data.sessions.map(({ address }: { address: string }) => address)).toEqual(Array(3).fill("127.0.0.1"));
  });

  test("from a trusted proxy counts by its last untrusted address", async () => {
    const proxied = await startTestFeed({ ...few, TRUSTED_PROXIES: "127.0.0.1, 10.0.0.0/8" });
    try {
      expect(await visits(proxied, different(6))).toEqual([200, 200, 200, 200, 200, 200]);
      expect(await visits(proxied, different(6, ", 203.0.113.7, 10.1.2.3"))).toEqual([200, 200, 200, 200, 200, 429]);
      expect(await visits(proxied, ["rubbish", "", "203.0.113.8"])).toEqual([200, 200, 200]);
    } finally {
      await proxied.close();
    }
  });
});
