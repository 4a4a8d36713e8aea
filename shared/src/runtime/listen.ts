import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import { Server as NetServer } from "node:net";
import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { Problem } from "../contracts/errors.ts";
import type { EveryAnswer } from "../http/every-answer.ts";
import { sendProblem } from "../http/problems.ts";
import { refuseSlowBodies } from "../http/slow-bodies.ts";
import { readableHeaders, refusalHeaders, writtenProblem } from "../http/written-problem.ts";
import type { RunningService } from "../ports/service.ts";

/** Why Node could not read a request. */
function unreadable({ code }: NodeJS.ErrnoException): Problem {
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return new Problem("request_timeout");
  return new Problem(code === "HPE_HEADER_OVERFLOW" ? "headers_too_large" : "malformed_request");
}

/** The answer to an earlier request of this connection has begun, as when the rest of its body cannot be read. (Node's own default asks the same.) */
const isAnswering = (socket: Duplex & { _httpMessage?: ServerResponse | null }) => socket._httpMessage?.headersSent === true;

const hostForm = /^([\w.~!$&'()*+;=%-]+|\[[\da-f:.]+\])(:\d*)?$/i;
/** RFC 9112, section 3.2: a request with two Host headers, or an invalid one, is answered 400. (Node refuses one without.) */
const hasOneHost = ({ headers }: IncomingMessage) => headers.host === undefined || headers.host === "" || hostForm.test(headers.host);

/** The port is in use; `message` can be shown as it is. */
export class PortTaken extends Error {}

export interface Listener {
  server: Server;
  /** The port, when it is a TCP one. */
  port: number;
  /**
   * Accepts no new connection. For `announceMs`, or until none is left, kept-alive connections are still served, with
   * `connection: close` on each answer; then requests in flight may finish for `graceMs`, and the remaining connections are cut,
   * also those that became sockets.
   */
  close(options?: { announceMs?: number; graceMs?: number }): Promise<void>;
}

/** A TCP port (0 for a free one; `reusePort` shares it between processes), or a Unix socket. */
export type Address = { host: string; port: number; reusePort?: boolean } | `unix:${string}`;

export interface ListenOptions {
  handle: RequestListener;
  /** What a request's headers may take. */
  headersMs?: number;
  /** A connection on which nothing moves is cut after this, as when a client does not read its answer. (As nginx' `send_timeout`.) */
  stalledMs?: number;
  upgrade?: RunningService["upgrade"];
  /** Of answers to what `handle` never sees, as bytes that are no request. */
  everyAnswer?: EveryAnswer | undefined;
}

/** Connections that wait to be accepted, as when all clients reconnect (the kernel's limit is `net.core.somaxconn`). TCP retries the rest after a second. */
const backlog = 4_096;

/** Throws `PortTaken`. */
export async function listenAt(server: NetServer, at: Address): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EADDRINUSE" || typeof at === "string") return reject(error);
      reject(new PortTaken(`port ${at.port} on ${at.host} is taken; set PORT, NOTIFICATION_PORT, GRPC_PORT or WEBHOOK_PORT to another`, { cause: error }));
    });
    if (typeof at === "string") server.listen(at.replace(/^unix:/, ""), resolve);
    else server.listen({ ...at, backlog }, resolve);
  });
}

/** The server that `listen` makes listen; its upgraded connections are Node's no more. */
export function createHttpServer({ handle, upgrade, everyAnswer, headersMs = 20_000, stalledMs = 60_000 }: ListenOptions): {
  server: Server;
  upgraded: ReadonlySet<Duplex>;
} {
  function refuse({ headers }: IncomingMessage, response: ServerResponse): void {
    for (const [name, value] of refusalHeaders(headers, everyAnswer)) response.setHeader(name, value);
    sendProblem(response, new Problem("malformed_request"));
  }
  const server = createServer(
    {
      keepAliveTimeout: 65_000,
      headersTimeout: headersMs,
      requestTimeout: 300_000,
      connectionsCheckingInterval: 1_000,
      maxHeaderSize: 16 * 1024,
      // Two of a header that can be there once (Authorization, Content-Type, Host) are joined, and so valid nowhere: Node
      // would take the first, others may take the last.
      joinDuplicateHeaders: true,
      // Other upgrades, such as HTTP/2 in clear text, are ignored (RFC 9110, section 7.8).
      shouldUpgradeCallback: ({ headers }) => upgrade !== undefined && headers.upgrade?.toLowerCase() === "websocket",
    },
    (request, response) => (hasOneHost(request) ? handle(request, response) : refuse(request, response)),
  );
  // Node forgets a connection that it has handed over.
  const upgraded = new Set<Duplex>();
  if (upgrade)
    server.on("upgrade", (request, socket, head) => {
      upgraded.add(socket);
      socket.once("close", () => upgraded.delete(socket));
      if (hasOneHost(request)) upgrade(request, socket, head);
      else socket.end(writtenProblem(new Problem("malformed_request"), request.headers, everyAnswer));
    });
  refuseSlowBodies(server);
  // A client that does not read its answer holds the connection to the service that it comes from. Event streams and sockets have times of their own.
  server.setTimeout(stalledMs);
  server.on("clientError", (error: NodeJS.ErrnoException & { rawPacket?: Buffer }, socket) => {
    if (socket.writable && !isAnswering(socket)) socket.end(writtenProblem(unreadable(error), readableHeaders(error.rawPacket), everyAnswer));
    else socket.destroy();
  });
  return { server, upgraded };
}

export async function listen(options: ListenOptions, at: Address): Promise<Listener> {
  const { server, upgraded } = createHttpServer(options);
  await listenAt(server, at);
  const address = server.address();
  return {
    server,
    port: typeof address === "object" && address ? address.port : 0,
    async close({ announceMs = 0, graceMs = 5_000 } = {}) {
      // The HTTP server's `close` would cut idle connections at once, under a caller that is about to use one.
      const closed = new Promise((resolve) => NetServer.prototype.close.call(server, resolve));
      server.prependListener("request", (_request, response) => response.setHeader("connection", "close"));
      const announced = new AbortController();
      await Promise.race([closed, sleep(announceMs, undefined, { signal: announced.signal }).catch(() => {})]);
      announced.abort();
      // A pooled connection may become idle after any check.
      const idle = setInterval(() => server.closeIdleConnections(), 50);
      server.closeIdleConnections();
      const timer = setTimeout(() => {
        server.closeAllConnections();
        for (const socket of upgraded) socket.destroy();
      }, graceMs);
      await closed;
      clearInterval(idle);
      clearTimeout(timer);
    },
  };
}
