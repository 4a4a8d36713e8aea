import type { Event, EventOf } from "@newfeed/shared/contracts/events.ts";
import { beginJob, beginJobs, type Job } from "@newfeed/shared/jobs/job.ts";
import { defineHandlers, together } from "@newfeed/shared/outbox/handlers.ts";
import type { Transaction } from "@newfeed/shared/ports/database.ts";
import type { HandleEvents, HandlerTransaction } from "@newfeed/shared/ports/service.ts";
import { followHandlers, peopleHandlers, preferenceHandlers } from "@newfeed/shared/projections/people.ts";
import type { LinkCards } from "./cards/cards.ts";
import { removeDraftsOf } from "./drafts/store.ts";
import { feedOperationsOn } from "./feeds/store.ts";
import { postJobs, userJobs } from "./jobs.ts";
import { latestChanges } from "./posts/comment-counts.ts";
import type { createModeration } from "./posts/moderation.ts";
import { holdAuthor } from "./posts/privacy-store.ts";
import { handlerOperationsOn } from "./posts/store.ts";
import { requestSummary } from "./summaries/store.ts";
import { isLong, type Summaries } from "./summaries/summaries.ts";
import { removeTagFollows } from "./tags/store.ts";

interface HandlersOptions {
  followersForFanOut: number;
  privacyJob: Job<Transaction>;
  moderate: ReturnType<typeof createModeration>;
  cards: Pick<LinkCards, "ask">;
  summaries: Pick<Summaries, "wake">;
}

/** What changes feeds, or whose posts belong into them. */
const changesFeeds = new Set<Event["type"]>([
  "user.deleted",
  "user.followed",
  "user.unfollowed",
  "user.blocked",
  "post.published",
  "post.reposted",
  "post.unreposted",
  // They may bring a post back.
  "content.approved",
  "content.rejected",
]);

const countTogether = together<"comment.created" | "comment.updated" | "comment.deleted">((events, transaction) =>
  handlerOperationsOn(transaction).countComments(latestChanges(events)),
);

/** All that belongs to a deleted user goes, beside the copies of people: posts, likes, reposts, bookmarks, mutes, feed, followed tags, drafts. */
async function removeUser({ data: { userId } }: EventOf<"user.deleted">, transaction: HandlerTransaction): Promise<void> {
  await feedOperationsOn(transaction).removeUser(userId);
  await removeTagFollows(transaction.query, userId);
  await removeDraftsOf(transaction.query, userId);
  for (const job of userJobs) await beginJob(job, userId, transaction);
}

/** Tells that lists go by a mute, or its end, once they do. */
const appliedMute = ({ type, aggregate: { id, revision }, data }: EventOf<"user.muted" | "user.unmuted">) => ({
  type: "mute.applied" as const,
  aggregate: { id, revision },
  actorId: data.muterId,
  data: { muterId: data.muterId, mutedId: data.mutedId, muted: type === "user.muted", until: type === "user.muted" ? data.until : null },
});

/**
 * Keeps copies of people, follows and blocks, the home feeds, and the counts of comments, and asks for the cards and summaries of published posts. Posts of authors with more
 * than `followersForFanOut` followers are not written into feeds. Consecutive events of comments, of which a busy feed's
 * batches consist, are counted together.
 */
export const createHandlers = ({ followersForFanOut, privacyJob, moderate, cards, summaries }: HandlersOptions): HandleEvents =>
  defineHandlers(
    "post-service",
    {
      ...peopleHandlers<HandlerTransaction>({
        "user.deleted": removeUser,
        "user.blocked": async ({ data: { blockerId, blockedId } }, transaction) => {
          const { removeAuthor } = feedOperationsOn(transaction);
          await removeAuthor(blockerId, blockedId);
          await removeAuthor(blockedId, blockerId);
        },
        "user.muted": (event, { enqueue }) => enqueue(appliedMute(event)),
        "user.unmuted": (event, { enqueue }) => enqueue(appliedMute(event)),
      }),
      ...followHandlers<HandlerTransaction>({
        "user.followed": ({ data }, transaction) => feedOperationsOn(transaction).addAuthor(data.followerId, data.followeeId),
        "user.unfollowed": ({ data }, transaction) => feedOperationsOn(transaction).removeAuthor(data.followerId, data.followeeId),
      }),
      ...preferenceHandlers<HandlerTransaction>(async ({ data: { userId } }, transaction) => {
        await holdAuthor(transaction.query, userId);
        await beginJob(privacyJob, userId, transaction);
      }),
      "content.flagged": moderate,
      "content.approved": moderate,
      "content.rejected": moderate,
      "post.published": async ({ data }, transaction) => {
        transaction.afterCommit(() => cards.ask(data.post.id));
        if (isLong(data.post.content)) {
          await requestSummary(transaction.query, data.post.id);
          transaction.afterCommit(summaries.wake);
        }
        await feedOperationsOn(transaction).fanOut(data.post.id, followersForFanOut);
      },
      "post.reposted": ({ data }, transaction) => feedOperationsOn(transaction).fanOutRepost(data.postId, data.userId, followersForFanOut),
      // Those of a deleted account come in bulk.
      "post.unreposted": together<"post.unreposted">((events, transaction) =>
        feedOperationsOn(transaction).removeReposts(
          events.map(({ data }) => data),
          followersForFanOut,
        ),
      ),
      "post.deleted": together<"post.deleted">(async (events, transaction) => {
        const ids = events.map(({ data }) => data.postId);
        for (const job of postJobs) await beginJobs(job, ids, transaction);
      }),
      "comment.created": countTogether,
      "comment.updated": countTogether,
      "comment.deleted": countTogether,
    },
    async ({ fresh }, transaction, handle) => {
      const events = await fresh;
      if (events.some(({ type }) => changesFeeds.has(type))) await feedOperationsOn(transaction).lockFeeds();
      await handle(events, transaction);
    },
  );
