import type { Post } from "@newfeed/client";
import { useQuery } from "@tanstack/react-query";
import { client } from "./client.ts";
import { keys } from "./keys.ts";

/** What a post said before its changes, the newest first. */
export const usePostHistory = ({ id, revision }: Post) =>
  useQuery({
    // Another version is kept with each change.
    queryKey: [...keys.history(id), revision],
    queryFn: ({ signal }) => client.posts.history(id, { signal }),
  });
