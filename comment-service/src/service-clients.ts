import type { QuotedPost } from "@newfeed/shared/contracts/dto.ts";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import { usernamesIn } from "@newfeed/shared/contracts/rich-text.ts";
import { notificationInternalRoutes } from "@newfeed/shared/contracts/routes/notifications.ts";
import { postInternalRoutes, type VisiblePost } from "@newfeed/shared/contracts/routes/posts-internal.ts";
import { userInternalRoutes } from "@newfeed/shared/contracts/routes/users.ts";
import { streamOf } from "@newfeed/shared/contracts/sockets.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import { logFailure } from "@newfeed/shared/ports/failure-log.ts";
import type { Logger } from "@newfeed/shared/ports/logger.ts";
import { createPostAccess } from "@newfeed/shared/ports/post-access.ts";
import type { ServiceClient } from "@newfeed/shared/ports/service-client.ts";
import { ensureAuthors } from "@newfeed/shared/projections/authors.ts";

/** How long a list waits for the stream's position, and a comment for the people it mentions. */
const streamCursorMs = 50;
const mentionsMs = 1_000;

export type { VisiblePost };

export interface ServiceClientsOptions {
  callService: ServiceClient;
  query: Query;
  logger: Logger;
}

/** What comment-service asks of other services. */
export function createServiceClients({ callService, query, logger }: ServiceClientsOptions) {
  const access = createPostAccess(callService);
  return {
    /** The post as post-service lets this viewer see it. Throws `not_found` when it does not. */
    async visiblePost(viewerId: UserId | null, postId: PostId): Promise<VisiblePost> {
      const post = await access(viewerId, postId);
      if (!post) throw new Problem("not_found");
      return post;
    },

    /** Those of the posts that an author has commented on which a viewer may see; null where they see nothing of the author's. */
    async commentedPosts(viewer: UserId | null, authorId: UserId, postIds: readonly PostId[]): Promise<QuotedPost[] | null> {
      return (await callService(postInternalRoutes.commentedPosts, { body: { viewer, authorId, postIds: [...new Set(postIds)] } })).posts;
    },
    /** Throws `not_found` when there is no such user. */
    requireUser: (id: UserId): Promise<void> => callService(userInternalRoutes.visibleUser, { params: { id }, query: {} }),

    /** Makes sure that the writer's snapshot is here, so that reads can join it. A user who is gone has none. */
    async ensureAuthor(userId: UserId): Promise<void> {
      await ensureAuthors(query, [userId], async (ids) => {
        const { authors } = await callService(userInternalRoutes.authors, { body: { ids, usernames: [] } });
        return authors;
      });
    },

    /**
     * The ids of those whom a text mentions and its author may mention, without the author. When user-service cannot tell, they are those that the
     * text mentioned `before`: a comment that cannot be written for want of a notification would be the greater loss.
     */
    async mentionedIn(content: string, authorId: UserId, before: readonly UserId[] = []): Promise<UserId[]> {
      const usernames = usernamesIn(content);
      if (usernames.length === 0) return [];
      try {
        const { ids } = await callService(userInternalRoutes.mentionable, { body: { authorId, usernames } }, { signal: AbortSignal.timeout(mentionsMs) });
        return ids;
      } catch (error) {
        logFailure(logger, "a comment's mentions stay as they were", error);
        return [...before];
      }
    },

    /** Where the post's stream ends now; null when that is not known in time, and the client follows first, then fetches again. */
    async streamCursor(postId: PostId): Promise<string | null> {
      const stream = streamOf.post(postId);
      try {
        const { cursors } = await callService(
          notificationInternalRoutes.streamCursors,
          { body: { streams: [stream] } },
          { signal: AbortSignal.timeout(streamCursorMs) },
        );
        return cursors.find((entry) => entry.stream === stream)?.cursor ?? null;
      } catch (error) {
        logger.debug("a list goes without its stream's position", { error });
        return null;
      }
    },
  };
}
export type ServiceClients = ReturnType<typeof createServiceClients>;
