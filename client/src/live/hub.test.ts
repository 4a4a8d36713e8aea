import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { memoryStorage, tokenCredentials } from "../credentials.ts";
import { NewFeedError } from "../errors.ts";
import { createSession } from "../session.ts";
import type { Closing } from "./events.ts";
import { createHub, type TransportChoice } from "./hub.ts";
import type { Ended } from "./stream.ts";
import type { OpenWire, WireName, WireOptions } from "./wire.ts";

const backoff = { baseMs: 1_000, maxMs: 30_000 };

/** A hub on wires that the test drives: what a real server does only after a quarter of an hour, or when it fails. */
async function setUp(transport: TransportChoice = "socket", refresh: () => Response = () => new Response(null, { status: 500 })) {
  const storage = memoryStorage();
  await storage.write({ accessToken: "one", refreshToken: "first", expiresAt: Date.now() + 900_000 });
  const session = createSession({ baseUrl: "http://server", credentials: tokenCredentials(storage), fetch: async () => refresh() });
  const opened: { name: WireName; wire: WireOptions; renewed: number; closed: boolean; isVisitors: boolean }[] = [];
  const open =
    (name: WireName): OpenWire =>
    (wire) => {
      const record = { name, wire, renewed: 0, closed: false, isVisitors: false };
      opened.push(record);
      return {
        get isVisitors() {
          return record.isVisitors;
        },
        add() {},
        remove() {},
        renewed: () => {
          record.renewed++;
        },
        close: () => {
          record.closed = true;
        },
      };
    };
  const hub = createHub({ transport, session, backoff, wires: { socket: open("socket"), sse: open("sse") } });
  const ended: Ended[] = [];
  const stream = hub.follow("post:1", undefined);
  stream.followers.add({ offer() {}, started() {}, finish: (why) => ended.push(why) });
  const last = () => opened.at(-1) as (typeof opened)[number];
  const flush = () => vi.advanceTimersByTimeAsync(0);
  return { hub, session, storage, opened, ended, last, flush };
}

const renewedAnswer = () =>
  Response.json({ data: { user: { id: "john", revision: 1 }, tokens: { accessToken: `token ${Math.random()}`, refreshToken: "next", expiresIn: 900 } } });
const says = (code: Closing["code"], retryAfterMs = 0): Closing => ({ code, retryAfterMs, resume: code !== "revoked" });
const refusal = (status: number, code: NewFeedError["code"], retryAfterMs?: number) => new NewFeedError(code, { status, code, retryAfterMs });

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(0.5);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

test("a visitor's connection is opened again when its user signs in, and the streams go on", async () => {
  const { session, opened, ended, last } = await setUp();
  last().isVisitors = true;
  last().wire.opened();
  await session.adopt({ user: { id: "john", revision: 1 } as never, tokens: { accessToken: "two", refreshToken: "second", expiresIn: 900 } as never });
  await vi.advanceTimersByTimeAsync(1_000);
  expect([opened.map(({ closed }) => closed), ended]).toEqual([[true, false], []]);
});

describe("a connection that is closed", () => {
  test("because the server stops, is opened again when the server said", async () => {
    const { hub, opened, last } = await setUp();
    last().wire.opened();
    expect(hub.connection.state).toEqual({ state: "live", transport: "socket" });
    last().wire.closed({ closing: says("shutdown", 4_000) });
    await vi.advanceTimersByTimeAsync(3_990);
    expect(hub.connection.state).toEqual({ state: "reconnecting" });
    expect(opened).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(20);
    expect(opened).toHaveLength(2);
    last().wire.opened();
    last().wire.caughtUp(3);
    expect(hub.connection.state).toEqual({ state: "live", transport: "socket", caughtUp: 3 });
  });

  test("again and again, is tried less and less often", async () => {
    const { opened, last } = await setUp();
    const waits: number[] = [];
    for (let round = 0; round < 8; round++) {
      const before = Date.now();
      last().wire.closed({ error: refusal(0, "network") });
      const count = opened.length;
      while (opened.length === count) await vi.advanceTimersByTimeAsync(100);
      waits.push(Date.now() - before);
    }
    expect(waits.map((wait) => Math.round(wait / 1_000))).toEqual([1, 2, 4, 8, 15, 15, 15, 15]);
  });

  test("because its token ended, is opened again at once with a new one", async () => {
    const { opened, last, flush, storage } = await setUp("socket", renewedAnswer);
    last().wire.opened();
    last().wire.closed({ closing: says("expired"), stamp: "one" });
    await flush();
    expect(opened).toHaveLength(2);
    expect((await storage.read())?.refreshToken).toBe("next");
  });

  test("because a newer one took its place, stays away until its time or until its page is looked at", async () => {
    const listeners = new Set<() => void>();
    const document = { visibilityState: "hidden", addEventListener: (_: string, listener: () => void) => listeners.add(listener), removeEventListener() {} };
    vi.stubGlobal("document", document);
    const { opened, last, flush } = await setUp();
    const look = (visibilityState: string) => {
      document.visibilityState = visibilityState;
      for (const listener of listeners) listener();
    };
    const displaced: Closing = { code: "too_many_streams", retryAfterMs: 300_000, resume: false };
    last().wire.opened();
    last().wire.closed({ closing: displaced });
    await vi.advanceTimersByTimeAsync(200_000);
    look("hidden");
    await flush();
    expect(opened).toHaveLength(1);
    look("visible");
    await flush();
    expect(opened).toHaveLength(2);
    last().wire.opened();
    last().wire.closed({ closing: displaced });
    await vi.advanceTimersByTimeAsync(299_000);
    expect(opened).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(opened).toHaveLength(3);
    vi.unstubAllGlobals();
  });

  test("by a limit, is opened again no sooner than the server says", async () => {
    const { opened, last } = await setUp();
    last().wire.closed({ error: refusal(429, "too_many_streams", 60_000) });
    await vi.advanceTimersByTimeAsync(59_900);
    expect(opened).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(opened).toHaveLength(2);
  });
});

describe("a session that ends", () => {
  test("by revocation ends what is followed, and nothing is opened again", async () => {
    const { opened, ended, last, session, hub } = await setUp();
    session.setUser({ id: "john", revision: 1 } as never);
    last().wire.opened();
    last().wire.closed({ closing: says("revoked") });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(session.state).toEqual({ status: "ended", user: null, reason: "revoked" });
    expect(ended).toEqual([{ reason: "session" }]);
    expect(opened).toHaveLength(1);
    expect(hub.connection.state).toEqual({ state: "idle" });
  });

  test("because it cannot be renewed, ends what is followed", async () => {
    const { ended, last, session } = await setUp("socket", () => Response.json({ code: "refresh_invalid", message: "no" }, { status: 401 }));
    last().wire.closed({ error: refusal(401, "token_expired"), stamp: "one" });
    await vi.advanceTimersByTimeAsync(0);
    expect(ended).toEqual([{ reason: "session" }]);
    expect(session.state.status).toBe("signed-out");
  });

  test("is not taken for one that cannot be renewed now: what is followed waits", async () => {
    let answer = () => new Response(null, { status: 503 });
    const { opened, ended, last, session } = await setUp("socket", () => answer());
    last().wire.closed({ error: refusal(401, "token_expired"), stamp: "one" });
    await vi.advanceTimersByTimeAsync(500);
    expect(opened).toHaveLength(1);
    answer = renewedAnswer;
    await vi.advanceTimersByTimeAsync(1_000);
    last().wire.closed({ error: refusal(401, "token_expired"), stamp: "one" });
    await vi.advanceTimersByTimeAsync(0);
    expect(opened).toHaveLength(3);
    expect(ended).toEqual([]);
    expect(session.state.status).toBe("signed-in");
  });

  test("by another user signing in, closes its connection", async () => {
    const { ended, last, session } = await setUp();
    session.setUser({ id: "john", revision: 1 } as never);
    last().wire.opened();
    session.setUser({ id: "jane", revision: 1 } as never);
    expect(ended).toEqual([{ reason: "session" }]);
    expect(last().closed).toBe(true);
  });
});

describe("the choice of a transport", () => {
  const unreachable = { error: refusal(0, "network") };

  test("is sockets first, then event streams, in turn, until one is there", async () => {
    const { opened, last } = await setUp("auto");
    for (let round = 0; round < 3; round++) {
      last().wire.closed(unreachable);
      await vi.advanceTimersByTimeAsync(10_000);
    }
    expect(opened.map(({ name }) => name)).toEqual(["socket", "sse", "socket", "sse"]);
  });

  test("gives a socket that has worked a second chance", async () => {
    const { opened, last } = await setUp("auto");
    last().wire.opened();
    for (let round = 0; round < 3; round++) {
      last().wire.closed(round === 0 ? {} : unreachable);
      await vi.advanceTimersByTimeAsync(10_000);
    }
    expect(opened.map(({ name }) => name)).toEqual(["socket", "socket", "socket", "sse"]);
  });

  test("is not changed by a refusal that would be the same elsewhere", async () => {
    const { opened, last } = await setUp("auto");
    last().wire.closed({ error: refusal(503, "service_unavailable") });
    await vi.advanceTimersByTimeAsync(10_000);
    // Over an event stream a temporary refusal is a `closing`, before anything else.
    last().wire.closed({ closing: says("service_unavailable", 500) });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(opened.map(({ name }) => name)).toEqual(["socket", "socket", "socket"]);
  });

  test("is the application's, if it made one", async () => {
    const { opened, last } = await setUp("sse");
    for (let round = 0; round < 3; round++) {
      last().wire.closed(unreachable);
      await vi.advanceTimersByTimeAsync(10_000);
    }
    expect(new Set(opened.map(({ name }) => name))).toEqual(new Set(["sse"]));
  });
});

test("a socket receives a new token, and a page that navigates keeps its connection for a moment", async () => {
  const { hub, session, last, opened } = await setUp();
  last().wire.opened();
  await session.adopt({ user: { id: "john", revision: 1 } as never, tokens: { accessToken: "two", refreshToken: "second", expiresIn: 900 } });
  expect(last().renewed).toBe(1);
  hub.leave(hub.follow("post:1", undefined));
  await vi.advanceTimersByTimeAsync(500);
  const next = hub.follow("post:2", undefined);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(last().closed).toBe(false);
  hub.leave(next);
  await vi.advanceTimersByTimeAsync(1_100);
  expect(last().closed).toBe(true);
  expect(opened).toHaveLength(1);
  expect(hub.connection.state).toEqual({ state: "idle" });
});
