import type { TagState } from "@newfeed/client";
import { useQuery } from "@tanstack/react-query";
import { showProblem } from "../components/toasts.tsx";
import { t } from "../texts/texts.ts";
import { client, queryClient } from "./client.ts";
import { keys } from "./keys.ts";

/** A tag, and whether the user follows it. */
export const useTag = (tag: string) => useQuery({ queryKey: keys.tag(tag), queryFn: ({ signal }) => client.tags.get(tag, { signal }) });

/** Follows or unfollows at once; takes that back, with a message, when it is refused. */
export async function setTagFollowed(tag: string, followedByMe: boolean): Promise<void> {
  const before = queryClient.getQueryData<TagState>(keys.tag(tag));
  queryClient.setQueryData<TagState>(keys.tag(tag), (known) => known && { ...known, followedByMe });
  try {
    queryClient.setQueryData<TagState>(keys.tag(tag), await (followedByMe ? client.tags.follow(tag) : client.tags.unfollow(tag)));
    queryClient.removeQueries({ queryKey: keys.feed("home"), type: "inactive" });
  } catch (error) {
    queryClient.setQueryData<TagState>(keys.tag(tag), before);
    showProblem((followedByMe ? t.people.followFailed : t.people.unfollowFailed)(`#${tag}`), error);
  }
}

/** Tags by how they begin. */
export const useTagSearch = (text: string) =>
  useQuery({
    queryKey: keys.tagSearch(text),
    queryFn: async ({ signal }) => (await client.search.tags(text, {}, { signal })).data,
    enabled: text !== "",
    placeholderData: (previous) => previous,
  });
