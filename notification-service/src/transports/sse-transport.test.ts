import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { errorTable, Problem } from "@newfeed/shared/contracts/errors.ts";
import { asPostId, asSessionId, asUserId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import { createEmbeddedLimiter } from "@newfeed/shared/embedded/limiter.ts";
import { createSignalHub } from "@newfeed/shared/embedded/signals.ts";
import { createApp } from "@newfeed/shared/http/app.ts";
import { createMetrics } from "@newfeed/shared/http/metrics.ts";
import { createLogger } from "@newfeed/shared/runtime/logger.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { ReadAccess } from "../access/following.ts";
import { createFollowing } from "../access/following.ts";
import { createConnections } from "../connections/connections.ts";
import { createDispatcher } from "../streams/dispatcher.ts";
import { memoryLog } from "../streams/testing.ts";
import { sseRoutes } from "./sse-transport.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const alice = asUserId("01a21450-6d93-76a6-9b63-f37b004d8a01");
const postId = asPostId("01a21450-6d93-76a6-9b63-f37b004d8a53");
const logger = createLogger({ level: "silent" as "error", json: false });

interface Options {
  instance?: string;
  hub?: ReturnType<typeof createSignalHub>;
  readAccess?: ReadAccess;
  userId?: UserId;
  /** Refuses every client. */
  refusal?: () => Problem;
}

/** The event streams of one instance, without a database: every post is public and has no entries. */
async function instance({ instance = "one", hub = createSignalHub(), readAccess, userId = alice, refusal }: Options = {}) {
  const metrics = createMetrics();
  const connections = createConnections();
  const log = memoryLog();
  const dispatcher = createDispatcher({
    applyAccessChanges: async () => {},
    ...log,
    epochOf: () => "epoch-epoch",
    hintsArrive: () => true,
    connections,
    logger,
  });
  const following = createFollowing({
    query: async () => [],
    dispatcher,
    connections,
    readAccess: readAccess ?? (async (asked) => asked.map(() => ({ authorId: alice, visibility: "public", revision: 1 }))),
  });
  const claims = async () => {
    if (refusal) throw refusal();
    const expiresAt = new Date(Date.now() + 3_600_000);
    return { userId, sessionId: asSessionId(userId), username: "alice", roles: [], audience: "newfeed" as const, expiresAt, network: "network" };
  };
  const signIn = { open: claims, identify: claims, check: claims, requireOngoing: () => {}, callerOf: async () => ({ is: "user" }) as const };
  const limiter = createEmbeddedLimiter(1);
  let routes: { close(): void } | undefined;
  const app = createApp({
    service: "notification-service",
    logger,
    verify: () => undefined,
    checks: {},
    isDraining: () => false,
    metrics,
    metricsToken: null,
    routes(express) {
      routes = sseRoutes(express, { instance, signIn, limiter, signals: hub.join(), connections, following, epochOf: () => "epoch-epoch", metrics, logger });
    },
  });
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(async () => {
    routes?.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await dispatcher.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, metrics };
}

/** Reads an event stream: the names and data of its events. */
async function open(url: string, streams = "user:me") {
  const abort = new AbortController();
  closers.push(() => abort.abort());
  const response = await fetch(`${url}/api/sse?streams=${streams}`, { headers: { accept: "text/event-stream" }, signal: abort.signal });
  let text = "";
  void (async () => {
    for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString();
  })().catch(() => {});
  const events = () => [...text.matchAll(/event: (\w+)\ndata: (.*)\n\n/g)].map(([, name, data]) => ({ name, data: JSON.parse(String(data)) }));
  const connection = await eventually(() => {
    const hello = events().find(({ name }) => name === "hello");
    if (!hello) throw new Error("no hello");
    return hello.data.connection as string;
  });
  return { events, connection, text: () => text };
}

const change = (url: string, connection: string, body: object) =>
  fetch(`${url}/api/sse/${connection}/streams`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

test("a heartbeat is a comment of one line, which ends no event", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  try {
    const { url } = await instance();
    const { text } = await open(url);
    await eventually(() => expect(text()).toContain("event: caught_up"));
    const before = text();
    vi.advanceTimersByTime(15_000);
    await eventually(() => expect(text().slice(before.length)).toBe(":\n"));
  } finally {
    vi.useRealTimers();
  }
});

test("what an event stream answers depends on who asks", async () => {
  const { url } = await instance();
  const refused = await instance({ refusal: () => new Problem("unauthenticated") });
  for (const at of [url, refused.url]) {
    const abort = new AbortController();
    const { headers } = await fetch(`${at}/api/sse?streams=user:me`, { signal: abort.signal });
    abort.abort();
    expect(headers.get("vary")).toBe("Authorization, Cookie");
    expect(headers.get("cache-control")).toMatch(/^no-store/);
  }
});

describe("a call about an event stream of another instance", () => {
  test("is passed on to it, and its outcome is sent on the event stream", async () => {
    const hub = createSignalHub();
    const [one, two] = [await instance({ instance: "one", hub }), await instance({ instance: "two", hub })];
    const { events, connection } = await open(one.url);
    expect((await change(two.url, connection, { add: [{ stream: `post:${postId}` }], remove: ["user:me"] })).status).toBe(202);
    await eventually(() =>
      expect(events().map(({ name, data }) => [name, data.stream])).toEqual([
        ["hello", undefined],
        ["followed", `user:${alice}`],
        ["caught_up", `user:${alice}`],
        ["unfollowed", `user:${alice}`],
        ["followed", `post:${postId}`],
        ["caught_up", `post:${postId}`],
      ]),
    );
    // It was two's own, and is gone.
    expect((await change(two.url, `two~${"x".repeat(20)}`, { remove: ["user:me"] })).status).toBe(404);
  });

  test("changes nothing when it is of another user", async () => {
    const hub = createSignalHub();
    const [one, two] = [await instance({ instance: "one", hub }), await instance({ instance: "two", hub, userId: asUserId(postId) })];
    const { events, connection } = await open(one.url);
    expect((await change(two.url, connection, { add: [{ stream: `post:${postId}` }] })).status).toBe(202);
    expect((await change(one.url, connection, { add: [{ stream: "feed:me" }] })).status).toBe(202);
    await eventually(() => expect(events().at(-1)).toMatchObject({ name: "caught_up", data: { stream: "feed:me" } }));
    expect(events().some(({ data }) => data.stream === `post:${postId}`)).toBe(false);
  });
});

test("changes are limited, and refused with the time to wait", async () => {
  const { url } = await instance();
  const { connection } = await open(url);
  for (let calls = 0; calls < 900; calls++) expect((await change(url, connection, {})).status).toBe(202);
  const refused = await change(url, connection, {});
  expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([429, "rate_limited"]);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(800);
});

test("a part of the server that is away closes a connection whose streams cannot be followed for now, and its id names them all", async () => {
  let away = true;
  const readAccess: ReadAccess = async (asked) => {
    if (away) throw new Problem("service_unavailable");
    return asked.map(() => ({ authorId: alice, visibility: "public", revision: 1 }));
  };
  const { url } = await instance({ readAccess });
  const { events, text } = await open(url, `user:me,post:${postId}`);
  await eventually(() => expect(events().at(-1)).toMatchObject({ name: "closing", data: { code: "service_unavailable", resume: true } }));
  away = false;
  const position = text()
    .match(/^id: (.*)$/gm)
    ?.at(-1)
    ?.slice("id: ".length);
  const again = await open(url, `user:me&last_event_id=${position}`);
  await eventually(() =>
    expect(
      again
        .events()
        .filter(({ name }) => name === "caught_up")
        .map(({ data }) => data.stream),
    ).toEqual([`user:${alice}`, `post:${postId}`]),
  );
});

describe("a request for an event stream that cannot be opened", () => {
  const paths = [`/api/sse/comments/${postId}`, "/api/sse/notifications", "/api/sse?streams=user:me"];

  test.each(Object.entries(errorTable))("because of %s has an EventSource wait only where that helps", async (code, { status }) => {
    const { url, metrics } = await instance({ refusal: () => new Problem(code as keyof typeof errorTable, { retryAfter: 3 }) });
    for (const path of paths) {
      const program = await fetch(url + path);
      expect([path, program.status, ((await program.json()) as { code: string }).code]).toEqual([path, status, code]);
      const source = await fetch(url + path, { headers: { accept: "text/event-stream" } });
      const text = await source.text();
      if (status !== 429 && status < 500) {
        expect([path, source.status, JSON.parse(text).code]).toEqual([path, status, code]);
        continue;
      }
      const [, retry, reason] = /^retry: (\d+)\nevent: closing\ndata: (.*)\n\n$/.exec(text) ?? [];
      expect([path, source.status, source.headers.get("content-type")]).toEqual([path, 200, "text/event-stream; charset=utf-8"]);
      expect(JSON.parse(String(reason))).toEqual({ code: status === 429 ? code : "service_unavailable", retryAfterMs: Number(retry), resume: true });
      expect(Number(retry)).toBeGreaterThanOrEqual(3_000);
      expect(Number(retry)).toBeLessThan(6_000);
      expect(await metrics.render()).toContain(`newfeed_connections_closed_total{transport="sse",code="${status === 429 ? code : "service_unavailable"}"}`);
    }
  });
});

test("the time after which an EventSource reconnects differs from client to client", async () => {
  const { url } = await instance();
  const times = await Promise.all(Array.from({ length: 12 }, async () => /^retry: (\d+)$/m.exec((await open(url)).text())?.[1]));
  expect(new Set(times).size).toBeGreaterThan(6);
  for (const time of times) {
    expect(Number(time)).toBeGreaterThanOrEqual(500);
    expect(Number(time)).toBeLessThan(3_000);
  }
});
