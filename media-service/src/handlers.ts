import type { EventOf } from "@newfeed/shared/contracts/events.ts";
import { beginJob, type Job } from "@newfeed/shared/jobs/job.ts";
import { defineHandlers } from "@newfeed/shared/outbox/handlers.ts";
import type { MediaUrls } from "@newfeed/shared/ports/media-urls.ts";
import type { HandleEvents, HandlerTransaction } from "@newfeed/shared/ports/service.ts";
import { operationsOn } from "./store.ts";

function follow({ aggregate, data: { post } }: EventOf<"post.created" | "post.updated" | "post.published">, transaction: HandlerTransaction): Promise<void> {
  const { id, status, visibility } = post;
  return operationsOn(transaction).followPost(id, aggregate.revision, status === "published" ? visibility : "draft");
}

/**
 * What posts and profiles keep, and what they take with them. `pathOf` finds the file that a profile's picture is;
 * `wakeRemovals` is called after a commit that made files due for removal.
 */
export function createHandlers(pathOf: MediaUrls["pathOf"], mediaOfUser: Job, wakeRemovals: () => void): HandleEvents {
  return defineHandlers("media-service", {
    "post.created": follow,
    "post.updated": follow,
    "post.published": follow,
    "post.deleted": async ({ data, actorId }, transaction) => {
      if ((await operationsOn(transaction).removeOfPost(data.postId, actorId)) > 0) transaction.afterCommit(wakeRemovals);
    },
    "user.updated": ({ aggregate: { revision }, data: { user } }, transaction) =>
      operationsOn(transaction).followProfile(user.id, revision, user.avatarUrl === null ? null : pathOf(user.avatarUrl)),
    "user.deleted": ({ data: { userId } }, transaction) => beginJob(mediaOfUser, userId, transaction),
  });
}
