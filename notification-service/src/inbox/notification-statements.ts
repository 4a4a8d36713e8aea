import type { Author } from "@newfeed/shared/contracts/dto.ts";
import type { NotificationId } from "@newfeed/shared/contracts/ids.ts";
import { array, boolean, commentId, int4, json, postId, type RowOf, text, timestamptz, userId, uuid } from "@newfeed/shared/ports/columns.ts";
import { authorJson } from "@newfeed/shared/projections/authors.ts";
import { blockBetween, follows } from "@newfeed/shared/projections/relations.ts";
import { canView } from "@newfeed/shared/projections/visibility.ts";
import { facesOfGroup } from "./faces.ts";

// What statements about notifications have in common.

const lastId = "'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid";
/** An instance of an earlier version, which knows no groups of comments, leaves a deleted one in its group. */
const notDeletedComment = (id: string) => `(SELECT d.deleted FROM seen_aggregate d WHERE d.type = 'comment' AND d.id = ${id}) IS NOT TRUE`;

export const id = uuid.as<NotificationId>();
export const ids = array(id);

export const ownedNotification = { id, userId };

export const storedNotification = {
  ...ownedNotification,
  /** As a newer instance may have written it. */
  type: text,
  category: text.nullable,
  groupKey: text.nullable,
  actorId: userId.nullable,
  count: int4,
  postId: postId.nullable,
  commentId: commentId.nullable,
  outcome: text.nullable,
  read: boolean.notNull,
  revision: int4.notNull,
  createdAt: timestamptz,
  updatedAt: timestamptz,
  /** Under today's name; null when there is none, or they are gone. */
  actor: json<Author>().nullable,
  /** Of what it is about, what its user may see now; null where that is nothing, or not known. */
  commentContent: text.nullable,
  /** Of a group, the latest actors, the latest first; null of what has one actor. */
  actors: json<Author[]>().nullable,
  post: json<{ title: string | null; content: string; contentWarning: string | null } | null>().nullable,
};
/** A notification as its user may see it now. */
export type StoredNotification = RowOf<typeof storedNotification>;
// What is read: docs/decisions/0057-read-marks.md.

/** The mark of a user's inbox. */
export const markOf = (userId: string) => `coalesce((SELECT i.read_until FROM inbox i WHERE i.user_id = ${userId}), '-infinity')`;
/** May a notification be unread, and since when: what a mark is compared with. Of a table, or of its rows before a change (`old`). */
export const mayBeUnread = (of: string) => `(${of}.read_at IS NULL OR ${of}.unread_at IS NOT NULL)`;
export const unreadSince = (of: string) => `coalesce(${of}.unread_at, ${of}.created_at)`;
/** Is a notification `n` unread, by the mark of its inbox? */
export const isUnread = (mark: string) => `(${mayBeUnread("n")} AND ${unreadSince("n")} > ${mark})`;
/** Is it read by nothing else than the mark? Then it shows as a revision further. */
export const isReadByMark = (mark: string) => `(${mayBeUnread("n")} AND ${unreadSince("n")} <= ${mark})`;
/** The columns of a `StoredNotification`, of a notification `n` with its `subject`. */
export const shownColumns = (
  mark: string,
) => `n.id, n.user_id, n.type, n.category, n.group_key, n.actor_id, n.count, n.post_id, coalesce(n.comment_id, (s.member ->> 'id')::uuid) AS comment_id, n.outcome, NOT ${isUnread(mark)} AS read,
  n.revision + ${isReadByMark(mark)}::int AS revision, n.created_at, n.updated_at,
  (SELECT ${authorJson("a")} FROM projection.author a WHERE a.id = n.actor_id AND NOT a.deleted) AS actor,
  CASE WHEN CASE WHEN s.post IS NULL THEN n.followers_of IS NULL OR n.followers_of = n.user_id OR ${follows("n.user_id", "n.followers_of")}
    ELSE json_typeof(s.post) = 'object' END THEN coalesce(n.comment_content, s.member ->> 'content') END AS comment_content, s.post, s.actors`;
/**
 * The post of a notification `n`: JSON's null when its user may not see it now. Of a post that is not known here, all that is
 * known is who might see it when the notification was made: it has not changed since, or its event has not arrived yet.
 * (OFFSET 0 has it looked up once.) Of a group of comments, the latest one of its latest actor; the latest actors of any group.
 */
export const subject = `CROSS JOIN LATERAL (SELECT (
    SELECT CASE WHEN ${canView("n.user_id")} THEN json_build_object('title', p.title, 'content', p.content, 'contentWarning', p.content_warning) ELSE 'null' END
    FROM post_summary p WHERE p.id = n.post_id) AS post, CASE WHEN n.group_key IS NOT NULL AND n.comment_id IS NULL THEN (
    SELECT json_build_object('id', c.comment_id, 'content', CASE WHEN ${notDeletedComment("c.comment_id")} THEN c.content END) FROM notification_comment c
    WHERE (c.notification_id, c.actor_id) >= (n.id, n.actor_id) AND (c.notification_id, c.actor_id, c.comment_id) <= (n.id, n.actor_id, ${lastId})
    ORDER BY c.notification_id DESC, c.actor_id DESC, c.comment_id DESC LIMIT 1) END AS member, CASE WHEN n.count > 1 THEN (
    SELECT json_agg(${authorJson("a")} ORDER BY latest.n) FROM (
      SELECT l.actor_id, row_number() OVER () AS n FROM (
        SELECT l.actor_id FROM notification_actor l WHERE l.notification_id = n.id ORDER BY l.added_at DESC, l.actor_id DESC LIMIT ${facesOfGroup}
      ) l
    ) latest JOIN projection.author a ON a.id = latest.actor_id WHERE NOT a.deleted AND NOT ${blockBetween("n.user_id", "a.id")}) END AS actors OFFSET 0) s`;

/**
 * SQL that changes unread counts by the rows `change` (`user_id`, `unread`, and since when the notification is unread as
 * `created_at`, or null), and gives the new counts and the marks as `counted`. What a mark reads is not counted: that is decided under the lock of the
 * inbox, so that a mark which is set meanwhile counts. Every transaction runs it after its changes of notifications, and before
 * it appends to the log: rows are locked in one order.
 */
export const counting = `locked AS (
     SELECT inbox.* FROM (SELECT DISTINCT user_id FROM change ORDER BY user_id) c
     CROSS JOIN LATERAL (SELECT user_id, read_until FROM inbox WHERE inbox.user_id = c.user_id LIMIT 1 FOR UPDATE) inbox
   ),
   counted AS (
     INSERT INTO inbox (user_id, unread)
     SELECT c.user_id, coalesce(sum(c.unread) FILTER (WHERE c.created_at > coalesce(l.read_until, '-infinity')), 0)::int
     FROM change c LEFT JOIN locked l ON l.user_id = c.user_id GROUP BY c.user_id ORDER BY c.user_id
     ON CONFLICT (user_id) DO UPDATE SET unread = inbox.unread + excluded.unread RETURNING user_id, unread, read_until
   )`;
