import { bounds } from "@newfeed/shared/contracts/limits.ts";
import type { Acknowledgement, Refusal } from "@newfeed/shared/contracts/sockets.ts";
import type { TrustedOrigins } from "@newfeed/shared/http/origin.ts";
import { reconnectAfterMs } from "@newfeed/shared/http/server-sent-events.ts";
import { runInContext } from "@newfeed/shared/ports/context.ts";
import type { Logger } from "@newfeed/shared/ports/logger.ts";
import type { Metrics } from "@newfeed/shared/ports/metrics.ts";
import type { Socket } from "socket.io";
import type { Following } from "../access/following.ts";
import type { Broadcast } from "../connections/connection.ts";
import { type Connections, countConnections, countOf } from "../connections/connections.ts";
import type { EventRates } from "../connections/event-rates.ts";
import type { SignIn } from "../connections/sign-in.ts";
import type { EpochOf } from "../streams/position.ts";
import { type AnswerClientEvent, type ClientEvent, createClientEvents, isClientEvent } from "./client-events.ts";
import { createEntryEncoder } from "./entry-encoder.ts";
import { SocketConnection, type SocketShared } from "./socket-connection.ts";
import { encodeEvent, fanOut } from "./socket-fan-out.ts";
import { createSocketHandshake } from "./socket-handshake.ts";
import { createSocketServer, type SocketServer } from "./socket-server.ts";

export interface SocketOptions {
  /** Names this instance; begins every session id. */
  instance: string;
  signIn: SignIn;
  eventRates: EventRates;
  connections: Connections;
  following: Following;
  epochOf: EpochOf;
  origins: TrustedOrigins;
  metrics: Pick<Metrics, "live" | "sample">;
  logger: Logger;
}

export interface SocketTransport extends Pick<SocketServer, "handle" | "upgrade"> {
  /** How many clients are connected. */
  count(): number;
  close(): Promise<void>;
}

const sweepMs = 1_000;
const maxWaitingRequests = 2 * bounds.followedStreamsPerSocket;

/** Of what a client sent, this much of a name is sent back. */
const nameLength = 64;

const connectionOf = (socket: Socket) => socket.data.connection as SocketConnection;

/** The listener of all sockets' events. They share one function: a closure each would be kept as long as the socket. */
function clientEventListener(answer: AnswerClientEvent, eventRates: EventRates) {
  // Of what a client sent the name is text, a number, or missing.
  return function onClientEvent(this: Socket, event: string | number | undefined, ...args: unknown[]): void {
    const connection = connectionOf(this);
    if (connection.closed) return;
    const requested = typeof args.at(-1) === "function" ? (args.pop() as (answer: Acknowledgement) => void) : undefined;
    // Without an acknowledgement a refusal would go unnoticed.
    const acknowledge = (answered: Acknowledgement) => {
      if (requested) requested(answered);
      else if (!answered.ok) connection.signal("error", { event: String(event).slice(0, nameLength), ...answered.error });
    };
    const refuse = (error: Refusal) => acknowledge({ ok: false, error });
    const request = async () => {
      if (connection.closed) return;
      const { correlationId } = connection;
      acknowledge(await runInContext({ correlationId }, () => answer(connection, event as ClientEvent, args)));
    };
    const verdict = eventRates.take(connection.userId);
    const wait = () => Math.ceil(eventRates.waitOf(connection.userId));
    if (verdict === "disconnect") connection.disconnect({ code: "rate_limited", retryAfterMs: wait() * 1000, resume: true });
    else if (verdict === "refused") refuse({ code: "rate_limited", message: "Too many events; emit fewer a second.", retryAfter: wait() });
    else if (typeof event !== "string" || !isClientEvent(event)) refuse({ code: "not_found", message: "There is no such event." });
    else if (!connection.enqueue(request, maxWaitingRequests)) refuse({ code: "rate_limited", message: "Too many requests wait on this socket." });
  };
}

/** Closes the connections whose token has expired, and those whose client does not read. */
function sweep(connections: Pick<Connections, "all">): void {
  const now = Date.now();
  for (const connection of connections.all()) {
    if (!(connection instanceof SocketConnection)) continue;
    if (connection.expiresAt <= now) connection.disconnect({ code: "expired", retryAfterMs: 0, resume: true });
    else if (connection.waitingBytes > bounds.queuedBytesPerConnection)
      connection.disconnect({ code: "slow_consumer", retryAfterMs: reconnectAfterMs(), resume: true });
  }
}

/** Follows streams over Socket.IO. */
export function createSocketTransport({
  instance,
  signIn,
  connections,
  following,
  epochOf,
  eventRates,
  origins,
  metrics,
  logger,
}: SocketOptions): SocketTransport {
  const { io, handle, upgrade } = createSocketServer({ instance, origins });
  const encode = createEntryEncoder("socket", epochOf, ({ event, payload }) => encodeEvent(event, payload));

  const broadcast: Broadcast = (stream, entries, to) => {
    const receivers = fanOut(encode(stream, entries), to as Iterable<SocketConnection>);
    metrics.live.delivered("socket", entries.length * receivers);
  };
  metrics.sample(() => countConnections(connections, "socket", broadcast));

  function leave(connection: SocketConnection): void {
    following.unfollowAll(connection);
    connections.remove(connection);
  }
  function onDisconnect(this: Socket): void {
    leave(connectionOf(this));
  }

  const shared: SocketShared = { broadcast, encode, metrics: metrics.live };
  io.use(createSocketHandshake({ signIn, connections, following, shared, leave, logger }));
  const onClientEvent = clientEventListener(createClientEvents({ following, signIn, logger }), eventRates);
  io.on("connection", (socket) => {
    socket.onAny(onClientEvent);
    socket.on("disconnect", onDisconnect);
    connectionOf(socket).releaseHandshake();
  });
  const sweeper = setInterval(() => sweep(connections), sweepMs);

  return {
    handle,
    upgrade,
    count: () => countOf(connections, broadcast),
    async close() {
      clearInterval(sweeper);
      await io.close();
    },
  };
}
