import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { CommentId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { LikeState } from "@newfeed/shared/contracts/routes/posts.ts";
import { visibleComment } from "./comments.ts";
import { likeEvent } from "./events.ts";
import type { ServiceClients } from "./service-clients.ts";
import type { Store } from "./store.ts";

/**
 * Likes a comment, or takes the like back. Idempotent: only a change is counted and published. The answer's `revision`
 * is the like's own, so that answers which overtake each other can be told apart. Throws `not_found`.
 */
export async function setLike(
  { store, clients }: { store: Pick<Store, "find" | "transaction">; clients: Pick<ServiceClients, "visiblePost" | "ensureAuthor"> },
  userId: UserId,
  commentId: CommentId,
  liked: boolean,
): Promise<LikeState> {
  const [{ post }] = await Promise.all([visibleComment({ store, clients }, userId, commentId), clients.ensureAuthor(userId)]);
  return store.transaction(async (operations) => {
    const user = await operations.lockAuthor(userId);
    if (!user) throw new Problem("unauthenticated", { internal: "the account is gone" });
    const comment = await operations.lockLiving(commentId);
    if (!comment || comment.held) throw new Problem("not_found", { internal: "the comment is deleted, or moderators hold it" });
    const like = await operations.setLike(commentId, userId, liked);
    if (!like.changed) return { liked, likeCount: comment.likeCount, revision: like.revision };
    const likeCount = await operations.countLike(commentId, liked ? 1 : -1, post.visibility);
    const { postId, authorId, content } = comment;
    const data = { commentId, postId, commentAuthorId: authorId, userId, user, likeCount, visibility: post.visibility, content };
    await operations.enqueue(likeEvent(like, data));
    return { liked, likeCount, revision: like.revision };
  });
}
