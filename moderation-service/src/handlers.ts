import { beginJob } from "@newfeed/shared/jobs/job.ts";
import { defineHandlers } from "@newfeed/shared/outbox/handlers.ts";
import { closeCasesOf, noteTargetDeleted } from "./cases/store.ts";
import { removeReports } from "./reports/resolving-store.ts";

/** What moderation-service does when the events of others arrive. */
export const handlers = defineHandlers("moderation-service", {
  "user.deleted": async ({ data: { userId } }, transaction) => {
    await beginJob(removeReports, userId, transaction);
    await beginJob(closeCasesOf, userId, transaction);
  },
  "post.deleted": ({ data: { postId } }, { query }) => noteTargetDeleted(query, "post", postId),
  "comment.deleted": ({ data: { commentId } }, { query }) => noteTargetDeleted(query, "comment", commentId),
  "media.deleted": ({ data: { mediaId } }, { query }) => noteTargetDeleted(query, "media", mediaId),
});
