import type { EntityStore } from "./entity-store.ts";
import { newestFirst, type Revisioned } from "./merge.ts";
import { createMergedList, type MergedList } from "./merged-list.ts";
import { createObservable, type Observable } from "./observable.ts";
import type { CallOptions, Page } from "./types.ts";

export interface PagedState {
  /** Newest first, with the places of removed items. */
  ids: readonly string[];
  /** There are older ones: `loadMore`. */
  hasMore: boolean;
}

export interface ListQuery {
  limit?: number;
  cursor?: string;
  since?: string;
}

/** A merged list that is fetched page by page. A call rejects with what its fetch rejects with; the list stays as it was then. */
export interface PagedList<T extends Revisioned, P extends Page<T> = Page<T>>
  extends Pick<MergedList<T>, "items" | "upsert" | "patch" | "remove" | "dropPlace" | "add">,
    Observable<PagedState> {
  /**
   * Fetches as many of the newest items as the list holds, a page at least, and ends the list there: what comes after is
   * for `loadMore`, so that no gap is hidden in it. Resolves with the first page.
   */
  refetch(options?: CallOptions): Promise<P>;
  /** Adds the next older page. */
  loadMore(options?: CallOptions): Promise<void>;
  /** Adds what is new since the list was fetched. False, and nothing is added, when it is more than one page. */
  loadNewer(options?: CallOptions): Promise<boolean>;
  /** The position of the newest item that was fetched, for `since`. */
  readonly startCursor: string | null;
  /** Empties the list, which begins anew with the next `refetch`. */
  clear(): void;
}

export interface PagedListOptions<T extends Revisioned, P extends Page<T>> {
  fetch(query: ListQuery, options: CallOptions): Promise<P>;
  /** Shares items with other lists. */
  store?: EntityStore<T>;
  /** Items per page; the server's default unless given. */
  limit?: number;
}

const newerLimit = 50;
/** How many empty pages one call reads past. */
const emptyPages = 20;

/** Where the next page begins: its cursor, and the last item before it. */
interface End<T> {
  cursor: string;
  item: T | undefined;
}

export function createPagedList<T extends Revisioned & { createdAt: string }, P extends Page<T>>({
  fetch,
  store,
  limit,
}: PagedListOptions<T, P>): PagedList<T, P> {
  const state = createObservable<PagedState>({ ids: [], hasMore: false });
  let end: End<T> | undefined;
  let startCursor: string | null = null;
  const list = createMergedList<T>(newestFirst, store, show);

  function show(): void {
    const { ids, hasMore } = state.state;
    if (ids !== list.ids || hasMore !== (end !== undefined)) state.set({ ids: list.ids, hasMore: end !== undefined });
  }

  /** A page, or what stands behind it where nothing of it shows: among what is hidden, a server looks at so much at a time. */
  async function fetchShown(from: End<T> | undefined, options: CallOptions): Promise<P> {
    const fetchFrom = (cursor: string | undefined) => fetch({ ...(limit !== undefined && { limit }), ...(cursor !== undefined && { cursor }) }, options);
    let page = await fetchFrom(from?.cursor);
    for (let past = 0; past < emptyPages && page.data.length === 0 && page.pageInfo.hasNextPage && page.pageInfo.endCursor !== null; past++) {
      const { data, pageInfo } = await fetchFrom(page.pageInfo.endCursor);
      page = { ...page, data, pageInfo };
    }
    return page;
  }

  async function read(from: End<T> | undefined, options: CallOptions) {
    const merge = list.refetching(from?.item);
    const page = await fetchShown(from, options);
    const { hasNextPage, endCursor } = page.pageInfo;
    const next: End<T> | undefined = hasNextPage && endCursor !== null ? { cursor: endCursor, item: page.data.at(-1) ?? from?.item } : undefined;
    return { page, next, merge: () => merge(page.data, hasNextPage) };
  }

  return {
    get items() {
      return list.items;
    },
    upsert: list.upsert,
    patch: list.patch,
    remove: list.remove,
    dropPlace: list.dropPlace,
    add: list.add,
    get state() {
      return state.state;
    },
    subscribe: state.subscribe,
    get startCursor() {
      return startCursor;
    },
    async refetch(options = {}) {
      const wanted = list.ids.length;
      const first = await read(undefined, options);
      const reads = [first];
      let next = first.next;
      for (let count = first.page.data.length; next && count < wanted; ) {
        const older = await read(next, options);
        reads.push(older);
        count += older.page.data.length;
        next = older.next;
      }
      // All at once, so that the list is never shorter in between.
      for (const { merge } of reads) merge();
      end = next;
      startCursor = first.page.pageInfo.startCursor;
      if (end?.item) list.endAt(end.item.id);
      show();
      return first.page;
    },
    async loadMore(options = {}) {
      const from = end;
      if (!from) return;
      const { next, merge } = await read(from, options);
      // A refetch has ended the list elsewhere meanwhile, or the same page was loaded twice.
      if (end !== from) return;
      merge();
      end = next;
      show();
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
    clear() {
      end = undefined;
      startCursor = null;
      list.endAt();
      show();
    },
  };
}
