import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { PinState } from "@newfeed/shared/contracts/routes/posts.ts";
import { accountGone } from "./author.ts";
import { isPublished } from "./post.ts";
import type { PostStore } from "./store.ts";

/**
 * Shows a post first on its author's profile, in place of another. Idempotent. There is no event of it: the profile asks. Throws `not_found`
 * for what the user may not see, `not_owner`, `forbidden` for what is not published, `unauthenticated`.
 */
export async function pinPost(store: Pick<PostStore, "transaction">, userId: UserId, postId: PostId): Promise<PinState> {
  return store.transaction(async (operations) => {
    if (!(await operations.lockAuthor(userId))) throw accountGone();
    const post = await operations.lockPost(userId, postId);
    if (!post) throw new Problem("not_found");
    if (post.author.id !== userId) throw new Problem("not_owner");
    if (!isPublished(post)) throw new Problem("forbidden", { message: "Only published posts can be pinned." });
    await operations.savePinned(userId, postId);
    return { pinned: true };
  });
}
