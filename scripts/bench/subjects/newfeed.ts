// NewFeed's own delivery: signals from another instance, dispatcher, followings, both transports. The log is in memory:
// live delivery does not read it, and reads of joining clients are not measured here.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createFollowing } from "@newfeed/notification-service/access/following.ts";
import { createConnections } from "@newfeed/notification-service/connections/connections.ts";
import { createEventRates } from "@newfeed/notification-service/connections/event-rates.ts";
import type { SignedIn } from "@newfeed/notification-service/connections/sign-in.ts";
import { createLive } from "@newfeed/notification-service/live.ts";
import type { topics } from "@newfeed/notification-service/signals.ts";
import { createDispatcher } from "@newfeed/notification-service/streams/dispatcher.ts";
import type { Entry, LogPage } from "@newfeed/notification-service/streams/log.ts";
import { createSocketTransport } from "@newfeed/notification-service/transports/socket-transport.ts";
import { sseRoutes } from "@newfeed/notification-service/transports/sse-transport.ts";
import { asPostId, asSessionId, asUserId } from "@newfeed/shared/contracts/ids.ts";
import { streamOf } from "@newfeed/shared/contracts/sockets.ts";
import { createEmbeddedLimiter } from "@newfeed/shared/embedded/limiter.ts";
import { createSignalHub } from "@newfeed/shared/embedded/signals.ts";
import { createApp } from "@newfeed/shared/http/app.ts";
import { createMetrics } from "@newfeed/shared/http/metrics.ts";
import { createLogger } from "@newfeed/shared/runtime/logger.ts";
import { v7 as uuidv7 } from "uuid";
import type * as z from "zod";
import { runSubject } from "../subject.ts";

const logger = createLogger({ level: "error", json: false });
const metrics = createMetrics();
const hub = createSignalHub();
const otherInstance = hub.join();
const connections = createConnections();
const query = async () => [];
const log: Entry[] = [];
const readPage = async (_stream: string, after: number, limit: number): Promise<LogPage> => ({
  top: log.length,
  floor: 0,
  closed: false,
  entries: log.slice(after, after + limit),
});
const epochOf = () => "0123456789ab";

const dispatcher = createDispatcher({
  applyAccessChanges: async () => {},
  readPage,
  readTops: async (streams) => new Map(streams.map((stream) => [stream, log.length])),
  epochOf,
  hintsArrive: () => true,
  connections,
  logger,
});
const following = createFollowing({
  query,
  dispatcher,
  connections,
  readAccess: async (asked) => asked.map(() => ({ authorId: asUserId(uuidv7()), visibility: "public" as const, revision: 1 })),
});
createLive({ query, signals: hub.join(), dispatcher, following, connections, logger, endSession: () => {} });

/** Each connection is a different user. Authentication is not measured. */
const claims = (): SignedIn => ({
  userId: asUserId(uuidv7()),
  sessionId: asSessionId(uuidv7()),
  username: "alice",
  roles: ["user"],
  network: "127.0.0.1",
  audience: "newfeed",
  expiresAt: new Date(Date.now() + 3_600_000),
});
const signIn = {
  open: async () => claims(),
  identify: async () => claims(),
  check: async () => claims(),
  requireOngoing: () => {},
  callerOf: async () => ({ is: "user" }) as const,
};
const transport = { instance: "notification-service-1", signIn, connections, following, epochOf, metrics, logger };
const sockets = createSocketTransport({ ...transport, eventRates: createEventRates(1), origins: { ownOrigins: [], allowedOrigins: [] } });
const handle = createApp({
  service: "notification-service",
  logger,
  verify: () => undefined,
  checks: {},
  isDraining: () => false,
  metrics,
  metricsToken: null,
  routes: (app) => void sseRoutes(app, { ...transport, limiter: createEmbeddedLimiter(1_000_000), signals: hub.join() }),
});

const server = createServer((request, response) => {
  if (!sockets.handle(request, response)) handle(request, response);
});
server.on("upgrade", (request, socket, head) => sockets.upgrade(request, socket, head));
const postId = asPostId("0193a7c0-0000-7000-8000-000000000001");
server.listen(0, "127.0.0.1", 8_192, () => {
  const { port } = server.address() as AddressInfo;
  const sse = process.env.TRANSPORT === "sse";
  runSubject(
    sse
      ? { urls: [`http://127.0.0.1:${port}/api/sse/comments/${postId}`], socketio: false, headers: [], send: [] }
      : {
          urls: [`ws://127.0.0.1:${port}/notifications/socket.io/?EIO=4&transport=websocket`],
          socketio: true,
          headers: [],
          send: ['40{"token":"t"}', `42["subscribe-post","${postId}"]`],
        },
    (events) => {
      for (const event of events) {
        const entry: Entry = { offset: log.length + 1, type: "comment_created", actorId: null, data: { ...event } };
        log.push(entry);
        const committed: z.input<typeof topics.committed> = {
          from: "the other instance",
          number: entry.offset,
          accessChanged: false,
          appended: [{ stream: streamOf.post(postId), entries: [entry] }],
        };
        otherInstance.send("committed", committed);
      }
    },
  );
});
