import type { Post } from "@newfeed/client";
import { useQuery } from "@tanstack/react-query";
import { say, showProblem } from "../components/toasts.tsx";
import { t } from "../texts/account.ts";
import { client, queryClient } from "./client.ts";
import { keys } from "./keys.ts";
import { posts } from "./posts.ts";

/** The id of the post that a user shows first on their profile; null where there is none. */
export async function fetchPinned(userId: string, signal?: AbortSignal): Promise<string | null> {
  const take = posts.fetching();
  const post = await client.posts.pinnedOf(userId, signal && { signal });
  if (post) take([post]);
  return post?.id ?? null;
}

/** Undefined until it is known. */
export const usePinned = (userId: string) =>
  useQuery({ queryKey: keys.pinned(userId), queryFn: ({ signal }) => fetchPinned(userId, signal), refetchOnMount: "always" }).data;

/** Shows a post of the user's first on their profile, or no longer; a message says so, or that it was refused. */
export async function setPinned({ id, author }: Post, pinned: boolean): Promise<void> {
  try {
    await (pinned ? client.posts.pin(id) : client.posts.unpin(id));
    queryClient.setQueryData(keys.pinned(author.id), pinned ? id : null);
    say(pinned ? t.lists.isPinned : t.lists.isUnpinned);
  } catch (error) {
    showProblem(pinned ? t.lists.pinFailed : t.lists.unpinFailed, error);
  }
}
