import { isHeld } from "@newfeed/shared/contracts/content-moderation.ts";
import type { EventOf } from "@newfeed/shared/contracts/events.ts";
import { beginJob, type Job } from "@newfeed/shared/jobs/job.ts";
import { defineHandlers, together } from "@newfeed/shared/outbox/handlers.ts";
import type { MediaUrls } from "@newfeed/shared/ports/media-urls.ts";
import type { HandleEvents, HandlerTransaction } from "@newfeed/shared/ports/service.ts";
import { operationsOn } from "./store.ts";

function follow({ aggregate, data: { post } }: EventOf<"post.created" | "post.updated" | "post.published">, transaction: HandlerTransaction): Promise<void> {
  const { id, status, visibility } = post;
  return operationsOn(transaction).followPost(id, aggregate.revision, status === "published" ? visibility : isHeld(status) ? status : "draft");
}

const suspension = (event: EventOf<"user.suspended" | "user.unsuspended">, transaction: HandlerTransaction) => operationsOn(transaction).saveSuspension(event);

/**
 * What posts and profiles keep, and what they take with them. `pathOf` finds the files that a profile's pictures are;
 * `wakeRemovals` is called after a commit that made files due for removal.
 */
export function createHandlers(pathOf: MediaUrls["pathOf"], mediaOfUser: Job, wakeRemovals: () => void): HandleEvents {
  async function moderate(event: EventOf<"content.flagged" | "content.approved" | "content.rejected">, transaction: HandlerTransaction): Promise<void> {
    if ((await operationsOn(transaction).moderate(event)) > 0) transaction.afterCommit(wakeRemovals);
  }
  return defineHandlers("media-service", {
    "content.flagged": moderate,
    "content.approved": moderate,
    "content.rejected": moderate,
    "post.created": follow,
    "post.updated": follow,
    "post.published": follow,
    "post.deleted": together<"post.deleted">(async (events, transaction) => {
      const { claimingPosts, removeOfPost } = operationsOn(transaction);
      const actors = new Map(events.map(({ data, actorId }) => [data.postId, actorId]));
      let removed = 0;
      for (const id of await claimingPosts([...actors.keys()])) removed += await removeOfPost(id, actors.get(id) ?? null);
      if (removed > 0) transaction.afterCommit(wakeRemovals);
    }),
    "user.updated": ({ aggregate: { revision }, data: { user, headerUrl } }, transaction) => {
      const paths = [user.avatarUrl, headerUrl].flatMap((url) => (url && pathOf(url)) || []);
      // An event from before profiles had headers does not say which of the other pictures is one.
      return operationsOn(transaction).followProfile(user.id, revision, paths, { all: headerUrl !== undefined });
    },
    "user.deleted": async ({ data: { userId } }, transaction) => {
      const { forgetSuspension, forgetDirectUploads } = operationsOn(transaction);
      await forgetSuspension(userId);
      await forgetDirectUploads(userId);
      await beginJob(mediaOfUser, userId, transaction);
    },
    "user.suspended": suspension,
    "user.unsuspended": suspension,
  });
}
