import { type ConsumedType, keyOf } from "@newfeed/shared/contracts/events.ts";
import { asPostId, type PostId } from "@newfeed/shared/contracts/ids.ts";
import { defineHandlers, together } from "@newfeed/shared/outbox/handlers.ts";

/** Forgets the aggregates of posts that changed, or whose comments did. */
export function createHandlers(forget: (ids: readonly PostId[]) => Promise<void>) {
  // What happens to a post and under it has the post for its key.
  const forgetPosts = together<ConsumedType<"query-service">>((events) => forget([...new Set(events.map((event) => asPostId(keyOf(event))))]));
  return defineHandlers("query-service", {
    "post.updated": forgetPosts,
    "post.deleted": forgetPosts,
    "post.liked": forgetPosts,
    "post.unliked": forgetPosts,
    "comment.created": forgetPosts,
    "comment.updated": forgetPosts,
    "comment.deleted": forgetPosts,
    "like.created": forgetPosts,
    "like.deleted": forgetPosts,
  });
}
