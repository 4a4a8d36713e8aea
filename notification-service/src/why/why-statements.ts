import { commentId, int4, postId, text, userId } from "@newfeed/shared/ports/columns.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";
import { canView } from "@newfeed/shared/projections/visibility.ts";
import { id, mayBeUnread } from "../inbox/notification-statements.ts";

// What a user was told: each part reads a few rows of an index, the newest where it has their order.

const atMost = 20;

/**
 * The newest of a user's notifications of a type that tells of what an actor did (null: of what anybody did), or of a comment: by the key of its group, by
 * its comment, or by its actor.
 */
export const findTold = statement({
  parameters: { userId, type: text, groupKey: text.nullable, actorId: userId.nullable, postId: postId.nullable, commentId: commentId.nullable },
  row: { id, count: int4 },
  sql: ({ userId, type, groupKey, actorId, postId, commentId }) =>
    `SELECT n.id, n.count FROM notification n WHERE n.id = ANY(ARRAY(
       SELECT * FROM (SELECT o.id FROM notification o WHERE o.user_id = ${userId} AND o.group_key = ${groupKey} AND o.read_at IS NULL LIMIT 1) unread
       UNION ALL SELECT * FROM (SELECT o.id FROM notification o WHERE o.user_id = ${userId} AND o.group_key = ${groupKey} LIMIT ${atMost}) grouped
       UNION ALL SELECT c.notification_id FROM notification_comment c WHERE c.comment_id = ${commentId}
       UNION ALL SELECT * FROM (SELECT o.id FROM notification o WHERE o.user_id = ${userId} AND o.comment_id = ${commentId} AND o.group_key IS NULL LIMIT 1) once
       UNION ALL SELECT * FROM (
         SELECT o.id FROM notification o WHERE o.actor_id = ${actorId} AND o.user_id = ${userId} AND o.group_key IS NULL
         ORDER BY o.actor_id DESC, o.user_id DESC, o.id DESC LIMIT ${atMost}
       ) acted
       UNION ALL SELECT * FROM (
         SELECT o.id FROM notification o WHERE o.user_id = ${userId} AND o.post_id = ${postId} AND ${mayBeUnread("o")}
         ORDER BY o.user_id DESC, o.post_id DESC, o.id DESC LIMIT ${atMost}
       ) about
     )) AND (n.user_id = ${userId}) IS TRUE AND n.type = ${type} AND n.group_key IS NOT DISTINCT FROM ${groupKey}
     AND (${postId} IS NULL OR n.post_id = ${postId})
     AND (${commentId} IS NULL OR n.comment_id = ${commentId}
       OR (SELECT c.notification_id FROM notification_comment c WHERE c.comment_id = ${commentId}) = n.id)
     AND (${actorId} IS NULL OR n.actor_id = ${actorId}
       OR (SELECT true FROM notification_actor a WHERE a.notification_id = n.id AND a.actor_id = ${actorId}))
     ORDER BY n.id DESC LIMIT 1`,
});

/** What is known of a post that a user may see. */
export const findVisiblePost = statement({
  parameters: { userId, id: postId },
  row: { authorId: userId, visibility: text, title: text.nullable, content: text, contentWarning: text.nullable },
  sql: ({ userId, id }) =>
    `SELECT p.author_id, p.visibility, p.title, p.content, p.content_warning FROM post_summary p WHERE p.id = ${id} AND ${canView(userId)}`,
});
