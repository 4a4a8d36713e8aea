import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { memoryStorage, tokenCredentials } from "../credentials.ts";
import { createSession } from "../session.ts";
import type { StreamKey } from "./events.ts";
import { socketWire } from "./socket-wire.ts";
import { createStream, type Stream } from "./stream.ts";
import type { Closed } from "./wire.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A wire with three followed posts, over a socket that answers when the test says so. */
async function setUp() {
  const listeners = new Map<string, () => void>();
  const calls: ((answer: object) => void)[] = [];
  const socket = {
    connected: true,
    on: (event: string, listener: () => void) => void listeners.set(event, listener),
    onAny() {},
    removeAllListeners() {},
    disconnect() {},
    emitWithAck: () => new Promise<object>((resolve) => calls.push(resolve)),
  };
  const streams = new Map<StreamKey, Stream>();
  for (const number of [1, 2, 3])
    streams.set(
      `post:${number}`,
      createStream(`post:${number}`, undefined, {}, () => {}),
    );
  const closed: Closed[] = [];
  const missed: number[] = [];
  const session = createSession({ baseUrl: "http://server", credentials: tokenCredentials(memoryStorage()), fetch });
  const open = socketWire("http://server", session, { baseMs: 1, maxMs: 1 }, async () => ({ io: (() => socket) as never }));
  open({ streams, opened() {}, caughtUp: (entries) => missed.push(entries), closed: (why) => closed.push(why) });
  await vi.advanceTimersByTimeAsync(0);
  listeners.get("connect")?.();
  await vi.advanceTimersByTimeAsync(0);
  return { calls, closed, missed };
}

test("a busy server, which answers one call after the other, is waited for as long as it goes on answering", async () => {
  const { calls, closed, missed } = await setUp();
  expect(calls).toHaveLength(3);
  for (const answer of calls) {
    await vi.advanceTimersByTimeAsync(30_000);
    answer({ ok: true, cursor: "epoch:1", replayed: 2 });
  }
  await vi.advanceTimersByTimeAsync(60_000);
  expect(closed).toEqual([]);
  expect(missed).toEqual([6]);
});

test("one that answers nothing for 40 seconds is given up", async () => {
  const { calls, closed } = await setUp();
  await vi.advanceTimersByTimeAsync(30_000);
  calls[0]?.({ ok: true, cursor: "epoch:1", replayed: 0 });
  await vi.advanceTimersByTimeAsync(39_000);
  expect(closed).toEqual([]);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(closed).toMatchObject([{ error: { code: "network" } }]);
});
