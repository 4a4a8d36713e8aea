import { asPostId, asUserId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Job } from "@newfeed/shared/jobs/job.ts";
import type { Transaction } from "@newfeed/shared/ports/database.ts";
import { feedRemovals } from "./feeds/removal-store.ts";
import { removeVotesOf } from "./polls/removal-store.ts";
import { removalOfPosts, removePairsOf, removePostsOf, removeReactionsOf, underPost } from "./posts/removal-store.ts";

/** Removes a deleted user's posts, with an event for each. */
const postsOfUser: Job<Transaction> = {
  name: removalOfPosts,
  async batch(subject, after, limit, { query, enqueue }) {
    const userId = asUserId(subject);
    const { posts, batch } = await removePostsOf(query, userId, after, limit);
    await enqueue(
      ...posts.map(({ id, revision }) => ({
        type: "post.deleted" as const,
        aggregate: { id, revision: revision + 1 },
        actorId: userId,
        data: { postId: id, authorId: userId },
      })),
    );
    return batch;
  },
};

/** Their names are forgotten, here as everywhere. */
const forgotten = (id: UserId) => ({ id, username: "", fullName: "", avatarUrl: null });

/** Takes back all that a deleted user likes, with an event for each. */
const likesOfUser: Job<Transaction> = {
  name: "remove-likes-of-user",
  async batch(subject, after, limit, { query, enqueue }) {
    const userId = asUserId(subject);
    const { reactions, batch } = await removeReactionsOf(query, "post_like", userId, after, limit);
    await enqueue(
      ...reactions.map(({ id, revision, count: likeCount, ...post }) => ({
        type: "post.unliked" as const,
        aggregate: { id, revision },
        actorId: userId,
        data: { ...post, likeCount, userId, user: forgotten(userId) },
      })),
    );
    return batch;
  },
};

/** The same of their reposts. */
const repostsOfUser: Job<Transaction> = {
  name: "remove-reposts-of-user",
  async batch(subject, after, limit, { query, enqueue }) {
    const userId = asUserId(subject);
    const { reactions, batch } = await removeReactionsOf(query, "post_repost", userId, after, limit);
    await enqueue(
      ...reactions.map(({ id, revision, count: repostCount, ...post }) => ({
        type: "post.unreposted" as const,
        aggregate: { id, revision },
        actorId: userId,
        data: { ...post, repostCount, userId, user: forgotten(userId) },
      })),
    );
    return batch;
  },
};

/** Takes back a deleted user's votes, with an event for each poll. */
const votesOfUser: Job<Transaction> = {
  name: "remove-votes-of-user",
  async batch(subject, after, limit, { query, enqueue }) {
    const { polls, batch } = await removeVotesOf(query, asUserId(subject), after, limit);
    await enqueue(
      ...polls.map(({ postId, votes, revision }) => ({
        type: "poll.voted" as const,
        aggregate: { id: postId, revision },
        actorId: null,
        data: { postId, votes },
      })),
    );
    return batch;
  },
};

const bookmarksOfUser: Job<Transaction> = {
  name: "remove-bookmarks-of-user",
  batch: (subject, after, limit, { query }) => removePairsOf(query, "post_bookmark", asUserId(subject), after, limit),
};

/** Others forget them by themselves: `user.deleted` says enough. */
const mutesOfUser: Job<Transaction> = {
  name: "remove-post-mutes-of-user",
  batch: (subject, after, limit, { query }) => removePairsOf(query, "post_mute", asUserId(subject), after, limit),
};

/** What a deleted user leaves behind. */
export const userJobs: readonly Job<Transaction>[] = [
  postsOfUser,
  likesOfUser,
  repostsOfUser,
  votesOfUser,
  bookmarksOfUser,
  mutesOfUser,
  ...feedRemovals.map(
    ({ name, removeNext }): Job<Transaction> => ({ name, batch: (subject, after, limit, { query }) => removeNext(query, asUserId(subject), after, limit) }),
  ),
];

/** What stands under a deleted post, and in feeds: nobody sees it any more. */
export const postJobs: readonly Job<Transaction>[] = underPost.map(({ table, having, removeNext }) => ({
  name: `remove-${table.replace("_", "-")}-of-post`,
  batch: (subject, after, limit, { query }) => removeNext(query, asPostId(subject), after, limit),
  having: (subjects, { query }) => having(query, subjects.map(asPostId)),
}));
