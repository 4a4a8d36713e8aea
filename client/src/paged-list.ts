import type { EntityStore } from "./entity-store.ts";
import { NewFeedError } from "./errors.ts";
import { type Dated, newestFirst, oldestFirst, positionOf, type Revisioned } from "./merge.ts";
import { createMergedList, type MergedList } from "./merged-list.ts";
import { createObservable, type Observable } from "./observable.ts";
import { createServedOrder } from "./served-order.ts";
import type { CallOptions, Page } from "./types.ts";

export interface PagedState {
  /** In the list's order, with the places of removed items. */
  ids: readonly string[];
  /** More follow the first `loaded` places: `loadMore`. */
  hasMore: boolean;
  /** All of `ids`; or fewer, when newest items stand behind a gap: of a list that begins with what is oldest, the end is live too. */
  loaded: number;
  /** Others stand above the first place: `loadEarlier`. */
  hasEarlier: boolean;
}

export interface ListQuery {
  limit?: number;
  cursor?: string;
  since?: string;
  /** Of a list that begins with what is oldest, or most liked. */
  order?: Exclude<ListOrder, "newest">;
  /** An item that is to stand in the middle of the page. */
  around?: string;
}

export type ListOrder = "newest" | "oldest" | "most_liked";

/** A merged list that is fetched page by page. A call rejects with what its fetch rejects with; the list stays as it was then. */
export interface PagedList<T extends Revisioned, P extends Page<T> = Page<T>>
  extends Pick<MergedList<T>, "items" | "upsert" | "patch" | "remove" | "dropPlace" | "add">,
    Observable<PagedState> {
  /**
   * Fetches as many of the first items as the list holds, a page at least, and ends the list there: what comes after is
   * for `loadMore`, so that no gap is hidden in it. What stands behind a gap is given up. Resolves with the first page.
   */
  refetch(options?: CallOptions): Promise<P>;
  /**
   * Empties the list: the next `refetch` begins it with a page around an item, which goes on both ways, or where the item is not there, at its
   * beginning. Of a list that does not begin with what is oldest, what comes live has no place until its beginning is loaded.
   */
  startAround(id: string): void;
  /** Of a list that was started around an item, adds the page above. */
  loadEarlier(options?: CallOptions): Promise<void>;
  /** Adds the next page. */
  loadMore(options?: CallOptions): Promise<void>;
  /** Of a list with a gap, adds the page before what stands behind it. */
  loadBefore(options?: CallOptions): Promise<void>;
  /** Of a list that begins with what is oldest, and did not get all that came live: adds the newest page, in the place of what stood behind a gap. */
  loadNewest(options?: CallOptions): Promise<void>;
  /** Of a list by time, adds what is new since the list was fetched. False, and nothing is added, when it is more than one page. */
  loadNewer(options?: CallOptions): Promise<boolean>;
  /** The position of the newest item that was fetched, for `since`. */
  readonly startCursor: string | null;
  /** Once a list by time has grown to twice `most`, keeps the newest `most` places, and of one that begins with what is oldest its first page. */
  trim(most: number): void;
  /** Empties the list, which begins anew with the next `refetch`. */
  clear(): void;
}

/** What a page that goes on both ways says beside its items. */
type TwoWay = { previousCursor?: string | null };

export interface PagedListOptions<T extends Revisioned, P extends Page<T>> {
  fetch(query: ListQuery, options: CallOptions): Promise<P>;
  /**
   * Which items come first; the newest unless given. With `most_liked` an item keeps the place at which a page first had it, however its likes
   * change, and what comes live stands before all others, until the list is fetched again.
   */
  order?: ListOrder;
  /** When an item has its place in the list, where that is not when it was published. */
  placedAt?: (item: T) => string | undefined;
  /** Shares items with other lists. */
  store?: EntityStore<T>;
  /** Items per page; the server's default unless given. */
  limit?: number;
}

const newerLimit = 50;
/** How many empty pages one call reads past. */
const emptyPages = 20;
/** How many of the first places a list keeps that begins with what is oldest. */
const firstPlaces = 20;

/** Where the next page begins: its cursor, and the last item before it. */
interface End<T> {
  cursor: string;
  item: T | undefined;
}

export function createPagedList<T extends Revisioned & { createdAt: string }, P extends Page<T>>({
  fetch,
  order = "newest",
  placedAt = () => undefined,
  store,
  limit,
}: PagedListOptions<T, P>): PagedList<T, P> {
  const state = createObservable<PagedState>({ ids: [], hasMore: false, loaded: 0, hasEarlier: false });
  let end: End<T> | undefined;
  /** Where it goes on above its first place, and the item around which it was started. */
  let begin: string | undefined;
  let center: string | undefined;
  let startCursor: string | null = null;
  /** An item as it is sorted here. */
  const placed = (item: T): Dated => {
    const at = placedAt(item);
    return at === undefined ? item : { id: item.id, createdAt: at };
  };
  const served = order === "most_liked" ? createServedOrder() : undefined;
  const inOrder = order === "oldest" ? oldestFirst : newestFirst;
  const compare = (one: T, other: T) => (served ? served.compare(one, other) : inOrder(placed(one), placed(other)));
  const list = createMergedList<T>(compare, store, show);

  const endAfter = (item: T): End<T> => ({ cursor: positionOf(placed(item)), item });

  /** How many places stand before the gap. */
  const placesLoaded = () => (order !== "oldest" || !end ? list.ids.length : end.item ? list.placesUpTo(end.item) : 0);

  function show(): void {
    const { ids, hasMore, loaded, hasEarlier } = state.state;
    const now = { ids: list.ids, hasMore: end !== undefined, loaded: placesLoaded(), hasEarlier: begin !== undefined };
    if (ids !== now.ids || hasMore !== now.hasMore || loaded !== now.loaded || hasEarlier !== now.hasEarlier) state.set(now);
  }

  /** A page, or what stands behind it where nothing of it shows: among what is hidden, a server looks at so much at a time. */
  async function fetchShown(from: string | undefined, options: CallOptions, direction = order): Promise<P> {
    const fetchFrom = (cursor: string | undefined) =>
      fetch({ ...(limit !== undefined && { limit }), ...(cursor !== undefined && { cursor }), ...(direction !== "newest" && { order: direction }) }, options);
    let page = await fetchFrom(from);
    for (let past = 0; past < emptyPages && page.data.length === 0 && page.pageInfo.hasNextPage && page.pageInfo.endCursor !== null; past++) {
      const { data, pageInfo } = await fetchFrom(page.pageInfo.endCursor);
      page = { ...page, data, pageInfo };
    }
    return page;
  }

  /** What each page is asked with. */
  const asked: ListQuery = { ...(limit !== undefined && { limit }), ...(order !== "newest" && { order }) };

  async function fetchFirst(options: CallOptions): Promise<P> {
    try {
      if (center !== undefined) return await fetch({ ...asked, around: center }, options);
    } catch (error) {
      if (!(error instanceof NewFeedError && error.code === "not_found")) throw error;
      center = undefined;
    }
    return fetchShown(undefined, options);
  }

  /** `before`: the ids of those before it, which may come again where they are not sorted by time. */
  async function read(from: End<T> | undefined, before: () => Iterable<string>, options: CallOptions) {
    const merge = list.refetching(from?.item);
    const page = await (from ? fetchShown(from.cursor, options) : fetchFirst(options));
    const { hasNextPage, endCursor } = page.pageInfo;
    const known = new Set(served && before());
    const data = served ? page.data.filter(({ id }) => !known.has(id)) : page.data;
    const next: End<T> | undefined = hasNextPage && endCursor !== null ? { cursor: endCursor, item: data.at(-1) ?? from?.item } : undefined;
    const mergePage = () => {
      served?.place(data, from === undefined);
      merge(data, hasNextPage);
    };
    return { page, data, next, merge: mergePage };
  }

  /** Adds a page that is read from its newer end, behind a gap, which is closed if the page reaches over it. */
  function addBehind({ data, pageInfo }: P, gap: End<T>): void {
    const { item } = gap;
    const isClosed = !pageInfo.hasNextPage || (item !== undefined && data.some((one) => compare(one, item) <= 0));
    end = isClosed ? undefined : gap;
    list.add(data);
    show();
  }

  function clear(): void {
    [end, begin, center, startCursor] = [undefined, undefined, undefined, null];
    list.drop(0);
    show();
  }

  /** The items of these places: a removed one has a place only. */
  function itemsOf(places: readonly string[]): T[] {
    const listed = new Set(places);
    return list.items.filter(({ id }) => listed.has(id));
  }

  /** The first item behind the gap; all are known from there on. */
  const firstBehind = (): T | undefined => (end ? itemsOf(list.ids.slice(placesLoaded()))[0] : undefined);

  return {
    get items() {
      return list.items;
    },
    upsert(item, even) {
      if (begin !== undefined && order !== "oldest" && !list.ids.includes(item.id)) return;
      served?.placeFirst(item);
      list.upsert(item, even);
    },
    patch: list.patch,
    remove: list.remove,
    dropPlace: list.dropPlace,
    add(items) {
      for (const item of items) served?.placeFirst(item);
      list.add(items);
    },
    get state() {
      return state.state;
    },
    subscribe: state.subscribe,
    get startCursor() {
      return startCursor;
    },
    async refetch(options = {}) {
      const wanted = placesLoaded();
      const first = await read(undefined, () => [], options);
      const reads = [first];
      const before = () => reads.flatMap(({ data }) => data.map(({ id }) => id));
      let next = first.next;
      for (let count = first.page.data.length; next && count < wanted; ) {
        const more = await read(next, before, options);
        reads.push(more);
        count += more.page.data.length;
        next = more.next;
      }
      // All at once, so that the list is never shorter in between.
      for (const { merge } of reads) merge();
      end = next;
      begin = (center !== undefined && (first.page as TwoWay).previousCursor) || undefined;
      startCursor = first.page.pageInfo.startCursor;
      if (end?.item) list.drop(list.placesUpTo(end.item));
      show();
      return first.page;
    },
    startAround(id) {
      clear();
      center = id;
    },
    async loadEarlier(options = {}) {
      const from = begin;
      if (from === undefined) return;
      let page: P & TwoWay = await fetch({ ...asked, cursor: from }, options);
      for (let past = 0; past < emptyPages && page.data.length === 0 && page.previousCursor; past++)
        page = await fetch({ ...asked, cursor: page.previousCursor }, options);
      if (begin !== from) return;
      begin = page.previousCursor ?? undefined;
      served?.placeBefore(page.data);
      list.add(page.data);
      show();
    },
    async loadMore(options = {}) {
      const from = end;
      if (!from) return;
      const { page, next, merge } = await read(from, () => list.ids, options);
      // A refetch has ended the list elsewhere meanwhile, or the same page was loaded twice.
      if (end !== from) return;
      const behind = firstBehind();
      merge();
      end = behind && page.data.some((item) => compare(item, behind) >= 0) ? undefined : next;
      show();
    },
    async loadBefore(options = {}) {
      const [gap, behind] = [end, firstBehind()];
      if (!gap || !behind) return;
      const page = await fetchShown(positionOf(placed(behind)), options, "newest");
      if (end === gap) addBehind(page, gap);
    },
    async loadNewest(options = {}) {
      const gap = end;
      const page = await fetchShown(undefined, options, "newest");
      const last = itemsOf(list.ids).at(-1);
      if (end !== gap || !(gap || last)) return;
      if (gap) list.drop(placesLoaded());
      addBehind(page, gap ?? endAfter(last as T));
    },
    async loadNewer(options = {}) {
      if (startCursor === null) return false;
      const { data, pageInfo } = await fetch({ since: startCursor, limit: newerLimit }, options);
      if (pageInfo.hasNextPage) return false;
      list.add(data);
      // They come oldest first.
      startCursor = pageInfo.endCursor ?? startCursor;
      return true;
    },
    trim(most) {
      if (served || list.ids.length < 2 * most) return;
      const kept = order === "newest" ? most : end ? placesLoaded() : Math.min(firstPlaces, most);
      const item = itemsOf(list.ids.slice(0, kept)).at(-1);
      if (!item) return;
      end = endAfter(item);
      list.drop(list.placesUpTo(item), order === "newest" ? undefined : list.ids.length - most);
      show();
    },
    clear,
  };
}
