import { backoffMs, pause } from "../backoff.ts";
import { NewFeedError } from "../errors.ts";
import type { StreamEntries } from "../types.ts";
import { cursorOf, decode, type LiveEvent, type ResetEvent, type StreamKey } from "./events.ts";
import { isAfter } from "./position.ts";
import type { Ended } from "./stream.ts";

const backoff = { baseMs: 500, maxMs: 30_000 };

export interface ReaderOptions {
  key: StreamKey;
  /** Where this reader starts; undefined for where the stream does. */
  position: string | undefined;
  /** Where the stream is; undefined before it has a position. */
  streamCursor: () => string | undefined;
  /** The stream's log after a position; absent for a stream that has none. */
  readLog: ((after: string) => Promise<StreamEntries>) | undefined;
  /** The event that replaces missed ones, where there is no log. */
  overflow: () => ResetEvent;
  deliver: (event: LiveEvent) => void;
  isFull: () => boolean;
  finished: (ended: Ended) => void;
}

/**
 * One reader of a stream, with its own position. A reader that is too slow, or starts further back than the stream is,
 * is behind: it skips live events until it has read the log up to the stream's position. Nothing is lost, and nothing is
 * delivered twice.
 */
export interface Reader {
  readonly position: string | undefined;
  offer(event: LiveEvent): void;
  /** The stream has a position now. */
  started(): void;
  /** There may be room again. */
  resume(): void;
  finish(ended: Ended): void;
  close(): void;
}

export function createReader({ key, position: from, streamCursor, readLog, overflow, deliver, isFull, finished }: ReaderOptions): Reader {
  let position = from;
  const isBehindStream = () => position !== undefined && streamCursor() !== undefined && isAfter(streamCursor() as string, position);
  let behind = isBehindStream();
  let ending: Ended | undefined;
  /** The last skipped event: a post's deletion is delivered even where its log is gone too. */
  let skipped: LiveEvent | undefined;
  let catching = false;
  const closing = new AbortController();

  function show(event: LiveEvent): void {
    position = cursorOf(event) ?? position;
    deliver(event);
  }

  function conclude(): void {
    if (!ending || behind || closing.signal.aborted) return;
    closing.abort();
    finished(ending);
  }

  /** One page of the log, as far as there is room. */
  function take({ entries, cursor, reset }: StreamEntries): void {
    if (reset) show({ type: "reset", stream: key, cursor, ...reset });
    for (const { event: name, data } of entries) {
      if (isFull()) return;
      const event = decode(name, data)?.event;
      if (event && isAfter(cursorOf(event) ?? cursor, position)) show(event);
    }
    position = cursor;
    behind = isBehindStream();
  }

  async function readOn(read: (after: string) => Promise<StreamEntries>): Promise<void> {
    for (let attempt = 0; behind && !isFull() && !closing.signal.aborted; ) {
      try {
        const page = await read(position as string);
        if (closing.signal.aborted) return;
        take(page);
        attempt = 0;
      } catch (error) {
        if (closing.signal.aborted) return;
        if (!(error instanceof NewFeedError && error.isTemporary)) return fail(error);
        await pause(Math.max(error.retryAfterMs ?? 0, backoffMs(attempt++, backoff)), closing.signal);
      }
    }
  }

  function fail(error: unknown): void {
    behind = false;
    // The log of a deleted post is gone with it.
    if (ending?.reason === "deleted" && skipped) show(skipped);
    ending ??= { reason: "refused", ...(error instanceof NewFeedError && { error }) };
    conclude();
    if (!(error instanceof NewFeedError)) throw error;
  }

  function resume(): void {
    if (!behind || catching || isFull() || closing.signal.aborted) return;
    if (!readLog) {
      behind = false;
      show(overflow());
      conclude();
      return;
    }
    catching = true;
    void readOn(readLog).finally(() => {
      catching = false;
      conclude();
      // There may be room since the last page was requested.
      resume();
    });
  }
  resume();

  return {
    get position() {
      return position;
    },
    offer(event) {
      if (closing.signal.aborted) return;
      const cursor = cursorOf(event);
      if (!behind && event.type !== "reset" && cursor !== undefined && !isAfter(cursor, position)) return;
      // A retraction takes effect at once; other signals may be lost.
      if (cursor === undefined && readLog && (event.type === "retract" || behind || isFull())) {
        if (event.type === "retract") deliver(event);
        return;
      }
      if (behind || isFull()) {
        behind = true;
        skipped = event;
        return;
      }
      show(event);
    },
    started() {
      position ??= streamCursor();
      // It started further back than the stream.
      behind ||= isBehindStream();
      resume();
    },
    resume,
    finish(ended) {
      ending ??= ended;
      // Without a session the log cannot be read.
      if (ended.reason === "session" || ended.reason === "refused") behind = false;
      conclude();
    },
    close: () => closing.abort(),
  };
}
