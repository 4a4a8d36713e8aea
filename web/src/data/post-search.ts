import { useInfiniteQuery } from "@tanstack/react-query";
import { client } from "./client.ts";
import { keys } from "./keys.ts";
import { nextPage } from "./lists.ts";
import { posts } from "./posts.ts";

/** Ids of the posts that a search finds, the best first; the posts themselves are where all posts are. */
export const usePostSearch = (text: string) =>
  useInfiniteQuery({
    queryKey: keys.postSearch(text),
    async queryFn({ pageParam, signal }) {
      const take = posts.fetching();
      const { data, pageInfo } = await client.search.posts(text, pageParam ? { cursor: pageParam } : {}, { signal });
      take(data.map(({ post }) => post));
      return { ids: data.map(({ post }) => post.id), pageInfo };
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextPage,
    select: ({ pages }) => [...new Set(pages.flatMap(({ ids }) => ids))],
    enabled: text !== "",
    placeholderData: (previous) => previous,
    // Later than it is shown, what was found may have left memory.
    refetchOnMount: "always",
  });
