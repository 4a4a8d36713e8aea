import type { Event } from "@newfeed/shared/contracts/events.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";

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
  save(): Promise<void>;
}

const isDeletion = (event: Event) => event.type === "comment.deleted" || event.type === "post.deleted" || event.type === "user.deleted";
const keyOf = ({ type, id }: { type: string; id: string }) => `${type} ${id}`;

/** Reads what is known of a batch's aggregates in one query; `save` writes the changes in another. */
export async function readSeenAggregates(query: Query, events: readonly Event[]): Promise<SeenAggregates> {
  const rows = await query<Seen>("SELECT type, id, revision, deleted FROM seen_aggregate WHERE (type, id) IN (SELECT * FROM unnest($1::text[], $2::uuid[]))", [
    events.map((event) => event.aggregate.type),
    events.map((event) => event.aggregate.id),
  ]);
  const known = new Map(rows.map((row) => [keyOf(row), row]));
  const changed = new Map<string, Seen>();
  return {
    note(event) {
      const key = keyOf(event.aggregate);
      const before = known.get(key);
      // Says when others may see a post, not what it is: it shares its revision with the event that does.
      if (event.type === "post.published") return before?.deleted ? "stale" : "newer";
      const deleted = isDeletion(event);
      if (before?.deleted || (before && !deleted && before.revision >= event.aggregate.revision)) return "stale";
      const now = { ...event.aggregate, deleted };
      known.set(key, now);
      changed.set(key, now);
      return before ? "newer" : "first";
    },
    async save() {
      const values = [...changed.values()];
      if (values.length === 0) return;
      await query(
        `INSERT INTO seen_aggregate (type, id, revision, deleted) SELECT * FROM unnest($1::text[], $2::uuid[], $3::int[], $4::boolean[])
         ON CONFLICT (type, id) DO UPDATE SET revision = excluded.revision, deleted = excluded.deleted`,
        [values.map((seen) => seen.type), values.map((seen) => seen.id), values.map((seen) => seen.revision), values.map((seen) => seen.deleted)],
      );
    },
  };
}
