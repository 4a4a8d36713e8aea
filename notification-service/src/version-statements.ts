import { array, boolean, int4, type RowOf, text, uuid } from "@newfeed/shared/ports/columns.ts";
import { removal } from "@newfeed/shared/ports/housekeeping.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";

const knownVersion = { type: text, id: uuid, revision: int4, deleted: boolean };
/** The last version of an aggregate that an event brought. */
export type KnownVersion = RowOf<typeof knownVersion>;

/**
 * Records versions, and gives what was known before. Aggregates are looked up by their keys: a join would read the whole
 * table while it is small (docs/decisions/0031-unread-counters.md).
 */
export const recordVersions = statement({
  parameters: { types: array(text), ids: array(uuid), revisions: array(int4), deleted: array(boolean), ownRevisions: array(boolean) },
  row: knownVersion,
  sql: ({ types, ids, revisions, deleted, ownRevisions }) =>
    `WITH event AS (
       SELECT type, id, max(revision) FILTER (WHERE own_revision) AS revision, bool_or(deleted) AS deleted
       FROM unnest(${types}, ${ids}, ${revisions}, ${deleted}, ${ownRevisions})
         AS e(type, id, revision, deleted, own_revision) GROUP BY type, id
     ),
     noted AS (
       INSERT INTO seen_aggregate (type, id, revision, deleted) SELECT * FROM event WHERE revision IS NOT NULL ORDER BY type, id
       ON CONFLICT (type, id) DO UPDATE SET revision = excluded.revision, deleted = excluded.deleted, changed_at = excluded.changed_at
       WHERE NOT seen_aggregate.deleted AND (excluded.deleted OR seen_aggregate.revision < excluded.revision)
     )
     SELECT s.type, s.id, s.revision, s.deleted FROM event
     CROSS JOIN LATERAL (SELECT * FROM seen_aggregate WHERE (type, id) = (event.type, event.id) LIMIT 1) s`,
});

/** Longer than an older event of the aggregate may take: a dead letter can be replayed for 30 days. */
export const daysKept = 90;
export const oldVersions = removal({ table: "seen_aggregate", at: "changed_at", after: `${daysKept} days` });
