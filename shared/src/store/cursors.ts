import { invalidField } from "../contracts/errors.ts";
import type { Page, PageQuery } from "../contracts/primitives.ts";

/**
 * A position in a list that is sorted by time and id: both immutable, so a page never shifts. Or by a number and id, as of likes:
 * what changes its number between two pages may come twice or not at all, all else comes once.
 */
export interface Key<At extends Date | number = Date> {
  at: At;
  id: string;
}

export const encodeKey = ({ at, id }: Key<Date | number>): string =>
  Buffer.from(typeof at === "number" ? `${at}~${id}` : `${at.getTime().toString(36)}.${id}`).toString("base64url");

const id = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
const form = new RegExp(`^([0-9a-z]{1,11})\\.(${id})$`);
/** The position of an item that came live, which no page gave a cursor for: its time and id. */
const ofItem = new RegExp(`^(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z)~(${id})$`);

/** Throws `validation_failed` for anything that `encodeKey` did not make, and that is no item's position. */
function decodeKey(text: string, field: string): Key {
  const item = ofItem.exec(text);
  const match = item ?? form.exec(Buffer.from(text, "base64url").toString("latin1"));
  const at = new Date(item ? `${item[1]}` : Number.parseInt(match?.[1] ?? "", 36));
  if (!match?.[2] || Number.isNaN(at.getTime()) || at.getUTCFullYear() > 9999) throw invalidField(field, "is not a cursor of this list");
  return { at, id: match[2] };
}

const counted = new RegExp(`^(\\d{1,9})~(${id})$`);
/** A position in a list by a number, as `encodeKey` makes it or as it is. Throws `validation_failed` for anything else. */
function decodeCount(text: string, field: string): Key<number> {
  const match = counted.exec(text) ?? counted.exec(Buffer.from(text, "base64url").toString("latin1"));
  if (!match?.[2]) throw invalidField(field, "is not a cursor of this list");
  return { at: Number(match[1]), id: match[2] };
}

/** Before every time and id. */
const beginning: Key = { at: new Date(0), id: "00000000-0000-0000-0000-000000000000" };

/** What a list query is to fetch. */
export interface Window<At extends Date | number = Date> {
  /** One more than the page holds, to see whether there is another. */
  take: number;
  limit: number;
  /** Items strictly older than this, newest first; of a list by a number, those with less, the most first. */
  before: Key<At> | null;
  /** Items strictly newer than this, oldest first; of a list by a number, those with more. */
  after: Key<At> | null;
  skip: number;
}

/** `order`: with `oldest` a list begins with its oldest items, and `cursor` continues to newer ones. */
export function windowOf({ order = "newest", ...query }: PageQuery & { order?: "newest" | "oldest" | undefined }): Window {
  const from = query.cursor === undefined ? null : decodeKey(query.cursor, "cursor");
  const since = query.since === undefined ? null : decodeKey(query.since, "since");
  return {
    limit: query.limit,
    take: query.limit + 1,
    before: order === "newest" ? from : null,
    after: order === "newest" ? since : (since ?? from ?? beginning),
    skip: query.page === undefined ? 0 : (query.page - 1) * query.limit,
  };
}

/** Of a list by a number, which begins with the most. Throws `validation_failed` for `since`: what is new stands anywhere in it. */
export function countWindowOf(query: PageQuery): Window<number> {
  if (query.since !== undefined) throw invalidField("since", "is for lists that are sorted by time");
  return {
    limit: query.limit,
    take: query.limit + 1,
    before: query.cursor === undefined ? null : decodeCount(query.cursor, "cursor"),
    after: null,
    skip: query.page === undefined ? 0 : (query.page - 1) * query.limit,
  };
}

/** Where a window begins. From the beginning of its list, beyond every time and id, so that it is the same statement. */
export const startOf = ({ before, after }: Pick<Window, "before" | "after">): { at: Date | string; id: string } =>
  after ?? before ?? { at: "infinity", id: "ffffffff-ffff-ffff-ffff-ffffffffffff" };

/** The same for a list by a number: more than any count. */
export const startOfCounts = ({ before, after }: Pick<Window<number>, "before" | "after">): Key<number> =>
  after ?? before ?? { at: 2_147_483_647, id: "ffffffff-ffff-ffff-ffff-ffffffffffff" };

/** How much a statement fetches: one more than the pages of most lists, or than the longest. */
export const fetchSizes = [21, 101] as const;
/** At least so many, in one of these sizes. */
export const sizeOf = (take: number): (typeof fetchSizes)[number] => (take <= 21 ? 21 : 101);

/** Cuts what a window fetched to a page. */
export function pageFrom<Row, T>(
  rows: readonly Row[],
  window: Pick<Window, "limit">,
  keyOf: (row: Row) => Key<Date | number>,
  toItem: (row: Row) => T,
): Page<T> {
  const kept = rows.slice(0, window.limit);
  const first = kept[0];
  const last = kept.at(-1);
  return {
    data: kept.map(toItem),
    pageInfo: { hasNextPage: rows.length > window.limit, startCursor: first ? encodeKey(keyOf(first)) : null, endCursor: last ? encodeKey(keyOf(last)) : null },
  };
}

/** What a window fetched of a list that has rows which do not show. */
export interface Listed<Row, At extends Date | number = Date> {
  rows: Row[];
  /** Where looking ended, if that was before the list did. */
  end: Key<At> | null;
}

/** Cuts what a window fetched to a page, which is short, or empty, and has a next one, where looking ended before it was full. */
export function pageOf<Row, T>(
  { rows, end }: Listed<Row, Date | number>,
  window: Pick<Window, "limit">,
  keyOf: (row: Row) => Key<Date | number>,
  toItem: (row: Row) => T,
): Page<T> {
  const page = pageFrom(rows, window, keyOf, toItem);
  return end && !page.pageInfo.hasNextPage ? { ...page, pageInfo: { ...page.pageInfo, hasNextPage: true, endCursor: encodeKey(end) } } : page;
}
