import type { EventEmitter } from "node:events";
import type { Duplex } from "node:stream";
import type { SessionId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Closing, Reset } from "@newfeed/shared/contracts/sockets.ts";
import type { LiveMetrics } from "@newfeed/shared/ports/metrics.ts";
import type { Socket } from "socket.io";
import { type Broadcast, type Connection, type FollowedPost, noHiddenUsers, type SignalData, type SignalName } from "../connections/connection.ts";
import type { SignedIn } from "../connections/sign-in.ts";
import type { ShownEntry } from "../streams/rendering.ts";
import type { EncodeEntries } from "./entry-encoder.ts";
import { handOver, queuedBytes, type Receiver, type Session, wireOf } from "./socket-fan-out.ts";

/** What all sockets of an instance share. */
export interface SocketShared {
  broadcast: Broadcast;
  encode: EncodeEntries;
  metrics: LiveMetrics;
}

/** Acknowledgements that a client owes: none are requested, so all sockets share this. */
const noAcknowledgements: ReadonlyMap<number, unknown> = new Map();

/** A client that follows over Socket.IO. One object with few fields: an instance holds tens of thousands of them, most of them idle. */
export class SocketConnection implements Connection, Receiver {
  readonly userId: UserId;
  readonly sessionId: SessionId;
  readonly network: string;
  readonly socket: Socket;
  readonly session: Session;
  wire: Duplex | undefined;
  readonly broadcast: Broadcast;
  followsFeed = false;
  hidden = noHiddenUsers;
  readonly follows = new Map<string, FollowedPost | null>();
  /** When its token ends, in milliseconds of the system's clock. */
  expiresAt: number;
  /** Of its handshake; the client's requests are logged under it, here and in other services. */
  readonly correlationId: string;
  readonly #shared: SocketShared;
  #onClose: (() => void) | undefined;
  /** Replays in progress: each has its own timeout, and its page may be larger than what may wait otherwise. */
  #replaying = 0;
  /** Requests are answered one at a time and in order: a later unsubscribe must not overtake an earlier subscribe. */
  #lastRequest: Promise<unknown> | undefined;
  #pendingRequests = 0;

  constructor(socket: Socket, { userId, sessionId, expiresAt, network }: SignedIn, correlationId: string, shared: SocketShared) {
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
    this.network = network;
    this.expiresAt = expiresAt.getTime();
    this.correlationId = correlationId;
    this.broadcast = shared.broadcast;
    this.#shared = shared;
  }

  /** Before the socket has connected, it does not report its end; the session beneath it does. */
  onceClosed(listener: () => void): void {
    this.#onClose = listener;
    this.session.once("close", listener);
  }

  /**
   * The socket has connected: releases what only its handshake needed, above all the request with its headers, which the
   * libraries keep as long as the socket lives (docs/decisions/0019-idle-sockets.md).
   */
  releaseHandshake(): void {
    const { conn } = this.socket;
    if (this.#onClose) this.session.off("close", this.#onClose);
    this.#onClose = undefined;
    conn.transport.removeAllListeners("headers");
    // Engine.IO leaves its error listener of the handshake on the WebSocket, unless that was an upgrade.
    const webSocket = (conn.transport as { socket?: EventEmitter }).socket;
    for (const listener of webSocket?.listeners("error") ?? []) if (listener.name === "onUpgradeError") webSocket?.off("error", listener as () => void);
    // An array that grew has room for sixteen more elements; a copy has none.
    const { cleanupFn } = conn as unknown as { cleanupFn: unknown[] };
    Object.assign(conn, { request: undefined, cleanupFn: cleanupFn.slice() });
    Object.assign(this.socket, { handshake: undefined, acks: noAcknowledgements, _anyListeners: this.socket.listenersAny().slice() });
  }

  get closed(): boolean {
    return !this.socket.connected;
  }

  /** Bytes that wait for the client, except during replays. */
  get waitingBytes(): number {
    return this.#replaying > 0 ? 0 : queuedBytes(this);
  }

  /** Runs a request when those before it are done. False when too many wait. */
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
    // Not yet connected, or no longer.
    if (!socket.connected) return void socket.conn.close();
    this.#shared.metrics.closed("socket", reason.code);
    socket.emit("closing", reason);
    this.wire = undefined;
    // A stock client reconnects by itself when its connection is cut, but not when it is disconnected.
    if (reason.resume) socket.conn.close();
    else socket.disconnect(true);
    // Without `discard`, Engine.IO keeps what is queued until the client reads it.
    if (reason.code === "slow_consumer") socket.conn.close(true);
  }

  endStream(): void {}
}
