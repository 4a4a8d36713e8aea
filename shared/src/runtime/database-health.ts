import { Degraded } from "../http/health.ts";
import type { RawDatabase } from "../ports/database.ts";

/**
 * What a write needs of a server, without a table that would hold what checks leave behind: a temporary file of a megabyte,
 * since less memory is allowed, and a record in the log that the commit waits for.
 */
const write = `WITH filling AS MATERIALIZED (SELECT repeat('-', 8000) AS text FROM generate_series(1, 128))
  SELECT sum(length(text)), pg_logical_emit_message(true, 'newfeed.health', '')::text, current_setting('transaction_read_only') = 'on' AS read_only FROM filling`;

/** Throws when the database cannot be read, and `Degraded` when it is read and takes no writes: its disk is full, or it is read-only. */
export async function checkDatabase({ query, transaction }: Pick<RawDatabase, "query" | "transaction">): Promise<void> {
  await query("SELECT 1");
  try {
    await transaction(async (ask) => {
      // On the disk of the tables, whatever the server is set to.
      await ask("SET LOCAL work_mem = '64kB'; SET LOCAL temp_tablespaces = ''");
      const [row] = await ask<{ read_only: boolean }>(write);
      if (row?.read_only) throw new Error("it is read-only");
    });
  } catch (cause) {
    throw new Degraded("the database takes no writes", { cause });
  }
}
