import type { Page } from "@newfeed/shared/contracts/primitives.ts";
import { encodeKey, type Key, type Listed } from "@newfeed/shared/store/cursors.ts";

/** A page of a list that goes on both ways. Either cursor is null where nothing more is known to be there. */
export type TwoWayPage<T> = Page<T> & { previousCursor: string | null; nextCursor: string | null };

type Sorted = Date | number;

/** Before a cursor: the page before that position, in the list's order. */
const backwards = "-";
/** A cursor without its direction. */
export const directionOf = (cursor: string): { isBack: boolean; position: string } =>
  cursor.startsWith(backwards) ? { isBack: true, position: cursor.slice(1) } : { isBack: false, position: cursor };

const cursorTo = (key: Key<Sorted> | null): string | null => key && encodeKey(key);
const cursorBack = (key: Key<Sorted> | null): string | null => key && backwards + encodeKey(key);

/** Where a list goes on behind rows of it that are kept: from the last of them, or from where looking ended. */
const goesOn = <Row, At extends Sorted>({ rows, end }: Listed<Row, At>, kept: number, keyOf: (row: Row) => Key<At>, from: Key<At> | null): Key<At> | null => {
  const last = rows[kept - 1];
  if (rows.length > kept) return last ? keyOf(last) : from;
  return end;
};

interface Cut<Row, T> {
  rows: readonly Row[];
  previous: Key<Sorted> | null;
  next: Key<Sorted> | null;
  keyOf: (row: Row) => Key<Sorted>;
  toItem: (row: Row) => T;
}

function page<Row, T>({ rows, previous, next, keyOf, toItem }: Cut<Row, T>): TwoWayPage<T> {
  const [first, last] = [rows[0], rows.at(-1)];
  return {
    data: rows.map(toItem),
    pageInfo: {
      hasNextPage: next !== null,
      startCursor: cursorTo(first ? keyOf(first) : null),
      endCursor: cursorTo(next ?? (last ? keyOf(last) : null)),
    },
    previousCursor: cursorBack(previous),
    nextCursor: cursorTo(next),
  };
}

/** How the rows of a list are sorted, and shown. */
interface Form<Row, At extends Sorted, T> {
  limit: number;
  keyOf: (row: Row) => Key<At>;
  toItem: (row: Row) => T;
}

/** What was read behind a position, one more than the page holds; `from` is null where that is the list's beginning. */
export function pageBehind<Row, At extends Sorted, T>(
  behind: Listed<Row, At>,
  from: Key<At> | null,
  { limit, keyOf, toItem }: Form<Row, At, T>,
): TwoWayPage<T> {
  const rows = behind.rows.slice(0, limit);
  const first = rows[0];
  return page({ rows, previous: from && (first ? keyOf(first) : from), next: goesOn(behind, limit, keyOf, from), keyOf, toItem });
}

/** What was read before a position, the nearest first, one more than the page holds. */
export function pageBefore<Row, At extends Sorted, T>(before: Listed<Row, At>, from: Key<At>, { limit, keyOf, toItem }: Form<Row, At, T>): TwoWayPage<T> {
  const rows = before.rows.slice(0, limit);
  const nearest = rows[0];
  return page({ rows: rows.toReversed(), previous: goesOn(before, limit, keyOf, from), next: nearest ? keyOf(nearest) : from, keyOf, toItem });
}

/** A row with what was read on either side of it, the nearest first, `limit` of each: half a page of each, or more where the other side has less. */
export function pageAround<Row, At extends Sorted, T>(
  row: Row,
  at: Key<At>,
  { before, behind }: { before: Listed<Row, At>; behind: Listed<Row, At> },
  { limit, keyOf, toItem }: Form<Row, At, T>,
): TwoWayPage<T> {
  const others = limit - 1;
  const above = Math.min(before.rows.length, Math.max(Math.floor(others / 2), others - behind.rows.length));
  const below = Math.min(behind.rows.length, others - above);
  return page({
    rows: [...before.rows.slice(0, above).toReversed(), row, ...behind.rows.slice(0, below)],
    previous: goesOn(before, above, keyOf, at),
    next: goesOn(behind, below, keyOf, at),
    keyOf,
    toItem,
  });
}
