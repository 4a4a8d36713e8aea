import { invalidField } from "../contracts/errors.ts";
import type { Page, PageQuery } from "../contracts/primitives.ts";

/** A position in a list that is sorted by time and id: both immutable, so a page never shifts. */
export interface Key {
  at: Date;
  id: string;
}

export const encodeKey = (key: Key): string => Buffer.from(`${key.at.getTime().toString(36)}.${key.id}`).toString("base64url");

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

/** Before every time and id. */
const beginning: Key = { at: new Date(0), id: "00000000-0000-0000-0000-000000000000" };

/** What a list query is to fetch. */
export interface Window {
  /** One more than the page holds, to see whether there is another. */
  take: number;
  limit: number;
  /** Items strictly older than this, newest first. */
  before: Key | null;
  /** Items strictly newer than this, oldest first. */
  after: Key | null;
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

/** Where a window begins. From the beginning of its list, beyond every time and id, so that it is the same statement. */
export const startOf = ({ before, after }: Pick<Window, "before" | "after">): { at: Date | string; id: string } =>
  after ?? before ?? { at: "infinity", id: "ffffffff-ffff-ffff-ffff-ffffffffffff" };

/** How much a statement fetches: one more than the pages of most lists, or than the longest. */
export const fetchSizes = [21, 101] as const;
/** At least so many, in one of these sizes. */
export const sizeOf = (take: number): (typeof fetchSizes)[number] => (take <= 21 ? 21 : 101);

/** Cuts what a window fetched to a page. */
export function pageFrom<Row, T>(rows: readonly Row[], window: Pick<Window, "limit">, keyOf: (row: Row) => Key, toItem: (row: Row) => T): Page<T> {
  const kept = rows.slice(0, window.limit);
  const first = kept[0];
  const last = kept.at(-1);
  return {
    data: kept.map(toItem),
    pageInfo: { hasNextPage: rows.length > window.limit, startCursor: first ? encodeKey(keyOf(first)) : null, endCursor: last ? encodeKey(keyOf(last)) : null },
  };
}

/** What a window fetched of a list that has rows which do not show. */
export interface Listed<Row> {
  rows: Row[];
  /** Where looking ended, if that was before the list did. */
  end: Key | null;
}

/** Cuts what a window fetched to a page, which is short, or empty, and has a next one, where looking ended before it was full. */
export function pageOf<Row, T>({ rows, end }: Listed<Row>, window: Pick<Window, "limit">, keyOf: (row: Row) => Key, toItem: (row: Row) => T): Page<T> {
  const page = pageFrom(rows, window, keyOf, toItem);
  return end && !page.pageInfo.hasNextPage ? { ...page, pageInfo: { ...page.pageInfo, hasNextPage: true, endCursor: encodeKey(end) } } : page;
}
