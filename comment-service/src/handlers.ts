import type { Visibility } from "@newfeed/shared/contracts/dto.ts";
import type { EventOf } from "@newfeed/shared/contracts/events.ts";
import { defineHandlers } from "@newfeed/shared/outbox/handlers.ts";
import type { HandlerTransaction } from "@newfeed/shared/ports/service.ts";
import { peopleHandlers } from "@newfeed/shared/projections/people.ts";
import { deletedEvent, likeEvent } from "./events.ts";
import { removeComments } from "./removal.ts";

interface RemovedLike {
  id: string;
  revision: number;
  commentId: string;
  postId: string;
  authorId: string;
  likeCount: number;
  visibility: Visibility;
}

/** All that a deleted user wrote and liked goes, with an event for each. */
async function removeUser({ data: { userId } }: EventOf<"user.deleted">, { query, enqueue }: HandlerTransaction): Promise<void> {
  // All that the next steps change, in the order in which everybody locks comments.
  await query(
    `SELECT 1 FROM comment WHERE id IN (
       SELECT comment_id FROM comment_like WHERE user_id = $1::uuid UNION SELECT unnest(ARRAY[id, parent_comment_id]) FROM comment WHERE author_id = $1::uuid
     ) ORDER BY parent_comment_id IS NOT NULL, id FOR UPDATE`,
    [userId],
  );
  const likes = await query<RemovedLike>(
    `WITH gone AS (DELETE FROM comment_like WHERE user_id = $1::uuid RETURNING id, comment_id, active, revision)
     UPDATE comment c SET like_count = c.like_count - 1 FROM gone WHERE c.id = gone.comment_id AND gone.active
     RETURNING gone.id, gone.revision + 1 AS revision, c.id AS "commentId", c.post_id AS "postId", c.author_id AS "authorId", c.like_count AS "likeCount", c.visibility`,
    [userId],
  );
  // The names are forgotten here, and are not sent on.
  const user = { id: userId, username: "", fullName: "", avatarUrl: null };
  await enqueue(
    ...likes.map(({ id, revision, authorId, ...like }) => likeEvent({ id, active: false, revision }, { ...like, commentAuthorId: authorId, userId, user })),
  );
  const written = await query<{ id: string }>("SELECT id FROM comment WHERE author_id = $1::uuid", [userId]);
  const removed = await removeComments(
    query,
    written.map(({ id }) => id),
  );
  await enqueue(...removed.map((comment) => deletedEvent(comment, userId)));
}

/** What comment-service does when the events of others arrive. */
export const handlers = defineHandlers("comment-service", {
  ...peopleHandlers({ "user.deleted": removeUser }),
  // No event for each comment: whoever keeps something of them hears of the post's deletion too.
  "post.deleted": async ({ data: { postId } }, { query }) => {
    // Waits for those who are writing under the post now, and refuses all who come later.
    await query("INSERT INTO commented_post (post_id, deleted) VALUES ($1::uuid, true) ON CONFLICT (post_id) DO UPDATE SET deleted = true", [postId]);
    // Replies and likes go with their comments, by foreign key.
    await query("DELETE FROM comment WHERE post_id = $1::uuid AND parent_comment_id IS NULL", [postId]);
  },
});
