import { int8, text, timestamptz } from "./columns.ts";
import type { Database, Query } from "./database.ts";
import { statement } from "./statement.ts";

/** Work that comes up again and again in a service's database: some of it at a time, in short transactions. */
export interface HousekeepingJob {
  /** In metrics, log lines and docs/retention.md: `sent_events`. */
  name: string;
  /** Does some of what is due. Gives the number of rows; 0 when nothing is due. Several instances may do so at once. */
  runSome(): Promise<number>;
}

/**
 * Settings of PostgreSQL that are to be off where rows come in the order of an index, so that they are read along it. With old statistics,
 * or none, the planner takes a backlog for a handful of rows, and sorts all of it for each batch.
 */
export const offInOrder = ["enable_sort", "enable_bitmapscan", "enable_seqscan"] as const;

/** Has rows be read along an index until the transaction ends. */
export const readInOrder = statement({
  row: { settings: text.notNull },
  sql: `SELECT concat(${offInOrder.map((name) => `set_config('${name}', 'off', true)`).join(", ")}) AS settings`,
});

/** Work in a transaction that begins so. */
export const inOrder = <T>(database: Pick<Database, "transaction">, work: (query: Query) => Promise<T>): Promise<T> =>
  database.transaction(async (query) => {
    // Goes along with the first statement of the work.
    void query(readInOrder);
    return work(query);
  });

interface Removal {
  table: string;
  /** The column that says how old a row is, of an index that finds the oldest of those that `where` is true of. */
  at: string;
  /** How long rows are kept, as an interval of PostgreSQL. */
  after: string;
  /** Which rows go. All, when it is not said. */
  where?: string;
  /** Rows of one transaction. */
  batch?: number;
}

/**
 * A job that removes the rows of a table that are too old, the oldest first, a batch in each transaction. It waits for no
 * lock. Within a run it goes on where the last batch ended: the index still has the entries of what is gone, until vacuum.
 * To be called while files are loaded, as `statement`.
 */
export function removal({
  table,
  at,
  after,
  where = "true",
  batch = 1_000,
}: Removal): (name: string, database: Pick<Database, "transaction">) => HousekeepingJob {
  const remove = statement({
    parameters: { from: timestamptz },
    row: { removed: int8.notNull, last: timestamptz.nullable },
    sql: ({ from }) =>
      `WITH due AS MATERIALIZED (
         SELECT ctid AS place, ${at} AS at FROM ${table} WHERE ${at} < now() - interval '${after}' AND ${at} >= ${from} AND ${where}
         ORDER BY ${at} LIMIT ${batch} FOR UPDATE SKIP LOCKED
       ),
       gone AS (DELETE FROM ${table} WHERE ctid = ANY(ARRAY(SELECT place FROM due)) RETURNING 1)
       SELECT (SELECT count(*) FROM gone) AS removed, (SELECT max(at) FROM due) AS last`,
    plan: "each time",
  });
  return (name, database) => {
    const start = "-infinity";
    let from: Date | string = start;
    return {
      name,
      async runSome() {
        const [batch] = await inOrder(database, (query) => query(remove, { from }));
        const { removed = 0, last = null } = batch ?? {};
        from = removed > 0 && last !== null ? last : start;
        return removed;
      },
    };
  };
}

/** A job that leaves its work to one who does it in the background, and wakes it. */
export const wakes = (name: string, { wake }: { wake(): void }): HousekeepingJob => ({
  name,
  async runSome() {
    wake();
    return 0;
  },
});
