import { useQuery } from "@tanstack/react-query";
import { client, refetch } from "./client.ts";
import { keys } from "./keys.ts";

/** What a post can be in. They change seldom. `wanted`: they are fetched when they are. */
export const useCategories = (wanted = true) =>
  useQuery({ queryKey: keys.categories, queryFn: ({ signal }) => client.categories.list({ signal }), staleTime: 10 * 60_000, enabled: wanted });

export const refetchCategories = () => void refetch(keys.categories);
