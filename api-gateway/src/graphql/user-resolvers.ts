import type { User } from "@newfeed/shared/contracts/dto.ts";
import type { Page } from "@newfeed/shared/contracts/primitives.ts";
import type { Route } from "@newfeed/shared/contracts/route.ts";
import { searchRoutes } from "@newfeed/shared/contracts/routes/search.ts";
import { userRoutes } from "@newfeed/shared/contracts/routes/users.ts";
import { withoutNulls } from "@newfeed/shared/http/route-input.ts";
import { resultOf } from "./results.ts";

type ById = { id: string };
type ListArguments = { limit?: number | null; cursor?: string | null };

export const noPage = { hasNextPage: false, endCursor: null, startCursor: null };
const noUsers = { users: [], pageInfo: noPage };
const asUsers = ({ data, pageInfo }: Page<User>) => ({ users: data, pageInfo });

const ofUser = (route: typeof userRoutes.listFollowers | typeof userRoutes.listFollowing) =>
  resultOf(async ({ userId: id, ...query }: ListArguments & { userId: string }, { call }) => asUsers(await call(route, { params: { id }, query })), noUsers);
const own = (route: typeof userRoutes.listBlocked | typeof userRoutes.listMuted | typeof userRoutes.listFollowRequests) =>
  resultOf(async (query: ListArguments, { call }) => asUsers(await call(route, { query })), noUsers);

export const userQueries = {
  user: resultOf(async ({ id }: ById, { call }) => ({ user: await call(userRoutes.getUser, { params: { id } }) })),
  userByUsername: resultOf(async (params: { username: string }, { call }) => ({ user: await call(userRoutes.userByUsername, { params }) })),
  searchUsers: resultOf(async (query: ListArguments & { q: string }, { call }) => asUsers(await call(searchRoutes.searchPeople, { query })), noUsers),
  followers: ofUser(userRoutes.listFollowers),
  following: ofUser(userRoutes.listFollowing),
  followRequests: own(userRoutes.listFollowRequests),
  blockedUsers: own(userRoutes.listBlocked),
  mutedUsers: own(userRoutes.listMuted),
};

/** What is done about a user: whom it concerns is fetched only if the document asks for it. */
const done = (route: Route, message: string) =>
  resultOf(async ({ id, ...given }: ById & { until?: string | null }, { call }) => {
    await call(route, { params: { id }, ...(route.bodyType === "json" && { body: given }) });
    return { message, user: () => call(userRoutes.getUser, { params: { id } }) };
  });

const follow = (route: typeof userRoutes.followUser | typeof userRoutes.unfollowUser) =>
  resultOf(async ({ id }: ById, { call }) => await call(route, { params: { id } }));

const removable = ["location", "avatarUrl", "headerUrl"] as const;

export const userMutations = {
  updateProfile: resultOf(async ({ input }: { input: Record<string, unknown> }, { call }) => {
    const removed = Object.fromEntries(removable.filter((name) => input[name] === null).map((name) => [name, null]));
    return { message: "Your profile is changed.", user: await call(userRoutes.updateMe, { body: { ...withoutNulls(input), ...removed } }) };
  }),
  followUser: follow(userRoutes.followUser),
  unfollowUser: follow(userRoutes.unfollowUser),
  approveFollowRequest: done(userRoutes.approveFollowRequest, "The user follows you."),
  refuseFollowRequest: done(userRoutes.refuseFollowRequest, "The request is refused."),
  removeFollower: done(userRoutes.removeFollower, "The user does not follow you any more."),
  blockUser: done(userRoutes.blockUser, "The user is blocked."),
  unblockUser: done(userRoutes.unblockUser, "The user is not blocked any more."),
  muteUser: done(userRoutes.muteUser, "The user is muted."),
  unmuteUser: done(userRoutes.unmuteUser, "The user is not muted any more."),
};
