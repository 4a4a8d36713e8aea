import pg from "pg";
import type { AnyStatement } from "../ports/statement.ts";

/** A node of what EXPLAIN gives as JSON. */
interface Plan {
  "Node Type": string;
  "Parent Relationship"?: string;
  "Subplan Name"?: string;
  "Relation Name"?: string;
  "Index Name"?: string;
  "Index Cond"?: string;
  Filter?: string;
  "CTE Name"?: string;
  "Join Type"?: string;
  "Group Key"?: string[];
  Strategy?: string;
  Operation?: string;
  Plans?: Plan[];
}

/** `few`: as many as a limit, an array or keys say. `many`: as many as there are. */
type Rows = "few" | "many";

interface UniqueKey {
  table: string;
  index: string;
  /** Columns and expressions. */
  columns: readonly string[];
  /** Unique among some rows only. */
  partial: boolean;
}

interface Schema {
  uniqueKeys: readonly UniqueKey[];
  /** The tables whose rows go with those of a table. */
  cascades: ReadonlyMap<string, readonly string[]>;
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
/** Matches a condition that a key column, or expression, equals something. Its columns may have an alias. */
const equals = (key: string) => new RegExp(`(?:^|[( ])${escaped(key).replace(/\b[a-z_]+\b(?!\\\()/g, "(?:\\w+\\.)?$&")} (?:=|IS NOT DISTINCT FROM) `);

/** What of a plan takes as long as there are rows: a line for each step that has to take all of them. */
function unboundedSteps(root: Plan, { uniqueKeys, cascades }: Schema): string[] {
  const steps = new Set<string>();
  const ctes = new Map<string, Rows>();
  const text = JSON.stringify(root);

  /** The tables that a plan reads without an end. */
  const tablesOf = (plan: Plan): string[] => [
    ...(plan["Relation Name"] && plan["Node Type"].endsWith("Scan") && scanned(plan) === "many" ? [plan["Relation Name"]] : []),
    ...(plan.Plans ?? []).filter((child) => child["Node Type"] !== "Limit").flatMap(tablesOf),
  ];
  const takesAll = (what: string, plan: Plan) => steps.add(`${what} (${[...new Set(tablesOf(plan))].join(", ") || "of a CTE"})`);

  /** One row for each value, if what it compares, in whatever index, is all of a unique key. */
  function scanned(plan: Plan): Rows {
    const filter = plan.Filter?.includes(" OR ") ? "" : (plan.Filter ?? "");
    const condition = `${plan["Index Cond"] ?? ""} ${filter}`;
    const keys = uniqueKeys.filter(({ table, index, partial }) => index === plan["Index Name"] || (!partial && table === plan["Relation Name"]));
    return keys.some(({ columns }) => columns.every((column) => equals(column).test(condition))) ? "few" : "many";
  }

  function rowsOf(plan: Plan): Rows {
    const children = plan.Plans ?? [];
    for (const child of children.filter((each) => each["Subplan Name"] !== undefined)) {
      const name = child["Subplan Name"] as string;
      const rows = rowsOf(child);
      if (name.startsWith("CTE ")) ctes.set(name.slice(4), rows);
      else if (rows === "many" && !text.includes(`EXISTS(${name})`)) takesAll("a subquery", child);
    }
    const inputs = children.filter((each) => each["Subplan Name"] === undefined);
    const rows = inputs.map(rowsOf);
    const any: Rows = rows.includes("many") ? "many" : "few";
    switch (plan["Node Type"]) {
      case "Seq Scan":
        takesAll("reads the whole table", plan);
        return "many";
      case "Index Scan":
      case "Index Only Scan":
      case "Bitmap Index Scan":
        return scanned(plan);
      case "BitmapAnd":
        return rows.includes("few") ? "few" : "many";
      case "CTE Scan":
        return ctes.get(plan["CTE Name"] as string) ?? "many";
      case "Limit":
        return "few";
      case "Nested Loop":
        return rows[0] === "many" || (rows[1] === "many" && !/Semi|Anti/.test(plan["Join Type"] ?? "")) ? "many" : "few";
      case "Aggregate":
        if (any === "many" && (plan.Strategy !== "Sorted" || !plan["Group Key"])) takesAll("aggregates", plan);
        return plan["Group Key"] ? any : "few";
      case "Sort":
      case "Incremental Sort":
      case "Hash":
      case "WindowAgg":
      case "SetOp":
        if (any === "many") takesAll(plan["Node Type"] === "Hash" ? "hashes" : "sorts", plan);
        return any;
      case "ModifyTable": {
        const table = plan["Relation Name"] as string;
        if (any === "many") takesAll(`${plan.Operation?.toLowerCase()}s ${table}`, plan);
        if (plan.Operation === "Delete") {
          const children = cascades.get(table) ?? [];
          if (children.length > 0) steps.add(`deletes of ${children.join(", ")} what belongs to rows of ${table}`);
        }
        return any;
      }
      default:
        return any;
    }
  }

  if (rowsOf(root) === "many") takesAll("gives all rows", root);
  return [...steps];
}

// Ways to plan, by which each row costs much. A statement is bounded if one of them is: on empty tables the planner has little
// reason to choose it.
const noScans = [
  ...["seqscan", "hashjoin", "mergejoin", "incremental_sort"].map((step) => `enable_${step} = off`),
  ...["cpu_tuple_cost", "cpu_index_tuple_cost"].map((cost) => `${cost} = 1000`),
  "max_parallel_workers_per_gather = 0",
  "jit = off",
].map((setting) => `SET ${setting};`);
const way = (bitmapscan: "on" | "off", sort: "on" | "off") => `${noScans.join(" ")} SET enable_bitmapscan = ${bitmapscan}; SET enable_sort = ${sort}`;
/** As `readInOrder` has it. What locks rows in an order is to find them by their keys, not to look through an index in that order. */
const inOrder = way("off", "off");
const locksInOrder = (text: string) => /\bORDER BY\b[^()]*\bFOR (NO KEY )?UPDATE\b/.test(text);
const ways = [way("off", "on"), way("on", "on"), way("on", "off"), inOrder];

/**
 * Looks for the bound of each statement, as PostgreSQL understands it, by the keys and indexes of a migrated database. Gives those
 * that may take as long as a table is, with what makes them so: a scan without an index; a sort, an aggregate, a change or
 * a result of rows that neither a unique key, nor an array, nor a limit counts. That a limit is behind a filter does not count.
 */
export async function unboundedIn(url: string, statements: readonly AnyStatement[]): Promise<{ statement: AnyStatement; steps: string[] }[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const unique = await client.query<UniqueKey>(
      `SELECT t.relname AS table, c.relname AS index, indpred IS NOT NULL AS partial,
         ARRAY(SELECT pg_get_indexdef(i.indexrelid, k, true) FROM generate_series(1, i.indnkeyatts) k) AS columns
       FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid WHERE i.indisunique`,
    );
    const foreign = await client.query<{ table: string; children: string[] }>(
      `SELECT confrelid::regclass::text AS table, array_agg(conrelid::regclass::text ORDER BY conrelid::regclass::text) AS children FROM pg_constraint
       WHERE contype = 'f' AND confdeltype = 'c' GROUP BY 1`,
    );
    const schema: Schema = {
      uniqueKeys: unique.rows,
      cascades: new Map(foreign.rows.map(({ table, children }) => [table, children])),
    };
    const stepsOf = new Map<AnyStatement, string[]>();
    for (const way of ways) {
      await client.query(way);
      for (const statement of statements) {
        const asHousekeeping = way === inOrder && locksInOrder(statement.text);
        if (stepsOf.get(statement)?.length === 0 && !asHousekeeping) continue;
        const { rows } = await client.query<{ "QUERY PLAN": [{ Plan: Plan }] }>(`EXPLAIN (GENERIC_PLAN, FORMAT JSON) ${statement.text}`);
        const steps = unboundedSteps((rows[0] as { "QUERY PLAN": [{ Plan: Plan }] })["QUERY PLAN"][0].Plan, schema);
        const earlier = stepsOf.get(statement);
        if (!earlier || steps.length < earlier.length || asHousekeeping) stepsOf.set(statement, steps);
      }
    }
    return [...stepsOf].flatMap(([statement, steps]) => (steps.length > 0 ? [{ statement, steps }] : []));
  } finally {
    await client.end();
  }
}
