import type { Comment, Post } from "@newfeed/shared/contracts/dto.ts";
import type { CommentId, PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Page } from "@newfeed/shared/contracts/primitives.ts";
import { commentInternalRoutes } from "@newfeed/shared/contracts/routes/comments.ts";
import { postInternalRoutes, type VisiblePost } from "@newfeed/shared/contracts/routes/posts.ts";
import { createPostAccess } from "@newfeed/shared/ports/post-access.ts";
import type { ServiceClient } from "@newfeed/shared/ports/service-client.ts";

/** What query-service asks of other services. */
export function createServiceClients(callService: ServiceClient) {
  return {
    /** The post as post-service lets this viewer see it; undefined when it does not. */
    visiblePost: createPostAccess(callService),

    /** A page of the public feed, as this viewer sees it. */
    publicPage: (viewer: UserId | null, page: { limit: number; cursor?: string | undefined }): Promise<Page<VisiblePost>> =>
      callService(postInternalRoutes.publicPage, { body: { viewer, ...page } }),

    /** Posts as their authors see them; null for those that are gone. */
    async postsOf(posts: readonly { id: PostId; authorId: UserId }[]): Promise<(Post | null)[]> {
      const { answers } = await callService(postInternalRoutes.postsOfMany, {
        body: { asked: posts.map(({ id, authorId }) => ({ viewer: authorId, postId: id })) },
      });
      return answers;
    },

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
