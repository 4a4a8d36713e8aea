import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { LikeState } from "@newfeed/shared/contracts/routes/posts.ts";
import { accountGone } from "./author.ts";
import type { PostStore } from "./store.ts";

/**
 * Likes a post, or takes the like back. Idempotent: only a change is counted and published. The answer's `revision` is
 * the like's own, so that answers which overtake each other can be told apart. Throws `not_found` for what the user may
 * not see.
 */
export async function setLike(store: Pick<PostStore, "transaction">, userId: UserId, postId: PostId, liked: boolean): Promise<LikeState> {
  return store.transaction(async (operations) => {
    const user = await operations.lockAuthor(userId);
    if (!user) throw accountGone();
    const post = await operations.lockPost(userId, postId);
    if (!post) throw new Problem("not_found");
    const { id, revision, changed } = await operations.saveLike(postId, userId, liked);
    if (!changed) return { liked, likeCount: post.likeCount, revision };

    const likeCount = await operations.countLike(postId, liked ? 1 : -1);
    await operations.enqueue({
      type: liked ? "post.liked" : "post.unliked",
      aggregate: { id, revision },
      actorId: userId,
      data: { postId, postAuthorId: post.author.id, userId, user, likeCount, visibility: post.visibility },
    });
    return { liked, likeCount, revision };
  });
}
