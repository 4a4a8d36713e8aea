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

const idOf = (number: number) => `0197b1c0-7a3e-7c4b-9d2e-${String(number).padStart(12, "0")}`;
const keyOf = (number: number): StreamKey => `post:${idOf(number)}`;
const cursor = (offset: number) => `epoch-one:${offset}`;
const frame = (event: string, data: object) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
const deletion = (offset: number, post = 1) => frame("comment_deleted", { postId: idOf(post), commentId: String(offset), cursor: cursor(offset) });
const hello = frame("hello", { connection: "instance~name" });
const followed = (offset: number, post = 1) => frame("followed", { stream: keyOf(post), cursor: cursor(offset) });
const caughtUp = (replayed: number, post = 1) => frame("caught_up", { stream: keyOf(post), replayed, reset: false });
const unfollowed = (reason: string, post = 1, error?: object) => frame("unfollowed", { stream: keyOf(post), reason, ...(error && { error }) });

/** A wire whose answers the test controls; it opens with one followed post. */
function setUp({ status = 200, body = "", posts = 1, isVisitor = false } = {}) {
  const encoder = new TextEncoder();
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const requests: string[] = [];
  const changes: { add: { stream: string; cursor?: string }[]; remove: string[] }[] = [];
  const answers = { change: () => Response.json({ accepted: true }, { status: 202 }) };
  const fetch = async (url: string | URL | Request, init?: RequestInit) => {
    if (init?.method === "POST") {
      requests.push(`POST ${url}`);
      changes.push(JSON.parse(String(init.body)));
      return answers.change();
    }
    requests.push(String(url));
    if (status !== 200) return new Response(body, { status });
    return new Response(
      new ReadableStream<Uint8Array>({
        start(own) {
          controller = own;
        },
      }),
    );
  };
  const storage = memoryStorage();
  if (!isVisitor) void storage.write({ accessToken: "token", refreshToken: "next", expiresAt: Date.now() + 900_000 });
  const session = createSession({ baseUrl: "http://server", credentials: tokenCredentials(storage), fetch });
  const streams = new Map<StreamKey, Stream>();
  const events: LiveEvent[] = [];
  const ended: Ended[] = [];
  const closed: Closed[] = [];
  const missed: number[] = [];
  let opened = 0;
  const create = (key: StreamKey, from: string | undefined = cursor(0)): Stream => {
    const stream: Stream = createStream(key, from, {}, () => {
      streams.delete(key);
      wire.remove(stream);
    });
    stream.followers.add({ offer: (event) => events.push(event), started() {}, finish: (why) => ended.push(why) });
    streams.set(key, stream);
    return stream;
  };
  for (let number = 1; number <= posts; number++) create(keyOf(number));
  const wire = sseWire(
    "http://server",
    session,
    fetch,
  )({ streams, opened: () => void opened++, caughtUp: (entries) => missed.push(entries), closed: (why) => closed.push(why) });
  const flush = () => vi.advanceTimersByTimeAsync(0);
  const send = async (text: string) => {
    controller?.enqueue(encoder.encode(text));
    await flush();
  };
  const follow = (key: StreamKey, from?: string) => {
    const stream = create(key, from);
    wire.add(stream);
    return stream;
  };
  const end = () => controller?.close();
  return { requests, changes, answers, streams, events, ended, closed, missed, send, flush, follow, end, opened: () => opened };
}

const commentIds = (events: readonly LiveEvent[]) => events.map((event) => "commentId" in event && event.commentId);

test("all streams are read from their positions over one response, however its bytes are split, and how much was missed is reported", async () => {
  const { requests, events, missed, closed, send, flush, opened } = setUp({ posts: 2 });
  await flush();
  expect(requests).toEqual([`http://server/api/sse?streams=${keyOf(1)}@epoch-one:0,${keyOf(2)}@epoch-one:0`]);
  const text = `retry: 2000\n${hello}${followed(0)}${deletion(1)}:\n\n${deletion(2)}${caughtUp(2)}${followed(0, 2)}${deletion(3, 2)}`;
  for (let at = 0; at < text.length; at += 7) await send(text.slice(at, at + 7));
  expect(opened()).toBe(1);
  expect(missed).toEqual([]);
  await send(caughtUp(1, 2));
  expect(missed).toEqual([3]);
  await send(deletion(4));
  expect(commentIds(events)).toEqual(["1", "2", "3", "4"]);
  expect(missed).toEqual([3]);
  expect(closed).toEqual([]);
});

test("streams that come and go while it is open are changed by calls, those of one moment by one", async () => {
  const { requests, changes, events, streams, ended, send, flush, follow } = setUp();
  await flush();
  await send(hello + followed(0) + caughtUp(0));
  follow(keyOf(2), cursor(5));
  follow("inbox");
  streams.get(keyOf(1))?.end({ reason: "closed" });
  await vi.advanceTimersByTimeAsync(50);
  expect(requests.slice(1)).toEqual(["POST http://server/api/sse/instance~name/streams"]);
  expect(changes).toEqual([
    {
      add: [
        { stream: keyOf(2), cursor: cursor(5) },
        { stream: "user:me", cursor: cursor(0) },
      ],
      remove: [keyOf(1)],
    },
  ]);
  // What was left is ignored at once, and what was added comes from its position.
  await send(deletion(1) + unfollowed("removed") + followed(5, 2) + deletion(6, 2));
  expect(commentIds(events)).toEqual(["6"]);
  expect(ended).toEqual([{ reason: "closed" }]);
});

test("a stream that is left and followed again is requested once the server has confirmed that it is left", async () => {
  const { changes, events, streams, send, flush, follow } = setUp();
  await flush();
  await send(hello + followed(0));
  streams.get(keyOf(1))?.end({ reason: "closed" });
  follow(keyOf(1), cursor(0));
  await vi.advanceTimersByTimeAsync(50);
  expect(changes).toEqual([{ add: [], remove: [keyOf(1)] }]);
  // Of the old replay.
  await send(deletion(7) + caughtUp(1));
  expect(events).toEqual([]);
  await send(unfollowed("removed"));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(changes[1]).toEqual({ add: [{ stream: keyOf(1), cursor: cursor(0) }], remove: [] });
  await send(followed(0) + deletion(1));
  expect(commentIds(events)).toEqual(["1"]);
});

test("more streams than a URL holds are added once it is open", async () => {
  const { requests, changes, send, flush } = setUp({ posts: 70 });
  await flush();
  expect(requests[0]?.match(/post:/g)).toHaveLength(50);
  await send(hello);
  await vi.advanceTimersByTimeAsync(50);
  expect(changes.map(({ add }) => add.length)).toEqual([20]);
});

test("a silent connection is closed: the server sends something every fifteen seconds", async () => {
  const { closed, send, flush } = setUp();
  await flush();
  await send(hello + followed(0));
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

test("a change that is lost, or that the server knows no connection for, opens another connection; a limit is waited for", async () => {
  const lost = setUp();
  await lost.flush();
  await lost.send(hello + followed(0));
  lost.follow(keyOf(2));
  await vi.advanceTimersByTimeAsync(15_000);
  await lost.send(":\n\n");
  expect(lost.closed).toEqual([]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(lost.closed).toHaveLength(1);

  const unknown = setUp();
  await unknown.flush();
  unknown.answers.change = () => Response.json({ code: "not_found", message: "That connection is closed." }, { status: 404 });
  await unknown.send(hello + followed(0));
  unknown.follow(keyOf(2));
  await vi.advanceTimersByTimeAsync(50);
  expect(unknown.closed).toMatchObject([{}]);
  expect(unknown.ended).toEqual([]);

  const limited = setUp();
  await limited.flush();
  await limited.send(hello + followed(0));
  const accepted = limited.answers.change;
  limited.answers.change = () => Response.json({ code: "rate_limited", message: "Too many.", retryAfter: 10 }, { status: 429 });
  limited.follow(keyOf(2));
  await vi.advanceTimersByTimeAsync(50);
  limited.answers.change = accepted;
  await vi.advanceTimersByTimeAsync(9_000);
  expect(limited.changes).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1_100);
  expect(limited.changes).toHaveLength(2);
  expect(limited.closed).toEqual([]);
});

test("a busy server is waited for as long as it goes on answering", async () => {
  const { closed, send, flush } = setUp({ posts: 3 });
  await flush();
  await send(hello);
  for (const post of [1, 2, 3]) {
    await vi.advanceTimersByTimeAsync(15_000);
    await send(followed(0, post) + caughtUp(0, post));
  }
  expect(closed).toEqual([]);
});

test("why the server closes is passed on, before it has opened too, and so is why it refuses", async () => {
  const shutdown = setUp();
  await shutdown.flush();
  const reason = { code: "shutdown", retryAfterMs: 700, resume: true };
  await shutdown.send(hello + frame("closing", reason));
  shutdown.end();
  await shutdown.flush();
  expect(shutdown.closed).toMatchObject([{ closing: reason }]);

  const limited = setUp();
  await limited.flush();
  const wait = { code: "rate_limited", retryAfterMs: 60_000, resume: true };
  await limited.send(`retry: 60000\n${frame("closing", wait)}`);
  limited.end();
  await limited.flush();
  expect(limited.closed).toMatchObject([{ closing: wait }]);
  expect(limited.opened()).toBe(0);

  const refused = setUp({ status: 403, body: JSON.stringify({ code: "cross_origin", message: "No." }) });
  await refused.flush();
  expect(refused.closed).toMatchObject([{ error: { code: "cross_origin" } }]);
  expect(refused.ended).toEqual([]);
  // No such path: another version of the server, which sockets may still reach.
  const older = setUp({ status: 404, body: JSON.stringify({ code: "not_found", message: "There is no such thing." }) });
  await older.flush();
  expect(older.closed).toMatchObject([{ error: { code: "network" } }]);
});

test("a stream that ended meanwhile is over, and one that the user may not see is refused; the others go on", async () => {
  const { ended, closed, changes, missed, events, send, flush } = setUp({ posts: 3 });
  await flush();
  await send(hello + followed(9) + unfollowed("ended") + unfollowed("refused", 2, { code: "not_found", message: "There is no such thing." }));
  expect(ended).toMatchObject([{ reason: "deleted" }, { reason: "refused", error: { code: "not_found" } }]);
  await send(followed(0, 3) + deletion(1, 3) + caughtUp(1, 3));
  expect(commentIds(events)).toEqual(["1"]);
  expect(missed).toEqual([1]);
  await vi.advanceTimersByTimeAsync(1_000);
  // The server knows that they have ended.
  expect(changes).toEqual([]);
  expect(closed).toEqual([]);
});

test("without a session posts are followed as a visitor, and a stream of a user asks for a session", async () => {
  const visitor = setUp({ isVisitor: true });
  await visitor.flush();
  expect(visitor.requests).toEqual([`http://server/api/sse?streams=${keyOf(1)}@epoch-one:0&visitor=true`]);
  await visitor.send(hello);
  visitor.follow(keyOf(2));
  await vi.advanceTimersByTimeAsync(400);
  expect(visitor.requests[1]).toBe("POST http://server/api/sse/instance~name/streams?visitor=true");
  const other = setUp({ isVisitor: true });
  other.follow("inbox");
  await other.flush();
  expect(other.requests).toEqual([expect.not.stringContaining("visitor")]);
});

test("a stream whose name or cursor is not valid is refused alone", async () => {
  const { ended, requests, flush, follow } = setUp();
  follow("post:x,user:me");
  follow(keyOf(3), "nonsense");
  await flush();
  expect(requests).toEqual([`http://server/api/sse?streams=${keyOf(1)}@epoch-one:0`]);
  expect(ended).toMatchObject([
    { reason: "refused", error: { code: "validation_failed" } },
    { reason: "refused", error: { code: "validation_failed" } },
  ]);
});
