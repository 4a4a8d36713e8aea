import type { ServerResponse } from "node:http";
import type { SessionId, UserId } from "@newfeed/shared/contracts/ids.ts";
import { bounds } from "@newfeed/shared/contracts/limits.ts";
import type { Closing, Reset } from "@newfeed/shared/contracts/sockets.ts";
import { closingFrame, frame, reconnectAfterMs } from "@newfeed/shared/http/server-sent-events.ts";
import type { LiveMetrics } from "@newfeed/shared/ports/metrics.ts";
import { type Broadcast, type Connection, type FollowedPost, noHiddenUsers, type SignalData, type SignalName } from "../connections/connection.ts";
import type { SignedIn } from "../connections/sign-in.ts";
import type { ShownEntry } from "../streams/rendering.ts";
import type { EncodeEntries } from "./entry-encoder.ts";
import { EventStream, StreamText } from "./event-stream.ts";

/** The signals that an event stream carries: those about what it follows. */
const carried: ReadonlySet<SignalName> = new Set(["retract", "reset", "closing"]);

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
  protected readonly shared: SseShared;

  constructor(response: ServerResponse, { userId, sessionId, expiresAt, network }: SignedIn, shared: SseShared) {
    super(response);
    this.userId = userId;
    this.sessionId = sessionId;
    this.network = network;
    this.expiresAt = expiresAt.getTime();
    this.broadcast = shared.broadcast;
    this.shared = shared;
  }

  /** Begins with `hello` and a position; a stream that has ended, and of which the client has all, is declined. */
  start(hello: object, id: string, finished: boolean): void {
    if (finished) {
      this.decline();
      return;
    }
    this.open();
    this.write(new StreamText(`retry: ${reconnectAfterMs()}\n${frame("hello", hello, id)}`));
  }

  /** A client that does not read is closed before it holds more than its share; it resumes from its position. */
  deliver(text: StreamText): void {
    if (this.queuedBytes > bounds.queuedBytesPerConnection) this.disconnect({ code: "slow_consumer", retryAfterMs: reconnectAfterMs(), resume: true });
    else this.write(text);
  }

  async replay(stream: string, entries: readonly ShownEntry[]): Promise<void> {
    this.shared.metrics.replayed("sse", entries.length);
    await this.handOver(new StreamText(this.shared.encode(stream, entries).join("")));
  }

  reset(reset: Reset): void {
    this.shared.metrics.reset("sse", reset.reason);
    this.deliver(new StreamText(frame("reset", reset, reset.cursor)));
  }

  signal<N extends SignalName>(name: N, data: SignalData<N>): void {
    if (carried.has(name)) this.deliver(new StreamText(frame(name, data)));
  }

  disconnect(reason: Closing): void {
    if (this.closed) return;
    this.shared.metrics.closed("sse", reason.code);
    if (!this.headSent) this.open();
    this.end(closingFrame(reason));
    if (reason.code === "slow_consumer") this.cut();
  }

  /** Before the head, the response is a problem. */
  endStream(_stream: string): void {
    if (this.headSent && !this.closed) this.end();
  }
}
