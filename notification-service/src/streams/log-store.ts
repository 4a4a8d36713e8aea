import type { EntryType } from "@newfeed/shared/contracts/sockets.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import type { Appended, LogPage, NewEntry } from "./log.ts";
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

/** Replaces all earlier entries about an aggregate by its deletion: a replay must not show what was deleted. Blank entries stay blank. */
export async function blankAggregate(query: Query, stream: string, aggregateId: string, type: EntryType, data: Record<string, unknown>): Promise<void> {
  await query(sql.blankAggregate, { stream, aggregateId, type, data: JSON.stringify(data) });
}

/** Closes streams: nothing is appended any more, and all entries but the last are blanked. */
export async function closeStreams(query: Query, streams: readonly string[]): Promise<void> {
  await query(sql.closeStreams, { streams });
  await query(sql.blankAllButLast, { streams });
}

/** Empties and closes the logs of a deleted user. */
export async function eraseStreams(query: Query, streams: readonly string[]): Promise<void> {
  await query(sql.deleteEntries, { streams });
  await query(sql.closeEmptied, { streams });
}

/** Reads at most `limit` entries after an offset, with the log's bounds, in one statement (one snapshot). */
export async function readPage(query: Query, stream: string, after: number, limit: number): Promise<LogPage> {
  const rows = await query(sql.readPage, { stream, after, limit });
  const [first] = rows;
  if (!first) return { top: 0, floor: 0, closed: false, entries: [] };
  const entries = rows.flatMap(({ offset, type, actorId, data }) =>
    offset === null || type === null || data === null ? [] : [{ offset, type, actorId, data }],
  );
  return { top: first.top, floor: first.floor, closed: first.closed, entries };
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

/** Trims what is past retention, a bounded number of streams per run, each under its stream's lock. */
export async function trim(transaction: <T>(work: (query: Query) => Promise<T>) => Promise<T>, retention: { entries: number; days: number }): Promise<void> {
  await transaction(async (query) => {
    const locked = await query(sql.lockStreamsToTrim, { entries: retention.entries, seconds: retention.days * 86_400 });
    if (locked.length === 0) return;
    const values = { streams: locked.map(({ id }) => id), floors: locked.map(({ newFloor }) => newFloor) };
    await query(sql.raiseFloors, values);
    await query(sql.deleteTrimmed, values);
  });
}
