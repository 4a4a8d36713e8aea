import type { ServerResponse } from "node:http";
import { invalidField } from "@newfeed/shared/contracts/errors.ts";
import { bounds } from "@newfeed/shared/contracts/limits.ts";
import { Id } from "@newfeed/shared/contracts/primitives.ts";
import { correlationHeader } from "@newfeed/shared/http/correlation.ts";
import type { TokenClaims } from "@newfeed/shared/http/tokens.ts";
import type { Express, Request, Response } from "express";
import type { Broadcast, Connection, Connections, SignalName } from "./connections.ts";
import { ConnectionClosed, type Joined, type Starting } from "./dispatcher.ts";
import type { Following } from "./following.ts";
import type { Entry } from "./log.ts";
import { render } from "./rendering.ts";
import type { SignIn } from "./sign-in.ts";

export interface SseOptions {
  signIn: SignIn;
  connections: Connections;
  following: Following;
  hiddenFrom: (userId: string) => Promise<Set<string>>;
  epochOf: (stream: string) => string;
}

const retryMs = 2_000;
const heartbeatMs = 15_000;
/** Of the signals, an event stream carries those about what it follows. */
const carried: ReadonlySet<SignalName> = new Set(["retract", "reset", "closing"]);

/** One event of the stream (WHATWG HTML, section 9.2.6). JSON has no line breaks, so one data line is enough. */
const frame = (event: string, data: unknown, id?: string) => `${id ? `id: ${id}\n` : ""}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

interface SseConnection extends Connection {
  response: ServerResponse;
}

/** Follows streams over plain HTTP: `GET /api/sse/comments/:postId` and `/api/sse/notifications`. */
export function sseRoutes(app: Express, { signIn, connections, following, hiddenFrom, epochOf }: SseOptions): { close(): void } {
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
    for (const connection of to as Iterable<SseConnection>) write(connection, chunk);
  };

  /** Whoever takes nothing is cut before it holds more than its share; it resumes from its position. */
  function write(connection: SseConnection, chunk: Buffer | string): void {
    const { response } = connection;
    if (connection.closed) return;
    if (response.writableLength > bounds.queuedBytesPerConnection) connection.disconnect({ code: "slow_consumer", retryAfterMs: retryMs, resume: true });
    else response.write(chunk);
  }

  function connect(response: Response, claims: TokenClaims, hidden: Set<string>): SseConnection {
    const connection: SseConnection = {
      userId: claims.userId,
      sessionId: claims.sessionId,
      get closed() {
        return response.destroyed || response.writableEnded;
      },
      followsFeed: false,
      hidden,
      follows: new Map(),
      response,
      broadcast,
      replay: (stream, entries) => replay(response, encode(stream, entries)),
      reset: (reset) => write(connection, frame("reset", reset, reset.cursor)),
      signal: (name, data) => {
        if (carried.has(name)) write(connection, frame(name, data));
      },
      disconnect(reason) {
        if (connection.closed) return;
        response.end(frame("closing", reason));
        // A client that takes nothing would keep the connection open for ever.
        if (reason.code === "slow_consumer") response.destroy();
      },
      ended: () => response.end(),
    };
    return connection;
  }

  async function open(request: Request, response: Response, follow: (connection: Connection, cursor: string | undefined, hello: Starting) => Promise<Joined>) {
    const claims = await signIn.open(request, undefined);
    const connection = connect(response, claims, await hiddenFrom(claims.userId));
    const position = request.headers["last-event-id"] ?? request.query.last_event_id;
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
      response.writeHead(200, {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store, no-transform",
        "x-accel-buffering": "no",
      });
      response.write(`retry: ${retryMs}\n${frame("hello", { cursor }, cursor)}`);
    };
    try {
      await follow(connection, typeof position === "string" && position !== "" ? position : undefined, hello);
    } catch (error) {
      if (error instanceof ConnectionClosed) return;
      connections.remove(connection);
      throw error;
    }
  }

  app.get("/api/sse/comments/:postId", async (request, response) => {
    const postId = Id.safeParse(request.params.postId);
    if (!postId.success) throw invalidField("postId", "must be a post's id");
    await open(request, response, (connection, cursor, hello) =>
      following.post(connection, postId.data, cursor, String(response.getHeader(correlationHeader)), hello),
    );
  });
  app.get("/api/sse/notifications", (request, response) => open(request, response, (connection, cursor, hello) => following.inbox(connection, cursor, hello)));

  const heartbeat = setInterval(() => {
    for (const connection of connections.all()) if (connection.broadcast === broadcast) write(connection as SseConnection, ":\n\n");
  }, heartbeatMs);
  return { close: () => clearInterval(heartbeat) };
}

/** Writes, and waits until the client has taken it; gives up when it takes nothing for too long. */
function replay(response: ServerResponse, chunk: Buffer): Promise<void> {
  if (response.write(chunk)) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const done = (error?: Error) => {
      clearTimeout(timer);
      response.off("drain", onDrain);
      response.off("close", onClose);
      if (error) reject(error);
      else resolve();
    };
    const onDrain = () => done();
    const onClose = () => done(new ConnectionClosed());
    const timer = setTimeout(() => {
      response.destroy();
      done(new ConnectionClosed());
    }, bounds.replayStallMs);
    response.once("drain", onDrain);
    response.once("close", onClose);
  });
}
