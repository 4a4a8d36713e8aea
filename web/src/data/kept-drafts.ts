import { useInfiniteQuery } from "@tanstack/react-query";
import { client } from "./client.ts";
import { keys } from "./keys.ts";
import { nextPage } from "./lists.ts";

/** What the user has begun to write on any device, as the server has it, the latest first. */
export const useKeptDrafts = () =>
  useInfiniteQuery({
    queryKey: keys.drafts,
    queryFn: ({ pageParam, signal }) => client.drafts.list(pageParam ? { cursor: pageParam } : {}, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextPage,
    refetchOnMount: "always",
  });
