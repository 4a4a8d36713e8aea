import { asPostId, type PostId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import { batchOf, type Job } from "@newfeed/shared/jobs/job.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import type { InboxBatch } from "../inbox/inbox-batch.ts";
import type { Draft } from "../inbox/notification-table.ts";
import { findPublished, nextListeners, type PublishedPost } from "./bell-store.ts";

/** What the job of a post is called. A quoted author hears of the post as a quote of theirs. */
export const newPostSubject = (postId: PostId, quotedAuthorId: UserId | null): string => [postId, ...(quotedAuthorId ? [quotedAuthorId] : [])].join(" ");

export const newPostGroup = (postId: PostId): string => `new_post:${postId}`;

/** The texts of a post where filtered words are looked for: what a notification shows of it. */
export const textOf = ({ title, contentWarning, content }: Pick<PublishedPost, "title" | "contentWarning" | "content">): string =>
  [title, contentWarning, content].join("\n");

/** A bell counts while its user follows the author, also where everybody may see the post. */
const draftOf = (userId: UserId, postId: PostId, { authorId, ...post }: PublishedPost): Draft => ({
  ...{ type: "new_post", category: null, userId, actorId: authorId, groupKey: newPostGroup(postId), groups: "acts", edited: false },
  ...{ postId, threadId: postId, commentId: null, content: null, text: textOf(post), outcome: null },
  followersOf: authorId,
});

/** Notifies those of a new post who have a bell on its author. A post that is gone, or not published any more, is none. */
export const newPostOf: Job<{ query: Query; inbox: Pick<InboxBatch, "add"> }> = {
  name: "notify-of-new-post",
  async batch(subject, after, limit, { query, inbox }) {
    const [id = subject, quotedAuthorId] = subject.split(" ");
    const postId = asPostId(id);
    const post = await findPublished(query, postId);
    if (!post) return { rows: 0, next: null };
    const listeners = await nextListeners(query, post.authorId, after as UserId | null, limit);
    inbox.add(listeners.filter((userId) => userId !== quotedAuthorId).map((userId) => draftOf(userId, postId, post)));
    return batchOf(listeners, limit);
  },
};
