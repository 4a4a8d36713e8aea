import { v7 as uuidv7 } from "uuid";
import { boolean, int4, uuid } from "../ports/columns.ts";
import type { Query } from "../ports/database.ts";
import { statement } from "../ports/statement.ts";

/** A like, a follow, a block as it is now; its id is its aggregate's. */
export interface Toggled {
  id: string;
  active: boolean;
  revision: number;
  /** Whether it was turned on or off just now. */
  changed: boolean;
}

/**
 * A statement on a table of rows `id, active, revision, changed_at` that are turned on and off: one row for each pair in
 * `between`. A row that is off stays for as long as an older event may come late (its service's retention), so that
 * revisions go on.
 *
 * The caller holds a lock on one of the pair. Turning off what was never on leaves a row too: its answer needs a revision
 * that a later one is above.
 */
export function toggle<One extends string, Other extends string>(table: string, between: readonly [one: string, other: string]) {
  const pair = between.join(", ");
  const save = statement({
    parameters: { id: uuid, one: uuid, other: uuid, active: boolean },
    row: { id: uuid.notNull, active: boolean.notNull, revision: int4.notNull, changed: boolean.notNull },
    sql: ({ id, one, other, active }) =>
      `WITH before AS (SELECT id, active, revision FROM ${table} WHERE (${pair}) = (${one}, ${other})),
       after AS (
         INSERT INTO ${table} AS t (id, ${pair}, active, changed_at) VALUES (${id}, ${one}, ${other}, ${active}, clock_timestamp())
         ON CONFLICT (${pair}) DO UPDATE SET active = excluded.active, revision = t.revision + 1, changed_at = excluded.changed_at
         WHERE t.active <> excluded.active
         RETURNING id, active, revision
       )
       SELECT id, active, revision, active OR EXISTS (SELECT FROM before) AS changed FROM after
       UNION ALL SELECT id, active, revision, false FROM before WHERE NOT EXISTS (SELECT FROM after)`,
  });
  return async (query: Query, one: One, other: Other, active: boolean): Promise<Toggled> => {
    const [row] = await query(save, { id: uuidv7(), one, other, active });
    if (!row) throw new Error(`${table} has no row of a pair that was saved`);
    return row;
  };
}
