import type { QuotedPost } from "@newfeed/client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { client } from "./client.ts";
import { comments } from "./comments.ts";
import { keys } from "./keys.ts";
import { nextPage } from "./lists.ts";

/** A comment of a list, with the post that it stood under when it was fetched. */
export interface Listed {
  id: string;
  post: QuotedPost;
}

/** A user's comments, newest first; the comments themselves are where all comments are. */
export const useUserComments = (userId: string) =>
  useInfiniteQuery({
    queryKey: keys.userComments(userId),
    async queryFn({ pageParam, signal }) {
      const take = comments.store.fetching();
      const { data, pageInfo } = await client.comments.listOf(userId, pageParam ? { cursor: pageParam } : {}, { signal });
      take(data.map(({ post: _, ...comment }) => comment));
      return { listed: data.map(({ id, post }): Listed => ({ id, post })), pageInfo };
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextPage,
    select: ({ pages }) => [...new Map(pages.flatMap(({ listed }) => listed).map((one) => [one.id, one])).values()],
    refetchOnWindowFocus: false,
    refetchOnMount: "always",
  });
