import { int4, text, userId } from "@newfeed/shared/ports/columns.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";

// Removal in batches: each takes the rows from a key on. Planned each time: the beginning has no key.

interface Removal {
  name: string;
  table: string;
  /** Whose rows. */
  of: "user_id" | "author_id" | "reposter_id";
  /** What sorts them. Rows that have the same are taken again with the next batch. */
  key: string;
  type: "uuid" | "timestamptz";
}

const firstOf = { uuid: "00000000-0000-0000-0000-000000000000", timestamptz: "-infinity" };

const removing = ({ name, table, of, key, type }: Removal, first = firstOf[type]) => ({
  name,
  statement: statement({
    parameters: { userId, after: text.nullable, limit: int4 },
    row: { key: text.notNull },
    // Compared as rows, as by `behind`.
    sql: ({ userId, after, limit }) =>
      `WITH taken AS MATERIALIZED (
         SELECT ctid, ${key} AS key FROM ${table} WHERE (${of}, ${key}) >= (${userId}, coalesce(${after}, '${first}')::${type}) AND ${of} <= ${userId}
         ORDER BY ${of}, ${key} LIMIT ${limit}
       ),
       gone AS (DELETE FROM ${table} WHERE ctid = ANY(ARRAY(SELECT ctid FROM taken)))
       SELECT key::text FROM taken ORDER BY taken.key`,
    plan: "each time",
  }),
});

export const deleteOfUser = [
  removing({ name: "remove-feed-of-user", table: "feed_item", of: "user_id", key: "published_at", type: "timestamptz" }),
  removing({ name: "remove-sources-of-user", table: "materialised_feed_author", of: "user_id", key: "author_id", type: "uuid" }),
  removing({ name: "remove-user-from-sources", table: "materialised_feed_author", of: "author_id", key: "user_id", type: "uuid" }),
  removing({ name: "remove-user-from-feeds", table: "feed_item", of: "author_id", key: "user_id", type: "uuid" }),
  removing({ name: "remove-reposts-of-user-from-feeds", table: "feed_item", of: "reposter_id", key: "post_id", type: "uuid" }),
];
