import type { IncomingMessage, ServerResponse } from "node:http";
import { constants, createServer as createHttp2Server, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import { createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type Address, createHttpServer, type ListenOptions, listenAt } from "./listen.ts";

/** How a connection of HTTP/2 begins (RFC 9113, section 3.4), and no request of HTTP/1.1. */
const preface = Buffer.from("PRI");

/** What a client may take until it has begun to speak. */
const silentMs = 20_000;
/**
 * A call on which nothing moves is ended after this: its client sends no more of its request, or does not read its answer. Streams that
 * go on for hours have heartbeats. (A connection of HTTP/1.1 has the same times of its own.)
 */
const longestStallMs = 60_000;
/** A connection without calls is closed after this; clients open another. */
const idleMs = 600_000;

/**
 * Ends streams whose clients read nothing for this long. Node's own time of a stream begins again with every piece that goes to another
 * stream of its connection.
 */
function watchReaders(stalledMs: number) {
  const streams = new Set<ServerHttp2Stream>();
  const waiting = new WeakSet<ServerHttp2Stream>();
  const timer = setInterval(
    () => {
      for (const stream of streams) {
        if (!stream.writableNeedDrain || waiting.has(stream)) continue;
        waiting.add(stream);
        const cut = setTimeout(() => stream.close(constants.NGHTTP2_CANCEL), stalledMs);
        stream.once("drain", () => {
          clearTimeout(cut);
          waiting.delete(stream);
        });
        stream.once("close", () => clearTimeout(cut));
      }
    },
    Math.min(1_000, stalledMs),
  );
  return {
    add(stream: ServerHttp2Stream) {
      streams.add(stream);
      stream.once("close", () => streams.delete(stream));
    },
    stop: () => clearInterval(timer),
  };
}

export interface Http2Listener {
  port: number;
  /** Accepts no new connection; calls in flight may finish for `graceMs`, then what is left is cut. */
  close(options?: { graceMs?: number }): Promise<void>;
}

/**
 * A port that takes HTTP/2 without TLS, by prior knowledge, and HTTP/1.1. `handle` gets requests of HTTP/2 by Node's compatible
 * API. Throws `PortTaken`.
 */
export async function listenHttp2(
  { handle, everyAnswer, stalledMs = longestStallMs }: Pick<ListenOptions, "handle" | "everyAnswer" | "stalledMs">,
  at: Address,
): Promise<Http2Listener> {
  const { server: http1 } = createHttpServer({ handle, everyAnswer, stalledMs });
  // It never listens itself: this begins its watch over slow connections.
  http1.emit("listening");
  const watch = watchReaders(stalledMs);
  const http2 = createHttp2Server({ settings: { maxConcurrentStreams: 128 } }, (request, response) => {
    watch.add(response.stream);
    request.setTimeout(stalledMs, () => response.stream.close(constants.NGHTTP2_CANCEL));
    handle(request as unknown as IncomingMessage, response as unknown as ServerResponse);
  });
  const sessions = new Set<ServerHttp2Session>();
  http2.on("session", (session) => {
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
    session.setTimeout(idleMs, () => session.close());
    // A client that goes, or speaks no HTTP/2: its connection is closed.
    session.on("error", () => {});
  });
  http2.on("sessionError", () => {});

  const sockets = new Set<Socket>();
  // A follower that is gone is noticed: nothing may happen on its stream for hours.
  const net = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000 }, (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    const drop = () => void socket.destroy();
    socket.on("error", drop);
    socket.setTimeout(silentMs, drop);
    let begun = Buffer.alloc(0);
    const begin = (chunk: Buffer) => {
      begun = Buffer.concat([begun, chunk]);
      const compared = Math.min(begun.length, preface.length);
      const isHttp2 = begun.subarray(0, compared).equals(preface.subarray(0, compared));
      if (isHttp2 && compared < preface.length) return;
      socket.off("data", begin);
      socket.setTimeout(0, drop);
      socket.pause();
      socket.unshift(begun);
      (isHttp2 ? http2 : http1).emit("connection", socket);
      if (!isHttp2) process.nextTick(() => socket.resume());
    };
    socket.on("data", begin);
  });
  await listenAt(net, at);
  const address = net.address();
  return {
    port: typeof address === "object" && address ? address.port : 0,
    async close({ graceMs = 5_000 } = {}) {
      const closed = new Promise((resolve) => net.close(resolve));
      http1.prependListener("request", (_request, response) => response.setHeader("connection", "close"));
      for (const session of sessions) session.close();
      const idle = setInterval(() => http1.closeIdleConnections(), 50);
      http1.closeIdleConnections();
      const ended = new AbortController();
      await Promise.race([closed, sleep(graceMs, undefined, { signal: ended.signal }).catch(() => {})]);
      ended.abort();
      clearInterval(idle);
      for (const socket of sockets) socket.destroy();
      await closed;
      // Ends its watch over slow connections.
      http1.close();
      http2.close();
      watch.stop();
    },
  };
}
