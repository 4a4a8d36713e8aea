import { NewFeedError, type User } from "@newfeed/client";
import { type InfiniteData, queryOptions, useInfiniteQuery, useQueries, useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { showProblem } from "../components/toasts.tsx";
import { t } from "../texts/texts.ts";
import { client, queryClient, refetch } from "./client.ts";
import { keys } from "./keys.ts";
import { nextPage } from "./lists.ts";
import { useMe } from "./session.ts";

const userQuery = (username: string) =>
  queryOptions<User | null>({
    queryKey: keys.user(username),
    queryFn: async ({ signal }) => {
      try {
        return await client.users.byUsername(username, { signal });
      } catch (error) {
        if (error instanceof NewFeedError && (error.status === 404 || error.code === "validation_failed")) return null;
        throw error;
      }
    },
  });

/** A profile by username; null when there is none. */
export const useUser = (username: string | undefined) => useQuery({ ...userQuery(username ?? ""), enabled: username !== undefined });

/** Several profiles; undefined until all of them are known. */
export const useUsers = (usernames: readonly string[]): User[] | undefined =>
  useQueries({
    queries: usernames.map(userQuery),
    combine: (results) => (results.some(({ isPending }) => isPending) ? undefined : results.flatMap(({ data }) => data ?? [])),
  });

/** The usernames of whom the user may want to follow, the best first. */
export const useSuggestions = (isSignedIn: boolean) =>
  useQuery({
    queryKey: keys.suggestions,
    async queryFn({ signal }) {
      const suggestions = await client.users.suggestions({}, { signal });
      for (const { user } of suggestions) queryClient.setQueryData<User | null>(keys.user(user.username), user);
      return suggestions.map(({ user }) => user.username);
    },
    enabled: isSignedIn,
    staleTime: 5 * 60_000,
  });

type PeopleList = InfiniteData<{ data: User[]; pageInfo: { hasNextPage: boolean; endCursor: string | null; startCursor: string | null } }, string | undefined>;
const peopleOf = (list: PeopleList) => list.pages.flatMap(({ data }) => data);

export const usePeople = (of: "followers" | "following", userId: string | undefined) =>
  useInfiniteQuery({
    queryKey: keys.people(of, userId ?? ""),
    queryFn: ({ pageParam, signal }) => client.users[of](userId ?? "", pageParam ? { cursor: pageParam } : {}, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextPage,
    select: peopleOf,
    enabled: userId !== undefined,
  });

/** Who asks to follow the user. */
export const useFollowRequests = () =>
  useInfiniteQuery({
    queryKey: keys.followRequests,
    queryFn: ({ pageParam, signal }) => client.users.followRequests(pageParam ? { cursor: pageParam } : {}, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextPage,
    select: peopleOf,
    staleTime: 0,
  });

export async function answerFollowRequest({ id, fullName }: User, approve: boolean): Promise<void> {
  try {
    await (approve ? client.users.approveFollowRequest(id) : client.users.refuseFollowRequest(id));
  } catch (error) {
    showProblem(t.people.answerFailed(fullName), error);
  }
  await refetch(keys.followRequests);
  void refetch(["people"]);
}

/** Makes a follower of the user stop following. */
export async function removeFollower({ id, fullName }: User): Promise<void> {
  try {
    await client.users.removeFollower(id);
    await refetch(["people"]);
  } catch (error) {
    showProblem(t.people.removeFailed(fullName), error);
  }
}

/** Whom the user has blocked. */
export const useBlocked = () =>
  useInfiniteQuery({
    queryKey: keys.blocked,
    queryFn: ({ pageParam, signal }) => client.users.blocked(pageParam ? { cursor: pageParam } : {}, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextPage,
    select: peopleOf,
  });

/** Whom the user has muted. */
export const useMuted = () =>
  useInfiniteQuery({
    queryKey: keys.muted,
    queryFn: ({ pageParam, signal }) => client.users.muted(pageParam ? { cursor: pageParam } : {}, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextPage,
    select: peopleOf,
  });

/** Has the user muted another now? False until that is known. All whom they mute are read at once: they are bounded. */
export function useIsMuted(userId: string | undefined): boolean {
  const { data } = useQuery({
    queryKey: keys.mutedIds,
    queryFn: async ({ signal }) => {
      const until = new Map<string, string | null>();
      for (let cursor: string | undefined, more = true; more; ) {
        const { data, pageInfo } = await client.users.muted({ limit: 100, ...(cursor ? { cursor } : {}) }, { signal });
        for (const user of data) until.set(user.id, user.mutedUntil);
        cursor = pageInfo.endCursor ?? undefined;
        more = pageInfo.hasNextPage && cursor !== undefined;
      }
      return until;
    },
    enabled: useMe() !== null,
    select: useCallback((until: Map<string, string | null>) => userId && until.get(userId), [userId]),
  });
  return data === null || (data !== undefined && Date.parse(data) > Date.now());
}

export const useSearch = (text: string) =>
  useInfiniteQuery({
    queryKey: keys.search(text),
    queryFn: ({ pageParam, signal }) => client.users.search(text, pageParam ? { cursor: pageParam } : {}, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextPage,
    select: peopleOf,
    enabled: text !== "",
    placeholderData: (previous) => previous,
  });

/** Changes a user in all queries: their profile, and the lists that contain them. */
function patchUser(user: User, patch: Partial<User>): void {
  queryClient.setQueryData<User | null>(keys.user(user.username), (known) => known && { ...known, ...patch });
  for (const of of ["people", "search"])
    queryClient.setQueriesData<PeopleList>(
      { queryKey: [of] },
      (list) =>
        list && {
          ...list,
          pages: list.pages.map((page) => ({ ...page, data: page.data.map((item) => (item.id === user.id ? { ...item, ...patch } : item)) })),
        },
    );
}

/** Follows or unfollows at once, or asks to where the account is private; takes that back, with a message, when it is refused. */
export async function setFollowing(user: User, following: boolean): Promise<void> {
  const asked = user.private && !user.followedByMe;
  const by = asked ? 0 : following ? 1 : -1;
  patchUser(user, { followedByMe: following && !asked, requestedByMe: following && asked, followerCount: Math.max(0, user.followerCount + by) });
  try {
    const state = await (following ? client.users.follow(user.id) : client.users.unfollow(user.id));
    patchUser(user, { followedByMe: state.following, requestedByMe: state.requested, followerCount: state.followerCount });
    void refetch(["people"]);
    // Whose posts belong there has changed; it is fetched when it is looked at next.
    queryClient.removeQueries({ queryKey: keys.feed("home"), type: "inactive" });
    void refetch(keys.feed("home"));
  } catch (error) {
    patchUser(user, { followedByMe: user.followedByMe, requestedByMe: user.requestedByMe, followerCount: user.followerCount });
    showProblem((following ? t.people.followFailed : t.people.unfollowFailed)(user.fullName), error);
  }
}

const week = 7 * 24 * 60 * 60_000;

/** Mutes a user, for good or for a week, or lifts that. Lists of posts are fetched again when they go by it: then comes `user_muted`. */
export async function setMuted({ id, fullName }: Pick<User, "id" | "fullName">, muted: "forever" | "week" | false): Promise<void> {
  try {
    if (muted) await client.users.mute(id, muted === "week" ? { until: new Date(Date.now() + week).toISOString() } : {});
    else await client.users.unmute(id);
    await Promise.all([keys.muted, keys.mutedIds, keys.suggestions, ["user"]].map((queryKey) => refetch(queryKey)));
  } catch (error) {
    showProblem((muted ? t.people.muteFailed : t.people.unmuteFailed)(fullName), error);
  }
}

export async function setBlocked(user: User, blocked: boolean): Promise<void> {
  try {
    await (blocked ? client.users.block(user.id) : client.users.unblock(user.id));
    await refetch();
  } catch (error) {
    showProblem((blocked ? t.people.blockFailed : t.people.unblockFailed)(user.fullName), error);
  }
}
