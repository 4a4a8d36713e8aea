import type { EventOf } from "@newfeed/shared/contracts/events.ts";
import { defineHandlers } from "@newfeed/shared/outbox/handlers.ts";
import type { HandleEvents, HandlerTransaction } from "@newfeed/shared/ports/service.ts";
import { operationsOn } from "./store.ts";

function follow({ aggregate, data: { post } }: EventOf<"post.created" | "post.updated" | "post.published">, transaction: HandlerTransaction): Promise<void> {
  const { id, status, visibility } = post;
  return operationsOn(transaction).followPost(id, aggregate.revision, status === "published" ? visibility : "draft");
}

/** What posts and users take with them. `wakeRemovals` is called after a commit that made files due for removal. */
export function createHandlers(wakeRemovals: () => void): HandleEvents {
  const removed = (count: number, { afterCommit }: HandlerTransaction) => {
    if (count > 0) afterCommit(wakeRemovals);
  };
  return defineHandlers("media-service", {
    "post.created": follow,
    "post.updated": follow,
    "post.published": follow,
    "post.deleted": async ({ data, actorId }, transaction) => removed(await operationsOn(transaction).removeOfPost(data.postId, actorId), transaction),
    "user.deleted": async ({ data, actorId }, transaction) => removed(await operationsOn(transaction).removeOfOwner(data.userId, actorId), transaction),
  });
}
