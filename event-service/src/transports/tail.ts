import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { TailQuery } from "@newfeed/shared/contracts/routes/events.ts";
import { closingFrame, eventStreamHeaders, frame, reconnectAfterMs } from "@newfeed/shared/http/server-sent-events.ts";
import { requireAuditor, type Viewer } from "@newfeed/shared/ports/call.ts";
import { encodeKey, type Key, windowOf } from "@newfeed/shared/store/cursors.ts";
import { filtersOf, toStoredEvent } from "../events.ts";
import type { Store } from "../store.ts";

/** Streams of one instance: each holds a connection of a gateway. */
const streamsAtOnce = 50;
const pollMs = 1_000;
const heartbeatMs = 15_000;
const eventsAtOnce = 100;
/** Then its client opens it again, and shows that it still may. */
const openMs = 5 * 60_000;

const positionOf = ({ storedAt, id }: { storedAt: Date; id: string }): Key => ({ at: storedAt, id });

/** Where a client goes on: behind what it had, or behind all that is there. Throws `validation_failed`. */
async function startOf(store: Pick<Store, "newestStored">, lastEventId: string | undefined): Promise<Key> {
  const asked = windowOf({ limit: 1, order: "oldest", ...(lastEventId && { cursor: lastEventId }) }).after as Key;
  if (lastEventId) return asked;
  const newest = await store.newestStored();
  return newest ? positionOf(newest) : asked;
}

/** Follows the store as it grows, for auditors and administrators. */
export function createTails({ store, times = {} }: { store: Pick<Store, "newestStored" | "storedBehind">; times?: { pollMs?: number; openMs?: number } }) {
  let open = 0;
  const closing = new AbortController();

  /** The text of the stream, read as fast as it is taken: nothing waits in memory but one page. */
  async function* read(filters: ReturnType<typeof filtersOf>, start: Key, signal: AbortSignal): AsyncGenerator<string> {
    const until = Date.now() + (times.openMs ?? openMs);
    let [position, saidAt] = [start, Date.now()];
    yield `: from now on\nid: ${encodeKey(start)}\n\n`;
    while (!signal.aborted) {
      const { rows, end } = await store.storedBehind(position, filters, eventsAtOnce);
      for (const row of rows) {
        position = positionOf(row);
        yield frame("event", toStoredEvent(row), encodeKey(position));
        saidAt = Date.now();
      }
      const more = end !== null || rows.length >= eventsAtOnce;
      if (end && rows.length < eventsAtOnce) position = end;
      if (Date.now() - saidAt >= heartbeatMs) {
        saidAt = Date.now();
        // An id without data moves the client's position (WHATWG HTML, section 9.2.6).
        yield `id: ${encodeKey(position)}\n\n`;
      }
      if (Date.now() >= until) return yield closingFrame({ code: "expired", retryAfterMs: reconnectAfterMs(), resume: true });
      if (!more) await sleep(times.pollMs ?? pollMs, undefined, { signal }).catch(() => {});
    }
    if (closing.signal.aborted) yield closingFrame({ code: "shutdown", retryAfterMs: reconnectAfterMs(), resume: true });
  }

  return {
    /**
     * Sends what is stored from now on, or behind `lastEventId`, until the client leaves, for five minutes at most. Throws, before it has
     * sent anything, `forbidden`, `validation_failed`, `too_many_streams`.
     */
    async follow(viewer: Viewer, query: TailQuery, lastEventId: string | undefined, response: ServerResponse): Promise<void> {
      requireAuditor(viewer);
      const filters = filtersOf(query);
      if (open >= streamsAtOnce) throw new Problem("too_many_streams", { retryAfter: 5 });
      open++;
      const left = new AbortController();
      response.once("close", () => left.abort());
      const signal = AbortSignal.any([left.signal, closing.signal]);
      try {
        const start = await startOf(store, lastEventId);
        if (left.signal.aborted) return;
        // Nothing follows a stream: a connection that is kept alive would only delay a shutdown.
        response.writeHead(200, { ...eventStreamHeaders, connection: "close" }).flushHeaders();
        for await (const text of read(filters, start, signal)) if (!response.write(text)) await once(response, "drain", { signal });
        response.end();
      } catch (error) {
        if (!response.headersSent) throw error;
        // The status is sent: only cutting the connection shows a failure.
        response.destroy();
        if (!signal.aborted) throw error;
      } finally {
        open--;
      }
    },
    /** Ends all of them; their clients come back elsewhere. */
    close: () => closing.abort(),
  };
}
export type Tails = ReturnType<typeof createTails>;
