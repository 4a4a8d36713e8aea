import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { Problem, problemFromZod } from "@newfeed/shared/contracts/errors.ts";
import { bounds } from "@newfeed/shared/contracts/limits.ts";
import { type Acknowledgement, clientEventTable, streamOf } from "@newfeed/shared/contracts/sockets.ts";
import { correlationIdOf } from "@newfeed/shared/http/correlation.ts";
import { isTrustedOrigin } from "@newfeed/shared/http/origin.ts";
import { toProblem } from "@newfeed/shared/http/problems.ts";
import { runInContext } from "@newfeed/shared/ports/context.ts";
import type { Logger } from "@newfeed/shared/ports/logger.ts";
import type { Metrics } from "@newfeed/shared/ports/metrics.ts";
import { Server, type Socket } from "socket.io";
import type * as z from "zod";
import type { Following } from "../access/following.ts";
import { type Broadcast, ConnectionClosed } from "../connections/connection.ts";
import { type Connections, countConnections } from "../connections/connections.ts";
import type { SignIn } from "../connections/sign-in.ts";
import type { Joined } from "../streams/join.ts";
import type { ShownEntry } from "../streams/rendering.ts";
import { render } from "../streams/rendering.ts";
import { SocketConnection, type SocketShared } from "./socket-connection.ts";
import { encodeEvent, fanOut } from "./socket-fan-out.ts";

export interface SocketOptions {
  /** Names this instance; begins every session id. */
  instance: string;
  signIn: SignIn;
  connections: Connections;
  following: Following;
  epochOf: (stream: string) => string;
  allowedOrigins: readonly string[];
  metrics: Pick<Metrics, "live" | "sample">;
  logger: Logger;
}

export interface SocketTransport {
  /** Takes requests and upgrades of Socket.IO's path; false for any other. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  close(): Promise<void>;
}

const path = "/notifications/socket.io";
const alias = "/socket.io";
const sweepMs = 1_000;

type ClientEvent = keyof typeof clientEventTable;
const isClientEvent = (event: string): event is ClientEvent => Object.hasOwn(clientEventTable, event);
type Arguments<E extends ClientEvent> = z.output<(typeof clientEventTable)[E]["arguments"]>;
type Answer = Omit<Extract<Acknowledgement, { ok: true }>, "ok">;

/** Follows streams over Socket.IO. */
export function createSocketTransport({ instance, signIn, connections, following, epochOf, allowedOrigins, metrics, logger }: SocketOptions): SocketTransport {
  const io = new Server({
    path,
    serveClient: false,
    perMessageDeflate: false,
    httpCompression: false,
    maxHttpBufferSize: bounds.jsonBodyBytes,
    connectTimeout: 10_000,
    ...(allowedOrigins.length > 0 && { cors: { origin: [...allowedOrigins], credentials: true } }),
    // CORS does not stop a WebSocket from another origin.
    allowRequest: (request, decide) => decide(null, isTrustedOrigin(request, allowedOrigins)),
  });
  // Requests reach Engine.IO by `handle` and `upgrade`; a server of its own is what it wants, and never listens.
  io.attach(createServer());
  // What is sent to many goes by our own lists of followers: nobody needs rooms, which cost each socket two sets.
  io.of("/").adapter.addAll = () => {};
  // Behind nginx a polling client must come back to the instance that knows its session: the id says which.
  io.engine.generateId = () => `${instance}~${randomBytes(15).toString("base64url")}`;

  /** Each entry once, however many get it live or in a replay. */
  const packets = new WeakMap<ShownEntry, string>();
  function encode(stream: string, entries: readonly ShownEntry[]): string[] {
    const epoch = epochOf(stream);
    return entries.map((entry) => {
      let packet = packets.get(entry);
      if (packet === undefined) {
        const { event, payload } = render("socket", epoch, entry);
        packet = encodeEvent(event, payload);
        packets.set(entry, packet);
      }
      return packet;
    });
  }

  const broadcast: Broadcast = (stream, entries, to) => {
    const receivers = fanOut(encode(stream, entries), to as Iterable<SocketConnection>);
    metrics.live.delivered("socket", entries.length * receivers);
  };
  metrics.sample(() => countConnections(connections, "socket", broadcast));
  const shared: SocketShared = { broadcast, encode, metrics: metrics.live };

  const answerOf = ({ cursor, replayed, reset }: Joined): Answer => ({ cursor, replayed, ...(reset && { reset }) });

  /** What each client event does; what it returns goes into the acknowledgement. */
  const handlers: { [E in ClientEvent]: (connection: SocketConnection, ...args: Arguments<E>) => Promise<Answer> } = {
    async subscribe(connection, userId, options) {
      if (userId && userId !== connection.userId) throw new Problem("forbidden", { message: "Only one's own inbox can be followed." });
      return answerOf(await following.inbox(connection, options?.cursor));
    },
    async unsubscribe(connection) {
      following.unfollow(connection, streamOf.user(connection.userId));
      return {};
    },
    async "subscribe-post"(connection, postId, options) {
      return answerOf(await following.post(connection, postId, options?.cursor));
    },
    async "unsubscribe-post"(connection, postId) {
      following.unfollow(connection, streamOf.post(postId));
      return {};
    },
    async "subscribe-feed"(connection) {
      connection.followsFeed = true;
      return {};
    },
    async "unsubscribe-feed"(connection) {
      connection.followsFeed = false;
      return {};
    },
    async "refresh-token"(connection, { token }) {
      const claims = await signIn.check(token);
      if (claims.userId !== connection.userId || claims.sessionId !== connection.sessionId)
        throw new Problem("forbidden", { message: "The token is of another session." });
      connection.expiresAt = claims.expiresAt.getTime();
      return {};
    },
  };

  async function answer<E extends ClientEvent>(connection: SocketConnection, event: E, given: unknown[]): Promise<Acknowledgement> {
    try {
      const { arguments: schema } = clientEventTable[event];
      // Clients leave optional arguments out; a tuple wants its places.
      const places = Array.from({ length: schema.def.items.length }, (_, index) => given[index]);
      const parsed = schema.safeParse(given.length > places.length ? given : places);
      if (!parsed.success) throw problemFromZod(parsed.error);
      return { ok: true, ...(await handlers[event](connection, ...(parsed.data as Arguments<E>))) };
    } catch (error) {
      const problem = toProblem(error);
      if (problem.status >= 500 && !(error instanceof ConnectionClosed)) logger.error("a client's event failed", { event, error });
      return { ok: false, error: { code: problem.code, message: problem.publicMessage } };
    }
  }

  function leave(connection: SocketConnection): void {
    following.unfollowAll(connection);
    connections.remove(connection);
  }

  async function open(socket: Socket, correlationId: string): Promise<SocketConnection> {
    const { token } = socket.handshake.auth as { token?: unknown };
    const claims = await signIn.open(socket.request, typeof token === "string" ? token : undefined);
    const connection = new SocketConnection(socket, claims, correlationId, shared);
    // Counted here, where it can still be refused. Of a client that left meanwhile nobody would hear again.
    if (socket.conn.readyState === "open") {
      signIn.requireOngoing(claims);
      connections.add(connection);
      connection.onceClosed(() => leave(connection));
      await following.admit(connection);
    }
    return connection;
  }

  io.use(async (socket, next) => {
    const correlationId = correlationIdOf(socket.request);
    try {
      socket.data.connection = await runInContext({ correlationId }, () => open(socket, correlationId));
      // Outside of the context: the timers of a socket would keep it as long as they live.
      next();
    } catch (error) {
      const problem = toProblem(error);
      if (problem.status >= 500) {
        // Ours to mend: a client comes back by itself when its connection is cut, not when it is refused.
        logger.warn("a socket could not be opened", { error, correlationId });
        socket.conn.close();
        return;
      }
      next(Object.assign(new Error(problem.publicMessage), { data: { code: problem.code } }));
    }
  });

  // The same functions for all sockets: closures of their own would be kept for each of them.
  function onClientEvent(this: Socket, event: string, ...given: unknown[]): void {
    const connection = this.data.connection as SocketConnection;
    const acknowledge = typeof given.at(-1) === "function" ? (given.pop() as (answer: Acknowledgement) => void) : () => {};
    const refuse = (error: Extract<Acknowledgement, { ok: false }>["error"]) => acknowledge({ ok: false, error });
    const request = async () => {
      if (connection.closed) return;
      const { correlationId } = connection;
      acknowledge(await runInContext({ correlationId }, () => answer(connection, event as ClientEvent, given)));
    };
    if (!isClientEvent(event)) refuse({ code: "not_found", message: "There is no such event." });
    else if (!connection.enqueue(request, 2 * bounds.followedStreamsPerSocket))
      refuse({ code: "rate_limited", message: "Too many requests wait on this socket." });
  }
  function onDisconnect(this: Socket): void {
    leave(this.data.connection as SocketConnection);
  }
  io.on("connection", (socket) => {
    socket.onAny(onClientEvent);
    socket.on("disconnect", onDisconnect);
    (socket.data.connection as SocketConnection).settle();
  });

  const sweep = setInterval(() => {
    const now = Date.now();
    for (const connection of connections.all()) {
      if (!(connection instanceof SocketConnection)) continue;
      if (connection.expiresAt <= now) connection.disconnect({ code: "expired", retryAfterMs: 0, resume: true });
      else if (connection.waitingBytes > bounds.queuedBytesPerConnection) connection.disconnect({ code: "slow_consumer", retryAfterMs: 1_000, resume: true });
    }
  }, sweepMs);

  const isOurs = (request: IncomingMessage) => {
    const url = request.url ?? "";
    if (url.startsWith(`${alias}/`) || url.startsWith(`${alias}?`)) request.url = `/notifications${url}`;
    return (request.url ?? "").startsWith(path);
  };

  return {
    handle(request, response) {
      if (!isOurs(request)) return false;
      io.engine.handleRequest(request as Parameters<typeof io.engine.handleRequest>[0], response);
      return true;
    },
    upgrade(request, socket, head) {
      if (!isOurs(request)) return false;
      io.engine.handleUpgrade(request as Parameters<typeof io.engine.handleUpgrade>[0], socket, head);
      return true;
    },
    async close() {
      clearInterval(sweep);
      await io.close();
    },
  };
}
