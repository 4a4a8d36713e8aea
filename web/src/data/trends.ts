import { useQuery } from "@tanstack/react-query";
import { client } from "./client.ts";
import { keys } from "./keys.ts";

/** The tags that most people use today, which change by signals, too; `isAwaited` until they are known or were asked for in vain. */
export function useTrends() {
  const { data, isPending, failureCount } = useQuery({
    queryKey: keys.trends,
    queryFn: ({ signal }) => client.tags.trends({}, { signal }),
    staleTime: 5 * 60_000,
  });
  return { trends: data ?? [], isAwaited: isPending && failureCount === 0 };
}
