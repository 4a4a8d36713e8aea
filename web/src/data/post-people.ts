import type { Author } from "@newfeed/client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { client } from "./client.ts";
import { keys } from "./keys.ts";
import { nextPage } from "./lists.ts";

/** Who likes a post, or has reposted it, the last one first. */
export const usePostPeople = (postId: string, which: "likes" | "reposts") =>
  useInfiniteQuery({
    queryKey: keys.postPeople(postId, which),
    queryFn: ({ pageParam, signal }) => {
      const query = pageParam ? { cursor: pageParam } : {};
      return which === "likes" ? client.posts.likers(postId, query, { signal }) : client.posts.reposters(postId, query, { signal });
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextPage,
    select: ({ pages }) => [...new Map(pages.flatMap(({ data }) => data).map((person): [string, Author] => [person.id, person])).values()],
    refetchOnMount: "always",
  });
