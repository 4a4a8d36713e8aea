import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { RepostState } from "@newfeed/shared/contracts/routes/posts.ts";
import { accountGone } from "./author.ts";
import { isPublished } from "./post.ts";
import type { PostStore } from "./store.ts";

/**
 * Reposts a public post. Idempotent: only a change is counted and published. The answer's `revision` is the repost's own, as of a
 * like. Throws `not_found` for what the user may not see, `forbidden` for what is not public, `unauthenticated`.
 */
export async function repost(store: Pick<PostStore, "transaction">, userId: UserId, postId: PostId): Promise<RepostState> {
  return store.transaction(async (operations) => {
    const user = await operations.lockAuthor(userId);
    if (!user) throw accountGone();
    const post = await operations.lockPost(userId, postId);
    if (!post) throw new Problem("not_found");
    const { visibility } = post;
    if (visibility !== "public" || !isPublished(post)) throw new Problem("forbidden", { message: "Only public posts can be reposted." });
    const { id, revision, changed } = await operations.saveRepost(postId, userId, true);
    if (!changed) return { reposted: true, repostCount: post.repostCount, revision };

    const repostCount = await operations.countRepost(postId, 1);
    const data = { postId, postAuthorId: post.author.id, userId, user, repostCount, visibility };
    await operations.enqueue({ type: "post.reposted", aggregate: { id, revision }, actorId: userId, data });
    return { reposted: true, repostCount, revision };
  });
}

/** Takes a repost back, also of a post that the user may no longer see. Idempotent. Throws `not_found` when the post is gone, `unauthenticated`. */
export async function removeRepost(store: Pick<PostStore, "transaction">, userId: UserId, postId: PostId): Promise<RepostState> {
  return store.transaction(async (operations) => {
    const user = await operations.lockAuthor(userId);
    if (!user) throw accountGone();
    const post = await operations.lockForRemoval(postId);
    if (!post) throw new Problem("not_found");
    const { authorId: postAuthorId, visibility } = post;
    const { id, revision, changed } = await operations.saveRepost(postId, userId, false);
    if (!changed) return { reposted: false, repostCount: post.repostCount, revision };

    const repostCount = await operations.countRepost(postId, -1);
    const data = { postId, postAuthorId, userId, user, repostCount, visibility };
    await operations.enqueue({ type: "post.unreposted", aggregate: { id, revision }, actorId: userId, data });
    return { reposted: false, repostCount, revision };
  });
}
