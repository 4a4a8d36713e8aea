import { type Event, isDeletion, sharesRevision } from "@newfeed/shared/contracts/events.ts";
import { opaque, type Query } from "@newfeed/shared/ports/database.ts";

interface Seen {
  type: string;
  id: string;
  revision: number;
  deleted: boolean;
}

/** How an event stands to what was seen of its aggregate before. */
export type Standing = "first" | "newer" | "stale";

export interface SeenAggregates {
  /** Notes the event. The first revision seen counts as the creation; after a deletion everything is stale. */
  note(event: Event): Standing;
}

const keyOf = ({ type, id }: { type: string; id: string }) => `${type} ${id}`;

/** Takes note of all of a batch in one statement, which gives what was known before. */
export async function noteAggregates(query: Query, events: readonly Event[]): Promise<SeenAggregates> {
  // Looked up one by one: joined to, the table would be read whole while it is taken for small.
  const rows = await query<Seen>(
    `WITH event AS (
       SELECT type, id, max(revision) FILTER (WHERE tells) AS revision, bool_or(deleted) AS deleted
       FROM unnest(${opaque("$1", "text[]")}, ${opaque("$2", "uuid[]")}, ${opaque("$3", "int[]")}, ${opaque("$4", "boolean[]")}, ${opaque("$5", "boolean[]")}) AS e(type, id, revision, deleted, tells) GROUP BY type, id
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
  const known = new Map(rows.map((row) => [keyOf(row), row]));
  return {
    note(event) {
      const key = keyOf(event.aggregate);
      const before = known.get(key);
      if (sharesRevision(event.type)) return before?.deleted ? "stale" : "newer";
      const deleted = isDeletion(event.type);
      if (before?.deleted || (before && !deleted && before.revision >= event.aggregate.revision)) return "stale";
      known.set(key, { ...event.aggregate, deleted });
      return before ? "newer" : "first";
    },
  };
}
