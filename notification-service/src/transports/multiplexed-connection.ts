import { randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { Followed, MultiplexedEvent, MultiplexedEventName, Reset, Unfollowed } from "@newfeed/shared/contracts/sockets.ts";
import { frame } from "@newfeed/shared/http/server-sent-events.ts";
import type { SignalData, SignalName } from "../connections/connection.ts";
import type { SignedIn } from "../connections/sign-in.ts";
import type { Joined } from "../streams/join.ts";
import type { EpochOf } from "../streams/position.ts";
import type { ShownEntry } from "../streams/rendering.ts";
import { StreamText } from "./event-stream.ts";
import { SseConnection, type SseShared } from "./sse-connection.ts";
import { StreamPositions } from "./sse-positions.ts";

/** An event stream that carries many streams. Every event's id says where the client is in each of them. */
export class MultiplexedConnection extends SseConnection {
  /** Begins with its instance's name, so that a proxy can send a call about it there. */
  readonly id: string;
  readonly #positions: StreamPositions;
  /** Changes are made one at a time and in order. */
  #lastChange: Promise<void> = Promise.resolve();
  #pendingChanges = 0;

  constructor(response: ServerResponse, claims: SignedIn, shared: SseShared, epochOf: EpochOf, instance: string) {
    super(response, claims, shared);
    this.id = `${instance}~${randomBytes(15).toString("base64url")}`;
    this.#positions = new StreamPositions(epochOf);
  }

  /** Runs a change, which must not reject, when those before it are done. False when too many wait. */
  enqueue(change: () => Promise<void>, atMost: number): boolean {
    if (this.#pendingChanges >= atMost) return false;
    this.#pendingChanges++;
    this.#lastChange = this.#lastChange.then(change).then(() => {
      this.#pendingChanges--;
    });
    return true;
  }

  #send<N extends MultiplexedEventName>(name: N, data: MultiplexedEvent<N>): void {
    this.deliver(new StreamText(frame(name, data, String(this.#positions))));
  }

  /** The head, and `hello`. What is about to be followed is in its id already. */
  begin(streams: readonly Followed[]): void {
    this.#expect(streams);
    this.start({ connection: this.id }, String(this.#positions), false);
  }

  /** From here on the id names these streams: a client that loses its connection returns to them too. */
  expect(streams: readonly Followed[]): void {
    if (streams.length === 0) return;
    this.#expect(streams);
    // Without data it is no event, and moves the position all the same (WHATWG HTML, section 9.2.6).
    this.deliver(new StreamText(`id: ${this.#positions}\n\n`));
  }

  #expect(streams: readonly Followed[]): void {
    for (const { stream, cursor } of streams) this.#positions.set(stream, cursor);
  }

  /** Its id names the stream: it is followed, or about to be. */
  names(stream: string): boolean {
    return this.#positions.has(stream);
  }

  /** The replay starts here. The feed has no position. */
  followed(stream: string, cursor?: string): void {
    this.#positions.set(stream, cursor);
    this.#send("followed", { stream, ...(cursor !== undefined && { cursor }) });
  }

  caughtUp(stream: string, { cursor, replayed, reset }: Partial<Joined>): void {
    this.#send("caught_up", { stream, ...(cursor !== undefined && { cursor }), replayed: replayed ?? 0, reset: reset ?? false });
  }

  unfollowed(stream: string, reason: Unfollowed["reason"], problem?: Problem): void {
    this.#positions.delete(stream);
    this.#send("unfollowed", { stream, reason, ...(problem && { error: { code: problem.code, message: problem.publicMessage } }) });
  }

  /** Writes entries whose events are encoded already, each with the client's position after it. */
  deliverEntries(stream: string, entries: readonly ShownEntry[], events: readonly string[]): void {
    this.deliver(this.#textOf(stream, entries, events));
  }

  #textOf(stream: string, entries: readonly ShownEntry[], events: readonly string[]): StreamText {
    let text = "";
    for (const [index, { offset }] of entries.entries()) {
      this.#positions.advance(stream, offset);
      text += `id: ${this.#positions}\n${events[index]}`;
    }
    return new StreamText(text);
  }

  override async replay(stream: string, entries: readonly ShownEntry[]): Promise<void> {
    this.shared.metrics.replayed("sse", entries.length);
    await this.handOver(this.#textOf(stream, entries, this.shared.encode(stream, entries)));
  }

  override reset(reset: Reset): void {
    this.shared.metrics.reset("sse", reset.reason);
    this.#positions.set(reset.stream, reset.cursor);
    this.#send("reset", reset);
  }

  /** Signals too, as a socket's. */
  override signal<N extends SignalName>(name: N, data: SignalData<N>): void {
    this.deliver(new StreamText(frame(name, data)));
  }

  override endStream(stream: string): void {
    if (this.names(stream)) this.unfollowed(stream, "ended");
  }
}
