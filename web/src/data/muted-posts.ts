import { useInfiniteQuery } from "@tanstack/react-query";
import { client, refetch } from "./client.ts";
import { keys } from "./keys.ts";
import { nextPage } from "./lists.ts";
import { setConversationMuted } from "./posts.ts";

/** The posts that the user has muted, the last one muted first. */
export const useMutedPosts = () =>
  useInfiniteQuery({
    queryKey: keys.mutedPosts,
    queryFn: ({ pageParam, signal }) => client.posts.muted(pageParam ? { cursor: pageParam } : {}, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextPage,
    select: ({ pages }) => pages.flatMap(({ data }) => data),
    staleTime: 0,
  });

/** Takes a post from them. */
export async function unmuteConversation(id: string): Promise<void> {
  if (await setConversationMuted(id, false)) await refetch(keys.mutedPosts);
}
