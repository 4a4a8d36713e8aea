import type { Logger } from "@newfeed/shared/ports/logger.ts";
import type { Tracing } from "@newfeed/shared/ports/tracing.ts";
import { type Admission, immediateAdmission } from "../connections/admission.ts";
import type { Connection } from "../connections/connection.ts";
import type { Connections } from "../connections/connections.ts";
import { createArrivals } from "./arrivals.ts";
import { createCatchUp } from "./catch-up.ts";
import { createDeliverySpans } from "./delivery-spans.ts";
import { createFanOut } from "./fan-out.ts";
import { createJoin, type Join } from "./join.ts";
import type { LiveStreams } from "./live-streams.ts";
import type { Appended } from "./log.ts";
import { startLogComparison } from "./log-comparison.ts";
import { createPageReader, type ReadPage } from "./page-reader.ts";
import type { EpochOf } from "./position.ts";

export interface DispatcherOptions {
  /** Applies every access change that was committed before the call. */
  applyAccessChanges: () => Promise<void>;
  readPage: ReadPage;
  readTops: (streams: readonly string[]) => Promise<Map<string, number>>;
  /** Where reads and replays of clients that join wait; catching up does not. */
  admission?: Admission;
  epochOf: EpochOf;
  /** False while hints from other instances are known not to arrive. */
  hintsArrive: () => boolean;
  connections: Pick<Connections, "hiding">;
  logger: Logger;
  /** Deliveries are spans of the traces that caused them. */
  tracing?: Tracing | undefined;
}

/**
 * Delivers streams to the connections of this instance: each entry once and in order, whatever hints are lost, doubled
 * or reordered. The log is the truth; a hint only says that there is more of it.
 */
export interface Dispatcher {
  /** What a commit added, from here or from another instance. */
  hint(appended: readonly Appended[]): void;
  /**
   * Brings a connection from its position (or from now on) to the live end of a stream that it follows, and keeps it
   * there. A stream that has ended is replayed, and then `endStream` is called. Throws `not_found` when the stream is
   * taken out of the connection's follows meanwhile, `ConnectionClosed` when the client leaves.
   */
  join: Join;
  leave(connection: Connection, stream: string): void;
  followers(stream: string): Iterable<Connection>;
  close(): Promise<void>;
}

export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { applyAccessChanges, readPage, readTops, admission = immediateAdmission, epochOf, hintsArrive, connections, logger, tracing } = options;
  const live: LiveStreams = new Map();
  const arrivals = createArrivals();
  const fanOut = createFanOut(live, connections, admission.delivered, tracing && createDeliverySpans(tracing));
  const pages = createPageReader({ readPage, applyAccessChanges, admission });
  const catchUp = createCatchUp({ live, pages, fanOut, epochOf, logger });
  const stopComparison = startLogComparison({ live, applyAccessChanges, readTops, hintsArrive, catchUp, logger });

  return {
    /** The next entry is delivered, a known one is dropped, a gap is read from the log first. */
    hint(appended) {
      for (const { stream: name, entries } of appended) {
        arrivals.note(name, entries.at(-1)?.offset ?? 0);
        const stream = live.get(name);
        if (!stream) continue;
        const fresh = entries.filter((entry) => entry.offset > stream.cursor);
        const last = fresh.at(-1);
        if (!last) continue;
        stream.hinted = Math.max(stream.hinted, last.offset);
        if (fresh[0]?.offset === stream.cursor + 1 && !stream.catchingUp) fanOut.add(stream, fresh);
        else void catchUp(stream);
      }
    },
    join: createJoin({ live, arrivals, pages, fanOut, catchUp, admission, epochOf }),
    leave(connection, name) {
      const stream = live.get(name);
      if (!stream?.followers.delete(connection)) return;
      if (stream.followers.isEmpty) live.delete(name);
    },
    followers: (name) => live.get(name)?.followers ?? [],
    async close() {
      stopComparison();
      await Promise.all([...live.values()].map((stream) => stream.catchingUp));
    },
  };
}
