import type { EventEmitter } from "node:events";
import type { Duplex } from "node:stream";
import type { Closing, Reset } from "@newfeed/shared/contracts/sockets.ts";
import type { LiveMetrics } from "@newfeed/shared/ports/metrics.ts";
import type { TokenClaims } from "@newfeed/shared/ports/tokens.ts";
import type { Socket } from "socket.io";
import { type Broadcast, type Connection, type FollowedPost, hidesNobody, type SignalData, type SignalName } from "../connections/connection.ts";
import type { ShownEntry } from "../streams/rendering.ts";
import { handOver, queuedBytes, type Receiver, type Session, wireOf } from "./socket-fan-out.ts";

/** What all sockets of an instance share. */
export interface SocketShared {
  broadcast: Broadcast;
  /** The packets of entries. */
  encode(stream: string, entries: readonly ShownEntry[]): string[];
  metrics: LiveMetrics;
}

/** Acknowledgements that a client owes us: we ask for none, so all sockets share this. */
const asksNothing: ReadonlyMap<number, unknown> = new Map();

/** A client that follows over Socket.IO. One object with few fields: an instance holds tens of thousands of them, most of them idle. */
export class SocketConnection implements Connection, Receiver {
  readonly userId: string;
  readonly sessionId: string;
  readonly socket: Socket;
  readonly session: Session;
  wire: Duplex | undefined;
  readonly broadcast: Broadcast;
  followsFeed = false;
  hidden = hidesNobody;
  readonly follows = new Map<string, FollowedPost | null>();
  /** When its token ends, in milliseconds of the system's clock. */
  expiresAt: number;
  /** Under which what its client asks for is logged, here and in other services. */
  readonly correlationId: string;
  readonly #shared: SocketShared;
  #onClose: (() => void) | undefined;
  /** Replays under way: each has a clock of its own, and a page of one may be larger than what may wait otherwise. */
  #replaying = 0;
  /** Requests are answered one at a time and in order: a later unsubscribe must not overtake an earlier subscribe. */
  #lastRequest: Promise<unknown> | undefined;
  #pendingRequests = 0;

  constructor(socket: Socket, { userId, sessionId, expiresAt }: TokenClaims, correlationId: string, shared: SocketShared) {
    const { conn } = socket;
    this.socket = socket;
    this.session = conn as unknown as Session;
    this.wire = wireOf(conn);
    if (!this.wire)
      conn.once("upgrade", () => {
        this.wire = wireOf(conn);
      });
    this.userId = userId;
    this.sessionId = sessionId;
    this.expiresAt = expiresAt.getTime();
    this.correlationId = correlationId;
    this.broadcast = shared.broadcast;
    this.#shared = shared;
  }

  /** Until the socket has connected, nobody hears of its end but from what is beneath it. */
  onceClosed(listener: () => void): void {
    this.#onClose = listener;
    this.session.once("close", listener);
  }

  /** The socket has connected: what only its handshake needed goes, above all the request with its headers, which the libraries keep as long as the socket lives. */
  settle(): void {
    const { conn } = this.socket;
    if (this.#onClose) this.session.off("close", this.#onClose);
    this.#onClose = undefined;
    conn.transport.removeAllListeners("headers");
    // Engine.IO leaves what hears of errors until a session has the WebSocket, unless that was an upgrade.
    const webSocket = (conn.transport as { socket?: EventEmitter }).socket;
    for (const listener of webSocket?.listeners("error") ?? []) if (listener.name === "onUpgradeError") webSocket?.off("error", listener as () => void);
    // A list that grew has room for sixteen more.
    const { cleanupFn } = conn as unknown as { cleanupFn: unknown[] };
    Object.assign(conn, { request: undefined, cleanupFn: cleanupFn.slice() });
    Object.assign(this.socket, { handshake: undefined, acks: asksNothing, _anyListeners: this.socket.listenersAny().slice() });
  }

  get closed(): boolean {
    return !this.socket.connected;
  }

  /** What waits for the client, but for replays. */
  get waitingBytes(): number {
    return this.#replaying > 0 ? 0 : queuedBytes(this);
  }

  /** Runs a request when those before it are done. False when too many wait already. */
  enqueue(request: () => Promise<void>, atMost: number): boolean {
    if (this.#pendingRequests >= atMost) return false;
    this.#pendingRequests++;
    const run = async () => {
      await request();
      if (--this.#pendingRequests === 0) this.#lastRequest = undefined;
    };
    this.#lastRequest = this.#lastRequest ? this.#lastRequest.then(run) : run();
    return true;
  }

  async replay(stream: string, entries: readonly ShownEntry[]): Promise<void> {
    this.#shared.metrics.replayed("socket", entries.length);
    this.#replaying++;
    try {
      await handOver(this.#shared.encode(stream, entries), this);
    } finally {
      this.#replaying--;
    }
  }

  reset(reset: Reset): void {
    this.#shared.metrics.reset("socket", reset.reason);
    this.socket.emit("reset", reset);
  }

  signal<N extends SignalName>(name: N, data: SignalData<N>): void {
    this.socket.emit(name, data);
  }

  disconnect(reason: Closing): void {
    const { socket } = this;
    // Still in its handshake, or gone.
    if (!socket.connected) return void socket.conn.close();
    this.#shared.metrics.closed("socket", reason.code);
    socket.emit("closing", reason);
    this.wire = undefined;
    // A stock client comes back by itself when its connection is cut, and stays away when it is disconnected.
    if (reason.resume) socket.conn.close();
    else socket.disconnect(true);
    // Engine.IO waits for what is queued to be taken, and with it keeps it.
    if (reason.code === "slow_consumer") socket.conn.close(true);
  }

  endStream(): void {}
}
