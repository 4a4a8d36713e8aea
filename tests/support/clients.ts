import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { EventSource } from "eventsource";
import { io, type Socket } from "socket.io-client";
import { afterEach } from "vitest";
import type { Person, TestFeed } from "./feed.ts";

export interface Received {
  event: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into payloads of every shape
  data: any;
  cursor?: string;
}

/** A client on either transport that records what it receives, in order. */
export interface Listener {
  received: Received[];
  /** The received events with these names. */
  of(...events: string[]): Received[];
  /** The latest cursor. */
  cursor(): string | undefined;
  close(): void;
}

export interface SocketListener extends Listener {
  socket: Socket;
  // biome-ignore lint/suspicious/noExplicitAny: acknowledgements of every shape
  ask(event: string, ...args: unknown[]): Promise<any>;
}

function listener(close: () => void): Listener {
  const received: Received[] = [];
  return {
    received,
    of: (...events) => received.filter((item) => events.includes(item.event)),
    cursor: () => received.findLast((item) => item.cursor !== undefined)?.cursor,
    close,
  };
}

/** For one test file: closes the listeners passed to it after their test. */
export function closedAfterEach(): <T extends Listener>(listener: T) => T {
  const open: Listener[] = [];
  afterEach(() => {
    for (const listener of open.splice(0)) listener.close();
  });
  return (listener) => {
    open.push(listener);
    return listener;
  };
}

/** Connects a stock Socket.IO client; null: without a token. */
export async function openSocket(
  feed: Pick<TestFeed, "url">,
  person: Pick<Person, "token"> | null,
  options: { url?: string; path?: string; transports?: string[]; headers?: Record<string, string>; query?: Record<string, string> } = {},
): Promise<SocketListener> {
  const socket = io(options.url ?? feed.url, {
    path: options.path ?? "/notifications/socket.io",
    transports: options.transports ?? ["websocket"],
    ...(person && { auth: { token: person.token } }),
    ...(options.query && { query: options.query }),
    ...(options.headers && { extraHeaders: options.headers }),
    reconnection: false,
    forceNew: true,
  });
  const base = listener(() => socket.disconnect());
  socket.onAny((event: string, data: { cursor?: string }) => base.received.push({ event, data, ...(data?.cursor && { cursor: data.cursor }) }));
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("connect_error", reject);
    // Disconnected while it was opening.
    socket.once("disconnect", (reason) => reject(new Error(reason)));
  });
  return { ...base, socket, ask: (event, ...args) => socket.timeout(10_000).emitWithAck(event, ...args) };
}

const sseEvents = [
  "hello",
  "comment_added",
  "comment_updated",
  "comment_deleted",
  "post_updated",
  "post_deleted",
  "notification",
  "notification_updated",
  "notification_read",
  "retract",
  "reset",
  "closing",
  // Of multiplexed event streams.
  "followed",
  "caught_up",
  "unfollowed",
  "post_liked",
  "post_reposted",
  "poll_voted",
  "pinned_changed",
  "new_post",
  "user_muted",
  "new_repost",
  "repost_removed",
];

export interface EventListener extends Listener {
  source: EventSource;
}

/** Opens a stock EventSource and waits for its `hello`; null: without a token. */
export async function openEvents(feed: Pick<TestFeed, "url">, person: Person | null, path: string, lastEventId?: string): Promise<EventListener> {
  const source = new EventSource(feed.url + path, {
    fetch: (url, init) =>
      fetch(url, {
        ...init,
        headers: {
          ...init.headers,
          ...(person && { authorization: `Bearer ${person.token}` }),
          ...(lastEventId && !("Last-Event-ID" in init.headers) && { "last-event-id": lastEventId }),
        },
      }),
  });
  const base = listener(() => source.close());
  for (const event of sseEvents)
    source.addEventListener(event, (message) =>
      base.received.push({ event, data: JSON.parse(message.data), ...(message.lastEventId && { cursor: message.lastEventId }) }),
    );
  await eventually(() => {
    if (base.of("hello").length === 0) throw new Error(`no hello from ${path}`);
  });
  return { ...base, source };
}
