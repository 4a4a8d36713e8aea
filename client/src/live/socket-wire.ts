import type { Socket } from "socket.io-client";
import { type Backoff, backoffMs, pause } from "../backoff.ts";
import type { components } from "../contract.gen.ts";
import { type ErrorCode, NewFeedError, networkError, statusOf } from "../errors.ts";
import { isPage } from "../platform.ts";
import type { Session } from "../session.ts";
import { type Closing, decode, type StreamKey } from "./events.ts";
import { refuse } from "./refuse.ts";
import type { Stream } from "./stream.ts";
import { type OpenWire, wantsPostsOnly } from "./wire.ts";

type Acknowledgement = components["schemas"]["live_acknowledgement"];

const connectTimeoutMs = 8_000;
/**
 * The server answers one call after the other, and a long replay comes before its acknowledgement; it gives up on a client that
 * takes nothing for 30 s.
 */
const answerTimeoutMs = 40_000;

const refusalOf = ({ code, message }: { code: ErrorCode; message: string }) => new NewFeedError(message, { status: statusOf(code), code });

/** What to emit to follow a stream, or to leave it. */
function messagesOf(key: StreamKey): { follow: (cursor: string | undefined) => [string, ...unknown[]]; leave: [string, ...unknown[]] } {
  const from = (cursor: string | undefined) => (cursor === undefined ? {} : { cursor });
  if (key === "inbox") return { follow: (cursor) => ["subscribe", null, from(cursor)], leave: ["unsubscribe"] };
  if (key === "feed") return { follow: () => ["subscribe-feed"], leave: ["unsubscribe-feed"] };
  const postId = key.slice("post:".length);
  return { follow: (cursor) => ["subscribe-post", postId, from(cursor)], leave: ["unsubscribe-post", postId] };
}

const load = () => import("socket.io-client");

/** All streams over one Socket.IO connection: a WebSocket, or long polling where that fails. */
export function socketWire(
  baseUrl: string,
  session: Session,
  backoff: Backoff,
  loadLibrary: () => Promise<Pick<Awaited<ReturnType<typeof load>>, "io">> = load,
): OpenWire {
  return ({ streams, opened, caughtUp, closed }) => {
    let socket: Socket | undefined;
    let stamp: string | undefined;
    let isVisitors = false;
    let closing: Closing | undefined;
    let over = false;
    const ended = new AbortController();
    /** Streams that this connection follows; late events of others are ignored. */
    const followed = new Map<StreamKey, Stream>();
    /** Streams that were left: following again before the server knows would mix two replays. */
    const leaving = new Map<StreamKey, Promise<void>>();
    const added = new WeakSet<Stream>();
    /** Answers that the server owes. */
    let owed = 0;
    let watchdog: ReturnType<typeof setTimeout> | undefined;

    function finish(error?: NewFeedError): void {
      if (over) return;
      shut();
      closed({ ...(closing && { closing }), ...(error && { error }), ...(stamp !== undefined && { stamp }) });
    }

    function shut(): void {
      over = true;
      clearTimeout(watchdog);
      ended.abort();
      socket?.removeAllListeners();
      socket?.disconnect();
    }

    function watch(): void {
      clearTimeout(watchdog);
      if (owed > 0 && !over) watchdog = setTimeout(() => finish(networkError(new Error("The server answers nothing."))), answerTimeoutMs);
    }

    /** Rejects when the connection ends first. */
    async function emit(event: string, ...args: unknown[]): Promise<Acknowledgement> {
      if (owed++ === 0) watch();
      const answer = (await (socket as Socket).emitWithAck(event, ...args)) as Acknowledgement;
      owed--;
      watch();
      return answer;
    }

    /** Tries until the stream is followed, refused for good, or not wanted any more. Resolves to the number of replayed entries. */
    async function follow(stream: Stream): Promise<number> {
      await leaving.get(stream.key);
      for (let attempt = 0; ; attempt++) {
        if (over || streams.get(stream.key) !== stream) return 0;
        followed.set(stream.key, stream);
        const answer = await emit(...messagesOf(stream.key).follow(stream.cursor));
        if (over || streams.get(stream.key) !== stream) return 0;
        if (answer.ok) {
          stream.started(answer.cursor);
          return answer.replayed ?? 0;
        }
        followed.delete(stream.key);
        const error = refusalOf(answer.error);
        if (!error.isTemporary || error.code === "too_many_streams") {
          refuse(stream, error);
          return 0;
        }
        await pause(backoffMs(attempt, backoff), ended.signal);
      }
    }

    function add(stream: Stream): Promise<number> {
      if (!socket?.connected || added.has(stream)) return Promise.resolve(0);
      added.add(stream);
      return follow(stream).catch((error: unknown) => {
        finish(error instanceof NewFeedError ? error : networkError(error));
        return 0;
      });
    }

    async function open(): Promise<void> {
      const [{ io }, proof, isVisitor] = await Promise.all([loadLibrary(), session.proof(), session.isVisitors()]);
      if (over) return;
      isVisitors = isVisitor && wantsPostsOnly(streams);
      stamp = proof.stamp;
      const { accessToken } = proof;
      socket = io(baseUrl, {
        path: "/notifications/socket.io",
        transports: ["websocket", "polling"],
        tryAllTransports: true,
        // The hub decides when to connect again.
        reconnection: false,
        forceNew: true,
        timeout: connectTimeoutMs,
        withCredentials: session.credentials.withCookies,
        ...(isVisitors && { query: { visitor: "true" } }),
        ...(accessToken && { auth: { token: accessToken } }),
        // In the request too, where a platform can send it: a client that is known so far counts as none of its address's visitors.
        ...(accessToken && !isPage() && { extraHeaders: { authorization: `Bearer ${accessToken}` } }),
      });
      socket.on("connect", async () => {
        opened();
        const replayed = await Promise.all([...streams.values()].map(add));
        if (!over) caughtUp(replayed.reduce((sum, entries) => sum + entries, 0));
      });
      socket.on("connect_error", (error: Error & { data?: { code: ErrorCode } }) =>
        finish(error.data?.code ? refusalOf({ code: error.data.code, message: error.message }) : networkError(error)),
      );
      socket.on("disconnect", () => finish());
      socket.on("closing", (reason: Closing) => {
        closing = reason;
      });
      socket.onAny((name: string, payload: unknown) => {
        const decoded = decode(name, payload);
        if (decoded && !over) followed.get(decoded.key)?.accept(decoded.event);
      });
    }
    open().catch((error: unknown) => finish(error instanceof NewFeedError ? error : networkError(error)));

    return {
      get isVisitors() {
        return isVisitors;
      },
      add: (stream) => void add(stream),
      remove({ key }) {
        if (!followed.delete(key) || !socket?.connected) return;
        // A connection that ends first has left as well.
        const left = emit(...messagesOf(key).leave).then(
          () => {},
          () => {},
        );
        leaving.set(key, left);
        void left.then(() => leaving.get(key) === left && leaving.delete(key));
      },
      renewed() {
        void session.credentials.current().then((now) => {
          if (over || now.accessToken === undefined) return;
          stamp = now.stamp;
          // Should it be refused, the server closes when the old token ends, and the next wire has the new one.
          socket?.emit("refresh-token", { token: now.accessToken });
        });
      },
      close: shut,
    };
  };
}
