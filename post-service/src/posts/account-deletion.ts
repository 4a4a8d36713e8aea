import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import type { HandlerOperations } from "./store.ts";

/** Removes a deleted user's posts and likes, a batch at a time, with an event for each. */
export async function removePostsAndLikes(
  userId: UserId,
  { enqueue, removeSomePosts, removeSomeLikes }: Pick<HandlerOperations, "enqueue" | "removeSomePosts" | "removeSomeLikes">,
): Promise<void> {
  for (let left = true; left; ) {
    const { posts, more } = await removeSomePosts(userId);
    await enqueue(
      ...posts.map(({ id, revision }) => ({
        type: "post.deleted" as const,
        aggregate: { id, revision: revision + 1 },
        actorId: userId,
        data: { postId: id, authorId: userId },
      })),
    );
    left = more;
  }
  // Their names are forgotten, here as everywhere.
  const user = { id: userId, username: "", fullName: "", avatarUrl: null };
  for (let left = true; left; ) {
    const { likes, more } = await removeSomeLikes(userId);
    await enqueue(
      ...likes.map(({ id, revision, ...post }) => ({
        type: "post.unliked" as const,
        aggregate: { id, revision },
        actorId: userId,
        data: { ...post, userId, user },
      })),
    );
    left = more;
  }
}
