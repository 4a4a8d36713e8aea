import { once } from "node:events";
import { invalidField, Problem } from "@newfeed/shared/contracts/errors.ts";
import { Id } from "@newfeed/shared/contracts/primitives.ts";
import type { Metrics } from "@newfeed/shared/ports/metrics.ts";
import type { Express, Request, RequestHandler, Response } from "express";
import type { Following } from "../access/following.ts";
import { type Broadcast, type Connection, ConnectionClosed } from "../connections/connection.ts";
import { type Connections, countConnections } from "../connections/connections.ts";
import type { SignIn } from "../connections/sign-in.ts";
import type { Joined, OnStart } from "../streams/join.ts";
import type { ShownEntry } from "../streams/rendering.ts";
import { render } from "../streams/rendering.ts";
import { StreamText } from "./event-stream.ts";
import { frame, retryMs, SseConnection, type SseShared } from "./sse-connection.ts";

export interface SseOptions {
  signIn: SignIn;
  connections: Connections;
  following: Following;
  epochOf: (stream: string) => string;
  allowedOrigins: readonly string[];
  metrics: Pick<Metrics, "live" | "sample">;
}

const heartbeatMs = 15_000;
const sweepMs = 1_000;
const comment = new StreamText(":\n\n");

/** Follows streams over plain HTTP: `GET /api/sse/comments/:postId` and `/api/sse/notifications`. */
export function sseRoutes(app: Express, { signIn, connections, following, epochOf, allowedOrigins, metrics }: SseOptions): { close(): void } {
  /** Each entry once, however many get it live or in a replay. */
  const frames = new WeakMap<ShownEntry, string>();
  function encode(stream: string, entries: readonly ShownEntry[]): string {
    const epoch = epochOf(stream);
    return entries
      .map((entry) => {
        let text = frames.get(entry);
        if (text === undefined) {
          const { event, payload, cursor } = render("sse", epoch, entry);
          text = frame(event, payload, cursor);
          frames.set(entry, text);
        }
        return text;
      })
      .join("");
  }

  const broadcast: Broadcast = (stream, entries, to) => {
    const text = new StreamText(encode(stream, entries));
    let receivers = 0;
    for (const connection of to as Iterable<SseConnection>) {
      receivers++;
      connection.deliver(text);
    }
    metrics.live.delivered("sse", entries.length * receivers);
  };
  metrics.sample(() => countConnections(connections, "sse", broadcast));
  const shared: SseShared = { broadcast, encode, metrics: metrics.live };

  async function open(request: Request, response: Response, follow: (connection: Connection, cursor: string | undefined, hello: OnStart) => Promise<Joined>) {
    const { origin } = request.headers;
    if (allowedOrigins.length > 0) response.vary("Origin");
    // A page of another origin that was allowed by name reads the answer too, a problem included (Fetch, section 3.3).
    if (origin !== undefined && allowedOrigins.includes(origin))
      response.set({ "access-control-allow-origin": origin, "access-control-allow-credentials": "true" });
    // Of requests that were sent ahead of an answer, the connection is given to one after the other.
    if (!response.socket && !response.destroyed) await Promise.race([once(response, "socket"), once(response, "close")]);
    const claims = await signIn.open(request, undefined);
    const position = request.headers["last-event-id"] ?? request.query.last_event_id;
    const connection = new SseConnection(response, claims, shared);
    // Its `close` is past: nobody would ever take it out again.
    if (connection.closed) return;
    signIn.requireOngoing(claims);
    connections.add(connection);
    response.once("close", () => {
      following.unfollowAll(connection);
      connections.remove(connection);
    });
    const hello: OnStart = (cursor, finished) => {
      // The stream has ended, and the client knows.
      if (finished) return connection.decline();
      connection.open();
      connection.write(new StreamText(`retry: ${retryMs}\n${frame("hello", { cursor }, cursor)}`));
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
    await open(request, response, (connection, cursor, hello) => following.post(connection, postId.data, cursor, hello));
  });
  stream("/api/sse/notifications", (request, response) => open(request, response, (connection, cursor, hello) => following.inbox(connection, cursor, hello)));

  function own(): SseConnection[] {
    return [...connections.all()].filter((connection) => connection instanceof SseConnection);
  }
  const timers = [
    setInterval(() => {
      for (const connection of own()) connection.deliver(comment);
    }, heartbeatMs),
    setInterval(() => {
      const now = Date.now();
      for (const connection of own()) if (connection.expiresAt <= now) connection.disconnect({ code: "expired", retryAfterMs: 0, resume: true });
    }, sweepMs),
  ];
  return {
    close() {
      for (const timer of timers) clearInterval(timer);
    },
  };
}
