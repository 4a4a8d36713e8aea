import type { ExportQuery } from "@newfeed/shared/contracts/routes/events.ts";
import { requireAuditor, type Viewer } from "@newfeed/shared/ports/call.ts";
import { firstIdAt, greatestId, leastId, timeOf } from "./event-ids.ts";
import { filtersOf, toStoredEvent } from "./events.ts";
import type { Store } from "./store.ts";

const eventsAtOnce = 100;
/** How often a reader hears how far it is. */
const progressMs = 1_000;

const line = (value: object) => `${JSON.stringify(value)}\n`;

/**
 * Events that all filters are true of, oldest first, a line of JSON each, read as fast as they are taken, up to now or `to`. With `progress` there
 * are lines of that between them, and one behind the last event: a reader that has it has all. Throws `forbidden`, `validation_failed` before the first line.
 */
export function exportEvents(store: Pick<Store, "list">, viewer: Viewer, { from, to, progress, ...query }: ExportQuery): AsyncGenerator<string> {
  requireAuditor(viewer);
  const filters = filtersOf(query);
  const begin = from === undefined ? leastId : firstIdAt(Date.parse(from));
  const end = firstIdAt(Math.min(to === undefined ? Number.POSITIVE_INFINITY : Date.parse(to), Date.now()));
  return (async function* () {
    let [events, saidAt] = [0, 0];
    /** Of a list without a beginning, the first that it has. */
    let startAt = from === undefined ? undefined : timeOf(begin);
    const progressAt = (time: number) => {
      startAt ??= time;
      const span = timeOf(end) - startAt;
      return line({ progress: { share: span > 0 ? Math.min(1, (time - startAt) / span) : 1, at: new Date(time).toISOString(), events } });
    };
    for (let position: string | null = begin < end ? begin : null; position !== null; ) {
      const { rows, end: lookedUpTo }: Awaited<ReturnType<Store["list"]>> = await store.list(
        { filters, direction: "newer", from: position, end },
        eventsAtOnce,
      );
      const page = rows.slice(0, eventsAtOnce);
      for (const row of page) {
        events++;
        yield line(toStoredEvent(row));
      }
      position = rows.length > eventsAtOnce ? (page.at(-1)?.id ?? null) : (lookedUpTo?.id ?? null);
      if (progress && position !== null && Date.now() - saidAt >= progressMs) {
        saidAt = Date.now();
        yield progressAt(timeOf(position));
      }
    }
    if (progress) yield progressAt(timeOf(end < greatestId ? end : greatestId));
  })();
}
