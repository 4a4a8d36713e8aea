import type { Post } from "@newfeed/client";
import { useQuery } from "@tanstack/react-query";
import { say, showProblem } from "../components/toasts.tsx";
import { t } from "../texts/account.ts";
import { client, queryClient } from "./client.ts";
import { keys } from "./keys.ts";
import { posts } from "./posts.ts";

const pinnedBy = (userId: string) => ({
  queryKey: keys.pinned(userId),
  async queryFn({ signal }: { signal: AbortSignal }) {
    const take = posts.fetching();
    const post = await client.posts.pinnedOf(userId, { signal });
    if (post) take([post]);
    return post?.id ?? null;
  },
});

/** The id of the post that a user shows first on their profile; null where there is none, undefined until that is known. */
export const usePinned = (userId: string) => useQuery({ ...pinnedBy(userId), refetchOnMount: "always" }).data;

/** Fetches that, for a menu. Without it the menu offers to pin what may be pinned already, which changes nothing. */
export const loadPinned = (userId: string): Promise<void> => queryClient.prefetchQuery(pinnedBy(userId));

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
