import { randomBytes } from "node:crypto";
import type { EventEmitter } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { bounds } from "@newfeed/shared/contracts/limits.ts";
import { isTrustedOrigin, type TrustedOrigins } from "@newfeed/shared/http/origin.ts";
import { Server } from "socket.io";

const path = "/notifications/socket.io";
const alias = "/socket.io";

/**
 * Packets of a session that are no events: a client connects once, and owes no acknowledgement. Without a bound, each attempt to
 * connect would check a token, or be answered, at no rate.
 */
const mostOtherPackets = 10;

/** What is used of an Engine.IO session, and what is counted there. */
interface CountedSession extends EventEmitter {
  otherPackets?: number;
  close(discard: boolean): void;
}

/** The listener of all sessions' packets: see `clientEventListener`. */
function onPacket(this: CountedSession, packet: string | Buffer): void {
  // Socket.IO's EVENT, and BINARY_EVENT with its buffers: the parser refuses more than ten, and those that belong to nothing.
  if (typeof packet !== "string" || packet.startsWith("2") || packet.startsWith("5")) return;
  this.otherPackets = (this.otherPackets ?? 0) + 1;
  if (this.otherPackets > mostOtherPackets) this.close(true);
}

/** The answer to an upgrade and the packet that opens the session. (Not a refusal: Engine.IO cuts the connection behind it at once.) */
function inOnePiece(socket: Duplex): void {
  socket.cork();
  setImmediate(() => socket.uncork());
}

export interface SocketServer {
  readonly io: Server;
  /** Takes requests and upgrades of Socket.IO's path; false for any other. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
}

/** Socket.IO's server, without a port of its own. `instance` begins every session id. */
export function createSocketServer({ instance, origins }: { instance: string; origins: TrustedOrigins }): SocketServer {
  const io = new Server({
    path,
    serveClient: false,
    perMessageDeflate: false,
    httpCompression: false,
    maxHttpBufferSize: bounds.jsonBodyBytes,
    connectTimeout: 10_000,
    // CORS does not stop a WebSocket from another origin.
    allowRequest(request, decide) {
      const allowed = isTrustedOrigin(request, origins);
      if (allowed && request.headers.upgrade) inOnePiece(request.socket);
      decide(null, allowed);
    },
  });
  // Requests reach Engine.IO through `handle` and `upgrade`; it requires a server, which never listens.
  io.attach(createServer());
  // Broadcasts use the dispatcher's lists of followers; rooms would cost each socket two sets (docs/decisions/0019-idle-sockets.md).
  io.of("/").adapter.addAll = () => {};
  io.engine.on("connection", (session: CountedSession) => session.on("data", onPacket));
  // nginx routes a polling client to the instance that holds its session by the name in the id.
  io.engine.generateId = () => `${instance}~${randomBytes(15).toString("base64url")}`;

  /** Whether the request is for Socket.IO; one to the alias is rewritten. */
  function matches(request: IncomingMessage): boolean {
    const url = request.url ?? "";
    if (url.startsWith(`${alias}/`) || url.startsWith(`${alias}?`)) request.url = `/notifications${url}`;
    return (request.url ?? "").startsWith(path);
  }

  return {
    io,
    handle(request, response) {
      if (!matches(request)) return false;
      io.engine.handleRequest(request as Parameters<typeof io.engine.handleRequest>[0], response);
      return true;
    },
    upgrade(request, socket, head) {
      if (!matches(request)) return false;
      io.engine.handleUpgrade(request as Parameters<typeof io.engine.handleUpgrade>[0], socket, head);
      return true;
    },
  };
}
