import type { Database, Query } from "@newfeed/shared/ports/database.ts";
import { readInOrder } from "@newfeed/shared/ports/housekeeping.ts";
import type { Sample } from "@newfeed/shared/ports/metrics.ts";
import type { Appended, Entry, LogPage, NewEntry } from "./log.ts";
import * as sql from "./statements.ts";

/**
 * Appends in the caller's transaction. All streams of the batch are locked in one statement, in order of their ids, so
 * that offsets are contiguous in commit order and two batches cannot deadlock. Entries for closed streams are dropped.
 */
export async function append(query: Query, entries: readonly NewEntry[]): Promise<Appended[]> {
  const byStream = Map.groupBy(entries, (entry) => entry.stream);
  if (byStream.size === 0) return [];
  const rows = [...byStream.values()].flat();
  const tops = await query(sql.append, {
    streams: rows.map((row) => row.stream),
    aggregateTypes: rows.map((row) => row.aggregate.type),
    aggregateIds: rows.map((row) => row.aggregate.id),
    actorIds: rows.map((row) => row.actorId),
    types: rows.map((row) => row.type),
    revisions: rows.map((row) => row.revision),
    data: rows.map((row) => JSON.stringify(row.logged ?? row.data)),
  });
  return tops.map(({ id, top }) => {
    const added = byStream.get(id) ?? [];
    const first = top - added.length + 1;
    return { stream: id, entries: added.map(({ type, actorId, data }, index) => ({ offset: first + index, type, actorId, data })) };
  });
}

/**
 * Takes the earlier states of an aggregate out of the log, before its next one is appended: a replay must not show a text
 * that was replaced. The entry that says that it is there stays, with the new state; the others are blanked.
 */
export async function replaceStates(query: Query, { stream, aggregate, data }: NewEntry): Promise<void> {
  await query(sql.replaceStates, { stream, aggregateId: aggregate.id, data: JSON.stringify(data) });
}

/** Replaces all earlier entries about aggregates by their deletion: a replay must not show what was deleted. Blank entries stay blank. */
export async function blankAggregates(query: Query, deletions: readonly Pick<NewEntry, "stream" | "aggregate" | "type" | "data">[]): Promise<void> {
  await query(sql.blankAggregates, {
    streams: deletions.map(({ stream }) => stream),
    aggregateIds: deletions.map(({ aggregate }) => aggregate.id),
    types: deletions.map(({ type }) => type),
    data: deletions.map(({ data }) => JSON.stringify(data)),
  });
}

/** Closes streams: nothing is appended any more, and all entries but the last read as blank. The trimming deletes those. */
export async function closeStreams(query: Query, streams: readonly string[]): Promise<void> {
  await query(sql.closeStreams, { streams });
}

/** Closes the logs of a deleted user, and nothing of them can be read any more. */
export async function eraseStreams(query: Query, streams: readonly string[]): Promise<void> {
  await query(sql.closeStreams, { streams });
  await query(sql.deleteLastEntries, { streams });
}

/** A page of a closed log: whatever rows of it are left, its entries read as blank, but for the last, if that is still there. */
function pageOfClosed(top: number, after: number, limit: number, last: Entry | undefined): LogPage {
  if (!last) return { top, floor: top, closed: true, entries: [] };
  const entries = Array.from(
    { length: Math.min(limit, top - after) },
    (_, index): Entry => (after + 1 + index === top ? last : { offset: after + 1 + index, type: "blank", actorId: null, data: {} }),
  );
  return { top, floor: 0, closed: true, entries };
}

/** Reads at most `limit` entries after an offset, with the log's bounds, in one statement (one snapshot). */
export async function readPage(query: Query, stream: string, after: number, limit: number): Promise<LogPage> {
  const rows = await query(sql.readPage, { stream, after, limit });
  const [first] = rows;
  if (!first) return { top: 0, floor: 0, closed: false, entries: [] };
  const { top, floor, closed } = first;
  const entries = rows.flatMap(({ offset, type, actorId, data }) =>
    offset === null || type === null || data === null ? [] : [{ offset, type, actorId, data }],
  );
  return closed ? pageOfClosed(top, after, limit, entries[0]) : { top, floor, closed, entries };
}

/** The last offset of each stream; streams without a row yet are omitted. */
export async function readTops(query: Query, streams: readonly string[]): Promise<Map<string, number>> {
  return new Map((await query(sql.readTops, { streams })).map(({ id, top }) => [id, top]));
}

export async function readDatabaseEpoch(query: Query): Promise<string> {
  const [row] = await query(sql.readEpoch);
  if (!row) throw new Error("the log has no epoch: the first migration was not applied");
  return row.value;
}

/** What a stream loses: the entries behind `from`, up to `to`. */
interface Span {
  id: string;
  from: number;
  to: number;
}

/** Cuts spans to what one batch may delete: each to an equal share, and what one does not need goes to the others. */
function cutToBatch<S extends Span>(spans: readonly S[]): (S & { isCut: boolean })[] {
  let left = sql.deletedAtOnce;
  return spans
    .toSorted((one, other) => one.to - one.from - (other.to - other.from))
    .map((span, index) => {
      const to = Math.min(span.to, span.from + Math.floor(left / (spans.length - index)));
      left -= Math.max(0, to - span.from);
      return { ...span, to, isCut: to < span.to };
    });
}

async function deleteSpans(query: Query, spans: readonly Span[]): Promise<void> {
  if (spans.length === 0) return;
  await query(sql.deleteSpans, { streams: spans.map(({ id }) => id), froms: spans.map(({ from }) => from), tos: spans.map(({ to }) => to) });
}

/** Streams, and entries that are too old, that one batch looks at. */
const [streamsAtOnce, entriesAtOnce] = [200, 500];
const runMs = 60_000;

/**
 * Trims what is past retention, and what is left of closed streams, in short transactions, each under the locks of its streams:
 * until nothing is due, a minute is over, or it is stopped. The longest due come first, and what a batch leaves of them comes
 * behind all others.
 */
export async function trim(
  transaction: <T>(work: (query: Query) => Promise<T>) => Promise<T>,
  { entries, days }: { entries: number; days: number },
  stopped: () => boolean = () => false,
): Promise<void> {
  const end = Date.now() + runMs;
  const [clock] = await transaction((query) => query(sql.readClock));
  const until = clock?.now ?? new Date();
  // Behind these, the indexes hold what earlier batches have done with.
  const from: Record<"due" | "old", Date | string> = { due: "-infinity", old: "-infinity" };

  const trimDue = async (query: Query) => {
    const locked = await query(sql.lockDueStreams, { entries, from: from.due, until, limit: streamsAtOnce });
    if (locked.length === 0) return false;
    const spans = cutToBatch(locked);
    await deleteSpans(query, spans);
    const again = spans.filter(({ isCut }) => isCut);
    await query(sql.setDue, { streams: spans.map(({ id }) => id), again: again.map(({ id }) => id), until, entries });
    from.due = latest(spans.map(({ dueAt }) => dueAt));
    return true;
  };
  const trimOld = async (query: Query) => {
    const spans = cutToBatch(await query(sql.lockStreamsOfOldEntries, { from: from.old, seconds: days * 86_400, limit: entriesAtOnce }));
    if (spans.length === 0) return false;
    await deleteSpans(query, spans);
    if (!spans.some(({ isCut }) => isCut)) from.old = latest(spans.map(({ lastAt }) => lastAt));
    return true;
  };

  const inOrder = (work: (query: Query) => Promise<boolean>) =>
    transaction((query) => {
      void query(readInOrder);
      return work(query);
    });
  for (let more = true; more && !stopped() && Date.now() < end; ) {
    const results = [await inOrder(trimOld), await inOrder(trimDue)];
    more = results.includes(true);
  }
}

const latest = (times: readonly Date[]): Date => new Date(Math.max(...times.map(Number)));

/** For the metrics: how many streams the trimming has to look at, up to ten thousand, and since when. */
export async function readTrimmingBacklog(query: Query): Promise<Sample[]> {
  const [row] = await query(sql.readDue, { limit: 10_000 });
  return [
    { gauge: "newfeed_streams_due", labels: {}, value: row?.count ?? 0 },
    { gauge: "newfeed_streams_due_oldest_seconds", labels: {}, value: row?.oldestSeconds ?? 0 },
  ];
}

/** Removes streams that were closed some months ago. */
export const streamRetention = (database: Pick<Database, "transaction">) => sql.closedStreams("closed_streams", database);
