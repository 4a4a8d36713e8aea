import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { PinState } from "@newfeed/shared/contracts/routes/posts.ts";
import { accountGone } from "./author.ts";
import { isPublished } from "./post.ts";
import type { PostStore } from "./store.ts";

/**
 * Shows a post first on its author's profile, in place of another. Idempotent. Throws `not_found`
 * for what the user may not see, `not_owner`, `forbidden` for what is not published, `unauthenticated`.
 */
export async function pinPost(store: Pick<PostStore, "transaction">, userId: UserId, postId: PostId): Promise<PinState> {
  return store.transaction(async (operations) => {
    if (!(await operations.lockAuthor(userId))) throw accountGone();
    const post = await operations.lockPost(userId, postId);
    if (!post) throw new Problem("not_found");
    if (post.author.id !== userId) throw new Problem("not_owner");
    if (!isPublished(post)) throw new Problem("forbidden", { message: "Only published posts can be pinned." });
    if (await operations.savePinned(userId, postId)) await operations.enqueue({ type: "post.pinned", ...pinOf(userId, post) });
    return { pinned: true };
  });
}

/** Shows a post no longer first. Idempotent. */
export async function unpinPost(store: Pick<PostStore, "transaction">, userId: UserId, postId: PostId): Promise<PinState> {
  return store.transaction(async (operations) => {
    // A post that is deleted is pinned no longer.
    const post = await operations.lockPost(userId, postId);
    if (post && (await operations.removePinned(userId, postId))) await operations.enqueue({ type: "post.unpinned", ...pinOf(userId, post) });
    return { pinned: false };
  });
}

const pinOf = (userId: UserId, { id, revision }: { id: PostId; revision: number }) => ({
  aggregate: { id, revision },
  actorId: userId,
  data: { postId: id, userId },
});
