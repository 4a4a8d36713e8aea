import type { Connection } from "../connections/connection.ts";
import type { Connections } from "../connections/connections.ts";
import { isFor, isPast, isRestricted } from "./audience.ts";
import type { DeliverySpans } from "./delivery-spans.ts";
import type { LiveStream, LiveStreams } from "./live-streams.ts";
import type { Entry } from "./log.ts";
import { isShown, type ShownEntry } from "./rendering.ts";

/** Delivers entries to the followers of a stream: one write to each follower and turn of the event loop (docs/decisions/0018-batched-fan-out.md). */
export interface FanOut {
  /**
   * Takes the entries that follow the stream's cursor. They are written at the end of this turn of the event loop: a lone
   * entry waits for nothing, and those of a burst share one write. The entry that ends the stream is written at once.
   */
  add(stream: LiveStream, entries: readonly Entry[]): void;
  /**
   * Writes what is pending to the followers of this moment, to each what is for them. It keeps the order only if it comes
   * before a new follower, and before anything else that is sent about the stream.
   */
  flush(stream: LiveStream): void;
}

export function createFanOut(live: LiveStreams, connections: Pick<Connections, "hiding">, delivered: () => void, spans?: DeliverySpans): FanOut {
  const withPending = new Set<LiveStream>();

  function add(stream: LiveStream, entries: readonly Entry[]): void {
    const last = entries.at(-1);
    if (!last) return;
    stream.cursor = last.offset;
    spans?.pending(stream);
    for (const entry of entries) if (isShown(entry)) stream.pending.push(entry);
    if (last.type === "post_deleted") {
      flush(stream);
      end(stream);
    } else if (stream.pending.length > 0) {
      if (withPending.size === 0) setImmediate(flushAll);
      withPending.add(stream);
    }
  }

  function flushAll(): void {
    for (const stream of withPending) flush(stream);
  }

  function flush(stream: LiveStream): void {
    withPending.delete(stream);
    const { pending } = stream;
    if (pending.length === 0) return;
    stream.pending = [];
    delivered();
    const span = spans?.start(stream, pending.length);
    const partial = followersLackingAny(stream, pending);
    for (const [broadcast, followers] of stream.followers.byTransport)
      broadcast(stream.name, pending, partial.size === 0 ? followers : [...followers].filter((follower) => !partial.has(follower)));
    for (const connection of partial) {
      const reader = { hidden: connection.hidden, post: connection.follows.get(stream.name) };
      const visible = pending.filter((entry) => isFor(entry, reader));
      if (visible.length > 0) connection.broadcast(stream.name, visible, [connection]);
    }
    span?.end();
  }

  /** Followers that may receive only a part of these entries. */
  function followersLackingAny(stream: LiveStream, entries: readonly ShownEntry[]): Set<Connection> {
    const partial = new Set<Connection>();
    for (const entry of entries) {
      if (entry.actorId) for (const connection of connections.hiding(entry.actorId)) if (stream.followers.has(connection)) partial.add(connection);
      if (isRestricted(entry)) for (const connection of stream.followers) if (isPast(entry, connection.follows.get(stream.name))) partial.add(connection);
    }
    return partial;
  }

  function end(stream: LiveStream): void {
    live.delete(stream.name);
    for (const connection of stream.followers) {
      connection.follows.delete(stream.name);
      connection.endStream(stream.name);
    }
  }

  return { add, flush };
}
