import type { Author } from "@newfeed/shared/contracts/dto.ts";
import type { NotificationId } from "@newfeed/shared/contracts/ids.ts";
import { array, boolean, commentId, int4, json, outer, postId, type RowOf, text, timestamptz, userId, uuid } from "@newfeed/shared/ports/columns.ts";
import { opaque } from "@newfeed/shared/ports/database.ts";
import { removal } from "@newfeed/shared/ports/housekeeping.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";
import { authorJson } from "@newfeed/shared/projections/authors.ts";
import { blockBetween, follows } from "@newfeed/shared/projections/relations.ts";
import { canView } from "@newfeed/shared/projections/visibility.ts";
import { list } from "@newfeed/shared/store/list.ts";

// The costs of an inbox batch, and why rows are looked up by their keys: docs/decisions/0031-unread-counters.md.

const id = uuid.as<NotificationId>();
const ids = array(id);

const ownedNotification = { id, userId };

const storedNotification = {
  ...ownedNotification,
  /** As a newer instance may have written it. */
  type: text,
  groupKey: text.nullable,
  actorId: userId.nullable,
  count: int4,
  postId: postId.nullable,
  commentId: commentId.nullable,
  readAt: timestamptz.nullable,
  revision: int4,
  createdAt: timestamptz,
  updatedAt: timestamptz,
  /** Of what it is about, what its user may see now; null where that is nothing, or not known. */
  commentContent: text.nullable,
  post: json<{ title: string | null; content: string } | null>().nullable,
};
/** A notification as its user may see it now. */
export type StoredNotification = RowOf<typeof storedNotification>;
const columns = "id, user_id, type, group_key, actor_id, count, post_id, comment_id, read_at, revision, created_at, updated_at, comment_content, followers_of";

/** The columns of a `StoredNotification`, of a notification `n` with its `subject`. */
const shownColumns = `n.id, n.user_id, n.type, n.group_key, n.actor_id, n.count, n.post_id, n.comment_id, n.read_at, n.revision, n.created_at, n.updated_at,
  CASE WHEN CASE WHEN s.post IS NULL THEN n.followers_of IS NULL OR n.followers_of = n.user_id OR ${follows("n.user_id", "n.followers_of")}
    ELSE json_typeof(s.post) = 'object' END THEN n.comment_content END AS comment_content, s.post`;
/**
 * The post of a notification `n`: JSON's null when its user may not see it now. Of a post that is not known here, all that is
 * known is who might see it when the notification was made: it has not changed since, or its event has not arrived yet.
 * (OFFSET 0 has it looked up once.)
 */
const subject = `CROSS JOIN LATERAL (SELECT (
    SELECT CASE WHEN ${canView("n.user_id")} THEN json_build_object('title', p.title, 'content', p.content) ELSE 'null' END
    FROM post_summary p WHERE p.id = n.post_id) AS post OFFSET 0) s`;
const actor = `(SELECT ${authorJson("a")} FROM projection.author a WHERE a.id = n.actor_id AND NOT a.deleted) AS actor`;

const removedNotification = { ...ownedNotification, unread: boolean.notNull };
export type RemovedNotification = RowOf<typeof removedNotification>;
const removedColumns = "id, user_id, read_at IS NULL AS unread";

/**
 * SQL that changes unread counts by what other SQL returns (`user_id`, `unread`), and returns the new counts in the same form.
 * Every transaction runs it after its changes of notifications, and before it appends to the log: rows are locked in one order.
 */
const addUnread = (changes: string): string =>
  `INSERT INTO inbox (user_id, unread) SELECT user_id, unread FROM (${changes}) AS c ORDER BY user_id
   ON CONFLICT (user_id) DO UPDATE SET unread = inbox.unread + excluded.unread RETURNING user_id, unread`;

// Requests

export const listNotifications = list({
  parameters: { userId },
  row: storedNotification,
  sql: ({ userId }, { beyond, order, limit }) =>
    `SELECT ${shownColumns} FROM notification n ${subject}
     WHERE n.user_id = ${userId} AND ${beyond("n.created_at", "n.id")} ${order("n.created_at", "n.id")} ${limit}`,
});

/** Those of a user's notifications that have these ids, with their actors. */
export const findNotifications = statement({
  parameters: { userId, ids },
  row: { ...storedNotification, actor: json<Author>().nullable },
  sql: ({ userId, ids }) =>
    `SELECT ${shownColumns}, ${actor} FROM notification n ${subject} WHERE n.id = ANY(${opaque(ids)}) AND n.user_id = ${userId} ORDER BY n.id`,
});

/** One of a user's notifications, or all (null). */
export const markRead = statement({
  parameters: { userId, id: id.nullable },
  row: { ids: ids.notNull, unreadCount: int4.notNull },
  sql: ({ userId, id }) =>
    `WITH read AS (
       UPDATE notification SET read_at = clock_timestamp(), revision = revision + 1
       WHERE user_id = ${userId} AND (${id} IS NULL OR id = ${id}) AND read_at IS NULL RETURNING id, user_id
     ),
     counted AS (${addUnread("SELECT user_id, -count(*)::int AS unread FROM read GROUP BY user_id")})
     SELECT ARRAY(SELECT id FROM read) AS ids,
       coalesce((SELECT unread FROM counted), (SELECT unread FROM inbox WHERE user_id = ${userId}), 0) AS unread_count`,
});

// Drafts

const draftParameters = {
  userIds: array(userId),
  actorIds: array(userId.nullable),
  followersOf: array(userId.nullable),
  postIds: array(postId.nullable),
  commentIds: array(commentId.nullable),
};
const newParameters = { ...draftParameters, ids, types: array(text), contents: array(text.nullable) };
type Expressions<P> = { readonly [K in keyof P]: string };

/** Drafts as rows `d`, in order from 1. */
const draftRows = ({ userIds, actorIds, followersOf, postIds, commentIds }: Expressions<typeof draftParameters>) =>
  `unnest(${[userIds, actorIds, followersOf, postIds, commentIds].map((each) => opaque(each)).join(", ")})
     WITH ORDINALITY AS d(user_id, actor_id, followers_of, post_id, comment_id, n)`;

/** How long what an actor took back and does again is quiet. */
const quietFor = "1 hour";
/** Did an actor take something back a short while ago? Read before the statement that notes it again. */
const tookBack = (userId: string, actorId: string, subject: string) =>
  `coalesce((SELECT w.at > now() - interval '${quietFor}' FROM withdrawal w WHERE w.user_id = ${userId} AND w.actor_id = ${actorId} AND w.subject = ${subject}), false)`;
/** Notes what an actor took back from a user's inbox, by the rows (`user_id`, `actor_id`, `subject`) of other SQL. */
const noteWithdrawals = (rows: string) =>
  `INSERT INTO withdrawal (user_id, actor_id, subject, at) SELECT DISTINCT user_id, actor_id, subject, now() FROM (${rows}) AS gone
   ON CONFLICT (user_id, actor_id, subject) DO UPDATE SET at = excluded.at`;
const commentSubject = (commentId: string) => `'comment:' || ${commentId}`;

/** Of what its user never heard of. */
export const forgetWithdrawal = statement({
  parameters: { userId, actorId: userId, groupKey: text },
  sql: ({ userId, actorId, groupKey }) => `DELETE FROM withdrawal WHERE user_id = ${userId} AND actor_id = ${actorId} AND subject = ${groupKey}`,
});
export const oldWithdrawals = removal({ table: "withdrawal", at: "at", after: quietFor });

/** May the user of draft `d` receive it? */
const mayReceive = `NOT ${blockBetween("d.user_id", "d.actor_id")}
  AND (d.followers_of IS NULL OR d.user_id = d.followers_of OR ${follows("d.user_id", "d.followers_of")})
  AND (SELECT a.deleted FROM projection.author a WHERE a.id = d.user_id) IS NOT TRUE
  AND (SELECT s.deleted FROM seen_aggregate s WHERE s.type = 'post' AND s.id = d.post_id) IS NOT TRUE
  AND (SELECT s.deleted FROM seen_aggregate s WHERE s.type = 'comment' AND s.id = d.comment_id) IS NOT TRUE`;

/** Writes ungrouped drafts as `added`. An edited comment may mention more users: of one comment, a user gets one notification. */
const adding = (drafts: Expressions<typeof newParameters>) =>
  `added AS (
     INSERT INTO notification (id, user_id, type, actor_id, post_id, comment_id, comment_content, followers_of)
     SELECT (${drafts.ids})[d.n], d.user_id, (${drafts.types})[d.n], d.actor_id, d.post_id, d.comment_id, (${drafts.contents})[d.n], d.followers_of
     FROM ${draftRows(drafts)}
     WHERE ${mayReceive} ORDER BY d.n
     ON CONFLICT (user_id, comment_id) WHERE group_key IS NULL AND comment_id IS NOT NULL DO NOTHING
     RETURNING ${columns}
   )`;

/** The numbers of those drafts that their users may receive. */
export const allowedDrafts = statement({
  parameters: draftParameters,
  row: { n: int4.notNull },
  sql: (drafts) => `SELECT d.n::int AS n FROM ${draftRows(drafts)} WHERE ${mayReceive} ORDER BY d.n`,
});

export const addDrafts = statement({
  parameters: newParameters,
  row: { ...ownedNotification, again: boolean.notNull },
  sql: (drafts) =>
    `WITH ${adding(drafts)} SELECT id, user_id, ${tookBack("added.user_id", "added.actor_id", commentSubject("added.comment_id"))} AS again FROM added`,
});

/** The same, and changes the unread counts. Gives each changed inbox, with its notifications among `changedIds` and the added ones. */
export const addDraftsAndCount = statement({
  parameters: { ...newParameters, countedUserIds: array(userId), counts: array(int4), changedIds: ids },
  row: {
    ownerId: userId,
    unread: int4,
    // All null where only the count changed.
    ...outer(storedNotification),
    actor: json<Author>().nullable,
  },
  sql: ({ countedUserIds, counts, changedIds, ...drafts }) =>
    `WITH ${adding(drafts)},
     change AS (SELECT * FROM unnest(${opaque(countedUserIds)}, ${opaque(counts)}) AS c(user_id, unread) UNION ALL SELECT user_id, 1 FROM added),
     counted AS (${addUnread("SELECT user_id, sum(unread)::int AS unread FROM change GROUP BY user_id")}),
     changed AS (SELECT * FROM added UNION ALL SELECT ${columns} FROM notification WHERE id = ANY(${opaque(changedIds)}))
     SELECT counted.user_id AS owner_id, counted.unread, ${shownColumns}, ${actor}
     FROM counted LEFT JOIN changed n ON n.user_id = counted.user_id ${subject} ORDER BY n.updated_at, n.id`,
});

// Groups

/** Gives the id of the unread group, which is the new one if there was none. */
export const addToGroup = statement({
  parameters: {
    id,
    userId,
    type: text,
    groupKey: text.nullable,
    actorId: userId.nullable,
    postId: postId.nullable,
    commentId: commentId.nullable,
    content: text.nullable,
    followersOf: userId.nullable,
  },
  row: { id, again: boolean.notNull },
  sql: ({ id, userId, type, groupKey, actorId, postId, commentId, content, followersOf }) =>
    `INSERT INTO notification (id, user_id, type, group_key, actor_id, post_id, comment_id, comment_content, followers_of)
     VALUES (${id}, ${userId}, ${type}, ${groupKey}, ${actorId}, ${postId}, ${commentId}, ${content}, ${followersOf})
     ON CONFLICT (user_id, group_key) WHERE read_at IS NULL AND group_key IS NOT NULL DO UPDATE
     SET actor_id = excluded.actor_id, updated_at = clock_timestamp(), revision = notification.revision + 1,
         comment_content = coalesce(excluded.comment_content, notification.comment_content),
         count = (SELECT count(*)::int FROM notification_actor a WHERE a.notification_id = notification.id AND a.actor_id <> excluded.actor_id) + 1
     RETURNING id, ${tookBack("notification.user_id", "notification.actor_id", "notification.group_key")} AS again`,
});
export const addActor = statement({
  parameters: { notificationId: id, actorId: userId },
  sql: ({ notificationId, actorId }) =>
    `INSERT INTO notification_actor (notification_id, actor_id) VALUES (${notificationId}, ${actorId}) ON CONFLICT DO NOTHING`,
});

/** Takes an actor out of a user's groups of one key. */
export const leaveGroup = statement({
  parameters: { userId, groupKey: text, actorId: userId },
  row: { id, again: boolean.notNull },
  sql: ({ userId, groupKey, actorId }) =>
    `WITH gone AS (
       DELETE FROM notification_actor a USING notification n
       WHERE n.user_id = ${userId} AND n.group_key = ${groupKey} AND a.notification_id = n.id AND a.actor_id = ${actorId}
       RETURNING n.id, n.user_id, n.group_key AS subject, a.actor_id
     ),
     noted AS (${noteWithdrawals("SELECT * FROM gone")})
     SELECT id, ${tookBack("gone.user_id", "gone.actor_id", "gone.subject")} AS again FROM gone`,
});
/** Takes an actor out of all groups of one user, or of everyone (null). */
export const leaveGroups = statement({
  parameters: { actorId: userId, userId: userId.nullable },
  row: { id },
  sql: ({ actorId, userId }) =>
    `WITH gone AS (
       DELETE FROM notification_actor a USING notification n
       WHERE a.actor_id = ${actorId} AND a.notification_id = n.id AND (${userId} IS NULL OR n.user_id = ${userId})
       RETURNING n.id, n.user_id, n.group_key AS subject, a.actor_id
     ),
     noted AS (${noteWithdrawals(`SELECT * FROM gone WHERE ${userId} IS NOT NULL`)})
     SELECT id FROM gone`,
});

export const removeEmptyGroups = statement({
  parameters: { ids },
  row: removedNotification,
  sql: ({ ids }) =>
    `DELETE FROM notification n WHERE n.id = ANY(${ids}) AND n.actor_id IS NOT NULL
       AND NOT EXISTS (SELECT FROM notification_actor a WHERE a.notification_id = n.id) RETURNING ${removedColumns}`,
});
/** Counts the actors of groups again, and shows the latest. */
export const recountGroups = statement({
  parameters: { ids },
  row: ownedNotification,
  sql: ({ ids }) =>
    `UPDATE notification n SET revision = revision + 1, updated_at = clock_timestamp(), count = g.count, actor_id = g.latest
     FROM (SELECT notification_id, count(*)::int, (array_agg(actor_id ORDER BY added_at DESC))[1] AS latest
           FROM notification_actor WHERE notification_id = ANY(${ids}) GROUP BY notification_id) g
     WHERE n.id = g.notification_id RETURNING n.id, n.user_id`,
});

// Subjects

/** Unless a newer one is there. */
export const savePost = statement({
  parameters: { id: postId, authorId: userId, visibility: text, status: text, title: text.nullable, content: text, revision: int4 },
  sql: ({ id, authorId, visibility, status, title, content, revision }) =>
    `INSERT INTO post_summary (id, author_id, visibility, status, title, content, revision)
     VALUES (${id}, ${authorId}, ${visibility}, ${status}, ${title}, ${content}, ${revision})
     ON CONFLICT (id) DO UPDATE SET visibility = excluded.visibility, status = excluded.status, title = excluded.title, content = excluded.content,
       revision = excluded.revision
     WHERE post_summary.revision < excluded.revision`,
});
/** Is a post known as public, at an older revision? */
export const isKnownAsPublic = statement({
  parameters: { id: postId, before: int4 },
  row: { known: boolean.notNull },
  sql: ({ id, before }) => `SELECT visibility = 'public' AS known FROM post_summary WHERE id = ${id} AND revision < ${before}`,
});
/** Replaces the text of a comment in all notifications about it. Gives the unread ones. */
export const editComment = statement({
  parameters: { commentId, content: text },
  row: ownedNotification,
  sql: ({ commentId, content }) =>
    `WITH edited AS (
       UPDATE notification SET comment_content = ${content}, revision = revision + 1
       WHERE comment_id = ${commentId} AND comment_content IS DISTINCT FROM ${content} RETURNING id, user_id, read_at
     )
     SELECT id, user_id FROM edited WHERE read_at IS NULL`,
});

// Removal

/** From the inbox of one user, or of everyone (null). */
export const removeUngroupedOf = statement({
  parameters: { actorId: userId, userId: userId.nullable },
  row: removedNotification,
  sql: ({ actorId, userId }) =>
    `WITH gone AS (
       DELETE FROM notification WHERE actor_id = ${actorId} AND group_key IS NULL AND (${userId} IS NULL OR user_id = ${userId})
       RETURNING ${removedColumns}, actor_id, ${commentSubject("comment_id")} AS subject
     ),
     noted AS (${noteWithdrawals(`SELECT * FROM gone WHERE ${userId} IS NOT NULL AND subject IS NOT NULL`)})
     SELECT id, user_id, unread FROM gone`,
});
export const removeAboutPost = statement({
  parameters: { postId },
  row: removedNotification,
  sql: ({ postId }) =>
    `WITH forgotten AS (DELETE FROM post_summary WHERE id = ${postId}) DELETE FROM notification WHERE post_id = ${postId} RETURNING ${removedColumns}`,
});
export const removeAboutComment = statement({
  parameters: { commentId },
  row: removedNotification,
  sql: ({ commentId }) => `DELETE FROM notification WHERE comment_id = ${commentId} RETURNING ${removedColumns}`,
});
export const removeOtherMentions = statement({
  parameters: { commentId, userIds: array(userId) },
  row: removedNotification,
  sql: ({ commentId, userIds }) =>
    `WITH gone AS (
       DELETE FROM notification WHERE comment_id = ${commentId} AND type = 'mention' AND user_id <> ALL(${userIds})
       RETURNING ${removedColumns}, actor_id, ${commentSubject("comment_id")} AS subject
     ),
     noted AS (${noteWithdrawals("SELECT * FROM gone WHERE actor_id IS NOT NULL")})
     SELECT id, user_id, unread FROM gone`,
});
export const removeNotificationsOf = statement({
  parameters: { userId },
  row: { id },
  sql: ({ userId }) => `DELETE FROM notification WHERE user_id = ${userId} RETURNING id`,
});
export const removeInbox = statement({ parameters: { userId }, sql: ({ userId }) => `DELETE FROM inbox WHERE user_id = ${userId}` });

/** Blanks the log entries in which these notifications name this actor. */
export const blankEntriesOf = statement({
  parameters: { notificationIds: ids, actorId: userId },
  sql: ({ notificationIds, actorId }) =>
    `UPDATE stream_entry e SET type = 'blank', data = '{}' FROM notification n
     WHERE n.id = ANY(${notificationIds}) AND e.stream = 'user:' || n.user_id AND e.aggregate_id = n.id AND e.actor_id = ${actorId} AND e.type <> 'blank'`,
});
/** Turns the log entries of removed notifications into retractions. */
export const retractEntriesOf = statement({
  parameters: { streams: array(text), ids },
  sql: ({ streams, ids }) =>
    `UPDATE stream_entry e SET type = 'retract',
       data = jsonb_build_object('stream', e.stream, 'items', jsonb_build_array(jsonb_build_object('type', 'notification', 'id', e.aggregate_id)))
     FROM unnest(${streams}, ${ids}) AS gone(stream, id) WHERE e.stream = gone.stream AND e.aggregate_id = gone.id AND e.type <> 'blank'`,
});
