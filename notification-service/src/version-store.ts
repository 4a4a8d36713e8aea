import { type Event, isDeletion, sharesRevision } from "@newfeed/shared/contracts/events.ts";
import { opaque, type Query } from "@newfeed/shared/ports/database.ts";

/** The last version of an aggregate that an event brought. */
export interface KnownVersion {
  type: string;
  id: string;
  revision: number;
  deleted: boolean;
}

/**
 * Records the versions that a batch of events brings, in one statement, and returns what was known before it. Aggregates
 * are looked up by their keys: a join would read the whole table while it is small (docs/decisions/0031-unread-counters.md).
 */
export const recordVersions = (query: Query, events: readonly Event[]) =>
  query<KnownVersion>(
    `WITH event AS (
       SELECT type, id, max(revision) FILTER (WHERE own_revision) AS revision, bool_or(deleted) AS deleted
       FROM unnest(${opaque("$1", "text[]")}, ${opaque("$2", "uuid[]")}, ${opaque("$3", "int[]")}, ${opaque("$4", "boolean[]")}, ${opaque("$5", "boolean[]")})
         AS e(type, id, revision, deleted, own_revision) GROUP BY type, id
     ),
     noted AS (
       INSERT INTO seen_aggregate (type, id, revision, deleted) SELECT * FROM event WHERE revision IS NOT NULL ORDER BY type, id
       ON CONFLICT (type, id) DO UPDATE SET revision = excluded.revision, deleted = excluded.deleted
       WHERE NOT seen_aggregate.deleted AND (excluded.deleted OR seen_aggregate.revision < excluded.revision)
     )
     SELECT s.* FROM event CROSS JOIN LATERAL (SELECT * FROM seen_aggregate WHERE (type, id) = (event.type, event.id) LIMIT 1) s`,
    [
      events.map((event) => event.aggregate.type),
      events.map((event) => event.aggregate.id),
      events.map((event) => event.aggregate.revision),
      events.map((event) => isDeletion(event.type)),
      events.map((event) => !sharesRevision(event.type)),
    ],
  );
