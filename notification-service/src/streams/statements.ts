import { array, boolean, float8, int4, int8, jsonb, text, timestamptz, userId, uuid } from "@newfeed/shared/ports/columns.ts";
import { removal } from "@newfeed/shared/ports/housekeeping.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";

const streams = array(text);
const streamTop = { id: text, top: int8 };

/**
 * Locks all streams of the entries in order of their ids, and appends. Gives the open ones; entries for closed streams are
 * dropped.
 */
export const append = statement({
  parameters: {
    streams,
    aggregateTypes: array(text),
    aggregateIds: array(uuid),
    actorIds: array(userId.nullable),
    types: array(text),
    revisions: array(int4),
    data: array(text),
  },
  row: streamTop,
  sql: ({ streams, aggregateTypes, aggregateIds, actorIds, types, revisions, data }) =>
    `WITH entry AS (
       SELECT *, row_number() OVER (PARTITION BY stream ORDER BY n) AS place, count(*) OVER (PARTITION BY stream) AS added
       FROM unnest(${streams}, ${aggregateTypes}, ${aggregateIds}, ${actorIds}, ${types}, ${revisions}, ${data})
         WITH ORDINALITY AS e(stream, aggregate_type, aggregate_id, actor_id, type, revision, data, n)
     ),
     raised AS (
       INSERT INTO stream (id, top) SELECT DISTINCT stream, added FROM entry ORDER BY stream
       ON CONFLICT (id) DO UPDATE SET top = stream.top + excluded.top,
         due_at = CASE WHEN stream.top + excluded.top > stream.due_beyond THEN coalesce(stream.due_at, now()) ELSE stream.due_at END
       WHERE stream.closed_at IS NULL RETURNING id, top
     ),
     appended AS (
       INSERT INTO stream_entry (stream, "offset", aggregate_type, aggregate_id, actor_id, type, revision, data)
       SELECT e.stream, raised.top - e.added + e.place, e.aggregate_type, e.aggregate_id, e.actor_id, e.type, e.revision, e.data::jsonb
       FROM entry e JOIN raised ON raised.id = e.stream
     )
     SELECT id, top FROM raised`,
});

// A partial index by aggregate has what is not blank: what was blanked before costs nothing, however often an aggregate changes.
// (`IS TRUE`, so that no index by stream, with all of a long log, can serve.)
export const replaceStates = statement({
  parameters: { stream: text, aggregateId: uuid, data: jsonb() },
  sql: ({ stream, aggregateId, data }) =>
    `UPDATE stream_entry SET type = CASE type WHEN 'comment_created' THEN type ELSE 'blank' END,
       data = CASE type WHEN 'comment_created' THEN ${data} ELSE '{}' END
     WHERE (stream = ${stream}) IS TRUE AND aggregate_id = ${aggregateId} AND type <> 'blank'`,
});

// Blank entries stay blank.
export const blankAggregates = statement({
  parameters: { streams, aggregateIds: array(uuid), types: array(text), data: array(text) },
  sql: ({ streams, aggregateIds, types, data }) =>
    `UPDATE stream_entry e SET type = gone.type, data = gone.data::jsonb
     FROM unnest(${streams}, ${aggregateIds}, ${types}, ${data}) AS gone (stream, aggregate_id, type, data)
     WHERE (e.stream = gone.stream) IS TRUE AND e.aggregate_id = gone.aggregate_id AND e.type <> 'blank'`,
});

export const closeStreams = statement({
  parameters: { streams },
  sql: ({ streams }) => `UPDATE stream SET closed_at = clock_timestamp(), due_at = clock_timestamp() WHERE id = ANY(${streams})`,
});
export const deleteLastEntries = statement({
  parameters: { streams },
  sql: ({ streams }) => `DELETE FROM stream_entry e USING stream s WHERE s.id = ANY(${streams}) AND e.stream = s.id AND e."offset" = s.top`,
});

/** A log's bounds with each entry of the page; with nulls where the page has none. Of a closed stream, only the last entry. */
export const readPage = statement({
  parameters: { stream: text, after: int8, limit: int4 },
  row: {
    top: int8.notNull,
    floor: int8.notNull,
    closed: boolean.notNull,
    offset: int8.nullable,
    type: text.nullable,
    actorId: userId.nullable,
    data: jsonb<Record<string, unknown>>().nullable,
  },
  // A plan must know how much is read.
  plan: "each time",
  sql: ({ stream, after, limit }) =>
    `SELECT s.top, s.floor, s.closed_at IS NOT NULL AS closed, e."offset", e.type, e.actor_id, e.data FROM stream s
     LEFT JOIN LATERAL (
       SELECT * FROM stream_entry WHERE stream = s.id AND "offset" > greatest(${after}, CASE WHEN s.closed_at IS NULL THEN s.floor ELSE s.top - 1 END)
       ORDER BY "offset" LIMIT ${limit}
     ) e ON true
     WHERE s.id = ${stream} ORDER BY e."offset"`,
});

export const readTops = statement({
  parameters: { streams },
  row: { id: text.notNull, top: int8 },
  // Of one stream, or of all that are followed: by key, however many.
  sql: ({ streams }) =>
    `SELECT asked.id, s.top FROM unnest(${streams}) AS asked (id) CROSS JOIN LATERAL (SELECT top FROM stream WHERE id = asked.id LIMIT 1) s`,
});

export const readEpoch = statement({ row: { value: text }, sql: "SELECT value FROM log_epoch" });

// Retention

/** When a run begins, by the clock that marks streams as due. */
export const readClock = statement({ row: { now: timestamptz.notNull }, sql: "SELECT clock_timestamp()::timestamptz(3) AS now" });

/** Entries of a stream to delete: those behind `from`, up to `to`. */
const span = { id: text, to: int8.notNull };

/** Locks the next streams that are due: closed, or with more entries than are kept. */
export const lockDueStreams = statement({
  parameters: { entries: int8, from: timestamptz, until: timestamptz, limit: int4 },
  row: { ...span, from: int8, dueAt: timestamptz.notNull },
  plan: "each time",
  sql: ({ entries, from, until, limit }) =>
    `SELECT id, floor AS "from", CASE WHEN closed_at IS NULL THEN top - ${entries} ELSE top - 1 END AS "to", due_at FROM stream
     WHERE due_at IS NOT NULL AND id = ANY(ARRAY(SELECT id FROM stream WHERE due_at BETWEEN ${from} AND ${until} ORDER BY due_at LIMIT ${limit}))
     ORDER BY id FOR UPDATE`,
});

/** Locks the streams of the next entries that are too old. */
export const lockStreamsOfOldEntries = statement({
  parameters: { seconds: float8, from: timestamptz, limit: int4 },
  row: { ...span, from: int8.notNull, lastAt: timestamptz.notNull },
  plan: "each time",
  sql: ({ seconds, from, limit }) =>
    `SELECT s.id, least(s.floor, old.first - 1) AS "from", old.last AS "to", old.last_at FROM (
       SELECT stream, min("offset") AS first, max("offset") AS last, max(created_at) AS last_at FROM (
         SELECT stream, "offset", created_at FROM stream_entry
         WHERE created_at >= ${from} AND created_at < now() - make_interval(secs => ${seconds}) ORDER BY created_at LIMIT ${limit}
       ) oldest GROUP BY stream ORDER BY stream
     ) old CROSS JOIN LATERAL (SELECT id, floor FROM stream WHERE id = old.stream LIMIT 1 FOR UPDATE) s`,
});

/** Entries that one batch of the trimming deletes at most. */
export const deletedAtOnce = 1_000;
const spans = { streams, froms: array(int8), tos: array(int8) };
export const deleteSpans = statement({
  parameters: spans,
  sql: ({ streams, froms, tos }) =>
    // By key and by place: a join the planner may take for worth reading the tables.
    `WITH raised AS (UPDATE stream SET floor = greatest(floor, (${tos})[array_position(${streams}, id)]) WHERE id = ANY(${streams}))
     DELETE FROM stream_entry WHERE ctid = ANY(ARRAY(
       SELECT e.ctid FROM unnest(${streams}, ${froms}, ${tos}) AS t(id, behind, upto)
       CROSS JOIN LATERAL (
         SELECT ctid FROM stream_entry WHERE stream = t.id AND "offset" > t.behind AND "offset" <= t.upto ORDER BY "offset" LIMIT ${deletedAtOnce}
       ) e
     ))`,
});

/** After their spans were deleted: streams are due again once they have grown, or in this run (`again`). */
export const setDue = statement({
  parameters: { streams, again: streams, until: timestamptz, entries: int8 },
  sql: ({ streams, again, until, entries }) =>
    `UPDATE stream SET due_at = CASE WHEN id = ANY(${again}) THEN ${until} END, due_beyond = floor + ${entries} WHERE id = ANY(${streams})`,
});

/** How many streams are due, up to a number, and for how long the first. */
export const readDue = statement({
  parameters: { limit: int4 },
  row: { count: int8.notNull, oldestSeconds: float8.notNull },
  plan: "each time",
  sql: ({ limit }) =>
    `SELECT count(*) AS count, coalesce(extract(epoch FROM clock_timestamp() - min(due_at)), 0)::float8 AS oldest_seconds
     FROM (SELECT due_at FROM stream WHERE due_at IS NOT NULL ORDER BY due_at LIMIT ${limit}) due`,
});

/** Once their entries are gone, and longer ago than an event that would be appended may take: a dead letter can be replayed for 30 days. */
export const closedStreams = removal({
  table: "stream",
  at: "closed_at",
  after: "90 days",
  where: "(SELECT true FROM stream_entry e WHERE e.stream = stream.id LIMIT 1) IS NULL",
});
