import { type Columns, int4, type RowOf, timestamptz, uuid, type ValuesOf } from "../ports/columns.ts";
import type { Query } from "../ports/database.ts";
import { type Statement, statement, variants } from "../ports/statement.ts";
import { fetchSizes, sizeOf, type Window } from "./cursors.ts";

/** SQL that reads a list one way: from a position on, newest first or oldest first, so many of it. `at` and `id` are what sorts it. */
export interface Reading {
  beyond(at: string, id: string): string;
  order(at: string, id: string): string;
  limit: string;
  /** How many it can need from any one source. */
  atMost: string;
}

interface List<P extends Columns, R extends Columns> {
  parameters: P;
  row: R;
  sql(parameters: { readonly [K in keyof P]: string }, reading: Reading): string;
  /** As of a statement. */
  plan?: "each time";
}

/** A list from its beginning starts beyond every time and id, so that it is the same statement. */
const beginning = { at: "infinity", id: "ffffffff-ffff-ffff-ffff-ffffffffffff" };

/**
 * The statements of a list that is sorted by time and id, and what runs the right one for a window of it.
 *
 * How much to fetch is no parameter: PostgreSQL would plan for a long list where it does not know. There are two sizes, so
 * that there are few statements to prepare; `pageFrom` cuts the rest. Pages by number, which are for older clients, are
 * planned each time.
 */
export function list<const P extends Columns, const R extends Columns>({ parameters, row, sql, plan }: List<P, R>) {
  const family = variants(["older", "newer"], (direction) => {
    const [comparison, order] = direction === "newer" ? [">", "ASC"] : ["<", "DESC"];
    const reading = (from: Record<"at" | "id", string>, limit: string, atMost: string): Reading => ({
      beyond: (at, id) => `(${at}, ${id}) ${comparison} (${from.at}, ${from.id})`,
      order: (at, id) => `ORDER BY ${at} ${order}, ${id} ${order}`,
      limit,
      atMost,
    });
    const keys = { ...parameters, fromAt: timestamptz, fromId: uuid };
    type Expressions = { readonly [K in keyof P | "fromAt" | "fromId" | "take" | "skip"]: string };
    const numbered = statement({
      parameters: { ...keys, take: int4, skip: int4 },
      row,
      sql: (given) => {
        const { fromAt, fromId, take, skip } = given as Expressions;
        return sql(given as Expressions, reading({ at: fromAt, id: fromId }, `LIMIT ${take} OFFSET ${skip}`, `${take} + ${skip}`));
      },
      plan: "each time",
    });
    const bySize = variants(fetchSizes, (size) =>
      statement({
        parameters: keys,
        row,
        sql: (given) => {
          const { fromAt, fromId } = given as Expressions;
          return sql(given as Expressions, reading({ at: fromAt, id: fromId }, `LIMIT ${size}`, `${size}`));
        },
        ...(plan && { plan }),
      }),
    );
    return { ...bySize, numbered };
  });

  return (query: Query, { before, after, take, skip }: Pick<Window, "before" | "after" | "take" | "skip">, values: ValuesOf<P>): Promise<RowOf<R>[]> => {
    const ways = family[after ? "newer" : "older"];
    const { at, id } = after ?? before ?? beginning;
    const keyed = { ...values, fromAt: at, fromId: id };
    type Keyed = Statement<Record<string, unknown>, RowOf<R>>;
    return skip > 0 ? query(ways.numbered as Keyed, { ...keyed, take, skip }) : query(ways[sizeOf(take)] as Keyed, keyed);
  };
}
