import type { ServerResponse } from "node:http";
import { invalidField, Problem } from "@newfeed/shared/contracts/errors.ts";
import { bounds } from "@newfeed/shared/contracts/limits.ts";
import { Id } from "@newfeed/shared/contracts/primitives.ts";
import { correlationHeader } from "@newfeed/shared/http/correlation.ts";
import type { TokenClaims } from "@newfeed/shared/http/tokens.ts";
import type { Metrics } from "@newfeed/shared/ports/metrics.ts";
import type { Express, Request, RequestHandler, Response } from "express";
import { type Broadcast, type Connection, type Connections, countConnections, type SignalName } from "./connections.ts";
import { ConnectionClosed, type Joined, type Starting } from "./dispatcher.ts";
import { drained } from "./drained.ts";
import type { Following } from "./following.ts";
import type { Entry } from "./log.ts";
import { render } from "./rendering.ts";
import type { SignIn } from "./sign-in.ts";

export interface SseOptions {
  signIn: SignIn;
  connections: Connections;
  following: Following;
  epochOf: (stream: string) => string;
  allowedOrigins: readonly string[];
  metrics: Pick<Metrics, "live" | "sample">;
}

const retryMs = 2_000;
const heartbeatMs = 15_000;
const lingerMs = 1_000;
/** Of the signals, an event stream carries those about what it follows. */
const carried: ReadonlySet<SignalName> = new Set(["retract", "reset", "closing"]);

/** One event of the stream (WHATWG HTML, section 9.2.6). JSON has no line breaks, so one data line is enough. */
const frame = (event: string, data: unknown, id?: string) => `${id ? `id: ${id}\n` : ""}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

interface SseConnection extends Connection {
  response: ServerResponse;
}

/** Follows streams over plain HTTP: `GET /api/sse/comments/:postId` and `/api/sse/notifications`. */
export function sseRoutes(app: Express, { signIn, connections, following, epochOf, allowedOrigins, metrics }: SseOptions): { close(): void } {
  const encode = (stream: string, entries: readonly Entry[]) => {
    const epoch = epochOf(stream);
    return Buffer.from(
      entries
        .map((entry) => {
          const { event, payload, cursor } = render("sse", epoch, entry);
          return frame(event, payload, cursor);
        })
        .join(""),
    );
  };

  const broadcast: Broadcast = (stream, entries, to) => {
    const chunk = encode(stream, entries);
    let receivers = 0;
    for (const connection of to as Iterable<SseConnection>) {
      write(connection, chunk);
      receivers++;
    }
    metrics.live.delivered("sse", entries.length * receivers);
  };
  metrics.sample(() => countConnections(connections, "sse", broadcast));

  /** Nothing before the stream's head. Whoever takes nothing is cut before it holds more than its share; it resumes from its position. */
  function write(connection: SseConnection, chunk: Buffer | string): void {
    const { response } = connection;
    if (connection.closed || !response.headersSent) return;
    if (response.writableLength > bounds.queuedBytesPerConnection) connection.disconnect({ code: "slow_consumer", retryAfterMs: retryMs, resume: true });
    else response.write(chunk);
  }

  function connect(response: Response, claims: TokenClaims): SseConnection {
    const connection: SseConnection = {
      userId: claims.userId,
      sessionId: claims.sessionId,
      get closed() {
        return response.destroyed || response.writableEnded;
      },
      followsFeed: false,
      hidden: new Set(),
      follows: new Map(),
      response,
      broadcast,
      replay(stream, entries) {
        metrics.live.replayed("sse", entries.length);
        return replay(response, encode(stream, entries));
      },
      reset(reset) {
        metrics.live.reset("sse", reset.reason);
        write(connection, frame("reset", reset, reset.cursor));
      },
      signal: (name, data) => {
        if (carried.has(name)) write(connection, frame(name, data));
      },
      disconnect(reason) {
        if (connection.closed) return;
        metrics.live.closed("sse", reason.code);
        if (!response.headersSent) begin(response);
        finish(response, frame("closing", reason));
        if (reason.code === "slow_consumer") response.destroy();
      },
      // Before the head, the answer is a problem.
      ended: () => {
        if (response.headersSent && !connection.closed) finish(response);
      },
    };
    return connection;
  }

  async function open(request: Request, response: Response, follow: (connection: Connection, cursor: string | undefined, hello: Starting) => Promise<Joined>) {
    const { origin } = request.headers;
    if (allowedOrigins.length > 0) response.vary("Origin");
    // A page of another origin that was allowed by name reads the answer too, a problem included (Fetch, section 3.3).
    if (origin !== undefined && allowedOrigins.includes(origin))
      response.set({ "access-control-allow-origin": origin, "access-control-allow-credentials": "true" });
    const claims = await signIn.open(request, undefined);
    const position = request.headers["last-event-id"] ?? request.query.last_event_id;
    const connection = connect(response, claims);
    // Its `close` is past: nobody would ever take it out again.
    if (connection.closed) return;
    signIn.requireOngoing(claims);
    connections.add(connection);
    const expiry = setTimeout(
      () => connection.disconnect({ code: "expired", retryAfterMs: 0, resume: true }),
      Math.min(claims.expiresAt.getTime() - Date.now(), 2 ** 31 - 1),
    );
    response.once("close", () => {
      clearTimeout(expiry);
      following.unfollowAll(connection);
      connections.remove(connection);
    });
    const hello: Starting = (cursor, finished) => {
      // The stream has ended, and the client knows: 204 makes an EventSource stop coming back.
      if (finished) return void response.writeHead(204).end();
      begin(response);
      response.write(`retry: ${retryMs}\n${frame("hello", { cursor }, cursor)}`);
    };
    try {
      await following.admit(connection);
      // A position given twice is none that we gave out: it resets like any other of that kind.
      await follow(connection, position === undefined || position === "" ? undefined : String(position), hello);
    } catch (error) {
      if (error instanceof ConnectionClosed || connection.closed) return;
      connections.remove(connection);
      throw error;
    }
  }

  // HEAD too: it would be a stream that never says anything.
  const onlyGet: RequestHandler = (_request, response) => {
    response.setHeader("allow", "GET");
    throw new Problem("method_not_allowed");
  };
  const stream = (path: string, handler: RequestHandler) => app.route(path).head(onlyGet).get(handler).all(onlyGet);

  stream("/api/sse/comments/:postId", async (request, response) => {
    const postId = Id.safeParse(request.params.postId);
    if (!postId.success) throw invalidField("postId", "must be a post's id");
    await open(request, response, (connection, cursor, hello) =>
      following.post(connection, postId.data, cursor, String(response.getHeader(correlationHeader)), hello),
    );
  });
  stream("/api/sse/notifications", (request, response) => open(request, response, (connection, cursor, hello) => following.inbox(connection, cursor, hello)));

  const heartbeat = setInterval(() => {
    for (const connection of connections.all()) if (connection.broadcast === broadcast) write(connection as SseConnection, ":\n\n");
  }, heartbeatMs);
  return { close: () => clearInterval(heartbeat) };
}

function begin(response: ServerResponse): void {
  response.writeHead(200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store, no-transform",
    "x-accel-buffering": "no",
    // Nothing comes after a stream: a connection that was kept would only hold up a shutdown.
    connection: "close",
  });
}

/** Ends the stream; a client that takes nothing would keep it open for ever, so it is cut after a while. */
function finish(response: ServerResponse, last = ""): void {
  response.end(last);
  const cut = setTimeout(() => response.destroy(), lingerMs);
  response.once("close", () => clearTimeout(cut));
}

/** Writes, and waits until the client has taken it; gives up when it takes nothing for too long. */
async function replay(response: ServerResponse, chunk: Buffer): Promise<void> {
  if (response.write(chunk)) return;
  await drained(
    response,
    () => true,
    () => response.destroy(),
  );
}
