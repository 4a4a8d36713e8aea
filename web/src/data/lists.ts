import { createPagedList, type Page, type PagedList, type PagedListOptions, type PageInfo, type Revisioned } from "@newfeed/client";
import { hashKey, type QueryKey, useQuery } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { queryClient } from "./client.ts";
import { useObservable } from "./hooks.ts";

export const nextPage = ({ pageInfo }: { pageInfo: PageInfo }) => (pageInfo.hasNextPage ? (pageInfo.endCursor ?? undefined) : undefined);

const nothing = {};
/** An object that lives as long as what a query has fetched. */
export const lifeOf = (queryKey: QueryKey): object => queryClient.getQueryCache().find({ queryKey }) ?? nothing;

/** A list, and the query that says when to fetch it. */
export interface FetchedList<T extends Revisioned, P extends Page<T>> {
  queryKey: QueryKey;
  list: PagedList<T, P>;
}

/**
 * The lists of one kind of item, by their queries. TanStack Query decides when to fetch; what a list then holds is the
 * client library's. A list leaves memory with its query.
 */
export function createLists<T extends Revisioned & { createdAt: string }, P extends Page<T>>() {
  const lists = new Map<string, FetchedList<T, P>>();
  queryClient.getQueryCache().subscribe(({ type, query }) => {
    if (type === "removed") lists.delete(query.queryHash);
  });
  return {
    /** Undefined when it was never opened, or has left memory. */
    find: (queryKey: QueryKey) => lists.get(hashKey(queryKey))?.list,
    open(queryKey: QueryKey, options: PagedListOptions<T, P>): FetchedList<T, P> {
      const name = hashKey(queryKey);
      const fetched = lists.get(name) ?? { queryKey, list: createPagedList(options) };
      lists.set(name, fetched);
      return fetched;
    },
    dropPlace(id: string) {
      for (const { list } of lists.values()) list.dropPlace(id);
    },
    *held(): Iterable<string> {
      for (const { list } of lists.values()) yield* list.state.ids;
    },
  };
}

interface ListOptions {
  enabled?: boolean;
  refetchOnMount?: "always";
  refetchOnReconnect?: boolean;
}

/** A list, fetched when it is first shown and when it is stale. `streamCursor` is where to follow it from; `mayComment` is of comments. */
export function useList<T extends Revisioned, P extends Page<T>>(fetched: FetchedList<T, P>, options: ListOptions = {}) {
  const { queryKey, list } = fetched;
  const { data, error, isPending, isFetchedAfterMount, refetch } = useQuery({
    queryKey,
    queryFn: async ({ signal }) => {
      const page: Page<T> & { streamCursor?: string | null; mayComment?: boolean } = await list.refetch({ signal });
      return { streamCursor: page.streamCursor ?? null, mayComment: page.mayComment ?? true };
    },
    // A list that is being read changes when the reader asks for it.
    refetchOnWindowFocus: false,
    ...options,
  });
  const { ids, hasMore, loaded, hasEarlier } = useObservable(list);
  const [more, setMore] = useState<"idle" | "loading" | "failed">("idle");
  const load = useCallback(
    async (way: "loadEarlier" | "loadMore" | "loadBefore" | "loadNewest"): Promise<void> => {
      setMore("loading");
      // As a query of its own, so that it waits for the network and is retried like the others.
      const queryFn = async ({ signal }: { signal: AbortSignal }) => (await fetched.list[way]({ signal })) ?? null;
      await queryClient.fetchQuery({ queryKey: [...fetched.queryKey, way], queryFn, staleTime: 0, gcTime: 0 }).then(
        () => setMore("idle"),
        () => setMore("failed"),
      );
    },
    [fetched],
  );
  return {
    list,
    ids: data && ids,
    loaded,
    streamCursor: data?.streamCursor,
    mayComment: data?.mayComment ?? true,
    error,
    isPending,
    isFetchedAfterMount,
    refetch: useCallback(() => void refetch(), [refetch]),
    hasMore: data !== undefined && hasMore,
    hasEarlier: data !== undefined && hasEarlier,
    isLoadingMore: more === "loading",
    isMoreFailed: more === "failed",
    loadMore: useCallback(() => void load("loadMore"), [load]),
    load,
  };
}
