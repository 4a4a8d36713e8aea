import { eventually } from "./eventually.ts";

/**
 * Vacuums and analyses a database that was just filled, until nearly all of its pages are marked as visible to all. While
 * autovacuum looks at a table, a vacuum beside it leaves its pages unmarked, and what an index alone could answer reads them, too.
 */
export async function vacuum(query: (sql: string) => Promise<unknown[]>): Promise<void> {
  await query("SET statement_timeout = 0");
  await eventually(async () => {
    await query("VACUUM (ANALYZE)");
    const unmarked = await query(
      `SELECT FROM pg_class WHERE relkind = 'r' AND relnamespace <> 'pg_catalog'::regnamespace
       HAVING sum(relpages - relallvisible) > 0.01 * sum(relpages)`,
    );
    if (unmarked.length > 0) throw new Error("some pages are not marked as visible to all");
  }, 60_000);
}
