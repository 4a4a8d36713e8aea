import type { User } from "@newfeed/shared/contracts/dto.ts";
import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Page, PageQuery } from "@newfeed/shared/contracts/primitives.ts";
import { authInternalRoutes } from "@newfeed/shared/contracts/routes/auth.ts";
import { commentInternalRoutes } from "@newfeed/shared/contracts/routes/comments.ts";
import { mediaInternalRoutes } from "@newfeed/shared/contracts/routes/media.ts";
import { moderationInternalRoutes } from "@newfeed/shared/contracts/routes/moderation.ts";
import { notificationInternalRoutes } from "@newfeed/shared/contracts/routes/notifications.ts";
import { postInternalRoutes } from "@newfeed/shared/contracts/routes/posts-internal.ts";
import { deliveryInternalRoutes } from "@newfeed/shared/contracts/routes/webhooks.ts";
import type { ServiceClient } from "@newfeed/shared/ports/service-client.ts";
import type { FetchPage } from "./export.ts";
import { listBlocked, listFollowers, listFollowing, listFollowRequests, listMuted, listRequested } from "./lists.ts";
import type { ClaimAvatar, People } from "./profiles.ts";
import type { NewProfile } from "./store.ts";

/** What other services are asked. Each call throws their problem: `service_unavailable` when one is away. */
export interface ServiceClients {
  /** The accounts with these ids and usernames; unknown ones are left out. */
  fetchAccounts(wanted: { ids: UserId[]; usernames: string[] }): Promise<NewProfile[]>;
  claimAvatar: ClaimAvatar;
  /** What is held of a user beside their profile, here and elsewhere. */
  exportOf(people: People, userId: UserId): { account: () => Promise<Record<string, unknown>>; sections: Record<string, FetchPage> };
}

const listed =
  (list: (input: PageQuery) => Promise<Page<User>>): FetchPage =>
  async (cursor) => {
    const { data, pageInfo } = await list({ limit: 100, cursor });
    return { items: data, next: pageInfo.hasNextPage ? pageInfo.endCursor : null };
  };

export function createServiceClients(callService: ServiceClient): ServiceClients {
  return {
    async fetchAccounts(wanted) {
      return (await callService(authInternalRoutes.accounts, { body: wanted })).accounts;
    },
    async claimAvatar(ownerId, url) {
      return (await callService(mediaInternalRoutes.claimAvatar, { body: { ownerId, url } })).outcome;
    },
    exportOf(people, userId) {
      const params = { id: userId };
      const { postExport } = postInternalRoutes;
      const { commentExport } = commentInternalRoutes;
      return {
        account: () => callService(authInternalRoutes.accountExport, { params }),
        sections: {
          followers: listed((input) => listFollowers(people, userId, userId, input)),
          following: listed((input) => listFollowing(people, userId, userId, input)),
          followRequests: listed((input) => listFollowRequests(people, userId, input)),
          requestedFollows: listed((input) => listRequested(people, userId, input)),
          blocks: listed((input) => listBlocked(people, userId, input)),
          mutes: listed((input) => listMuted(people, userId, input)),
          posts: (after) => callService(postExport, { params, query: { section: "posts", after } }),
          postVersions: (after) => callService(postExport, { params, query: { section: "postVersions", after } }),
          postLikes: (after) => callService(postExport, { params, query: { section: "postLikes", after } }),
          postReposts: (after) => callService(postExport, { params, query: { section: "postReposts", after } }),
          pollVotes: (after) => callService(postExport, { params, query: { section: "pollVotes", after } }),
          bookmarks: (after) => callService(postExport, { params, query: { section: "bookmarks", after } }),
          mutedPosts: (after) => callService(postExport, { params, query: { section: "mutedPosts", after } }),
          pinnedPosts: (after) => callService(postExport, { params, query: { section: "pinnedPosts", after } }),
          drafts: (after) => callService(postExport, { params, query: { section: "drafts", after } }),
          followedTags: (after) => callService(postExport, { params, query: { section: "followedTags", after } }),
          comments: (after) => callService(commentExport, { params, query: { section: "comments", after } }),
          commentVersions: (after) => callService(commentExport, { params, query: { section: "commentVersions", after } }),
          commentLikes: (after) => callService(commentExport, { params, query: { section: "commentLikes", after } }),
          media: (after) => callService(mediaInternalRoutes.mediaExport, { params, query: { section: "media", after } }),
          notifications: (after) => callService(notificationInternalRoutes.notificationExport, { params, query: { section: "notifications", after } }),
          notificationPreferences: (after) =>
            callService(notificationInternalRoutes.notificationExport, { params, query: { section: "notificationPreferences", after } }),
          bells: (after) => callService(notificationInternalRoutes.notificationExport, { params, query: { section: "bells", after } }),
          reports: (after) => callService(moderationInternalRoutes.reportExport, { params, query: { section: "reports", after } }),
          webhooks: (after) => callService(deliveryInternalRoutes.deliveryExport, { params, query: { section: "webhooks", after } }),
          devices: (after) => callService(deliveryInternalRoutes.deliveryExport, { params, query: { section: "devices", after } }),
          pushes: (after) => callService(deliveryInternalRoutes.deliveryExport, { params, query: { section: "pushes", after } }),
          mails: (after) => callService(deliveryInternalRoutes.deliveryExport, { params, query: { section: "mails", after } }),
        },
      };
    },
  };
}
