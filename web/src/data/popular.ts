import { useQuery } from "@tanstack/react-query";
import { client } from "./client.ts";
import { keys } from "./keys.ts";
import { posts } from "./posts.ts";

export type PopularWindow = "day" | "week";

/** Ids of the posts that most people like and comment in that time, the most popular first. */
export const usePopularPosts = (window: PopularWindow) =>
  useQuery({
    queryKey: keys.popular(window),
    async queryFn({ signal }) {
      const take = posts.fetching();
      const popular = await client.posts.popular({ window }, { signal });
      take(popular);
      return popular.map(({ id }) => id);
    },
    // Later than they are shown, the posts may have left memory.
    refetchOnMount: "always",
  });
