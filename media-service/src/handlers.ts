import type { EventOf } from "@newfeed/shared/contracts/events.ts";
import { defineHandlers } from "@newfeed/shared/outbox/handlers.ts";
import type { HandleEvents, HandlerTransaction } from "@newfeed/shared/ports/service.ts";
import { type Condition, removeRows } from "./remove-rows.ts";

/**
 * Confirms a post's claims and follows what others may see of it. An older state that comes late changes nothing, and
 * when the claim has lapsed, or the post is deleted already, there is nothing to confirm.
 */
async function follow({ aggregate, data }: EventOf<"post.created" | "post.updated" | "post.published">, { query }: HandlerTransaction): Promise<void> {
  const { status, visibility } = data.post;
  await query("UPDATE media SET post_revision = $2, post_visibility = $3, revision = revision + 1 WHERE post_id = $1::uuid AND post_revision < $2", [
    aggregate.id,
    aggregate.revision,
    status === "published" ? visibility : "draft",
  ]);
}

/** What posts and users take with them. `wakeRemovals` is called after a commit that made files due for removal. */
export function createHandlers(wakeRemovals: () => void): HandleEvents {
  async function remove(event: EventOf<"post.deleted" | "user.deleted">, { query, enqueue, afterCommit }: HandlerTransaction, condition: Condition) {
    const removed = await removeRows({ query, enqueue }, condition, event.actorId);
    if (removed > 0) afterCommit(wakeRemovals);
  }
  return defineHandlers("media-service", {
    "post.created": follow,
    "post.updated": follow,
    "post.published": follow,
    "post.deleted": (event, transaction) => remove(event, transaction, { where: "post_id = $1::uuid", values: [event.data.postId] }),
    "user.deleted": (event, transaction) => remove(event, transaction, { where: "owner_id = $1::uuid", values: [event.data.userId] }),
  });
}
