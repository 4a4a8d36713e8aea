import { beginJob, beginJobs } from "@newfeed/shared/jobs/job.ts";
import { defineHandlers, together } from "@newfeed/shared/outbox/handlers.ts";
import type { HandlerTransaction } from "@newfeed/shared/ports/service.ts";
import { peopleHandlers } from "@newfeed/shared/projections/people.ts";
import { commentsOfUser, commentsUnderPost, likesOfUser } from "./jobs.ts";
import { moderate } from "./moderation.ts";
import { operationsOn } from "./store.ts";

/** What comment-service does when the events of others arrive. */
export const handlers = defineHandlers("comment-service", {
  ...peopleHandlers<HandlerTransaction>({
    "user.deleted": async ({ data: { userId } }, transaction) => {
      await beginJob(likesOfUser, userId, transaction);
      await beginJob(commentsOfUser, userId, transaction);
    },
  }),
  "content.flagged": moderate,
  "content.approved": moderate,
  "content.rejected": moderate,
  "post.deleted": together<"post.deleted">(async (events, transaction) => {
    const ids = events.map(({ data }) => data.postId);
    await operationsOn(transaction).closePosts(ids);
    await beginJobs(commentsUnderPost, ids, transaction);
  }),
});
