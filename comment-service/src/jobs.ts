import { asCommentId, asPostId, asUserId } from "@newfeed/shared/contracts/ids.ts";
import type { Job } from "@newfeed/shared/jobs/job.ts";
import type { Transaction } from "@newfeed/shared/ports/database.ts";
import { deletedEvent, likeEvent } from "./events.ts";
import {
  commentedPosts,
  emptyTombstones,
  likesOfComment,
  nextCommentsOf,
  removeLikesOfComment,
  removeLikesOfUser,
  removeTombstones,
  removeUnderPost,
} from "./removal-store.ts";
import { operationsOn } from "./store.ts";

/** Takes back all that a deleted user likes, with an event for each. */
export const likesOfUser: Job<Transaction> = {
  name: "remove-likes-of-user",
  async batch(subject, after, limit, { query, enqueue }) {
    const userId = asUserId(subject);
    // The names are forgotten here, and are not sent on.
    const user = { id: userId, username: "", fullName: "", avatarUrl: null };
    const { removed, batch } = await removeLikesOfUser(query, userId, after, limit);
    await enqueue(
      ...removed.map(({ id, revision, authorId, ...like }) =>
        likeEvent({ id, active: false, revision }, { ...like, commentAuthorId: authorId, userId, user, content: null }),
      ),
    );
    return batch;
  },
};

/** Removes all that a deleted user wrote, with an event for each. */
export const commentsOfUser: Job<Transaction> = {
  name: "remove-comments-of-user",
  async batch(subject, after, limit, transaction) {
    const userId = asUserId(subject);
    const { ids, batch } = await nextCommentsOf(transaction.query, userId, after, limit);
    const removed = await operationsOn(transaction).removeComments(ids);
    await transaction.enqueue(...removed.map((comment) => deletedEvent(comment, userId)));
    return batch;
  },
};

/** Removes what stands under a deleted post. No event for each comment: services that keep something of them receive the post's deletion too. */
export const commentsUnderPost: Job<Transaction> = {
  name: "remove-comments-under-post",
  batch: (subject, after, limit, { query }) => removeUnderPost(query, asPostId(subject), after, limit),
  having: (subjects, { query }) => commentedPosts(query, subjects.map(asPostId)),
};

const likesUnderComment: Job<Transaction> = {
  name: likesOfComment,
  batch: (subject, after, limit, { query }) => removeLikesOfComment(query, asCommentId(subject), after, limit),
};

const tombstones: Job<Transaction> = {
  name: emptyTombstones,
  batch: (subject, after, limit, { query }) => removeTombstones(query, asCommentId(subject), after, limit),
};

export const jobs = [likesOfUser, commentsOfUser, commentsUnderPost, likesUnderComment, tombstones];
