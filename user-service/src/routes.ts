import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { preferenceRoutes } from "@newfeed/shared/contracts/routes/preferences.ts";
import { userInternalRoutes, userRoutes } from "@newfeed/shared/contracts/routes/users.ts";
import { answered, implement, overHttp } from "@newfeed/shared/http/implement.ts";
import { whileAwaited } from "@newfeed/shared/http/while-awaited.ts";
import type { Express, Response } from "express";
import { block, unblock } from "./blocks.ts";
import { exportDocument } from "./export.ts";
import { answerRequest, follow, removeFollower, unfollow } from "./follows.ts";
import { listBlocked, listFollowers, listFollowing, listFollowRequests, listMuted, search } from "./lists.ts";
import { mute, unmute } from "./mutes.ts";
import { getPreferences, mentionable, updatePreferences } from "./preferences.ts";
import { getAuthors, getUser, knownUsernames, type People, updateProfile } from "./profiles.ts";
import type { ServiceClients } from "./service-clients.ts";
import type { Store } from "./store.ts";
import { suggestedUsers } from "./suggestions.ts";

export interface UserRoutesOptions {
  store: Store;
  clients: ServiceClients;
}

export function userServiceRoutes(app: Express, { store, clients }: UserRoutesOptions): void {
  const people: People = { ...store, fetchAccounts: clients.fetchAccounts };

  implement(app, userRoutes, {
    searchUsers: whileAwaited(({ query: { q, ...page } }, { viewerId }) => search(people, viewerId, q, page)),
    suggestedUsers: whileAwaited(async ({ query: { limit } }, { user }) => ({ data: await suggestedUsers(store, user.userId, limit) })),
    knownUsernames: async ({ query }) => ({ data: await knownUsernames(people, query.usernames.split(",")) }),
    getMe: (_input, { user: { userId } }) => getUser(people, userId, { id: userId }),
    exportMe: overHttp(async (_input, call) => {
      const { userId } = call.user;
      const [profile, preferences] = await Promise.all([getUser(people, userId, { id: userId }), getPreferences(people, userId)]);
      const { account, sections } = clients.exportOf(people, userId);
      const document = await exportDocument(async () => ({ ...(await account()), profile, preferences }), sections);
      call.response.attachment(`newfeed-${profile.username}.json`);
      await send(document, call.response);
      return answered;
    }),
    updateMe: ({ body }, call) => updateProfile({ store, claimAvatar: clients.claimAvatar }, people, call.user.userId, body),
    listFollowRequests: whileAwaited(({ query: page }, call) => listFollowRequests(people, call.user.userId, page)),
    approveFollowRequest: ({ params }, call) => answerRequest(store, people, { userId: call.user.userId, otherId: params.id, approve: true }),
    refuseFollowRequest: ({ params }, call) => answerRequest(store, people, { userId: call.user.userId, otherId: params.id, approve: false }),
    removeFollower: async ({ params }, call) => {
      await removeFollower(store, people, call.user.userId, params.id);
    },
    userByUsername: ({ params }, call) => getUser(people, call.viewerId, params),
    getUser: ({ params }, call) => getUser(people, call.viewerId, params),
    followUser: ({ params }, call) => follow(store, people, call.user.userId, params.id),
    unfollowUser: ({ params }, call) => unfollow(store, people, call.user.userId, params.id),
    listFollowers: whileAwaited(({ params, query: page }, call) => listFollowers(people, call.viewerId, params.id, page)),
    listFollowing: whileAwaited(({ params, query: page }, call) => listFollowing(people, call.viewerId, params.id, page)),
    listBlocked: whileAwaited(({ query: page }, call) => listBlocked(people, call.user.userId, page)),
    blockUser: ({ params }, call) => block(store, people, call.user.userId, params.id),
    unblockUser: ({ params }, call) => unblock(store, people, call.user.userId, params.id),
    listMuted: whileAwaited(({ query: page }, call) => listMuted(people, call.user.userId, page)),
    muteUser: ({ params, body }, call) => mute(store, people, call.user.userId, params.id, body.until ?? null),
    unmuteUser: ({ params }, call) => unmute(store, people, call.user.userId, params.id),
  });

  implement(app, preferenceRoutes, {
    getPreferences: (_input, call) => getPreferences(people, call.user.userId),
    updatePreferences: ({ body }, call) => updatePreferences(store, people, call.user.userId, body),
  });

  implement(app, userInternalRoutes, {
    visibleUser: async ({ params, query }) => {
      await getUser(people, query.viewer ?? null, params);
    },
    visibleProfile: ({ params, query }) => getUser(people, query.viewer ?? null, params),
    findUsers: whileAwaited(({ body: { viewer, q, ...page } }) => search(people, viewer, q, page)),
    followedAmong: async ({ body }) => ({ ids: await store.followedAmong(body.follower, body.ids) }),
    mentionable: async ({ body }) => ({ ids: await mentionable(people, body.authorId, body.usernames) }),
    authors: async ({ body }) => ({ authors: await getAuthors(people, body.ids, body.usernames) }),
  });
}

/** Writes as fast as the client reads. When it fails half-way the connection is cut: the client sees that the document is not whole. */
async function send(document: AsyncGenerator<string>, response: Response): Promise<void> {
  try {
    await pipeline(Readable.from(document), response);
  } catch (error) {
    const clientLeft = error instanceof Error && "code" in error && error.code === "ERR_STREAM_PREMATURE_CLOSE";
    if (!clientLeft) throw error;
  }
}
