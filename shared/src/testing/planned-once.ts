import pg from "pg";
import type { AnyColumn } from "../ports/columns.ts";
import type { AnyStatement } from "../ports/statement.ts";

/** Runs after which PostgreSQL compares the plans that it made with the kept one (`choose_custom_plan`). */
const compared = 5;

const samples: Record<string, string> = {
  uuid: "'0193a7c0-0000-7000-8000-000000000001'",
  text: "'a'",
  boolean: "true",
  int4: "1",
  int8: "1",
  float8: "1",
  timestamptz: "'infinity'",
  json: "'{}'",
  jsonb: "'{}'",
};

/** An SQL value for a parameter: the one for which the planner's estimates are lowest, null or an array of one element. */
function sampleOf({ type, nullability }: AnyColumn): string {
  if (nullability === "nullable") return "NULL";
  const element = type.replace(/\[\]$/, "");
  const sample = samples[element];
  if (sample === undefined) throw new Error(`there is no sample of the type ${type}`);
  return element === type ? sample : `ARRAY[${sample}]::${type}`;
}

/** Finds statements that say that their plan is kept, and that PostgreSQL plans each time. Runs none of them. */
export async function plannedEachTime(url: string, statements: readonly AnyStatement[]): Promise<AnyStatement[]> {
  const client = new pg.Client({ connectionString: url, options: "-c timezone=UTC -c enable_incremental_sort=off" });
  await client.connect();
  try {
    const found: AnyStatement[] = [];
    for (const statement of statements) {
      if (statement.name === "" || statement.parameters.length === 0) continue;
      await client.query(`PREPARE planned AS ${statement.text}`);
      const values = statement.parameters.map(([, column]) => sampleOf(column));
      for (let run = 0; run <= compared; run++) await client.query(`EXPLAIN EXECUTE planned(${values.join(", ")})`);
      const { rows } = await client.query<{ kept: boolean }>("SELECT generic_plans > 0 AS kept FROM pg_prepared_statements WHERE name = 'planned'");
      if (!rows[0]?.kept) found.push(statement);
      await client.query("DEALLOCATE planned");
    }
    return found;
  } finally {
    await client.end();
  }
}
