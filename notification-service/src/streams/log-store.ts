import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import type { EntryType } from "@newfeed/shared/contracts/sockets.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import type { Appended, Entry, LogPage, NewEntry } from "./log.ts";

/**
 * Appends in the caller's transaction. All streams of the batch are locked in one statement, in order of their ids, so
 * that offsets are contiguous in commit order and two batches cannot deadlock. Entries for closed streams are dropped.
 */
export async function append(query: Query, entries: readonly NewEntry[]): Promise<Appended[]> {
  const byStream = Map.groupBy(entries, (entry) => entry.stream);
  if (byStream.size === 0) return [];
  const rows = [...byStream.values()].flat();
  const tops = await query<{ id: string; top: number | bigint }>(
    `WITH entry AS (
       SELECT *, row_number() OVER (PARTITION BY stream ORDER BY n) AS place, count(*) OVER (PARTITION BY stream) AS added
       FROM unnest($1::text[], $2::text[], $3::uuid[], $4::uuid[], $5::text[], $6::int[], $7::text[])
         WITH ORDINALITY AS e(stream, aggregate_type, aggregate_id, actor_id, type, revision, data, n)
     ),
     raised AS (
       INSERT INTO stream (id, top) SELECT DISTINCT stream, added FROM entry ORDER BY stream
       ON CONFLICT (id) DO UPDATE SET top = stream.top + excluded.top WHERE stream.closed_at IS NULL RETURNING id, top
     ),
     appended AS (
       INSERT INTO stream_entry (stream, "offset", aggregate_type, aggregate_id, actor_id, type, revision, data)
       SELECT e.stream, raised.top - e.added + e.place, e.aggregate_type, e.aggregate_id, e.actor_id, e.type, e.revision, e.data::jsonb
       FROM entry e JOIN raised ON raised.id = e.stream
     )
     SELECT id, top FROM raised`,
    [
      rows.map((row) => row.stream),
      rows.map((row) => row.aggregate.type),
      rows.map((row) => row.aggregate.id),
      rows.map((row) => row.actorId),
      rows.map((row) => row.type),
      rows.map((row) => row.revision),
      rows.map((row) => JSON.stringify(row.data)),
    ],
  );
  return tops.map(({ id, top }) => {
    const added = byStream.get(id) ?? [];
    const first = Number(top) - added.length + 1;
    return { stream: id, entries: added.map(({ type, actorId, data }, index) => ({ offset: first + index, type, actorId, data })) };
  });
}

/** Replaces all earlier entries about an aggregate by its deletion: a replay must not show what was deleted. Blank entries stay blank. */
export async function blankAggregate(query: Query, stream: string, aggregateId: string, type: EntryType, data: Record<string, unknown>): Promise<void> {
  await query("UPDATE stream_entry SET type = $3, data = $4::jsonb WHERE stream = $1 AND aggregate_id = $2::uuid AND type <> 'blank'", [
    stream,
    aggregateId,
    type,
    JSON.stringify(data),
  ]);
}

/** Closes streams: nothing is appended any more, and all entries but the last are blanked. */
export async function closeStreams(query: Query, streams: readonly string[]): Promise<void> {
  await query("UPDATE stream SET closed_at = clock_timestamp() WHERE id = ANY($1::text[])", [streams]);
  await query(
    `UPDATE stream_entry e SET type = 'blank', data = '{}', actor_id = NULL FROM stream s
     WHERE s.id = ANY($1::text[]) AND e.stream = s.id AND e."offset" < s.top`,
    [streams],
  );
}

/** Empties and closes the logs of a deleted user. */
export async function eraseStreams(query: Query, streams: readonly string[]): Promise<void> {
  await query("DELETE FROM stream_entry WHERE stream = ANY($1::text[])", [streams]);
  await query("UPDATE stream SET closed_at = clock_timestamp(), floor = top WHERE id = ANY($1::text[])", [streams]);
}

/** Reads at most `limit` entries after an offset, with the log's bounds, in one statement (one snapshot). */
export async function readPage(query: Query, stream: string, after: number, limit: number): Promise<LogPage> {
  const rows = await query<{
    top: number;
    floor: number;
    closed: boolean;
    offset: number | null;
    type: Entry["type"];
    actor_id: UserId | null;
    data: Record<string, unknown>;
  }>(
    `SELECT s.top, s.floor, s.closed_at IS NOT NULL AS closed, e."offset", e.type, e.actor_id, e.data FROM stream s
     LEFT JOIN LATERAL (SELECT * FROM stream_entry WHERE stream = s.id AND "offset" > $2 ORDER BY "offset" LIMIT $3) e ON true
     WHERE s.id = $1 ORDER BY e."offset"`,
    [stream, after, limit],
  );
  const [first] = rows;
  if (!first) return { top: 0, floor: 0, closed: false, entries: [] };
  const entries = rows.flatMap((row) => (row.offset === null ? [] : [{ offset: row.offset, type: row.type, actorId: row.actor_id, data: row.data }]));
  return { top: first.top, floor: first.floor, closed: first.closed, entries };
}

/** The last offset of each stream; streams without a row yet are omitted. */
export async function readTops(query: Query, streams: readonly string[]): Promise<Map<string, number>> {
  const rows = await query<{ id: string; top: number | bigint }>("SELECT id, top FROM stream WHERE id = ANY($1::text[])", [streams]);
  return new Map(rows.map(({ id, top }) => [id, Number(top)]));
}

export async function readDatabaseEpoch(query: Query): Promise<string> {
  const [row] = await query<{ value: string }>("SELECT value FROM log_epoch");
  if (!row) throw new Error("the log has no epoch: the first migration was not applied");
  return row.value;
}

const trimAtOnce = 200;

/** Trims what is past retention, a bounded number of streams per run, each under its stream's lock. */
export async function trim(transaction: <T>(work: (query: Query) => Promise<T>) => Promise<T>, retention: { entries: number; days: number }): Promise<void> {
  await transaction(async (query) => {
    const streams = await query<{ id: string; keep_from: number }>(
      `SELECT s.id, greatest(s.top - $1, coalesce((SELECT max(e."offset") FROM stream_entry e WHERE e.stream = s.id AND e.created_at < now() - make_interval(secs => $2)), 0)) AS keep_from
       FROM stream s
       WHERE s.top - s.floor > $1
          OR s.id IN (SELECT e.stream FROM stream_entry e WHERE e.created_at < now() - make_interval(secs => $2) ORDER BY e.created_at LIMIT $3)
       ORDER BY s.id LIMIT $3 FOR UPDATE OF s`,
      [retention.entries, retention.days * 86_400, trimAtOnce],
    );
    if (streams.length === 0) return;
    const values = [streams.map((stream) => stream.id), streams.map((stream) => stream.keep_from)];
    await query(`UPDATE stream s SET floor = greatest(floor, t.f) FROM unnest($1::text[], $2::bigint[]) AS t(id, f) WHERE s.id = t.id`, values);
    await query(`DELETE FROM stream_entry e USING unnest($1::text[], $2::bigint[]) AS t(id, f) WHERE e.stream = t.id AND e."offset" <= t.f`, values);
  });
}
