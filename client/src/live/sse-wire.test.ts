import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { memoryStorage, tokenCredentials } from "../credentials.ts";
import { createSession } from "../session.ts";
import type { LiveEvent, StreamKey } from "./events.ts";
import { sseWire } from "./sse-wire.ts";
import { createStream, type Ended, type Stream } from "./stream.ts";
import type { Closed } from "./wire.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const cursor = (offset: number) => `epoch-one:${offset}`;
const frame = (event: string, data: object) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
const deletion = (offset: number) => frame("comment_deleted", { postId: "1", commentId: String(offset), cursor: cursor(offset) });

/** One followed post over a wire whose answers the test controls. */
function setUp(status = 200, body = "") {
  const encoder = new TextEncoder();
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const requests: string[] = [];
  const fetch = async (url: RequestInfo | URL) => {
    requests.push(String(url));
    if (status === 204) return new Response(null, { status });
    if (status !== 200) return new Response(body, { status });
    return new Response(
      new ReadableStream<Uint8Array>({
        start(own) {
          controller = own;
        },
      }),
    );
  };
  const session = createSession({ baseUrl: "http://server", credentials: tokenCredentials(memoryStorage()), fetch });
  const streams = new Map<StreamKey, Stream>();
  const events: LiveEvent[] = [];
  const ended: Ended[] = [];
  const stream = createStream("post:1", cursor(0), {}, () => void streams.delete("post:1"));
  stream.followers.add({ offer: (event) => events.push(event), started() {}, finish: (why) => ended.push(why) });
  streams.set("post:1", stream);
  const closed: Closed[] = [];
  const caughtUp: number[] = [];
  let opened = 0;
  sseWire(
    "http://server",
    session,
    fetch,
  )({ streams, opened: () => void opened++, caughtUp: (entries) => caughtUp.push(entries), closed: (why) => closed.push(why) });
  const flush = () => vi.advanceTimersByTimeAsync(0);
  const send = async (text: string) => {
    controller?.enqueue(encoder.encode(text));
    await flush();
  };
  return { requests, events, ended, closed, caughtUp, send, flush, end: () => controller?.close(), opened: () => opened };
}

test("an event stream is read from its position, however its bytes are split, and reports how much was missed", async () => {
  const { requests, events, caughtUp, closed, send, flush, opened } = setUp();
  await flush();
  expect(requests).toEqual([`http://server/api/sse/comments/1?last_event_id=${encodeURIComponent(cursor(0))}`]);
  const text = `retry: 2000\n${frame("hello", { cursor: cursor(0) })}${deletion(1)}:\n\n${deletion(2)}`;
  for (let at = 0; at < text.length; at += 7) await send(text.slice(at, at + 7));
  expect(opened()).toBe(1);
  expect(events.map((event) => "commentId" in event && event.commentId)).toEqual(["1", "2"]);
  await vi.advanceTimersByTimeAsync(300);
  await send(deletion(3));
  expect(caughtUp).toEqual([2]);
  expect(closed).toEqual([]);
});

test("a silent connection is closed: the server sends something every fifteen seconds", async () => {
  const { closed, send, flush } = setUp();
  await flush();
  await send(frame("hello", { cursor: cursor(0) }));
  for (let seconds = 0; seconds < 120; seconds += 15) {
    await send(":\n\n");
    await vi.advanceTimersByTimeAsync(15_000);
  }
  expect(closed).toEqual([]);
  // A page that slept: no timer ran meanwhile, and the first one that does sees the clock.
  vi.setSystemTime(Date.now() + 3_600_000);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(closed).toHaveLength(1);
});

test("why the server closes is passed on, and so is why it refuses", async () => {
  const shutdown = setUp();
  await shutdown.flush();
  const reason = { code: "shutdown", retryAfterMs: 700, resume: true };
  await shutdown.send(frame("hello", { cursor: cursor(0) }) + frame("closing", reason));
  shutdown.end();
  await shutdown.flush();
  expect(shutdown.closed).toMatchObject([{ closing: reason }]);

  const refused = setUp(429, JSON.stringify({ code: "too_many_streams", message: "Too many.", retryAfter: 60 }));
  await refused.flush();
  expect(refused.closed).toMatchObject([{ error: { code: "too_many_streams", retryAfterMs: 60_000 } }]);
  expect(refused.ended).toEqual([]);
});

test("a stream that ended meanwhile is over, and one that the user may not see is refused; the others go on", async () => {
  const gone = setUp(204);
  await gone.flush();
  expect(gone.ended).toEqual([{ reason: "deleted" }]);
  const hidden = setUp(404, JSON.stringify({ code: "not_found", message: "There is no such thing." }));
  await hidden.flush();
  expect(hidden.ended).toMatchObject([{ reason: "refused", error: { code: "not_found" } }]);
  expect([...gone.closed, ...hidden.closed]).toEqual([]);
});
