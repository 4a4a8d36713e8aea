import type { Query, RawDatabase } from "../ports/database.ts";

/**
 * How many rows the statements of `work` read and wrote, in a transaction that is rolled back: the same on every machine. What
 * an index alone answers is not counted.
 */
export async function rowsTouched(database: Pick<RawDatabase, "transaction">, work: (query: Query) => Promise<unknown>): Promise<number> {
  const rolledBack = new Error("rolled back");
  let rows = 0;
  await database
    .transaction(async (query) => {
      const count = async () => {
        const [row] = await query<{ rows: number }>(
          `SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) + n_tup_ins + n_tup_upd + n_tup_del)::int AS rows FROM pg_stat_xact_user_tables`,
        );
        return row?.rows ?? 0;
      };
      const before = await count();
      await work(query);
      rows = (await count()) - before;
      throw rolledBack;
    })
    .catch((error: unknown) => {
      if (error !== rolledBack) throw error;
    });
  return rows;
}
