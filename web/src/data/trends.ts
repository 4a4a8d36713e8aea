import { useQuery } from "@tanstack/react-query";
import { client } from "./client.ts";
import { keys } from "./keys.ts";

/** The tags that most people use today. They change by signals, too. */
export const useTrends = () => useQuery({ queryKey: keys.trends, queryFn: ({ signal }) => client.tags.trends({}, { signal }), staleTime: 5 * 60_000 });
