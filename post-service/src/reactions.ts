import type { Event } from "@newfeed/shared/contracts/events.ts";
import { reactByType } from "@newfeed/shared/outbox/consumer.ts";
import type { React } from "@newfeed/shared/ports/service.ts";
import { saveAuthor } from "@newfeed/shared/projections/authors.ts";
import { saveBlock, saveFollow } from "@newfeed/shared/projections/relations.ts";
import { countComment } from "./comment-counts.ts";
import { removeRemains, removeUser } from "./departures.ts";
import { addAuthor, fanOut, removeAuthor } from "./feed-items.ts";
import { holdFeeds } from "./kept-feeds.ts";

/** What changes feeds, or whose posts belong into them. */
const changesFeeds = new Set<Event["type"]>(["user.deleted", "user.followed", "user.unfollowed", "user.blocked", "post.published"]);

/**
 * Keeps copies of people, follows and blocks, the home feeds, and the counts of comments. Posts of authors with more
 * than `followersForFanOut` followers are not written into feeds.
 */
export const reactions = (followersForFanOut: number): React => {
  const react = reactByType({
    "user.registered": async ({ aggregate, data }, { query }) => void (await saveAuthor(query, data.user, aggregate.revision)),
    "user.updated": async ({ aggregate, data }, { query }) => void (await saveAuthor(query, data.user, aggregate.revision)),
    "user.deleted": ({ data, correlationId }, transaction) => removeUser(data.userId, correlationId, transaction),

    "user.followed": async (event, { query }) => {
      if (await saveFollow(query, event)) await addAuthor(query, event.data.followerId, event.data.followeeId);
    },
    "user.unfollowed": async (event, { query }) => {
      if (await saveFollow(query, event)) await removeAuthor(query, event.data.followerId, event.data.followeeId);
    },
    "user.blocked": async (event, { query }) => {
      if (!(await saveBlock(query, event))) return;
      const { blockerId, blockedId } = event.data;
      await removeAuthor(query, blockerId, blockedId);
      await removeAuthor(query, blockedId, blockerId);
    },
    "user.unblocked": async (event, { query }) => void (await saveBlock(query, event)),

    "post.published": ({ data }, { query }) => fanOut(query, data.post.id, followersForFanOut),
    "post.deleted": ({ data }, { query }) => removeRemains(query, data.postId),

    "comment.created": ({ aggregate, data: { comment } }, { query }) =>
      countComment(query, { commentId: comment.id, postId: comment.postId, revision: aggregate.revision, deleted: comment.deleted }),
    "comment.updated": ({ aggregate, data: { comment } }, { query }) =>
      countComment(query, { commentId: comment.id, postId: comment.postId, revision: aggregate.revision, deleted: comment.deleted }),
    "comment.deleted": ({ aggregate, data: { commentId, postId } }, { query }) =>
      countComment(query, { commentId, postId, revision: aggregate.revision, deleted: true }),
  });
  return async (events, transaction) => {
    if (events.some(({ type }) => changesFeeds.has(type))) await holdFeeds(transaction.query);
    await react(events, transaction);
  };
};
