import { useInfiniteQuery } from "@tanstack/react-query";
import { client } from "./client.ts";
import { type KeptName, keys } from "./keys.ts";
import { nextPage } from "./lists.ts";
import { posts } from "./posts.ts";

const fetchKept = (by: KeptName, query: { cursor?: string }, options: { signal: AbortSignal }) =>
  by === "bookmarks"
    ? client.posts.bookmarked(query, options)
    : by === "likes"
      ? client.posts.liked(query, options)
      : by.startsWith("likes:")
        ? client.posts.likedBy(by.slice("likes:".length), query, options)
        : client.posts.repostedBy(by.slice("reposts:".length), query, options);

/**
 * Ids of the posts that the user bookmarks or likes, or that a user has reposted or likes, the last one first; the posts themselves are where all posts are. What is
 * taken back stays in the list while it is read, so that it can be put back.
 */
export const useKeptPosts = (by: KeptName) =>
  useInfiniteQuery({
    queryKey: keys.kept(by),
    async queryFn({ pageParam, signal }) {
      const take = posts.fetching();
      const query = pageParam ? { cursor: pageParam } : {};
      const { data, pageInfo } = await fetchKept(by, query, { signal });
      take(data);
      return { ids: data.map(({ id }) => id), pageInfo };
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextPage,
    select: ({ pages }) => [...new Set(pages.flatMap(({ ids }) => ids))],
    refetchOnWindowFocus: false,
    refetchOnMount: "always",
  });
