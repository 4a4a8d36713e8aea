import { array, boolean, float8, int4, int8, jsonb, text, userId, uuid } from "@newfeed/shared/ports/columns.ts";
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
       ON CONFLICT (id) DO UPDATE SET top = stream.top + excluded.top WHERE stream.closed_at IS NULL RETURNING id, top
     ),
     appended AS (
       INSERT INTO stream_entry (stream, "offset", aggregate_type, aggregate_id, actor_id, type, revision, data)
       SELECT e.stream, raised.top - e.added + e.place, e.aggregate_type, e.aggregate_id, e.actor_id, e.type, e.revision, e.data::jsonb
       FROM entry e JOIN raised ON raised.id = e.stream
     )
     SELECT id, top FROM raised`,
});

// A partial index has what is not blank, so that what was blanked before costs nothing, however often an aggregate changes.
export const replaceStates = statement({
  parameters: { stream: text, aggregateId: uuid, data: jsonb() },
  sql: ({ stream, aggregateId, data }) =>
    `UPDATE stream_entry SET type = CASE type WHEN 'comment_created' THEN type ELSE 'blank' END,
       data = CASE type WHEN 'comment_created' THEN ${data} ELSE '{}' END
     WHERE stream = ${stream} AND aggregate_id = ${aggregateId} AND type <> 'blank'`,
});

// Blank entries stay blank.
export const blankAggregate = statement({
  parameters: { stream: text, aggregateId: uuid, type: text, data: jsonb() },
  sql: ({ stream, aggregateId, type, data }) =>
    `UPDATE stream_entry SET type = ${type}, data = ${data} WHERE stream = ${stream} AND aggregate_id = ${aggregateId} AND type <> 'blank'`,
});

export const closeStreams = statement({
  parameters: { streams },
  sql: ({ streams }) => `UPDATE stream SET closed_at = clock_timestamp() WHERE id = ANY(${streams})`,
});
export const blankAllButLast = statement({
  parameters: { streams },
  sql: ({ streams }) =>
    `UPDATE stream_entry e SET type = 'blank', data = '{}', actor_id = NULL FROM stream s
     WHERE s.id = ANY(${streams}) AND e.stream = s.id AND e."offset" < s.top`,
});

export const deleteEntries = statement({ parameters: { streams }, sql: ({ streams }) => `DELETE FROM stream_entry WHERE stream = ANY(${streams})` });
export const closeEmptied = statement({
  parameters: { streams },
  sql: ({ streams }) => `UPDATE stream SET closed_at = clock_timestamp(), floor = top WHERE id = ANY(${streams})`,
});

/** A log's bounds with each entry of the page; with nulls where the page has none. */
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
     LEFT JOIN LATERAL (SELECT * FROM stream_entry WHERE stream = s.id AND "offset" > ${after} ORDER BY "offset" LIMIT ${limit}) e ON true
     WHERE s.id = ${stream} ORDER BY e."offset"`,
});

export const readTops = statement({
  parameters: { streams },
  row: streamTop,
  // Of few streams, or of all that are followed.
  plan: "each time",
  sql: ({ streams }) => `SELECT id, top FROM stream WHERE id = ANY(${streams})`,
});

export const readEpoch = statement({ row: { value: text }, sql: "SELECT value FROM log_epoch" });

// Retention

/** Streams that one run trims at most. */
const trimAtOnce = 200;

export const lockStreamsToTrim = statement({
  parameters: { entries: int8, seconds: float8 },
  row: { id: text, newFloor: int8.notNull },
  sql: ({ entries, seconds }) => {
    const expired = `e.created_at < now() - make_interval(secs => ${seconds})`;
    return `SELECT s.id, greatest(s.top - ${entries}, coalesce((SELECT max(e."offset") FROM stream_entry e WHERE e.stream = s.id AND ${expired}), 0)) AS new_floor
     FROM stream s
     WHERE s.top - s.floor > ${entries}
        OR s.id IN (SELECT e.stream FROM stream_entry e WHERE ${expired} ORDER BY e.created_at LIMIT ${trimAtOnce})
     ORDER BY s.id LIMIT ${trimAtOnce} FOR UPDATE OF s`;
  },
});
const floors = { streams, floors: array(int8) };
export const raiseFloors = statement({
  parameters: floors,
  sql: ({ streams, floors }) => `UPDATE stream s SET floor = greatest(s.floor, t.floor) FROM unnest(${streams}, ${floors}) AS t(id, floor) WHERE s.id = t.id`,
});
export const deleteTrimmed = statement({
  parameters: floors,
  sql: ({ streams, floors }) =>
    `DELETE FROM stream_entry e USING unnest(${streams}, ${floors}) AS t(id, floor) WHERE e.stream = t.id AND e."offset" <= t.floor`,
});
