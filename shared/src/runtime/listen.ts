import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { Server as NetServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type ErrorCode, Problem } from "../contracts/errors.ts";
import { sendProblem } from "../http/problems.ts";
import { refuseSlowBodies } from "../http/slow-bodies.ts";
import type { RunningService } from "../ports/service.ts";

/** An answer where there is no request to answer. */
function written(code: ErrorCode, reason: string): string {
  const problem = new Problem(code);
  const body = JSON.stringify(problem.toDocument());
  const headers = ["connection: close", "content-type: application/problem+json; charset=utf-8", `content-length: ${Buffer.byteLength(body)}`];
  return `HTTP/1.1 ${problem.status} ${reason}\r\n${headers.join("\r\n")}\r\n\r\n${body}`;
}
/** To bytes that are no HTTP request. */
const unreadable = written("malformed_request", "Bad Request");
/** To a request whose headers take too long. */
const late = written("request_timeout", "Request Timeout");

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
   * Accepts no new connection. For `announceMs`, kept-alive connections are still served, with `connection: close` on each
   * answer; then requests in flight may finish for `graceMs`, and the remaining connections are cut.
   */
  close(options?: { announceMs?: number; graceMs?: number }): Promise<void>;
}

/** A TCP port (0 for a free one; `reusePort` shares it between processes), or a Unix socket. */
export type Address = { host: string; port: number; reusePort?: boolean } | `unix:${string}`;

export interface ListenOptions {
  handle: RequestListener;
  /** A connection on which nothing moves is cut after this, as when a client does not read its answer. (As nginx' `send_timeout`.) */
  stalledMs?: number;
  upgrade?: RunningService["upgrade"];
}

/** Connections that wait to be accepted, as when all clients reconnect (the kernel's limit is `net.core.somaxconn`). TCP retries the rest after a second. */
const backlog = 4_096;

export async function listen({ handle, upgrade, stalledMs = 60_000 }: ListenOptions, at: Address): Promise<Listener> {
  const server = createServer(
    {
      keepAliveTimeout: 65_000,
      headersTimeout: 20_000,
      requestTimeout: 300_000,
      connectionsCheckingInterval: 1_000,
      maxHeaderSize: 16 * 1024,
      // Two of a header that can be there once (Authorization, Content-Type, Host) are joined, and so valid nowhere: Node
      // would take the first, others may take the last.
      joinDuplicateHeaders: true,
      // Other upgrades, such as HTTP/2 in clear text, are ignored (RFC 9110, section 7.8).
      shouldUpgradeCallback: ({ headers }) => upgrade !== undefined && headers.upgrade?.toLowerCase() === "websocket",
    },
    (request, response) => (hasOneHost(request) ? handle(request, response) : sendProblem(response, new Problem("malformed_request"))),
  );
  if (upgrade) server.on("upgrade", (request, socket, head) => (hasOneHost(request) ? upgrade(request, socket, head) : socket.end(unreadable)));
  refuseSlowBodies(server);
  // A client that does not read its answer holds the connection to the service that it comes from. Event streams and sockets have times of their own.
  server.setTimeout(stalledMs);
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    if (socket.writable) socket.end(error.code === "ERR_HTTP_REQUEST_TIMEOUT" ? late : unreadable);
    else socket.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EADDRINUSE" || typeof at === "string") return reject(error);
      reject(new PortTaken(`port ${at.port} on ${at.host} is taken; set PORT or NOTIFICATION_PORT to another`, { cause: error }));
    });
    if (typeof at === "string") server.listen(at.replace(/^unix:/, ""), resolve);
    else server.listen({ ...at, backlog }, resolve);
  });
  const address = server.address();
  return {
    server,
    port: typeof address === "object" && address ? address.port : 0,
    async close({ announceMs = 0, graceMs = 5_000 } = {}) {
      // The HTTP server's `close` would cut idle connections at once, under a caller that is about to use one.
      const closed = new Promise((resolve) => NetServer.prototype.close.call(server, resolve));
      server.prependListener("request", (_request, response) => response.setHeader("connection", "close"));
      if (announceMs > 0) await sleep(announceMs);
      // A pooled connection may become idle after any check.
      const idle = setInterval(() => server.closeIdleConnections(), 50);
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearInterval(idle);
      clearTimeout(timer);
    },
  };
}
