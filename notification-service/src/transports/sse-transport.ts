import { invalidField } from "@newfeed/shared/contracts/errors.ts";
import { PostId } from "@newfeed/shared/contracts/ids.ts";
import { answerFailure } from "@newfeed/shared/http/problems.ts";
import { frame, refuseEventStream } from "@newfeed/shared/http/server-sent-events.ts";
import type { Limiter } from "@newfeed/shared/ports/limiter.ts";
import type { Logger } from "@newfeed/shared/ports/logger.ts";
import type { Metrics } from "@newfeed/shared/ports/metrics.ts";
import type { Signals } from "@newfeed/shared/ports/signals.ts";
import type { ErrorRequestHandler, Express, Request, RequestHandler, Response } from "express";
import type { Following } from "../access/following.ts";
import type { Broadcast, Connection } from "../connections/connection.ts";
import { type Connections, countConnections, countOf } from "../connections/connections.ts";
import type { SignIn } from "../connections/sign-in.ts";
import type { Joined, OnStart } from "../streams/join.ts";
import type { EpochOf } from "../streams/position.ts";
import { createEntryEncoder } from "./entry-encoder.ts";
import { StreamText } from "./event-stream.ts";
import { allowOnly } from "./methods.ts";
import { multiplexedRoutes } from "./multiplexed-routes.ts";
import { SseConnection, type SseShared } from "./sse-connection.ts";
import { createSseHandshake } from "./sse-handshake.ts";
import { noParameters, readParameters } from "./sse-parameters.ts";

export interface SseOptions {
  signIn: SignIn;
  connections: Connections;
  following: Following;
  epochOf: EpochOf;
  /** Names this instance. */
  instance: string;
  limiter: Pick<Limiter, "consume">;
  signals: Signals;
  metrics: Pick<Metrics, "live" | "sample">;
  logger: Logger;
}

const heartbeatMs = 15_000;
const sweepMs = 1_000;
/** A comment is one line (WHATWG HTML, section 9.2.6); the empty line after it would be the end of an event. */
const heartbeat = new StreamText(":\n");

type Follow = (connection: Connection, cursor: string | undefined, hello: OnStart) => Promise<Joined>;

/** Follows streams over plain HTTP: `GET /api/sse/comments/:postId`, `/api/sse/notifications`, and many at `/api/sse`. */
export function sseRoutes(app: Express, options: SseOptions): { count(): number; close(): void } {
  const { signIn, connections, following, epochOf, metrics, logger } = options;
  const encode = createEntryEncoder("sse", epochOf, ({ event, payload, cursor }) => frame(event, payload, cursor));

  const broadcast: Broadcast = (stream, entries, to) => {
    const text = new StreamText(encode(stream, entries).join(""));
    let receivers = 0;
    for (const connection of to as Iterable<SseConnection>) {
      receivers++;
      connection.deliver(text);
    }
    metrics.live.delivered("sse", entries.length * receivers);
  };
  const shared: SseShared = { broadcast, encode, metrics: metrics.live };
  const open = createSseHandshake({ signIn, connections, following });
  const openOne = (request: Request, response: Response, follow: Follow) => {
    const { lastEventId } = readParameters(request, noParameters);
    return open(
      request,
      response,
      (claims) => new SseConnection(response, claims, shared),
      (connection) => follow(connection, lastEventId, (cursor, finished) => connection.start({ cursor }, cursor, finished)),
    );
  };
  app.use("/api/sse", (_request, response, next) => {
    response.vary("Authorization, Cookie");
    next();
  });
  const route = (path: string, handler: RequestHandler) => app.route(path).head(allowOnly("GET")).get(handler).all(allowOnly("GET"));
  route("/api/sse/comments/:postId", async (request, response) => {
    const postId = PostId.safeParse(request.params.postId);
    if (!postId.success) throw invalidField("postId", "must be a post's id");
    await openOne(request, response, (connection, cursor, hello) => following.post(connection, postId.data, cursor, hello));
  });
  route("/api/sse/notifications", (request, response) => openOne(request, response, following.inbox));
  const multiplexed = multiplexedRoutes(app, { ...options, open, metrics: metrics.live });
  metrics.sample(() => countConnections(connections, "sse", broadcast, multiplexed.broadcast));

  const refuse: ErrorRequestHandler = (error: unknown, request, response, _next) => {
    answerFailure(logger, error, request.method, request.baseUrl + request.path, response, (problem) => {
      const closing = refuseEventStream(request, response, problem);
      if (closing) metrics.live.closed("sse", closing.code);
    });
  };
  app.use("/api/sse", refuse);

  function eventStreams(): SseConnection[] {
    return [...connections.all()].filter((connection) => connection instanceof SseConnection);
  }
  const timers = [
    setInterval(() => {
      for (const connection of eventStreams()) connection.deliver(heartbeat);
    }, heartbeatMs),
    setInterval(() => {
      const now = Date.now();
      for (const connection of eventStreams()) if (connection.expiresAt <= now) connection.disconnect({ code: "expired", retryAfterMs: 0, resume: true });
    }, sweepMs),
  ];
  return {
    count: () => countOf(connections, broadcast, multiplexed.broadcast),
    close() {
      multiplexed.close();
      for (const timer of timers) clearInterval(timer);
    },
  };
}
