import { beginJob } from "@newfeed/shared/jobs/job.ts";
import { defineHandlers } from "@newfeed/shared/outbox/handlers.ts";
import type { HandlerTransaction } from "@newfeed/shared/ports/service.ts";
import { peopleHandlers } from "@newfeed/shared/projections/people.ts";
import { commentsOfUser, commentsUnderPost, likesOfUser } from "./jobs.ts";
import { operationsOn } from "./store.ts";

/** What comment-service does when the events of others arrive. */
export const handlers = defineHandlers("comment-service", {
  ...peopleHandlers<HandlerTransaction>({
    "user.deleted": async ({ data: { userId } }, transaction) => {
      await beginJob(likesOfUser, userId, transaction);
      await beginJob(commentsOfUser, userId, transaction);
    },
  }),
  "post.deleted": async ({ data: { postId } }, transaction) => {
    await operationsOn(transaction).closePost(postId);
    await beginJob(commentsUnderPost, postId, transaction);
  },
});
