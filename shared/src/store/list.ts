import { boolean, type Columns, int4, type RowOf, timestamptz, uuid, type ValuesOf } from "../ports/columns.ts";
import type { Query } from "../ports/database.ts";
import { opaque, type Statement, statement, variants } from "../ports/statement.ts";
import { fetchSizes, type Key, type Listed, sizeOf, startOf, startOfCounts, type Window } from "./cursors.ts";

/** SQL that reads a list one way: from a position on, newest first or oldest first, so many of it. `key` is what sorts it: a time and an id, or an id. */
export interface Reading {
  beyond(...key: string[]): string;
  order(...key: string[]): string;
  /** The same for what has a value in a column that an index has before the key, or in several, from the position on, or from another. */
  within(column: OneOrMore, value: OneOrMore, from?: Position): Pick<Reading, "beyond" | "order">;
  /** The position. */
  from: Position;
  limit: string;
  /** How many it can need from any one source. */
  atMost: string;
  /** Those of sorted `candidates` that show, as many as there are to be: see `showing`. */
  showing(candidates: string, showing: Showing): string;
}

type OneOrMore = string | readonly string[];
const all = (given: OneOrMore) => (typeof given === "string" ? [given] : given);

/** A time and an id. */
type Position = readonly [at: string, id: string];

interface Showing {
  /** What the candidates are called in the other expressions. */
  as: string;
  /** Is it seen? */
  shows: string;
  /** What sorts it. */
  key: readonly [at: string, id: string];
}

/** A page looks at so many rows; it ends there if too few of them show. */
const lookedAt = 1_000;

/**
 * SQL that cuts sorted candidates to `limit` of those that show, and looks at `examined` of them at most: of what does not show,
 * there may be very many in a row. The last that it looks at comes too, and says where it is; so it tells apart a list that
 * ended from a page that did. Rows are looked at one by one, once (hence `OFFSET 0`), until there are enough. `markedOf` selects what `listed` reads.
 */
export const showing = (
  candidates: string,
  { as, shows, key }: Showing,
  { examined, limit, ends = true }: { examined: string; limit: string; ends?: boolean },
) =>
  `SELECT ${as}.*, CASE WHEN ${as}.ends THEN ${key[0]} END AS end_at, CASE WHEN ${as}.ends THEN ${key[1]} END AS end_id FROM (
     SELECT ${as}.*, ${shows} AS shows, ${ends ? `row_number() OVER () = ${examined}` : "false"} AS ends FROM (${candidates} LIMIT ${examined}) ${as} OFFSET 0
   ) ${as} WHERE ${as}.shows OR ${as}.ends ${limit}`;
const marks = { shows: boolean.notNull, endAt: timestamptz.nullable, endId: uuid.nullable };
const countMarks = { ...marks, endAt: int4.nullable };
/** The columns that `listed` reads, beside those of the row. */
export const marked = <const R extends Columns>(row: R): R & typeof marks => ({ ...row, ...marks });
export const markedOf = (as: string) => `${as}.shows, ${as}.end_at, ${as}.end_id`;

/** What of marked rows shows, and where the list goes on if it is too little. */
export function listed<At extends Date | number, Row extends { shows: boolean; endAt: At | null; endId: string | null }>(
  rows: readonly (Row & { endAt: At | null })[],
): Listed<Omit<Row, keyof typeof marks>, At> {
  const last = rows.at(-1);
  const end: Key<At> | null = last && last.endAt !== null && last.endId !== null ? { at: last.endAt, id: last.endId } : null;
  return { rows: rows.filter(({ shows }) => shows).map(({ shows: _, endAt: __, endId: ___, ...row }) => row), end };
}

interface List<P extends Columns, R extends Columns> {
  parameters: P;
  row: R;
  sql(parameters: { readonly [K in keyof P]: string }, reading: Reading): string;
  /** `id`: by ids that are in order of time. `count`: by a number and an id. */
  sortedBy?: "id" | "count";
  /** As of a statement. */
  plan?: "each time";
}

type Reach<At extends Date | number = Date | number> = Pick<Window<At>, "before" | "after" | "take" | "skip">;

type Direction = "older" | "newer";

/**
 * SQL that reads the part of an index by `column`, time and id in which the column has a value, beyond a position. It says so by
 * a comparison of rows, with a value that the planner does not look at: of an equality it believes that it gives the few rows
 * of the average, which it would rather sort than read in order.
 */
function within(direction: Direction, column: OneOrMore, value: OneOrMore, position: readonly string[]): Pick<Reading, "beyond" | "order"> {
  const [comparison, end, order] = direction === "newer" ? [">", "<=", "ASC"] : ["<", ">=", "DESC"];
  const [columns, values] = [all(column), all(value)];
  const row = (...of: readonly string[]) => (of.length > 1 ? `(${of.join(", ")})` : `${of[0]}`);
  return {
    beyond: (...key) => `${row(...columns, ...key)} ${comparison} ${row(...values, ...position)} AND ${row(...columns)} ${end} ${row(...values)}`,
    order: (...key) => `ORDER BY ${[...columns, ...key].map((each) => `${each} ${order}`).join(", ")}`,
  };
}

const { at, id } = startOf({ before: null, after: null });
/** The same from the newest on, where a list is part of another statement. */
export const newestWithin = (column: string, value: string) => within("older", column, value, [`'${at}'`, `'${id}'`]);
/** By an index of column and id: the newest ids. */
export const newestIdsWithin = (column: string, value: string) => within("older", column, opaque(value), [`'${id}'`]);
/** Rows that a page of an export is made of. */
export const exportedRows = 200;
/** By an index of column and id: what comes behind an id, or from the first on (null). */
export const behindWithin = (column: string, value: string, afterId: string) =>
  within("newer", column, opaque(value), [`coalesce(${afterId}, '00000000-0000-0000-0000-000000000000')`]);

/**
 * The statements of a list that is sorted by time and id, and what runs the right one for a window of it.
 *
 * The cost of a page must not grow with the list: an index has it in order, and what a page shows beyond that is looked up
 * behind the limit, since rows that a page by number skips are evaluated too.
 *
 * How much to fetch is no parameter: PostgreSQL would plan for a long list where it does not know. There are two sizes, so
 * that there are few statements to prepare; `pageFrom` cuts the rest. Pages by number, which are for older clients, are
 * planned each time.
 */
export function list<const P extends Columns, const R extends Columns>({ parameters, row, sql, sortedBy, plan }: List<P, R>) {
  const family = variants(["older", "newer"], (direction) => {
    const [comparison, order] = direction === "newer" ? [">", "ASC"] : ["<", "DESC"];
    const reading = ({ fromAt, fromId }: Record<"fromAt" | "fromId", string>, limit: string, atMost: string, numbered = false): Reading => ({
      beyond: (...key) => `(${key.join(", ")}) ${comparison} (${sortedBy === "id" ? fromId : `${fromAt}, ${fromId}`})`,
      order: (...key) => `ORDER BY ${key.map((column) => `${column} ${order}`).join(", ")}`,
      within: (column, value, from) => within(direction, column, all(value).map(opaque), from ?? (sortedBy === "id" ? [fromId] : [fromAt, fromId])),
      from: [fromAt, fromId],
      limit,
      atMost,
      // A position is not told by number.
      showing: (candidates, of) => showing(candidates, of, { examined: numbered ? `(${atMost} + ${lookedAt})` : `${lookedAt}`, limit, ends: !numbered }),
    });
    const keys = { ...parameters, ...(sortedBy !== "id" && { fromAt: sortedBy === "count" ? int4 : timestamptz }), fromId: uuid };
    type Expressions = { readonly [K in keyof P | "fromAt" | "fromId" | "take" | "skip"]: string };
    const numbered = statement({
      parameters: { ...keys, take: int4, skip: int4 },
      row,
      sql: (given) => {
        const { take, skip } = given as Expressions;
        return sql(given as Expressions, reading(given as Expressions, `LIMIT ${take} OFFSET ${skip}`, `${take} + ${skip}`, true));
      },
      plan: "each time",
    });
    const bySize = variants(fetchSizes, (size) =>
      statement({
        parameters: keys,
        row,
        sql: (given) => sql(given as Expressions, reading(given as Expressions, `LIMIT ${size}`, `${size}`)),
        ...(plan && { plan }),
      }),
    );
    return { ...bySize, numbered };
  });

  return (query: Query, { before, after, take, skip }: Reach, values: ValuesOf<P>): Promise<RowOf<R>[]> => {
    const ways = family[after ? "newer" : "older"];
    const { at, id } = sortedBy === "count" ? startOfCounts({ before, after } as Reach<number>) : startOf({ before, after } as Reach<Date>);
    const keyed = { ...values, fromAt: at, fromId: id };
    type Keyed = Statement<Record<string, unknown>, RowOf<R>>;
    return skip > 0 ? query(ways.numbered as Keyed, { ...keyed, take, skip }) : query(ways[sizeOf(take)] as Keyed, keyed);
  };
}

/** A list of which some rows do not show, perhaps very many in a row: its SQL cuts by `showing`, and selects what `markedOf` gives. */
export function sparseList<const P extends Columns, const R extends Columns>({ row, ...declaration }: List<P, R>) {
  const read = list({ ...declaration, row: marked(row) });
  return async (query: Query, window: Reach<Date>, values: ValuesOf<P>): Promise<Listed<RowOf<R>>> =>
    listed(await read(query, window, values)) as Listed<RowOf<R>>;
}

/** The same for a list by a number, which begins with the most. */
export function sparseCountList<const P extends Columns, const R extends Columns>({ row, ...declaration }: Omit<List<P, R>, "sortedBy">) {
  const read = list({ ...declaration, sortedBy: "count", row: { ...row, ...countMarks } });
  return async (query: Query, window: Reach<number>, values: ValuesOf<P>): Promise<Listed<RowOf<R>, number>> =>
    listed(await read(query, window, values)) as Listed<RowOf<R>, number>;
}
