import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { BookmarkState } from "@newfeed/shared/contracts/routes/posts.ts";
import { accountGone } from "./author.ts";
import type { PostStore } from "./store.ts";

/**
 * Bookmarks a post. Idempotent. There is no event of it: it concerns nobody else. Throws `not_found` for what the user may not
 * see, `unauthenticated`.
 */
export async function bookmarkPost(store: Pick<PostStore, "transaction">, userId: UserId, postId: PostId): Promise<BookmarkState> {
  return store.transaction(async (operations) => {
    // A deletion of the account, or of the post, waits, and then finds the bookmark.
    if (!(await operations.lockAuthor(userId))) throw accountGone();
    if (!(await operations.lockPost(userId, postId))) throw new Problem("not_found");
    await operations.saveBookmark(userId, postId);
    return { bookmarked: true };
  });
}
