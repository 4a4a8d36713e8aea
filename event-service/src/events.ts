import { invalidField, Problem } from "@newfeed/shared/contracts/errors.ts";
import { consumersOf, type EventType, eventTypeOf, producersOf } from "@newfeed/shared/contracts/events.ts";
import type { Page } from "@newfeed/shared/contracts/primitives.ts";
import type { EventQuery, PagingQuery, StoredEvent, TimelineEntry } from "@newfeed/shared/contracts/routes/events.ts";
import { requireAuditor, type Viewer } from "@newfeed/shared/ports/call.ts";
import { pageOf, type Window, windowOf } from "@newfeed/shared/store/cursors.ts";
import { firstIdAt, greatestId, leastId } from "./event-ids.ts";
import type { EventList, Store, StoredRow } from "./store.ts";

type Reads = Pick<Store, "find" | "list">;

const unfiltered: EventList["filters"] = { correlation: null, aggregate: null, actor: null, type: null };
const earlier = (a: string, b: string) => (a < b ? a : b);

const isPublished = (type: string): type is EventType => producersOf(type).length > 0;

function producerOf(type: string): string | null {
  const [producer, ...others] = producersOf(type);
  return producer === undefined || others.length > 0 ? null : producer;
}

export const toStoredEvent = ({ aggregateType, aggregateId, revision, occurredAt, storedAt, body, ...row }: StoredRow): StoredEvent => ({
  ...row,
  producer: producerOf(row.type),
  aggregate: { type: aggregateType, id: aggregateId, revision },
  occurredAt: occurredAt.toISOString(),
  storedAt: storedAt.toISOString(),
  body: body === null ? null : JSON.parse(body),
});

/** A type as it is kept, by either of its names. Throws `validation_failed` for an upper-case name that no type has. */
function typeOf(name: string): string {
  const type = eventTypeOf(name);
  if (type === undefined && name !== name.toLowerCase()) throw invalidField("type", "is no type of event");
  return type ?? name;
}

/** Throws `validation_failed`. */
export const filtersOf = ({ type, correlation, aggregate, actor }: Pick<EventQuery, "type" | "correlation" | "aggregate" | "actor">): EventList["filters"] => ({
  ...{ correlation: correlation ?? null, aggregate: aggregate ?? null, actor: actor ?? null },
  type: type === undefined ? null : typeOf(type),
});

async function page<T>(store: Reads, list: EventList, window: Pick<Window, "limit" | "take">, toItem: (row: StoredRow) => T): Promise<Page<T>> {
  return pageOf(await store.list(list, window.take), window, ({ occurredAt, id }) => ({ at: occurredAt, id }), toItem);
}

/** A page of a list that begins with its oldest event. */
function oldestFirst<T>(store: Reads, window: Window, filters: Partial<EventList["filters"]>, toItem: (row: StoredRow) => T): Promise<Page<T>> {
  return page(store, { filters: { ...unfiltered, ...filters }, direction: "newer", from: window.after?.id ?? leastId, end: greatestId }, window, toItem);
}

/** Events that all filters are true of, newest first. Throws `forbidden`, `validation_failed`. */
export async function listEvents(store: Reads, viewer: Viewer, { from, to, limit, cursor, ...query }: EventQuery): Promise<Page<StoredEvent>> {
  const window = windowOf({ limit, cursor });
  requireAuditor(viewer);
  const filters = filtersOf(query);
  const last = to === undefined ? greatestId : firstIdAt(Date.parse(to));
  return page(
    store,
    { filters, direction: "older", from: earlier(window.before?.id ?? greatestId, last), end: from === undefined ? leastId : firstIdAt(Date.parse(from)) },
    window,
    toStoredEvent,
  );
}

/** What happened to something, oldest first. Throws `forbidden`. */
export async function aggregateEvents(store: Reads, viewer: Viewer, aggregate: string, query: PagingQuery): Promise<Page<StoredEvent>> {
  const window = windowOf({ ...query, order: "oldest" });
  requireAuditor(viewer);
  return oldestFirst(store, window, { aggregate }, toStoredEvent);
}

/** What one request, or work of the system, has caused, oldest first. Throws `forbidden`. */
export async function correlationEvents(store: Reads, viewer: Viewer, correlation: string, query: PagingQuery): Promise<Page<TimelineEntry>> {
  const window = windowOf({ ...query, order: "oldest" });
  requireAuditor(viewer);
  const { rows } = await store.list({ filters: { ...unfiltered, correlation }, direction: "newer", from: leastId, end: greatestId }, 1);
  const start = rows[0]?.occurredAt.getTime() ?? 0;
  return oldestFirst(store, window, { correlation }, (row) => ({
    event: toStoredEvent(row),
    consumers: isPublished(row.type) ? [...consumersOf(row.type)] : [],
    afterMs: row.occurredAt.getTime() - start,
  }));
}

/** One event. Throws `forbidden`, `not_found`. */
export async function getEvent(store: Reads, viewer: Viewer, id: string): Promise<StoredEvent> {
  requireAuditor(viewer);
  const found = await store.find(id);
  if (!found) throw new Problem("not_found");
  return toStoredEvent(found);
}
