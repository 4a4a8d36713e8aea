import { createParser } from "eventsource-parser";
import { errorFrom, isAbort, NewFeedError, networkError } from "../errors.ts";
import type { Session } from "../session.ts";
import { type Closing, decode, type StreamKey } from "./events.ts";
import { refuse } from "./refuse.ts";
import type { Stream } from "./stream.ts";
import type { Closed, OpenWire } from "./wire.ts";

/** The server sends something every 15 s; longer silence means that the connection is gone. */
const silenceMs = 40_000;
/** Event streams do not mark the end of the replay: it is when nothing has come for this long. */
const quietMs = 250;

const pathOf = (key: StreamKey) => (key === "inbox" ? "/api/sse/notifications" : `/api/sse/comments/${key.slice("post:".length)}`);

/** Each stream over a response of its own, read with `fetch`, which sends the session's token and can read refusals. */
export function sseWire(baseUrl: string, session: Session, fetch: typeof globalThis.fetch): OpenWire {
  return ({ streams, opened, caughtUp, closed }) => {
    let over = false;
    let isOpen = false;
    let missed = 0;
    let quiet: ReturnType<typeof setTimeout> | undefined;
    const readers = new Map<Stream, AbortController>();
    const added = new WeakSet<Stream>();

    function shut(): void {
      over = true;
      clearTimeout(quiet);
      for (const reader of readers.values()) reader.abort();
    }

    function finish(why: Closed): void {
      if (over) return;
      shut();
      closed(why);
    }

    function open(): void {
      if (isOpen || over) return;
      isOpen = true;
      opened();
      awaitQuiet();
    }

    /** Counts entries as replayed until the stream is quiet. */
    function awaitQuiet(): void {
      clearTimeout(quiet);
      quiet = setTimeout(() => {
        quiet = undefined;
        caughtUp(missed);
      }, quietMs);
    }

    async function read(stream: Stream, abort: AbortController): Promise<void> {
      const { accessToken, stamp } = await session.proof();
      if (abort.signal.aborted) return;
      const query = stream.cursor === undefined ? "" : `?last_event_id=${encodeURIComponent(stream.cursor)}`;
      const response = await fetch(`${baseUrl}${pathOf(stream.key)}${query}`, {
        headers: { accept: "text/event-stream", ...(accessToken && { authorization: `Bearer ${accessToken}` }) },
        credentials: session.credentials.withCookies ? "include" : "omit",
        cache: "no-store",
        signal: abort.signal,
      });
      // The stream has ended, and this client has received all of it.
      if (response.status === 204) return stream.end({ reason: "deleted" });
      if (!response.ok) {
        const error = errorFrom(response.status, await response.text(), response.headers.get("retry-after"));
        if (error.isTemporary || error.status === 401) finish({ error, stamp });
        else refuse(stream, error);
        return;
      }
      if (!response.body) throw new Error("this platform's fetch cannot read an answer as it comes");
      let closing: Closing | undefined;
      const parser = createParser({
        onEvent({ event: name = "", data }) {
          if (abort.signal.aborted) return;
          const payload = JSON.parse(data) as { cursor: string };
          if (name === "hello") {
            stream.started(payload.cursor);
            open();
          } else if (name === "closing") closing = payload as unknown as Closing;
          else {
            const decoded = decode(name, payload);
            if (decoded && stream.accept(decoded.event) && quiet !== undefined) {
              missed++;
              awaitQuiet();
            }
          }
        },
      });
      await feed(response.body, abort, (text) => parser.feed(text));
      if (!abort.signal.aborted) finish({ ...(closing && { closing }), stamp });
    }

    function add(stream: Stream): void {
      if (over || added.has(stream)) return;
      added.add(stream);
      // Only signals, which event streams do not carry: `FeedGaps` fetches from time to time instead.
      if (stream.key === "feed") {
        stream.started(undefined);
        open();
        return;
      }
      const abort = new AbortController();
      readers.set(stream, abort);
      void read(stream, abort)
        .catch((error: unknown) => {
          if (!isAbort(error) || !abort.signal.aborted) finish({ error: error instanceof NewFeedError ? error : networkError(error) });
        })
        .finally(() => readers.delete(stream));
    }
    // Not before the caller has the wire that is returned.
    queueMicrotask(() => {
      for (const stream of [...streams.values()]) add(stream);
    });

    return {
      add,
      remove: (stream) => readers.get(stream)?.abort(),
      renewed: () => {},
      close: shut,
    };
  };
}

/** Passes the body's text to `take`, until it ends, breaks, or is silent for too long. */
async function feed(body: ReadableStream<Uint8Array>, abort: AbortController, take: (text: string) => void): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let heardAt = Date.now();
  // By the clock, not by one long timer, which stands still while a page sleeps.
  const watch = setInterval(() => {
    if (Date.now() - heardAt > silenceMs) void reader.cancel().catch(() => {});
  }, 5_000);
  const stop = () => void reader.cancel().catch(() => {});
  abort.signal.addEventListener("abort", stop);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      heardAt = Date.now();
      take(decoder.decode(value, { stream: true }));
    }
  } finally {
    clearInterval(watch);
    abort.signal.removeEventListener("abort", stop);
  }
}
