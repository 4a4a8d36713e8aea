import pg from "pg";
import { prepareValue } from "pg/lib/utils.js";
import type { Query } from "../ports/database.ts";
import type { AnyStatement } from "../ports/statement.ts";

/** The pages of a plan as EXPLAIN counts them, those of its subplans among them. */
interface Explained {
  Plan: { "Shared Hit Blocks": number; "Shared Read Blocks": number };
}

const columnIn = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/**
 * Runs statements as a service does, and counts the pages that they read. Each runs by the plan that PostgreSQL makes for its
 * values and by the one that it makes for any: the worse one counts, since either may be the one that is kept.
 */
export async function openCountedDatabase(url: string): Promise<{ query: Query; count<T>(work: () => Promise<T>): Promise<number>; close(): Promise<void> }> {
  const client = new pg.Client({ connectionString: url, options: "-c timezone=UTC -c enable_incremental_sort=off" });
  await client.connect();
  let pages = 0;
  let prepared = 0;

  async function pagesBy(mode: "generic" | "custom", { text }: AnyStatement, values: readonly (string | null)[]): Promise<number> {
    const name = `counted_${++prepared}`;
    await client.query(`SET plan_cache_mode = force_${mode}_plan; PREPARE ${name} AS ${text}`);
    const list = values.map((value) => (value === null ? "NULL" : pg.escapeLiteral(value)));
    try {
      await client.query("BEGIN");
      const { rows } = await client.query(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE ${name}${list.length > 0 ? `(${list.join(", ")})` : ""}`);
      const { Plan } = (rows[0] as { "QUERY PLAN": [Explained] })["QUERY PLAN"][0];
      return Plan["Shared Hit Blocks"] + Plan["Shared Read Blocks"];
    } finally {
      await client.query(`ROLLBACK; DEALLOCATE ${name}; RESET plan_cache_mode`);
    }
  }

  const query = async (statement: AnyStatement, given: Record<string, unknown> = {}): Promise<object[]> => {
    const values = statement.parameters.map(([name]) => prepareValue(given[name]) as string | null).map((value) => (value === null ? null : String(value)));
    const counts = [await pagesBy("custom", statement, values)];
    if (statement.name !== "") counts.push(await pagesBy("generic", statement, values));
    pages += Math.max(...counts);
    const { rows } = await client.query<Record<string, unknown>>(statement.text, values);
    return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [columnIn(name), value])));
  };

  return {
    query: query as unknown as Query,
    /** The pages that the statements of `work` read. */
    async count(work) {
      pages = 0;
      await work();
      return pages;
    },
    close: () => client.end(),
  };
}
