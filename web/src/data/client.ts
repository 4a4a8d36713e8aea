import { createClient } from "@newfeed/client";
import { QueryClient, type QueryKey } from "@tanstack/react-query";

/** The page's one connection to the server. */
export const client = createClient();

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // What is live is pushed; the rest is fetched again when it is shown again.
      staleTime: 30_000,
      gcTime: 30 * 60_000,
      retry: (failures, error) => failures < 2 && "isTemporary" in error && error.isTemporary === true && "code" in error && error.code !== "rate_limited",
    },
  },
});

/**
 * Has what is shown of these queries, or of all, fetched again, as of now. TanStack Query joins a first fetch that is under way, whose answer may be
 * of before: that one is waited for.
 */
export async function refetch(queryKey: QueryKey = []): Promise<void> {
  const first = queryClient.getQueryCache().findAll({ queryKey, fetchStatus: "fetching", predicate: ({ state }) => state.data === undefined });
  await Promise.allSettled(first.map(({ promise }) => promise));
  await queryClient.invalidateQueries({ queryKey });
}
