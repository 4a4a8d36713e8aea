import type { Event } from "@newfeed/shared/contracts/events.ts";
import { handleByType } from "@newfeed/shared/outbox/consumer.ts";
import type { HandleEvents } from "@newfeed/shared/ports/service.ts";
import { saveAuthor } from "@newfeed/shared/projections/authors.ts";
import { saveBlock, saveFollow } from "@newfeed/shared/projections/relations.ts";
import { removeRemains, removeUser } from "./account-deletion.ts";
import { type CommentChange, countComments } from "./comment-counts.ts";
import { addAuthor, fanOut, removeAuthor } from "./feed-items.ts";
import { holdFeeds } from "./materialised-feeds.ts";

/** What changes feeds, or whose posts belong into them. */
const changesFeeds = new Set<Event["type"]>(["user.deleted", "user.followed", "user.unfollowed", "user.blocked", "post.published"]);

/**
 * Keeps copies of people, follows and blocks, the home feeds, and the counts of comments. Posts of authors with more
 * than `followersForFanOut` followers are not written into feeds.
 */
const handleOthers = (followersForFanOut: number): HandleEvents =>
  handleByType({
    "user.registered": async ({ aggregate, data }, { query }) => void (await saveAuthor(query, data.user, aggregate.revision)),
    "user.updated": async ({ aggregate, data }, { query }) => void (await saveAuthor(query, data.user, aggregate.revision)),
    "user.deleted": ({ data }, transaction) => removeUser(data.userId, transaction),

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
  });

function commentChangeOf(event: Event): CommentChange | undefined {
  const { revision } = event.aggregate;
  switch (event.type) {
    case "comment.created":
    case "comment.updated": {
      const { comment } = event.data;
      return { commentId: comment.id, postId: comment.postId, revision, deleted: comment.deleted };
    }
    case "comment.deleted":
      return { commentId: event.data.commentId, postId: event.data.postId, revision, deleted: true };
    default:
      return undefined;
  }
}

/** Runs of comment events, of which a busy feed's batches consist, are counted together; everything else one by one, in its place. */
export const handlers = (followersForFanOut: number): HandleEvents => {
  const handleOne = handleOthers(followersForFanOut);
  return async ({ fresh }, transaction) => {
    const events = await fresh;
    if (events.some(({ type }) => changesFeeds.has(type))) await holdFeeds(transaction.query);
    let facts: CommentChange[] = [];
    const count = async () => {
      await countComments(transaction.query, facts);
      facts = [];
    };
    for (const event of events) {
      const fact = commentChangeOf(event);
      if (fact) facts.push(fact);
      else {
        await count();
        await handleOne({ fresh: Promise.resolve([event]), all: [event] }, transaction);
      }
    }
    await count();
  };
};
