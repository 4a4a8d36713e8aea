import { type Comment, type Post, type User, Username } from "@newfeed/shared/contracts/dto.ts";
import type { CommentId, PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Page } from "@newfeed/shared/contracts/primitives.ts";
import { commentInternalRoutes } from "@newfeed/shared/contracts/routes/comments.ts";
import { type ListedPost, postInternalRoutes } from "@newfeed/shared/contracts/routes/posts-internal.ts";
import { userInternalRoutes } from "@newfeed/shared/contracts/routes/users.ts";
import { currentContext } from "@newfeed/shared/ports/context.ts";
import { createPostAccess } from "@newfeed/shared/ports/post-access.ts";
import type { CallOptions, ServiceClient } from "@newfeed/shared/ports/service-client.ts";

/** A call ends with the request that it is a part of. */
function whileAwaited(): CallOptions {
  const signal = currentContext()?.signal;
  return signal ? { signal } : {};
}

/** What query-service asks of other services. */
export function createServiceClients(callService: ServiceClient) {
  return {
    /** The post as post-service lets this viewer see it; undefined when it does not. */
    visiblePost: createPostAccess(callService),

    /** A page of the public feed, as this viewer sees it. */
    publicPage: (viewer: UserId | null, page: { limit: number; cursor?: string | undefined }): Promise<Page<ListedPost>> =>
      callService(postInternalRoutes.publicPage, { body: { viewer, ...page } }),

    /** Posts as their authors see them; null for those that are gone. */
    async postsOf(posts: readonly { id: PostId; authorId: UserId }[]): Promise<(Post | null)[]> {
      const { answers } = await callService(postInternalRoutes.postsOfMany, {
        body: { asked: posts.map(({ id, authorId }) => ({ viewer: authorId, postId: id })) },
      });
      return answers;
    },

    /** Posts as this viewer sees them; null for those that they do not see. */
    async postsAsSeen(viewer: UserId | null, ids: readonly PostId[]): Promise<(Post | null)[]> {
      if (ids.length === 0) return [];
      const { answers } = await callService(postInternalRoutes.postsOfMany, { body: { asked: ids.map((postId) => ({ viewer, postId })) } }, whileAwaited());
      return answers;
    },

    /** Those of these posts that the viewer may see. */
    async visibleAmong(viewer: UserId | null, ids: readonly PostId[]): Promise<Set<PostId>> {
      if (ids.length === 0) return new Set();
      const { posts } = await callService(postInternalRoutes.access, { body: { viewer, postIds: [...ids] } });
      return new Set(posts.map(({ id }) => id));
    },

    /** Published posts in the order of their ids, some behind this one; `next` is null with the last of them. */
    publishedAfter: (after: PostId | null) => callService(postInternalRoutes.publishedAfter, { query: after ? { after } : {} }),

    /** The same of likes of posts, and of comments. */
    repostsAfter: (after: string | null) => callService(postInternalRoutes.repostsAfter, { query: after ? { after } : {} }),
    likesAfter: (after: string | null) => callService(postInternalRoutes.likesAfter, { query: after ? { after } : {} }),
    commentsAfter: (after: CommentId | null) => callService(commentInternalRoutes.commentsAfter, { query: after ? { after } : {} }),

    /** The user of that name; null when there is none. */
    async authorNamed(username: string): Promise<UserId | null> {
      const name = Username.safeParse(username);
      if (!name.success) return null;
      const { authors } = await callService(userInternalRoutes.authors, { body: { ids: [], usernames: [name.data] } });
      return authors[0]?.id ?? null;
    },

    /** Those of these users whom a user follows. */
    async followedAmong(follower: UserId, ids: readonly UserId[]): Promise<Set<UserId>> {
      if (ids.length === 0) return new Set();
      return new Set((await callService(userInternalRoutes.followedAmong, { body: { follower, ids: [...ids] } })).ids);
    },

    /** A page of users whose names begin so. */
    usersNamed: (viewer: UserId | null, query: { q: string; limit: number; cursor?: string | undefined }): Promise<Page<User>> =>
      callService(userInternalRoutes.findUsers, { body: { viewer, ...query } }, whileAwaited()),

    /** The newest comments of posts, as this viewer sees them. The caller has checked who may see the posts. */
    async newestComments(viewer: UserId | null, postIds: readonly PostId[], limit: number): Promise<Map<PostId, Page<Comment>>> {
      const { pages } = await callService(commentInternalRoutes.commentPages, { body: { viewer, of: "post", ids: [...postIds], limit } });
      return new Map(pages.map(({ id, ...page }) => [id as PostId, page]));
    },

    /** Which of these comments the viewer may see, and what they wrote last. */
    visibleComments: (viewer: UserId, ids: readonly CommentId[]) => callService(commentInternalRoutes.visibleComments, { body: { viewer, ids: [...ids] } }),
  };
}
export type ServiceClients = ReturnType<typeof createServiceClients>;
