import { invalidField, Problem, problemFromZod } from "@newfeed/shared/contracts/errors.ts";
import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import { ConnectionName, StreamChange } from "@newfeed/shared/contracts/sockets.ts";
import { readJson } from "@newfeed/shared/http/implement.ts";
import { setLimitHeaders } from "@newfeed/shared/http/limit-headers.ts";
import { frame } from "@newfeed/shared/http/server-sent-events.ts";
import { logFailure } from "@newfeed/shared/ports/failure-log.ts";
import type { Limiter } from "@newfeed/shared/ports/limiter.ts";
import type { Logger } from "@newfeed/shared/ports/logger.ts";
import type { LiveMetrics } from "@newfeed/shared/ports/metrics.ts";
import type { Signals } from "@newfeed/shared/ports/signals.ts";
import type { Express, Request, Response } from "express";
import type { Following } from "../access/following.ts";
import type { Broadcast } from "../connections/connection.ts";
import type { SignIn } from "../connections/sign-in.ts";
import { listenTo } from "../signals.ts";
import type { EpochOf } from "../streams/position.ts";
import { createEntryEncoder } from "./entry-encoder.ts";
import { allowOnly } from "./methods.ts";
import { MultiplexedConnection } from "./multiplexed-connection.ts";
import type { OpenEventStream } from "./sse-handshake.ts";
import { readParameters } from "./sse-parameters.ts";
import { createChangeStreams, multiplexedParameters, ofUser, ownName, readStreams } from "./stream-changes.ts";

export interface MultiplexedOptions {
  open: OpenEventStream;
  signIn: Pick<SignIn, "identify">;
  limiter: Pick<Limiter, "consume">;
  following: Following;
  epochOf: EpochOf;
  /** Names this instance; begins the name of each connection. */
  instance: string;
  signals: Signals;
  metrics: LiveMetrics;
  logger: Logger;
}

const bodyOf = (request: Request, response: Response) =>
  new Promise<unknown>((resolve, reject) => {
    readJson(request, response, (error: unknown) => (error ? reject(error) : resolve(request.body)));
  });

/**
 * Many streams over one response: `GET /api/sse?streams=…`, and `POST /api/sse/:connection/streams`, which changes what it
 * carries. Returns how it writes entries, and what stops it.
 */
export function multiplexedRoutes(
  app: Express,
  { open, signIn, limiter, following, epochOf, instance, signals, metrics, logger }: MultiplexedOptions,
): { broadcast: Broadcast; close(): void } {
  const byName = new Map<string, MultiplexedConnection>();
  const changeStreams = createChangeStreams({ following, logger });
  // Without an id: that differs by connection.
  const encode = createEntryEncoder("sse", epochOf, ({ event, payload }, stream) => frame(event, { stream, ...payload }));

  const broadcast: Broadcast = (stream, entries, to) => {
    const events = encode(stream, entries);
    let receivers = 0;
    for (const connection of to as Iterable<MultiplexedConnection>) {
      receivers++;
      connection.deliverEntries(stream, entries, events);
    }
    metrics.delivered("sse", entries.length * receivers);
  };
  const shared = { broadcast, encode, metrics };

  app
    .route("/api/sse")
    .head(allowOnly("GET"))
    .get(async (request, response) => {
      const { lastEventId, parameters } = readParameters(request, multiplexedParameters);
      const streams = readStreams(parameters, lastEventId, epochOf);
      await open(
        request,
        response,
        (claims) => new MultiplexedConnection(response, claims, shared, epochOf, instance),
        async (connection) => {
          const add = ofUser(connection.userId, streams, lastEventId !== undefined);
          if (connection.closed) return;
          byName.set(connection.id, connection);
          response.once("close", () => byName.delete(connection.id));
          connection.begin(add);
          changeStreams(connection, { add, remove: [] });
        },
      );
    })
    .all(allowOnly("GET"));

  /** False when the connection is not here, or another user's. */
  function changeHere(name: string, userId: UserId, change: StreamChange): boolean {
    const connection = byName.get(name);
    if (connection?.userId !== userId) return false;
    changeStreams(connection, change);
    return true;
  }

  app
    .route("/api/sse/:connection/streams")
    .post(async (request, response) => {
      // Before the body is read, as at the gateway.
      const { userId } = await signIn.identify(request, (name, state) => setLimitHeaders(response, name, state));
      const name = ConnectionName.safeParse(request.params.connection);
      if (!name.success) throw invalidField("connection", "must be the name that `hello` gave");
      const state = await limiter.consume("followStreams", userId);
      setLimitHeaders(response, "followStreams", state);
      if (!state.allowed) throw new Problem("rate_limited", { retryAfter: state.resetMs / 1000 });
      const change = StreamChange.safeParse(await bodyOf(request, response));
      if (!change.success) throw problemFromZod(change.error);
      const own: StreamChange = { add: ofUser(userId, change.data.add), remove: change.data.remove.map((stream) => ownName(userId, stream)) };
      if (!changeHere(name.data, userId, own)) {
        if (name.data.startsWith(`${instance}~`)) throw new Problem("not_found", { message: "That connection is closed." });
        if (!signals.ready) throw new Problem("service_unavailable", { internal: "no signals to the connection's instance", retryAfter: 1 });
        signals.send("streams_changed", { connection: name.data, userId, ...own });
      }
      response.status(202).json({ accepted: true });
    })
    .all(allowOnly("POST"));

  const stopListening = listenTo(signals, "streams_changed", logger, ({ connection, userId, add, remove }) => {
    try {
      changeHere(connection, userId, { add, remove });
    } catch (error) {
      logFailure(logger, "a change of an event stream's streams came from another instance and could not be made", error);
    }
  });
  return { broadcast, close: stopListening };
}
