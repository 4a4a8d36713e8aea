import type { ServerResponse } from "node:http";
import type { SessionId, UserId } from "@newfeed/shared/contracts/ids.ts";
import { bounds } from "@newfeed/shared/contracts/limits.ts";
import type { Closing, Reset } from "@newfeed/shared/contracts/sockets.ts";
import type { LiveMetrics } from "@newfeed/shared/ports/metrics.ts";
import { type Broadcast, type Connection, type FollowedPost, noHiddenUsers, type SignalData, type SignalName } from "../connections/connection.ts";
import type { SignedIn } from "../connections/sign-in.ts";
import type { ShownEntry } from "../streams/rendering.ts";
import type { EncodeEntries } from "./entry-encoder.ts";
import { EventStream, StreamText } from "./event-stream.ts";

/** How long a client waits before it reconnects, unless `closing` says otherwise. */
export const retryMs = 2_000;
/** The signals that an event stream carries: those about what it follows. */
const carried: ReadonlySet<SignalName> = new Set(["retract", "reset", "closing"]);

/** One event of the stream (WHATWG HTML, section 9.2.6). JSON has no line breaks, so one data line is enough. */
export const frame = (event: string, data: unknown, id?: string) => `${id ? `id: ${id}\n` : ""}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

/** What all event streams of an instance share. */
export interface SseShared {
  broadcast: Broadcast;
  encode: EncodeEntries;
  metrics: LiveMetrics;
}

/** A client that follows over server-sent events. */
export class SseConnection extends EventStream implements Connection {
  readonly userId: UserId;
  readonly sessionId: SessionId;
  readonly network: string;
  readonly broadcast: Broadcast;
  followsFeed = false;
  hidden = noHiddenUsers;
  readonly follows = new Map<string, FollowedPost | null>();
  /** When its token ends, in milliseconds of the system's clock. */
  readonly expiresAt: number;
  readonly #shared: SseShared;

  constructor(response: ServerResponse, { userId, sessionId, expiresAt, network }: SignedIn, shared: SseShared) {
    super(response);
    this.userId = userId;
    this.sessionId = sessionId;
    this.network = network;
    this.expiresAt = expiresAt.getTime();
    this.broadcast = shared.broadcast;
    this.#shared = shared;
  }

  /** A client that does not read is closed before it holds more than its share; it resumes from its position. */
  deliver(text: StreamText): void {
    if (this.queuedBytes > bounds.queuedBytesPerConnection) this.disconnect({ code: "slow_consumer", retryAfterMs: retryMs, resume: true });
    else this.write(text);
  }

  async replay(stream: string, entries: readonly ShownEntry[]): Promise<void> {
    this.#shared.metrics.replayed("sse", entries.length);
    await this.handOver(new StreamText(this.#shared.encode(stream, entries).join("")));
  }

  reset(reset: Reset): void {
    this.#shared.metrics.reset("sse", reset.reason);
    this.deliver(new StreamText(frame("reset", reset, reset.cursor)));
  }

  signal<N extends SignalName>(name: N, data: SignalData<N>): void {
    if (carried.has(name)) this.deliver(new StreamText(frame(name, data)));
  }

  disconnect(reason: Closing): void {
    if (this.closed) return;
    this.#shared.metrics.closed("sse", reason.code);
    if (!this.headSent) this.open();
    this.end(frame("closing", reason));
    if (reason.code === "slow_consumer") this.cut();
  }

  /** Before the head, the response is a problem. */
  endStream(): void {
    if (this.headSent && !this.closed) this.end();
  }
}
