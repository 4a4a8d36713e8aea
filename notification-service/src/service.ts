import type { IncomingMessage } from "node:http";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { SessionId } from "@newfeed/shared/contracts/ids.ts";
import { authInternalRoutes } from "@newfeed/shared/contracts/routes/auth.ts";
import { postInternalRoutes } from "@newfeed/shared/contracts/routes/posts-internal.ts";
import { type AddressOf, createAddressOf } from "@newfeed/shared/http/address.ts";
import { createBearerTokens } from "@newfeed/shared/http/bearer-tokens.ts";
import { createEveryAnswer, withEveryAnswer } from "@newfeed/shared/http/every-answer.ts";
import { internalTokenHeader } from "@newfeed/shared/http/internal-tokens.ts";
import { startRevocations } from "@newfeed/shared/http/revocations.ts";
import { writtenProblem } from "@newfeed/shared/http/written-problem.ts";
import { wakes } from "@newfeed/shared/ports/housekeeping.ts";
import { networkOf } from "@newfeed/shared/ports/network.ts";
import { ownOriginsOf } from "@newfeed/shared/runtime/config.ts";
import { createDueWork } from "@newfeed/shared/runtime/due-work.ts";
import type { ServiceDefinition } from "@newfeed/shared/runtime/run.ts";
import { accessChangeRetention } from "./access/access-store.ts";
import { createFollowing, type Following, type ReadAccess } from "./access/following.ts";
import { createAdmission } from "./connections/admission.ts";
import { createConnections } from "./connections/connections.ts";
import { createEventRates } from "./connections/event-rates.ts";
import { admitHandshakes } from "./connections/handshakes.ts";
import { instanceRetention } from "./connections/instance-store.ts";
import { startReporting } from "./connections/instances.ts";
import { createSignIn } from "./connections/sign-in.ts";
import { readCurrentPage } from "./current-page.ts";
import { createHandlers } from "./handlers.ts";
import { postMuteRetention } from "./inbox/post-mute-store.ts";
import { createStore, withdrawalRetention } from "./inbox/store.ts";
import { createJobs, oldNotifications } from "./jobs.ts";
import { createLive } from "./live.ts";
import { notificationServiceRoutes } from "./routes.ts";
import { createDispatcher } from "./streams/dispatcher.ts";
import { readDatabaseEpoch, readTops, readTrimmingBacklog, streamRetention, trim } from "./streams/log-store.ts";
import { epochOf } from "./streams/position.ts";
import { createSocketTransport } from "./transports/socket-transport.ts";
import { sseRoutes } from "./transports/sse-transport.ts";
import { versionRetention } from "./version-store.ts";
import { findFates } from "./why/fates.ts";
import { findSentEvent } from "./why/sent-event.ts";

/** The inbox, the numbered streams, and their delivery over Socket.IO and SSE. */
export const notificationService: ServiceDefinition = {
  name: "notification-service",
  // Many comments on one post change its author's inbox once for each batch, and a batch is what has come: one event while it is quiet.
  batchSize: 500,
  migrations: new URL("../prisma/migrations/", import.meta.url),
  async start({ platform, database, wake, callService, app, logger }) {
    const { query } = database;
    const { signals } = platform;
    const { allowedOrigins, trustedProxies, rateLimitFactor, retention } = platform.config;
    const origins = { ownOrigins: ownOriginsOf(platform.config), allowedOrigins };
    const store = createStore(database, wake);
    const databaseEpoch = await readDatabaseEpoch(query);
    const epoch = (stream: string) => epochOf(databaseEpoch, stream);
    const readAccess: ReadAccess = async (asked) => (await callService(postInternalRoutes.accessOfMany, { body: { asked: [...asked] } })).answers;

    const connections = createConnections();
    const admission = createAdmission(platform.metrics);
    let following: Following | undefined;
    const dispatcher = createDispatcher({
      hintsArrive: () => signals.ready,
      applyAccessChanges: async () => following?.applyPending(),
      readPage: (...args) => readCurrentPage(query, ...args),
      admission,
      readTops: (streams) => readTops(query, streams),
      epochOf: epoch,
      connections,
      logger,
      tracing: platform.tracing,
    });
    following = createFollowing({ query, dispatcher, connections, readAccess, admission });
    // Earlier changes concern no connection.
    await following.applyPending();

    const endSession = (sessionId: SessionId) => {
      for (const connection of connections.ofSession(sessionId)) connection.disconnect({ code: "revoked", retryAfterMs: 0, resume: false });
    };
    const revocations = startRevocations((after) => callService(authInternalRoutes.revocations, { query: { after } }), logger, endSession);
    const direct = createAddressOf(trustedProxies);
    // Clients of gRPC come through the gateway, which says where from.
    const isGateway = ({ headers }: IncomingMessage) => {
      const token = headers[internalTokenHeader];
      return typeof token === "string" && platform.internalTokens.verify("notification-service", token)?.svc === "api-gateway";
    };
    const addressOf: AddressOf = (request) => (isGateway(request) ? String(request.headers["x-forwarded-for"] ?? "") : direct(request));
    const eventRates = createEventRates(rateLimitFactor);
    const signIn = createSignIn({
      ...createBearerTokens({
        ...{ callService, limiter: platform.limiter, metrics: platform.metrics.apiTokens },
        ...{ revocations, identityIssuer: platform.config.identityIssuer },
      }),
      revocations,
      isSessionActive: async (sessionId) => (await callService(authInternalRoutes.sessionActive, { params: { id: sessionId } })).active,
      limiter: platform.limiter,
      eventRates,
      origins,
      addressOf,
    });
    const live = createLive({ query, signals, dispatcher, following, connections, logger, endSession: revocations.note });

    const trimming = createDueWork(
      "trimming",
      async (stopped) => {
        await trim(database.transaction, retention, stopped);
        return false;
      },
      (error) => logger.warn("streams could not be trimmed; housekeeping tries again", { error }),
    );
    platform.metrics.sample(() => readTrimmingBacklog(query));

    const { instance } = platform.config;
    const transport = { instance, signIn, connections, following, epochOf: epoch, metrics: platform.metrics, logger };
    const sockets = createSocketTransport({ ...transport, eventRates, origins });
    let events: ReturnType<typeof sseRoutes> | undefined;
    const handle = app((routes) => {
      events = sseRoutes(routes, { ...transport, limiter: platform.limiter, signals });
      notificationServiceRoutes(routes, {
        store,
        query,
        epochOf: epoch,
        readAccess,
        appended: live.appended,
        findEvent: (id) => findSentEvent(callService, id),
        fatesOf: (userId, ids) => findFates(callService, userId, ids, (error) => logger.warn("what became of notifications is not known", { error })),
      });
    });

    const reporting = startReporting(
      query,
      instance,
      () => ({ sockets: sockets.count(), eventStreams: events?.count() ?? 0, users: [...connections.users()].length }),
      logger,
    );
    const everyAnswer = createEveryAnswer([...origins.ownOrigins, ...allowedOrigins]);
    const admitted = admitHandshakes(
      { accept: admission.accept, callerOf: signIn.callerOf, networkOf: (request) => networkOf(addressOf(request)) },
      {
        handle: (request, response) => {
          if (!sockets.handle(request, response)) handle(request, response);
        },
        upgrade: (request, socket, head) => {
          if (!sockets.upgrade(request, socket, head)) socket.end(writtenProblem(new Problem("not_found"), request.headers, everyAnswer));
        },
      },
    );

    return {
      handle: withEveryAnswer(everyAnswer, admitted.handle),
      everyAnswer,
      upgrade: admitted.upgrade,
      jobs: createJobs(live.appended),
      handleEvents: createHandlers((outcome) => {
        live.committed(outcome);
        if (outcome.streamsClosed) trimming.wake();
      }),
      housekeeping: [
        wakes("trimmed_streams", trimming),
        streamRetention(database),
        accessChangeRetention(database),
        withdrawalRetention(database),
        postMuteRetention(database),
        oldNotifications(database, retention.notificationDays, live.appended),
        versionRetention(database),
        instanceRetention(database),
      ],
      async drain() {
        connections.drain();
      },
      async close() {
        events?.close();
        live.close();
        revocations.close();
        await trimming.close();
        await sockets.close();
        await dispatcher.close();
        await reporting.close();
        await store.close();
      },
    };
  },
};
