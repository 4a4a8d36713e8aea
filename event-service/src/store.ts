import { type Event, type EventType, eventTypes, isDeletion, keyOf } from "@newfeed/shared/contracts/events.ts";
import { createdAtOf } from "@newfeed/shared/contracts/ids.ts";
import { noteRemoved } from "@newfeed/shared/jobs/account-removal.ts";
import { batchOf, beginJobs, type Job } from "@newfeed/shared/jobs/job.ts";
import type { Database, Query } from "@newfeed/shared/ports/database.ts";
import type { HousekeepingJob } from "@newfeed/shared/ports/housekeeping.ts";
import { type Key, type Listed, sizeOf } from "@newfeed/shared/store/cursors.ts";
import { listed } from "@newfeed/shared/store/list.ts";
import * as sql from "./statements.ts";
import { subjectsOf } from "./subjects.ts";

export type { StoredRow } from "./statements.ts";

const dayMs = 24 * 3_600_000;
/** The clocks of two machines differ by less; an event from further ahead has an id that nobody gave out. */
const clockSkewMs = dayMs;

/**
 * They say nothing but ids. What is made of events from the store must learn of deletions, and audits of their course.
 */
const isKept = (type: EventType) => isDeletion(type) || type === "account.data_removed" || type === "account.deletion_completed";
const keptTypes = eventTypes.filter(isKept);

/** Empties the bodies of all that was kept of something that is deleted. */
export const emptyBodies: Job<{ query: Query }> = {
  name: "empty-events-of",
  async batch(subject, after, limit, { query }) {
    const rows = await query(sql.emptyBehind, { subject, after, limit, kept: keptTypes });
    return batchOf(
      rows.map(({ id }) => id),
      limit,
    );
  },
  async firstBatches(subjects, limit, { query }) {
    const found = Map.groupBy(await query(sql.findFirst, { subjects, limit }), ({ subject }) => subject);
    const ids = new Set([...found.values()].flat().map(({ id }) => id));
    if (ids.size > 0) await query(sql.emptyAll, { ids: [...ids], kept: keptTypes });
    for (const [subject, rows] of found) if (rows.length < limit) noteRemoved(subject, "empty-events-of", rows.length);
    return [...found].flatMap(([subject, rows]) => {
      const last = rows.at(-1);
      return last && rows.length >= limit ? [{ subject, rows: rows.length, next: last.id }] : [];
    });
  },
};

/**
 * Keeps events, each id once, and empties those of what they say is deleted; what speaks of something deleted is kept without its body,
 * however late it comes. Of two transactions, one that appends and one that deletes, either sees what the other did.
 * Events of months that are kept no more are left out. Throws for one whose id is no UUIDv7, or of the future.
 */
export async function appendEvents(query: Query, events: readonly Event[], bodyOf: (event: Event) => string, keptSince: number): Promise<void> {
  const kept = events.filter(({ id }) => createdAtOf(id) >= keptSince);
  const times = kept.map(({ id }) => createdAtOf(id));
  const [first, last] = [Math.min(...times), Math.max(...times)];
  if (kept.length === 0) return;
  if (last > Date.now() + clockSkewMs) throw new Error("the id of an event is no UUIDv7, or of the future");
  const deleted = kept.filter(({ type }) => isDeletion(type)).map(({ aggregate }) => aggregate.id);

  void query(sql.makePartitions, { first: new Date(first), last: new Date(last) });
  void query(deleted.length > 0 ? sql.lockDeletion : sql.lockAppend);
  if (deleted.length > 0) void query(sql.insertDeleted, { ids: deleted });
  const read = kept.map((event) => ({ event, ...subjectsOf(event) }));
  const ids = new Set(read.flatMap(({ all }) => all));
  const gone = new Set((await query(sql.findDeleted, { ids: [...ids] })).map(({ id }) => id));
  const isEmpty = ({ event, all }: (typeof read)[number]) => !isKept(event.type) && all.some((id) => gone.has(id));

  const mentions = read.flatMap(({ event, mentioned }) => mentioned.map((subject) => ({ subject, eventId: event.id })));
  await Promise.all([
    query(sql.insertEvents, {
      ids: kept.map(({ id }) => id),
      types: kept.map(({ type }) => type),
      aggregateTypes: kept.map(({ aggregate }) => aggregate.type),
      aggregateIds: kept.map(({ aggregate }) => aggregate.id),
      revisions: kept.map(({ aggregate }) => aggregate.revision),
      actorIds: kept.map(({ actorId }) => actorId),
      keys: kept.map(keyOf),
      correlationIds: kept.map(({ correlationId }) => correlationId),
      occurredAt: kept.map(({ occurredAt }) => occurredAt),
      bodies: read.map((each) => (isEmpty(each) ? "" : bodyOf(each.event))).join(sql.betweenBodies),
    }),
    mentions.length > 0 && query(sql.insertMentions, { subjects: mentions.map(({ subject }) => subject), eventIds: mentions.map(({ eventId }) => eventId) }),
  ]);
  await beginJobs(emptyBodies, deleted, { query });
}

/** Which events, and in which order. */
export interface EventList {
  filters: { readonly [Name in sql.FilterName]: string | null };
  direction: "older" | "newer";
  /** Ids: beyond which the list begins, and where it ends. */
  from: string;
  end: string;
}

/** Up to when nothing appears any more. */
async function storedUpTo(query: Query): Promise<Date> {
  const [answer] = await query(sql.storedUpTo);
  if (!answer) throw new Error("PostgreSQL gives a row for an aggregate");
  return answer.upTo;
}

/** Events in event-service's database. */
export const createStore = ({ query }: Pick<Database, "query">) => ({
  /** Is any of these deleted? */
  anyDeleted: async (ids: readonly string[]): Promise<boolean> => ids.length > 0 && (await query(sql.findDeleted, { ids })).length > 0,
  async find(id: string) {
    const [found] = await query(sql.findEvent, { id });
    return found;
  },
  /** Those that are not empty, in the order of their ids. */
  bodies: (ids: readonly string[]) => query(sql.findBodies, { ids }),
  /** At least `take` of a list if there are so many, by the index of its narrowest filter; it looks at a thousand at most. */
  async list({ filters, direction, from, end }: EventList, take: number): Promise<Listed<sql.StoredRow>> {
    const by = (Object.keys(sql.filterColumns) as sql.FilterName[]).find((name) => filters[name] !== null) ?? "none";
    return listed<Date, sql.MarkedRow>(await query(sql.listEvents[by][direction][sizeOf(take)], { ...filters, from, end }));
  },
  /** In the order in which they were stored, which is not that of their ids: the next behind a position that all filters are true of. It looks at a thousand at most. */
  async storedBehind(after: Key, filters: EventList["filters"], take: number): Promise<Listed<sql.StoredRow>> {
    const upTo = await storedUpTo(query);
    return sql.listStored(query, { before: null, after, take, skip: 0 }, { ...filters, upTo });
  },
  /** The one that was stored last. */
  async newestStored(): Promise<sql.StoredRow | undefined> {
    const unfiltered = { correlation: null, aggregate: null, actor: null, type: null, upTo: await storedUpTo(query) };
    return (await sql.listStored(query, { before: null, after: null, take: 1, skip: 0 }, unfiltered)).rows[0];
  },
});
export type Store = ReturnType<typeof createStore>;

/** What goes by age: whole months of events, and tombstones that no event is kept for. */
export const retention = ({ query }: Pick<Database, "query">, days: number): HousekeepingJob[] => {
  const before = () => new Date(Date.now() - days * dayMs);
  return [
    { name: "event_months", runSome: async () => (await query(sql.dropPartition, { before: before() }))[0]?.dropped ?? 0 },
    { name: "deleted_subjects", runSome: async () => (await query(sql.removeDeleted, { before: before() })).length },
  ];
};
