import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { Problem, problemFromZod } from "@newfeed/shared/contracts/errors.ts";
import { bounds } from "@newfeed/shared/contracts/limits.ts";
import { type Acknowledgement, clientEventTable, streamOf } from "@newfeed/shared/contracts/sockets.ts";
import { correlationIdOf } from "@newfeed/shared/http/correlation.ts";
import { isTrustedOrigin } from "@newfeed/shared/http/origin.ts";
import { toProblem } from "@newfeed/shared/http/problems.ts";
import type { TokenClaims } from "@newfeed/shared/http/tokens.ts";
import type { Logger } from "@newfeed/shared/ports/logger.ts";
import type { Metrics } from "@newfeed/shared/ports/metrics.ts";
import { Server, type Socket } from "socket.io";
import type * as z from "zod";
import { type Broadcast, type Connection, type Connections, countConnections } from "./connections.ts";
import { ConnectionClosed, type Joined } from "./dispatcher.ts";
import { drained } from "./drained.ts";
import type { Following } from "./following.ts";
import { render } from "./rendering.ts";
import type { SignIn } from "./sign-in.ts";

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

interface SocketConnection extends Connection {
  socket: Socket;
  expiry: NodeJS.Timeout | undefined;
  /** Replays under way: each has a clock of its own, and a page of one may be larger than what may wait otherwise. */
  replaying: number;
}

type ClientEvent = keyof typeof clientEventTable;
type Arguments<E extends ClientEvent> = z.output<(typeof clientEventTable)[E]["arguments"]>;
type Answer = Omit<Extract<Acknowledgement, { ok: true }>, "ok">;

/** Bytes that wait in Engine.IO for a client that does not take them. (`bufferedAmount` alone looks small: it is what was handed on.) */
function queuedBytes({ conn }: Socket): number {
  const buffer = (conn as unknown as { writeBuffer: { data?: string | Buffer }[] }).writeBuffer;
  let bytes = 0;
  for (const { data } of buffer) bytes += data?.length ?? 0;
  return bytes;
}

/** Resolves when Engine.IO has handed everything to the client's transport. Rejects with `ConnectionClosed`. */
async function handedOver({ conn }: Socket): Promise<void> {
  const isEmpty = () => (conn as unknown as { writeBuffer: unknown[] }).writeBuffer.length === 0;
  if (!isEmpty()) await drained(conn, isEmpty, () => conn.close(true));
}

/** Follows streams over Socket.IO. */
export function createSocketTransport({
  instance,
  signIn,
  connections,
  following,

  epochOf,
  allowedOrigins,
  metrics,
  logger,
}: SocketOptions): SocketTransport {
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
  // Behind nginx a polling client must come back to the instance that knows its session: the id says which.
  io.engine.generateId = () => `${instance}~${randomBytes(15).toString("base64url")}`;

  const broadcast: Broadcast = (stream, entries, to) => {
    const epoch = epochOf(stream);
    const ids = Array.from(to as Iterable<SocketConnection>, ({ socket }) => socket.id);
    for (const entry of entries) {
      const { event, payload } = render("socket", epoch, entry);
      // Encoded once for all of them.
      io.local.to(ids).emit(event, payload);
    }
    metrics.live.delivered("socket", entries.length * ids.length);
  };
  metrics.sample(() => countConnections(connections, "socket", broadcast));

  function connect(socket: Socket, claims: TokenClaims): SocketConnection {
    const connection: SocketConnection = {
      socket,
      userId: claims.userId,
      sessionId: claims.sessionId,
      get closed() {
        return !socket.connected;
      },
      followsFeed: false,
      hidden: new Set(),
      follows: new Map(),
      expiry: undefined,
      replaying: 0,
      broadcast,
      async replay(stream, entries) {
        metrics.live.replayed("socket", entries.length);
        const epoch = epochOf(stream);
        for (const entry of entries) {
          const { event, payload } = render("socket", epoch, entry);
          socket.emit(event, payload);
        }
        connection.replaying++;
        try {
          await handedOver(socket);
        } finally {
          connection.replaying--;
        }
      },
      reset(reset) {
        metrics.live.reset("socket", reset.reason);
        socket.emit("reset", reset);
      },
      signal: (name, data) => void socket.emit(name, data),
      disconnect(reason) {
        // Still in its handshake, or gone.
        if (!socket.connected) return socket.conn.close();
        metrics.live.closed("socket", reason.code);
        socket.emit("closing", reason);
        // A stock client comes back by itself when its connection is cut, and stays away when it is disconnected.
        if (reason.resume) socket.conn.close();
        else socket.disconnect(true);
        // Engine.IO waits for what is queued to be taken, and with it keeps it.
        if (reason.code === "slow_consumer") socket.conn.close(true);
      },
      ended: () => {},
    };
    return connection;
  }

  function expireAt(connection: SocketConnection, at: Date): void {
    clearTimeout(connection.expiry);
    const milliseconds = Math.min(at.getTime() - Date.now(), 2 ** 31 - 1);
    connection.expiry = setTimeout(() => connection.disconnect({ code: "expired", retryAfterMs: 0, resume: true }), milliseconds);
  }

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
      return answerOf(await following.post(connection, postId, options?.cursor, correlationIdOf(connection.socket.request)));
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
      expireAt(connection, claims.expiresAt);
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
    clearTimeout(connection.expiry);
    following.unfollowAll(connection);
    connections.remove(connection);
  }

  io.use(async (socket, next) => {
    try {
      const { token } = socket.handshake.auth as { token?: unknown };
      const claims = await signIn.open(socket.request, typeof token === "string" ? token : undefined);
      const connection = connect(socket, claims);
      // Counted here, where it can still be refused. Of a client that left meanwhile nobody would hear again.
      if (socket.conn.readyState === "open") {
        signIn.requireOngoing(claims);
        connections.add(connection);
        socket.conn.once("close", () => leave(connection));
        expireAt(connection, claims.expiresAt);
        await following.admit(connection);
      }
      socket.data.connection = connection;
      next();
    } catch (error) {
      const problem = toProblem(error);
      if (problem.status >= 500) {
        // Ours to mend: a client comes back by itself when its connection is cut, not when it is refused.
        logger.warn("a socket could not be opened", { error });
        socket.conn.close();
        return;
      }
      next(Object.assign(new Error(problem.publicMessage), { data: { code: problem.code } }));
    }
  });

  io.on("connection", (socket) => {
    const connection = socket.data.connection as SocketConnection;
    // One at a time and in order: a later unsubscribe must not overtake an earlier subscribe.
    let previous: Promise<unknown> = Promise.resolve();
    let pending = 0;
    for (const event of Object.keys(clientEventTable) as ClientEvent[])
      socket.on(event, (...given: unknown[]) => {
        const acknowledge = typeof given.at(-1) === "function" ? (given.pop() as (answer: Acknowledgement) => void) : () => {};
        if (pending >= 2 * bounds.followedStreamsPerSocket)
          return acknowledge({ ok: false, error: { code: "rate_limited", message: "Too many requests wait on this socket." } });
        pending++;
        previous = previous.then(async () => {
          if (!connection.closed) acknowledge(await answer(connection, event, given));
          pending--;
        });
      });
    socket.onAny((event: string, ...given: unknown[]) => {
      const acknowledge = given.at(-1);
      if (!Object.hasOwn(clientEventTable, event) && typeof acknowledge === "function")
        acknowledge({ ok: false, error: { code: "not_found", message: "There is no such event." } } satisfies Acknowledgement);
    });
    socket.on("disconnect", () => leave(connection));
  });

  const sweep = setInterval(() => {
    for (const connection of connections.all() as Iterable<SocketConnection>) {
      if (connection.broadcast !== broadcast || connection.replaying > 0 || queuedBytes(connection.socket) <= bounds.queuedBytesPerConnection) continue;
      connection.disconnect({ code: "slow_consumer", retryAfterMs: 1_000, resume: true });
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
