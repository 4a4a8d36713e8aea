import { createHash } from "node:crypto";
import type { AnyColumn, Columns, RowOf, ValuesOf } from "./columns.ts";

/** What is the same of every statement. */
export interface AnyStatement {
  readonly text: string;
  /** What a connection keeps its plan under; empty for one that is planned each time. */
  readonly name: string;
  /** In the order of `$1`, `$2` … */
  readonly parameters: readonly (readonly [name: string, column: AnyColumn])[];
  readonly row: Columns;
}

/**
 * An SQL statement with what goes in and what comes out. A test describes every declared one on a migrated database
 * (`testing/describe.ts`), so that these types are true.
 */
export interface Statement<Parameters, Row> extends AnyStatement {
  readonly types?: { parameters: Parameters; row: Row };
}

interface Declaration<P extends Columns, R extends Columns> {
  parameters?: P;
  /** The columns, by their names in TypeScript: `likeCount` is `like_count` in SQL. */
  row?: R;
  /** Is given each parameter as an expression of its type (`$1::uuid`); arrays, and what may be null, as `opaque` makes it unless it is planned each time. */
  sql: string | ((parameters: { readonly [K in keyof P]: string }) => string);
  /**
   * `each time` for a statement whose good plan depends on its values. Any other is parsed once per connection, and PostgreSQL
   * may choose one plan for all values: it must be written such that there is only one good plan.
   */
  plan?: "once" | "each time";
}

const declared: AnyStatement[] = [];

/** All that the files loaded so far declare. */
export const declaredStatements = (): readonly AnyStatement[] => declared;

/**
 * SQL for a parameter whose value the planner does not look at. A plan for one short array, or for null, looks cheaper to it
 * than the kept one for any value, so that a prepared statement is planned anew each time (PostgreSQL's
 * `choose_custom_plan`), which may take longer than running it.
 */
export const opaque = (parameter: string): string =>
  // Without the outer cast, ANY would take it for a list of rows.
  parameter.startsWith("(SELECT ") ? parameter : `(SELECT ${parameter})${parameter.slice(parameter.indexOf("::"))}`;

/** The same text, the same name, in every process: a pooler may share connections. */
const nameOf = (sql: string) => createHash("sha256").update(sql).digest("base64url").slice(0, 22);

/** Declares a statement. To be called while files are loaded, once for each text: it is kept, by every connection too. */
export function statement<const P extends Columns = Record<never, never>, const R extends Columns = Record<never, never>>({
  parameters,
  row,
  sql,
  plan = "once",
}: Declaration<P, R>): Statement<ValuesOf<P>, RowOf<R>> {
  const entries = Object.entries(parameters ?? {});
  const expressions = Object.fromEntries(
    entries.map(([name, { type, nullability }], index) => {
      const parameter = `$${index + 1}::${type}`;
      return [name, plan === "once" && (type.endsWith("[]") || nullability === "nullable") ? opaque(parameter) : parameter];
    }),
  );
  const text = typeof sql === "string" ? sql : sql(expressions as { [K in keyof P]: string });
  const made: AnyStatement = { text, name: plan === "once" ? nameOf(text) : "", parameters: entries, row: row ?? {} };
  declared.push(made);
  return made;
}

/** One of something for each key: statements that differ in a direction, a limit … */
export const variants = <const K extends string | number, T>(keys: readonly K[], make: (key: K) => T): Readonly<Record<K, T>> =>
  Object.fromEntries(keys.map((key) => [key, make(key)])) as Record<K, T>;
