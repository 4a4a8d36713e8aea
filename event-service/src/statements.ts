import { behind, idOrFirst } from "@newfeed/shared/jobs/job.ts";
import { array, int4, type RowOf, text, timestamptz, userId, uuid } from "@newfeed/shared/ports/columns.ts";
import { statement, variants } from "@newfeed/shared/ports/statement.ts";
import { fetchSizes } from "@newfeed/shared/store/cursors.ts";
import { marked, markedOf, showing, sparseList } from "@newfeed/shared/store/list.ts";

const firstId = "00000000-0000-0000-0000-000000000000";

/** What a deletion keeps out of an append, and an append out of a deletion, until the transaction ends: appends go on beside each other. */
const turn = "hashtext('newfeed event bodies')";
export const lockAppend = statement({ row: { lock: text.notNull }, sql: `SELECT pg_advisory_xact_lock_shared(${turn})::text AS lock` });
export const lockDeletion = statement({ row: { lock: text.notNull }, sql: `SELECT pg_advisory_xact_lock(${turn})::text AS lock` });

export const makePartitions = statement({
  parameters: { first: timestamptz, last: timestamptz },
  row: { made: int4.notNull },
  sql: ({ first, last }) => `SELECT make_event_partitions(${first}, ${last}) AS made`,
});
export const dropPartition = statement({
  parameters: { before: timestamptz },
  row: { dropped: int4.notNull },
  sql: ({ before }) => `SELECT drop_event_partition(${before}) AS dropped`,
});

/** Stands in no JSON text (RFC 8259, sections 2 and 7): bodies that it separates need not be escaped, as they are in an array. */
export const betweenBodies = "\u001f";
/** An empty text in place of a body: the event has none. */
export const insertEvents = statement({
  parameters: {
    ids: array(uuid),
    types: array(text),
    aggregateTypes: array(text),
    aggregateIds: array(uuid),
    revisions: array(int4),
    actorIds: array(userId.nullable),
    keys: array(uuid),
    correlationIds: array(text),
    occurredAt: array(timestamptz),
    bodies: text,
  },
  sql: ({ ids, types, aggregateTypes, aggregateIds, revisions, actorIds, keys, correlationIds, occurredAt, bodies }) =>
    `INSERT INTO event (id, type, aggregate_type, aggregate_id, revision, actor_id, key, correlation_id, occurred_at, body)
     SELECT * FROM unnest(${ids}, ${types}, ${aggregateTypes}, ${aggregateIds}, ${revisions}, ${actorIds}, ${keys}, ${correlationIds}, ${occurredAt},
       string_to_array(${bodies}, '${betweenBodies}', ''))
     ON CONFLICT DO NOTHING`,
});
export const insertMentions = statement({
  parameters: { subjects: array(uuid), eventIds: array(uuid) },
  sql: ({ subjects, eventIds }) => `INSERT INTO event_mention (subject, event_id) SELECT * FROM unnest(${subjects}, ${eventIds}) ON CONFLICT DO NOTHING`,
});

export const insertDeleted = statement({
  parameters: { ids: array(uuid) },
  sql: ({ ids }) => `INSERT INTO deleted_subject (id) SELECT DISTINCT unnest(${ids}) ON CONFLICT DO NOTHING`,
});
export const findDeleted = statement({
  parameters: { ids: array(uuid) },
  row: { id: uuid },
  sql: ({ ids }) => `SELECT id FROM deleted_subject WHERE id = ANY(${ids})`,
  plan: "each time",
});
export const removeDeleted = statement({
  parameters: { before: timestamptz },
  row: { id: uuid },
  sql: ({ before }) =>
    `DELETE FROM deleted_subject WHERE id = ANY(ARRAY(
       SELECT id FROM deleted_subject WHERE deleted_at < ${before} ORDER BY deleted_at LIMIT 1000 FOR UPDATE SKIP LOCKED)) RETURNING id`,
  plan: "each time",
});

/** The ids of the next events that say something of a subject, behind one, in order: by each index that finds such. */
function idsOf(subject: string, after: string, limit: string): string {
  const next = (table: string, column: string, id = "id") => {
    const { where, order } = behind([column, id], subject, [after]);
    return `(SELECT ${id} AS id FROM ${table} WHERE ${where} ${order} LIMIT ${limit})`;
  };
  return `SELECT id FROM (${["key", "aggregate_id", "actor_id"].map((column) => next("event", column)).join(" UNION ")}
    UNION ${next("event_mention", "subject", "event_id")}) found ORDER BY id LIMIT ${limit}`;
}
/** Empties the bodies of the next events of a subject behind an id (null: from the first one on), but for those of some types. Gives all that it looked at, in order. */
export const emptyBehind = statement({
  parameters: { subject: uuid, after: uuid.nullable, limit: int4, kept: array(text) },
  row: { id: uuid.notNull },
  sql: ({ subject, after, limit, kept }) =>
    `WITH taken AS MATERIALIZED (${idsOf(subject, idOrFirst(after), limit)}), emptied AS (
       UPDATE event e SET body = NULL FROM taken WHERE e.id = taken.id AND e.body IS NOT NULL AND NOT e.type = ANY(${kept})) SELECT id FROM taken ORDER BY id`,
  plan: "each time",
});

/** The first events of many subjects: to plan this for each of them would take longer than to do it, with a partition a month. */
export const findFirst = statement({
  parameters: { subjects: array(uuid), limit: int4 },
  row: { subject: uuid.notNull, id: uuid.notNull },
  sql: ({ subjects, limit }) =>
    `SELECT gone.id AS subject, ids.id FROM unnest(${subjects}) AS gone(id) CROSS JOIN LATERAL (${idsOf("gone.id", `'${firstId}'::uuid`, limit)}) ids`,
  plan: "each time",
});
/** Empties events, but for those of some types. */
export const emptyAll = statement({
  parameters: { ids: array(uuid), kept: array(text) },
  sql: ({ ids, kept }) => `UPDATE event SET body = NULL WHERE id = ANY(${ids}) AND body IS NOT NULL AND NOT type = ANY(${kept})`,
  plan: "each time",
});

const stored = {
  id: uuid,
  type: text,
  aggregateType: text,
  aggregateId: uuid,
  revision: int4,
  actorId: userId.nullable,
  key: uuid,
  correlationId: text,
  occurredAt: timestamptz,
  storedAt: timestamptz,
  body: text.nullable,
};
export type StoredRow = RowOf<typeof stored>;
export type MarkedRow = RowOf<ReturnType<typeof marked<typeof stored>>>;
const columnsOf = (as: string) =>
  ["id", "type", "aggregate_type", "aggregate_id", "revision", "actor_id", "key", "correlation_id", "occurred_at", "stored_at", "body"]
    .map((column) => `${as}.${column}`)
    .join(", ");

export const findEvent = statement({
  parameters: { id: uuid },
  row: stored,
  sql: ({ id }) => `SELECT ${columnsOf("e")} FROM event e WHERE e.id = ${id}`,
  // A plan for one id looks into one month.
  plan: "each time",
});

export const findBodies = statement({
  parameters: { ids: array(uuid) },
  row: { id: uuid, type: text, key: uuid, body: text.notNull },
  sql: ({ ids }) => `SELECT id, type, key, body FROM event WHERE id = ANY(${ids}) AND body IS NOT NULL ORDER BY id`,
  plan: "each time",
});

/** By which index a list is read, the one that leaves the fewest events first: of the other filters, each event is asked. */
export const filterColumns = { correlation: "correlation_id", aggregate: "aggregate_id", actor: "actor_id", type: "type" } as const;
export type FilterName = keyof typeof filterColumns;
const filterNames = Object.keys(filterColumns) as FilterName[];

const isMeant = (filters: Record<FilterName, string>) =>
  filterNames.map((name) => `(${filters[name]} IS NULL OR e.${filterColumns[name]} = ${filters[name]})`).join(" AND ");
const filterParameters = { correlation: text.nullable, aggregate: uuid.nullable, actor: uuid.nullable, type: text.nullable };

/**
 * Before this time, nothing appears any more: a transaction that stores events has the lock of appends first, and stores them later than it
 * began. To be asked before the events are, and by itself: a statement that asked both would see the events of an older moment. The column
 * has milliseconds.
 */
export const storedUpTo = statement({
  row: { upTo: timestamptz.notNull },
  sql: `SELECT least(statement_timestamp(), min(a.xact_start)) - interval '1 millisecond' AS up_to
        FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
        WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND a.datname = current_database()
          AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
          AND ((l.classid::bigint << 32) | l.objid::bigint) = ${turn}::bigint`,
  plan: "each time",
});

/** Events in the order in which they were stored, up to a time. */
export const listStored = sparseList({
  parameters: { ...filterParameters, upTo: timestamptz },
  row: stored,
  sql: ({ upTo, ...filters }, { beyond, order, showing }) => {
    const candidates = `SELECT e.* FROM event e WHERE ${beyond("e.stored_at", "e.id")} AND e.stored_at < ${upTo} ${order("e.stored_at", "e.id")}`;
    return `SELECT ${columnsOf("e")}, ${markedOf("e")} FROM (${showing(candidates, { as: "e", shows: isMeant(filters), key: ["e.stored_at", "e.id"] })}) e`;
  },
});

/**
 * Pages of events by an index, or by their ids alone. Both ends are a part of what is read of the index: a page that ends at
 * one does not look for more behind it. The ids alone say which months to look into.
 */
export const listEvents = variants([...filterNames, "none"], (by) =>
  variants(["older", "newer"], (direction) =>
    variants(fetchSizes, (size) =>
      statement({
        parameters: { ...filterParameters, from: uuid, end: uuid },
        row: marked(stored),
        sql: ({ from, end, ...filters }) => {
          const [first, last, order] = direction === "older" ? ["<", ">=", "DESC"] : [">", "<", "ASC"];
          const column = by === "none" ? undefined : `e.${filterColumns[by]}`;
          const place = (id: string) => (by === "none" ? id : `(${filters[by]}, ${id})`);
          const key = column ? `(${column}, e.id)` : "e.id";
          const candidates = `SELECT e.* FROM event e WHERE ${key} ${first} ${place(from)} AND ${key} ${last} ${place(end)} AND e.id ${first} ${from} AND e.id ${last} ${end}
            ORDER BY ${column ? `${column} ${order}, ` : ""}e.id ${order}`;
          const page = showing(candidates, { as: "e", shows: isMeant(filters), key: ["e.occurred_at", "e.id"] }, { examined: "1000", limit: `LIMIT ${size}` });
          return `SELECT ${columnsOf("e")}, ${markedOf("e")} FROM (${page}) e`;
        },
      }),
    ),
  ),
);
