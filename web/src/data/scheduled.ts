import type { CreatePost, Post } from "@newfeed/client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { say } from "../components/toasts.tsx";
import { t } from "../texts/account.ts";
import { client, refetch } from "./client.ts";
import { keys } from "./keys.ts";
import { nextPage } from "./lists.ts";
import { deletePost, editPost, placePost, posts } from "./posts.ts";

const mostMs = 24 * 3_600_000;
/** Once a post is due, it takes a moment. */
const publishedWithinMs = 5_000;

/** Until when the first of these posts is published, in milliseconds; false where none is scheduled. */
function untilFirst(ids: readonly string[]): number | false {
  const times = ids.flatMap((id) => posts.get(id)?.publishAt ?? []).map((at) => Date.parse(at));
  return times.length > 0 && Math.min(mostMs, Math.max(0, Math.min(...times) - Date.now()) + publishedWithinMs);
}

/** Ids of the user's scheduled posts, the next one first. What is published leaves the list. */
export const useScheduledPosts = () =>
  useInfiniteQuery({
    queryKey: keys.scheduled,
    async queryFn({ pageParam, signal }) {
      const take = posts.fetching();
      const { data, pageInfo } = await client.posts.scheduled(pageParam ? { cursor: pageParam } : {}, { signal });
      take(data);
      return { ids: data.map(({ id }) => id), pageInfo };
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextPage,
    select: ({ pages }) => [...new Set(pages.flatMap(({ ids }) => ids))],
    refetchOnMount: "always",
    refetchInterval: ({ state }) => untilFirst(state.data?.pages.flatMap(({ ids }) => ids) ?? []),
  });

/** Writes a post that is published later, and says so: until then it is in no feed. Rejects when it is refused. */
export async function schedulePost(body: CreatePost, clientMutationId: string): Promise<void> {
  await client.posts.create({ ...body, clientMutationId });
  say(t.unpublished.isScheduled);
  await refetch(keys.scheduled);
}

/** Rejects with the error to show. */
export async function movePost(id: string, publishAt: string): Promise<void> {
  await editPost(id, { publishAt });
  await refetch(keys.scheduled);
}

/** Rejects when it is refused. */
export async function publishNow(id: string): Promise<void> {
  placePost(await client.posts.update(id, { status: "published" }));
  await refetch(keys.scheduled);
}

/** Removes it at once; it comes back, with a message, when the deletion is refused. */
export async function deleteScheduled(post: Post): Promise<void> {
  await deletePost(post);
  await refetch(keys.scheduled);
}
