import { createParser } from "eventsource-parser";
import { pause } from "../backoff.ts";
import type { components } from "../contract.gen.ts";
import { errorFrom, isAbort, NewFeedError, networkError, statusOf } from "../errors.ts";
import type { Session } from "../session.ts";
import { type Closing, decode, keyOfStream, type StreamKey } from "./events.ts";
import { refuse } from "./refuse.ts";
import type { Stream } from "./stream.ts";
import { type Closed, type OpenWire, wantsPostsOnly } from "./wire.ts";

type Schemas = components["schemas"];

/** The server sends something every 15 s; longer silence means that the connection is gone. */
const silenceMs = 40_000;
/** What came of a change is sent on the connection. Without it, the change was lost between two instances. */
const answerMs = 20_000;
const watchMs = 5_000;
/** More would make a URL that proxies refuse; the others are added once the connection is open. */
const inUrl = 50;
const perChange = 100;
/** Changes of one moment are one call, and a page that scrolls makes three a second at most. */
const batchMs = 30;
const betweenChangesMs = 300;

const nameOf = (key: StreamKey) => (key === "inbox" ? "user:me" : key === "feed" ? "feed:me" : key);

/** Anything else would make the server refuse the streams that it stands beside. */
const isValid = ({ key, cursor }: Stream) =>
  (!key.startsWith("post:") || /^post:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(key)) && (cursor === undefined || /^[\w-]{8,32}:\d{1,15}$/.test(cursor));

/** All streams over one response, read with `fetch`, which sends the session's token and can read refusals. */
export function sseWire(baseUrl: string, session: Session, fetch: typeof globalThis.fetch): OpenWire {
  return ({ streams, opened, caughtUp, closed }) => {
    let over = false;
    let stamp: string | undefined;
    let isVisitors = false;
    let isOpening = false;
    /** Its name, once it is open. */
    let connection: string | undefined;
    let isChanging = false;
    let changedAt = 0;
    let missed = 0;
    const abort = new AbortController();
    /** Streams that this connection carries, or is about to; events of others are ignored. */
    const followed = new Map<StreamKey, Stream>();
    /** Streams that were left: following again before the server has confirmed it would mix two replays. */
    const leaving = new Set<StreamKey>();
    const toAdd = new Set<Stream>();
    const toRemove = new Set<StreamKey>();
    /** Since when the server owes an answer about a stream. */
    const unanswered = new Map<StreamKey, number>();
    /** When it last answered about any: it does so one by one, and a busy one takes its time. */
    let answeredAt = 0;
    /** The streams that it opened with, until they have caught up. */
    let catchingUp: Set<StreamKey> | undefined;

    function shut(): void {
      over = true;
      abort.abort();
    }

    function finish(why: Closed): void {
      if (over) return;
      shut();
      closed({ ...why, ...(stamp !== undefined && { stamp }) });
    }

    const fail = (error: unknown) => {
      if (!isAbort(error) || !abort.signal.aborted) finish({ error: error instanceof NewFeedError ? error : networkError(error) });
    };

    async function request(path: string, init: { method?: string; headers: Record<string, string>; body?: string }): Promise<Response> {
      const { accessToken, stamp: now } = await session.proof();
      stamp = now;
      return fetch(baseUrl + path, {
        ...init,
        headers: { ...init.headers, ...(accessToken && { authorization: `Bearer ${accessToken}` }) },
        credentials: session.credentials.withCookies ? "include" : "omit",
        cache: "no-store",
        signal: abort.signal,
      });
    }

    const errorOf = async (response: Response) => errorFrom(response.status, await response.text(), response.headers.get("retry-after"));

    async function open(first: readonly Stream[]): Promise<void> {
      catchingUp = new Set(first.map(({ key }) => key));
      isVisitors = (await session.isVisitors()) && wantsPostsOnly(streams);
      const names = first.map(({ key, cursor }) => (cursor === undefined ? nameOf(key) : `${nameOf(key)}@${cursor}`));
      const response = await request(`/api/sse?streams=${names.join(",")}${isVisitors ? "&visitor=true" : ""}`, { headers: { accept: "text/event-stream" } });
      // A path that is not there is a server of another version, or none of NewFeed's.
      if (response.status === 404) throw networkError(await errorOf(response));
      if (!response.ok) throw await errorOf(response);
      if (!response.body) throw new Error("this platform's fetch cannot read an answer as it comes");
      let closing: Closing | undefined;
      const parser = createParser({
        onEvent({ event: name = "", data }) {
          if (over) return;
          if (name === "closing") closing = JSON.parse(data) as Closing;
          else take(name, JSON.parse(data));
        },
      });
      await feed(response.body, abort, isUnanswered, (text) => parser.feed(text));
      finish({ ...(closing && { closing }) });
    }

    function take(name: string, payload: unknown): void {
      switch (name) {
        case "hello":
          connection = (payload as Schemas["live_hello"]).connection;
          for (const key of catchingUp ?? []) unanswered.set(key, Date.now());
          opened();
          void change().catch(fail);
          return;
        case "followed": {
          answeredAt = Date.now();
          const { stream, cursor } = payload as Schemas["live_followed"];
          const key = keyOfStream(stream);
          if (leaving.has(key)) return;
          unanswered.delete(key);
          followed.get(key)?.started(cursor);
          return;
        }
        case "caught_up": {
          answeredAt = Date.now();
          const { stream, replayed } = payload as Schemas["live_caught_up"];
          const key = keyOfStream(stream);
          if (catchingUp?.has(key)) missed += replayed;
          settle(key);
          return;
        }
        case "unfollowed":
          unfollowed(payload as Schemas["live_unfollowed"]);
          return;
        default: {
          const decoded = decode(name, payload);
          if (decoded) followed.get(decoded.key)?.accept(decoded.event);
        }
      }
    }

    /** There is nothing more to come of what this stream had missed. */
    function settle(key: StreamKey): void {
      if (!catchingUp?.delete(key) || catchingUp.size > 0) return;
      catchingUp = undefined;
      caughtUp(missed);
    }

    function unfollowed({ stream: name, reason, error }: Schemas["live_unfollowed"]): void {
      answeredAt = Date.now();
      const key = keyOfStream(name);
      if (reason === "removed") {
        unanswered.delete(key);
        leaving.delete(key);
        const again = streams.get(key);
        if (again) add(again);
        return;
      }
      // It has ended by itself: nothing is left to be taken away.
      if (toRemove.delete(key)) leaving.delete(key);
      if (!leaving.has(key)) unanswered.delete(key);
      settle(key);
      const stream = leaving.has(key) ? undefined : followed.get(key);
      followed.delete(key);
      if (!stream) return;
      if (reason === "refused" && error) refuse(stream, new NewFeedError(error.message, { status: statusOf(error.code), code: error.code }));
      else stream.end({ reason: "deleted" });
    }

    const isUnanswered = () => [...unanswered.values()].some((since) => Date.now() - Math.max(since, answeredAt) > answerMs);

    /** Sends what is to be changed, one call after the other, until nothing is. */
    async function change(): Promise<void> {
      if (isChanging || connection === undefined) return;
      isChanging = true;
      while (!over && toAdd.size + toRemove.size > 0) {
        await pause(Math.max(batchMs, changedAt + betweenChangesMs - Date.now()), abort.signal);
        const [added, removed] = [[...toAdd].slice(0, perChange), [...toRemove].slice(0, perChange)];
        if (over || added.length + removed.length === 0) break;
        for (const stream of added) toAdd.delete(stream);
        for (const key of removed) toRemove.delete(key);
        for (const key of [...added.map((stream) => stream.key), ...removed]) unanswered.set(key, Date.now());
        await send({
          add: added.map(({ key, cursor }) => ({ stream: nameOf(key), ...(cursor !== undefined && { cursor }) })),
          remove: removed.map(nameOf),
        });
        changedAt = Date.now();
      }
      isChanging = false;
    }

    async function send(body: Schemas["StreamChange"]): Promise<void> {
      const path = `/api/sse/${encodeURIComponent(String(connection))}/streams${isVisitors ? "?visitor=true" : ""}`;
      for (;;) {
        const response = await request(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
        if (response.ok) return;
        const error = await errorOf(response);
        // The connection is gone, and will be opened again with what is followed then.
        if (response.status === 404) return finish({});
        if (error.code !== "rate_limited") throw error;
        await pause(error.retryAfterMs ?? betweenChangesMs, abort.signal);
        if (over) return;
      }
    }

    function add(stream: Stream): void {
      const { key } = stream;
      if (over || followed.get(key) === stream || leaving.has(key)) return;
      if (!isValid(stream)) {
        refuse(stream, new NewFeedError("The stream's name or cursor is not valid.", { status: 400, code: "validation_failed" }));
        return;
      }
      followed.set(key, stream);
      toAdd.add(stream);
      if (isOpening) void change().catch(fail);
      else queueMicrotask(openOnce);
    }

    /** With the streams of this moment. */
    function openOnce(): void {
      const first = [...toAdd].slice(0, inUrl);
      if (over || isOpening || first.length === 0) return;
      isOpening = true;
      for (const stream of first) toAdd.delete(stream);
      void open(first).catch(fail);
    }

    // Not before the caller has the wire that is returned.
    queueMicrotask(() => {
      for (const stream of [...streams.values()]) add(stream);
    });

    return {
      get isVisitors() {
        return isVisitors;
      },
      add,
      remove(stream) {
        const { key } = stream;
        if (followed.get(key) !== stream) return;
        followed.delete(key);
        settle(key);
        // It was not requested yet.
        if (toAdd.delete(stream)) return;
        leaving.add(key);
        toRemove.add(key);
        void change().catch(fail);
      },
      renewed: () => {},
      close: shut,
    };
  };
}

/** Passes the body's text to `take`, until it ends, breaks, is silent for too long, or is known to be of no use. */
async function feed(body: ReadableStream<Uint8Array>, abort: AbortController, isUseless: () => boolean, take: (text: string) => void): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let heardAt = Date.now();
  const stop = () => void reader.cancel().catch(() => {});
  // By the clock, not by one long timer, which stands still while a page sleeps.
  const watch = setInterval(() => {
    if (Date.now() - heardAt > silenceMs || isUseless()) stop();
  }, watchMs);
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
