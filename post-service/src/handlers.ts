import type { Event, EventOf } from "@newfeed/shared/contracts/events.ts";
import { defineHandlers, together } from "@newfeed/shared/outbox/handlers.ts";
import type { HandleEvents, HandlerTransaction } from "@newfeed/shared/ports/service.ts";
import { followHandlers, peopleHandlers } from "@newfeed/shared/projections/people.ts";
import { removeRemains, removeUser } from "./account-deletion.ts";
import { type CommentChange, countComments } from "./comment-counts.ts";
import { addAuthor, fanOut, removeAuthor } from "./feed-items.ts";
import { holdFeeds } from "./materialised-feeds.ts";

/** What changes feeds, or whose posts belong into them. */
const changesFeeds = new Set<Event["type"]>(["user.deleted", "user.followed", "user.unfollowed", "user.blocked", "post.published"]);

const countTogether = together((events: readonly EventOf<"comment.created" | "comment.updated" | "comment.deleted">[], { query }: HandlerTransaction) =>
  countComments(query, events.map(commentChangeOf)),
);

function commentChangeOf({ aggregate: { revision }, data }: EventOf<"comment.created" | "comment.updated" | "comment.deleted">): CommentChange {
  if (!("comment" in data)) return { commentId: data.commentId, postId: data.postId, revision, deleted: true };
  const { id: commentId, postId, deleted } = data.comment;
  return { commentId, postId, revision, deleted };
}

/**
 * Keeps copies of people, follows and blocks, the home feeds, and the counts of comments. Posts of authors with more
 * than `followersForFanOut` followers are not written into feeds. Neighbouring events of comments, of which a busy feed's
 * batches consist, are counted together.
 */
export const createHandlers = (followersForFanOut: number): HandleEvents =>
  defineHandlers(
    "post-service",
    {
      ...peopleHandlers<HandlerTransaction>({
        "user.deleted": ({ data }, transaction) => removeUser(data.userId, transaction),
        "user.blocked": async ({ data: { blockerId, blockedId } }, { query }) => {
          await removeAuthor(query, blockerId, blockedId);
          await removeAuthor(query, blockedId, blockerId);
        },
      }),
      ...followHandlers<HandlerTransaction>({
        "user.followed": ({ data }, { query }) => addAuthor(query, data.followerId, data.followeeId),
        "user.unfollowed": ({ data }, { query }) => removeAuthor(query, data.followerId, data.followeeId),
      }),
      "post.published": ({ data }, { query }) => fanOut(query, data.post.id, followersForFanOut),
      "post.deleted": ({ data }, { query }) => removeRemains(query, data.postId),
      "comment.created": countTogether,
      "comment.updated": countTogether,
      "comment.deleted": countTogether,
    },
    async ({ fresh }, transaction, handle) => {
      const events = await fresh;
      if (events.some(({ type }) => changesFeeds.has(type))) await holdFeeds(transaction.query);
      await handle(events, transaction);
    },
  );
