import { deferred } from "../deferred.ts";
import { NewFeedError } from "../errors.ts";
import type { StreamEntries } from "../types.ts";
import type { LiveEvent, ResetEvent } from "./events.ts";
import { createReader, type Reader } from "./reader.ts";
import type { Ended, Follower, Stream } from "./stream.ts";

/**
 * A stream's events: each entry once and in order, across lost connections, other transports, restarts of the server and
 * pages that slept. Read it as an async iterable, by callbacks, or both; each has its own position.
 */
export interface Subscription<E extends LiveEvent> extends AsyncIterable<E> {
  /** Calls `listener` with every event of a type; returns a function that stops. */
  on<T extends E["type"]>(type: T, listener: (event: Extract<E, { type: T }>) => void): () => void;
  /** Calls `listener` with every event; returns a function that stops. */
  subscribe(listener: (event: E) => void): () => void;
  /** Resolves once the stream is live; rejects with a `NewFeedError` when it may not be followed, or ended before. */
  readonly ready: Promise<void>;
  readonly ended: Promise<Ended>;
  /** The position up to which events were delivered; a later subscription may start here. */
  readonly cursor: string | undefined;
  close(): void;
}

export interface SubscriptionOptions {
  /** How many events are buffered for a slow iteration; beyond that, it reads the log. */
  bufferSize?: number;
}

interface Source {
  stream: Stream;
  position: string | undefined;
  readLog: ((after: string) => Promise<StreamEntries>) | undefined;
  overflow: () => ResetEvent;
  /** The subscription is over. */
  left: () => void;
}

const defaultBufferSize = 1_000;

const signedOut = () => new NewFeedError("Sign in first.", { status: 401, code: "unauthenticated" });

/** An error that a listener throws is reported, and does not stop the other listeners. */
function call<T>(listener: (value: T) => void, value: T): void {
  try {
    listener(value);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

export function createSubscription<E extends LiveEvent>(
  { stream, position, readLog, overflow, left }: Source,
  { bufferSize = defaultBufferSize }: SubscriptionOptions,
): Subscription<E> {
  const listeners = new Set<(event: E) => void>();
  const queue: E[] = [];
  const waiting: { resolve(result: IteratorResult<E>): void; reject(error: unknown): void }[] = [];
  const ready = deferred<void>();
  const over = deferred<Ended>();
  ready.promise.catch(() => {});
  let closed = false;
  let concluded: Ended | undefined;
  /** Reads for the callbacks, from the first one on. */
  let calling: Reader | undefined;
  /** Reads for the iteration: from the beginning, until callbacks are used instead. */
  let queueing: Reader | undefined;
  let isIterated = false;

  const open = (at: string | undefined, deliver: (event: E) => void, isFull: () => boolean, finished: (ended: Ended) => void) =>
    createReader({
      key: stream.key,
      position: at,
      streamCursor: () => stream.cursor,
      readLog,
      overflow,
      isFull,
      finished,
      deliver: (event) => deliver(event as E),
    });

  function enqueue(event: E): void {
    const next = waiting.shift();
    if (next) next.resolve({ done: false, value: event });
    else queue.push(event);
  }

  function conclude(ended: Ended): void {
    concluded ??= ended;
    for (const { resolve, reject } of waiting.splice(0)) {
      if (ended.error) reject(ended.error);
      else resolve({ done: true, value: undefined });
    }
    over.resolve(ended);
  }

  queueing = open(position, enqueue, () => queue.length >= bufferSize, conclude);

  function listen(listener: (event: E) => void): () => void {
    const added = (event: E) => listener(event);
    listeners.add(added);
    if (!calling && !closed) {
      const unread = isIterated ? [] : queue.splice(0);
      const deliver = (event: E) => {
        for (const each of [...listeners]) call(each, event);
      };
      calling = open(
        queueing?.position ?? position,
        deliver,
        () => false,
        (ended) => isIterated || conclude(ended),
      );
      if (!isIterated) {
        queueing?.close();
        queueing = undefined;
      }
      for (const event of unread) deliver(event);
    }
    return () => void listeners.delete(added);
  }

  const follower: Follower = {
    offer(event) {
      calling?.offer(event);
      queueing?.offer(event);
    },
    started() {
      calling?.started();
      queueing?.started();
      ready.resolve();
    },
    finish(ended) {
      ready.reject(ended.error ?? (ended.reason === "session" ? signedOut() : new Error(`the stream has ended: ${ended.reason}`)));
      calling?.finish(ended);
      queueing?.finish(ended);
    },
  };
  stream.followers.add(follower);
  if (stream.isStarted) follower.started();

  function close(): void {
    if (closed) return;
    closed = true;
    stream.followers.delete(follower);
    calling?.close();
    queueing?.close();
    queue.length = 0;
    conclude({ reason: "closed" });
    ready.reject(new Error("the subscription was closed"));
    left();
  }

  return {
    on: (type, listener) =>
      listen((event) => {
        if (event.type === type) listener(event as Extract<E, { type: typeof type }>);
      }),
    subscribe: listen,
    ready: ready.promise,
    ended: over.promise,
    get cursor() {
      return (queueing ?? calling)?.position;
    },
    close,
    [Symbol.asyncIterator]() {
      isIterated = true;
      if (!queueing && !closed) queueing = open(calling?.position ?? position, enqueue, () => queue.length >= bufferSize, conclude);
      return {
        next() {
          const event = queue.shift();
          queueing?.resume();
          if (event) return Promise.resolve({ done: false, value: event });
          if (concluded?.error) return Promise.reject(concluded.error);
          if (concluded) return Promise.resolve({ done: true, value: undefined });
          return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
        },
        /** Leaving the loop ends the subscription. */
        async return() {
          close();
          return { done: true, value: undefined };
        },
      };
    },
  };
}
