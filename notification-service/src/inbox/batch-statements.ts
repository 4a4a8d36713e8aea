import { array, boolean, commentId, int4, outer, type RowOf, text, timestamptz, userId } from "@newfeed/shared/ports/columns.ts";
import { removal } from "@newfeed/shared/ports/housekeeping.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";
import { draftParameters, draftRows, type Expressions, mayReceive } from "./draft-statements.ts";
import {
  counting,
  id,
  ids,
  isUnread,
  markOf,
  mayBeUnread,
  ownedNotification,
  shownColumns,
  storedNotification,
  subject,
  unreadSince,
} from "./notification-statements.ts";

// The costs of an inbox batch, and why rows are looked up by their keys: docs/decisions/0031-unread-counters.md.

const columns =
  "id, user_id, type, category, group_key, actor_id, count, post_id, comment_id, read_at, unread_at, revision, created_at, updated_at, comment_content, followers_of, outcome";
/** Joins `made.at`, when a notification for a user is made: after all that their mark reads, whatever the clock says. */
const madeFor = (userId: string) => `CROSS JOIN LATERAL (SELECT greatest(clock_timestamp(), ${markOf(userId)} + interval '1 millisecond') AS at) made`;

const madeNotification = { ...ownedNotification, createdAt: timestamptz };
/** `createdAt`: since when it is unread. `unread`: unless the mark of its inbox says otherwise. */
const removedNotification = { ...ownedNotification, createdAt: timestamptz.notNull, unread: boolean.notNull, revision: int4 };
export type RemovedNotification = RowOf<typeof removedNotification>;
const removedColumns = (of: string) => `${of}.id, ${of}.user_id, ${unreadSince(of)} AS created_at, ${mayBeUnread(of)} AS unread, ${of}.revision`;

// Drafts

const newParameters = { ...draftParameters, ids, categories: array(text.nullable), contents: array(text.nullable) };
const newRows = ({ ids, categories, contents, ...drafts }: Expressions<typeof newParameters>, further: Readonly<Record<string, string>> = {}) =>
  draftRows(drafts, { id: ids, category: categories, content: contents, ...further });
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

/** Writes ungrouped drafts as `added`. An edited comment may mention more users: of one comment, a user gets one notification. */
const adding = (drafts: Expressions<typeof newParameters>) =>
  `added AS (
     INSERT INTO notification (id, user_id, type, category, actor_id, post_id, comment_id, comment_content, followers_of, created_at, updated_at)
     SELECT d.id, d.user_id, d.type, d.category, d.actor_id, d.post_id, d.comment_id, d.content, d.followers_of, made.at, made.at
     FROM ${newRows(drafts)} ${madeFor("d.user_id")}
     WHERE ${mayReceive} ORDER BY d.n
     ON CONFLICT (user_id, comment_id) WHERE group_key IS NULL AND comment_id IS NOT NULL DO NOTHING
     RETURNING ${columns}
   )`;

export const addDrafts = statement({
  parameters: newParameters,
  row: { ...madeNotification, again: boolean.notNull },
  sql: (drafts) =>
    `WITH ${adding(drafts)} SELECT id, user_id, created_at, ${tookBack("added.user_id", "added.actor_id", commentSubject("added.comment_id"))} AS again FROM added`,
});

/** The same, and changes the unread counts. Gives each changed inbox, with its notifications among `changedIds` and the added ones. */
export const addDraftsAndCount = statement({
  parameters: { ...newParameters, countedUserIds: array(userId), counts: array(int4), countedAt: array(timestamptz.nullable), changedIds: ids },
  row: {
    ownerId: userId,
    unread: int4,
    // All null where only the count changed.
    ...outer(storedNotification),
  },
  sql: ({ countedUserIds, counts, countedAt, changedIds, ...drafts }) =>
    `WITH ${adding(drafts)},
     change AS (
       SELECT * FROM unnest(${countedUserIds}, ${counts}, ${countedAt}) AS c(user_id, unread, created_at)
       UNION ALL SELECT user_id, 1, created_at FROM added
     ),
     ${counting},
     changed AS (SELECT * FROM added UNION ALL SELECT ${columns} FROM notification WHERE id = ANY(${changedIds}))
     SELECT counted.user_id AS owner_id, counted.unread, ${shownColumns("coalesce(counted.read_until, '-infinity')")}
     FROM counted LEFT JOIN changed n ON n.user_id = counted.user_id ${subject} ORDER BY n.updated_at, n.id`,
});

// Groups

/** The jobs that remove the actors and the comments of one notification that is gone. */
export const actorsOfNotification = "remove-actors-of-notification";
export const commentsOfNotification = "remove-comments-of-notification";
/** Actors and comments of a group that go along with it. */
const actorsAtOnce = 100;
/** Leaves to a job what is left of those of `gone`. */
const removeLater = (job: string, correlationId: string, which: string) =>
  `INSERT INTO newfeed.job (name, subject, correlation_id) SELECT '${job}', id::text, ${correlationId} FROM gone WHERE ${which} ON CONFLICT DO NOTHING`;
const hasCommentsBeyond = (count: number) =>
  `(SELECT true FROM notification_comment c WHERE c.notification_id = gone.id ORDER BY c.actor_id, c.comment_id OFFSET ${count} LIMIT 1)`;

/** Has a user not heard of this comment yet? Of what an earlier version wrote, each is a notification of its own. */
const isNewMember = (userId: string, commentId: string) => `((SELECT true FROM notification_comment c WHERE c.comment_id = ${commentId}) IS NULL
  AND (SELECT true FROM notification o WHERE o.user_id = ${userId} AND o.comment_id = ${commentId} AND o.group_key IS NULL LIMIT 1) IS NULL)`;

/**
 * Adds the actors of drafts to the unread groups of their keys, which are made where there are none: a group is written once, however
 * many drafts are for it, and shows the latest. One that the mark reads is not unread any more, and makes room. Of a group of comments
 * (`areMembers`) with the comments, of which none comes twice: what was in a group already adds nothing. `groups` numbers the groups.
 * Those that are there (`known`) are locked first, in the order in which they are written: until the end they are what is added to.
 * (One side of each full join has all groups of the other. The planner expects one row, and would compare each draft with each group; a
 * full join it can only hash or merge.)
 */
export const addToGroups = statement({
  parameters: { ...newParameters, outcomes: array(text.nullable), groupKeys: array(text.nullable), groups: array(int4), areMembers: array(boolean) },
  row: { id: id.notNull, userId: userId.notNull, createdAt: timestamptz.notNull, again: boolean.notNull },
  sql: ({ outcomes, groupKeys, groups, areMembers, ...drafts }) =>
    `WITH d AS MATERIALIZED (
       SELECT * FROM ${newRows(drafts, { outcome: outcomes, group_key: groupKeys, g: groups, is_member: areMembers })}
       WHERE ${mayReceive} AND (NOT d.is_member OR ${isNewMember("d.user_id", "d.comment_id")})
     ),
     latest AS MATERIALIZED (SELECT DISTINCT ON (g) * FROM d ORDER BY g, n DESC),
     known AS MATERIALIZED (
       SELECT latest.g, o.id, o.created_at <= ${markOf("latest.user_id")} AS marked FROM (SELECT * FROM latest ORDER BY user_id, group_key) latest CROSS JOIN LATERAL (
         SELECT o.id, o.created_at FROM notification o
         WHERE o.user_id = latest.user_id AND o.group_key = latest.group_key AND o.read_at IS NULL LIMIT 1 FOR NO KEY UPDATE
       ) o
     ),
     read AS (
       UPDATE notification n SET read_at = ${markOf("n.user_id")}, revision = revision + 1
       WHERE n.id = ANY(ARRAY(SELECT id FROM known WHERE marked)) RETURNING 1
     ),
     size AS MATERIALIZED (
       SELECT g, bool_or(k.id IS NOT NULL) AS grows, count(DISTINCT d.actor_id) FILTER (
         WHERE (SELECT true FROM notification_actor a WHERE a.notification_id = k.id AND a.actor_id = d.actor_id) IS NULL
       ) AS actors
       FROM d FULL JOIN (SELECT g, id FROM known WHERE NOT marked) k USING (g) GROUP BY g
     ),
     written AS (
       INSERT INTO notification (id, user_id, type, category, group_key, actor_id, count, post_id, comment_id, comment_content, followers_of, outcome, created_at, updated_at)
       SELECT d.id, d.user_id, d.type, d.category, d.group_key, d.actor_id, CASE WHEN d.grows THEN d.actors ELSE greatest(1, d.actors) END, d.post_id,
         CASE WHEN NOT d.is_member THEN d.comment_id END, CASE WHEN NOT d.is_member THEN d.content END, d.followers_of, d.outcome, made.at, made.at
       FROM (SELECT count(*) FROM read) first CROSS JOIN (SELECT * FROM latest FULL JOIN size USING (g)) d ${madeFor("d.user_id")} ORDER BY d.user_id, d.group_key
       ON CONFLICT (user_id, group_key) WHERE read_at IS NULL AND group_key IS NOT NULL DO UPDATE
       SET actor_id = excluded.actor_id, updated_at = clock_timestamp(), revision = notification.revision + 1,
           comment_content = coalesce(excluded.comment_content, notification.comment_content), count = notification.count + excluded.count
       RETURNING id, user_id, group_key, created_at
     ),
     grouped AS MATERIALIZED (SELECT w.id, w.user_id, w.group_key, w.created_at, latest.g FROM written w FULL JOIN latest USING (user_id, group_key)),
     member AS MATERIALIZED (
       SELECT g.id, g.user_id, g.group_key, d.g, d.n, d.actor_id, d.comment_id, d.content, d.is_member FROM grouped g FULL JOIN d USING (g)
     ),
     joining AS MATERIALIZED (
       SELECT g, id, user_id, actor_id, max(n) AS n, bool_and(NOT is_member AND ${tookBack("member.user_id", "member.actor_id", "member.group_key")}) AS again
       FROM member WHERE actor_id IS NOT NULL GROUP BY g, id, user_id, group_key, actor_id
     ),
     joined AS (
       INSERT INTO notification_actor (notification_id, actor_id, user_id, added_at)
       SELECT id, actor_id, user_id, clock_timestamp() + n * interval '1 microsecond' FROM joining ORDER BY n
       ON CONFLICT (notification_id, actor_id) DO UPDATE SET added_at = excluded.added_at
     ),
     members AS (
       INSERT INTO notification_comment (comment_id, notification_id, actor_id, content)
       SELECT comment_id, id, actor_id, content FROM member WHERE is_member ON CONFLICT DO NOTHING
     ),
     repeated AS MATERIALIZED (SELECT g, bool_and(again) AS again FROM joining GROUP BY g)
     SELECT id, user_id, created_at, coalesce(again, false) AS again FROM grouped FULL JOIN repeated USING (g)`,
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
const leavers = { parameters: { ids, actorId: userId }, row: { id } };
const leaving = ({ ids, actorId }: Expressions<typeof leavers.parameters>) =>
  `DELETE FROM notification_actor WHERE notification_id = ANY(${ids}) AND actor_id = ${actorId} RETURNING notification_id AS id`;
/** Takes an actor out of these groups. Gives those that they were in. */
export const leaveGroups = statement({ ...leavers, sql: leaving });
/** The same for what an actor takes back: again within an hour it is quiet. */
export const takeBackFromGroups = statement({
  ...leavers,
  sql: (parameters) =>
    `WITH gone AS (${leaving(parameters)}),
     noted AS (${noteWithdrawals(`SELECT n.user_id, ${parameters.actorId} AS actor_id, n.group_key AS subject FROM gone JOIN notification n ON n.id = gone.id`)})
     SELECT id FROM gone`,
});

/** (A value in the order of an index, not an EXISTS: for that the planner may read all actors of a large group.) */
export const removeEmptyGroups = statement({
  parameters: { ids, correlationId: text },
  row: removedNotification,
  sql: ({ ids, correlationId }) =>
    `WITH gone AS (
       DELETE FROM notification n WHERE n.id = ANY(${ids}) AND n.actor_id IS NOT NULL
         AND (SELECT true FROM notification_actor a WHERE a.notification_id = n.id ORDER BY a.actor_id LIMIT 1) IS NULL RETURNING ${removedColumns("n")}
     ),
     jobs AS (${removeLater(commentsOfNotification, correlationId, hasCommentsBeyond(0))})
     SELECT id, user_id, created_at, unread, revision FROM gone`,
});
/** After an actor left these groups: there is one actor less, and the latest of them is shown. */
export const recountGroups = statement({
  parameters: { ids, actorId: userId },
  row: ownedNotification,
  sql: ({ ids, actorId }) =>
    `UPDATE notification n SET revision = revision + 1, updated_at = clock_timestamp(), count = greatest(1, count - 1),
       actor_id = CASE WHEN n.actor_id = ${actorId} THEN (
         SELECT a.actor_id FROM notification_actor a WHERE a.notification_id = n.id ORDER BY a.added_at DESC, a.actor_id DESC LIMIT 1
       ) ELSE n.actor_id END
     WHERE n.id = ANY(${ids}) RETURNING n.id, n.user_id`,
});

// Groups of comments

/** Takes comments out of their groups. Gives the groups with the comments' authors. */
export const takeComments = statement({
  parameters: { commentIds: array(commentId) },
  row: { notificationId: id, actorId: userId },
  sql: ({ commentIds }) =>
    `WITH gone AS (DELETE FROM notification_comment WHERE comment_id = ANY(${commentIds}) RETURNING notification_id, actor_id)
     SELECT DISTINCT notification_id, actor_id FROM gone ORDER BY notification_id, actor_id`,
});
/** Takes those actors out of their groups who have no comment in them any more. */
export const leaveWithoutComments = statement({
  parameters: { ids, actorIds: array(userId) },
  row: { notificationId: id, actorId: userId },
  sql: ({ ids, actorIds }) =>
    `DELETE FROM notification_actor a USING unnest(${ids}, ${actorIds}) AS l(notification_id, actor_id)
     WHERE a.notification_id = l.notification_id AND a.actor_id = l.actor_id AND (
       SELECT true FROM notification_comment c WHERE (c.notification_id, c.actor_id) >= (l.notification_id, l.actor_id)
         AND (c.notification_id, c.actor_id) <= (l.notification_id, l.actor_id) ORDER BY c.notification_id, c.actor_id LIMIT 1
     ) IS NULL RETURNING a.notification_id, a.actor_id`,
});
/** After comments were taken out of these groups: so many actors less are in each, and the latest of the others is shown. */
export const recountCommented = statement({
  parameters: { ids, leavers: array(int4) },
  row: ownedNotification,
  sql: ({ ids, leavers }) =>
    `UPDATE notification n SET revision = revision + 1, count = greatest(1, n.count - l.leavers),
       actor_id = (SELECT a.actor_id FROM notification_actor a WHERE a.notification_id = n.id ORDER BY a.added_at DESC, a.actor_id DESC LIMIT 1)
     FROM unnest(${ids}, ${leavers}) AS l(id, leavers) WHERE n.id = l.id RETURNING n.id, n.user_id`,
});
/** Replaces the text of a comment in its group. Gives the group, if it is unread. */
export const editCommentOfGroup = statement({
  parameters: { commentId, content: text },
  row: ownedNotification,
  sql: ({ commentId, content }) =>
    `WITH c AS (
       UPDATE notification_comment SET content = ${content} WHERE comment_id = ${commentId} AND content IS DISTINCT FROM ${content} RETURNING notification_id
     ),
     n AS (
       UPDATE notification n SET revision = revision + 1 FROM c WHERE n.id = c.notification_id RETURNING n.id, n.user_id, n.read_at, n.unread_at, n.created_at
     )
     SELECT id, user_id FROM n WHERE ${isUnread(markOf("n.user_id"))}`,
});

/** Replaces the text of a comment in all notifications about it. Gives the unread ones. */
export const editComment = statement({
  parameters: { commentId, content: text },
  row: ownedNotification,
  sql: ({ commentId, content }) =>
    `WITH n AS (
       UPDATE notification SET comment_content = ${content}, revision = revision + 1
       WHERE comment_id = ${commentId} AND comment_content IS DISTINCT FROM ${content} RETURNING id, user_id, read_at, unread_at, created_at
     )
     SELECT id, user_id FROM n WHERE ${isUnread(markOf("n.user_id"))}`,
});

// Removal

/**
 * Removes notifications, with the actors and comments of groups: no foreign key does that. Of a group with very many, a job does, so
 * that it goes at the same cost. `more` is SQL that reads them as `gone`.
 */
const removing = (where: string, correlationId: string, more = "") =>
  `WITH gone AS (DELETE FROM notification n WHERE ${where} RETURNING ${removedColumns("n")}, actor_id, comment_id, group_key, count),
   actors AS (DELETE FROM notification_actor a USING gone WHERE gone.group_key IS NOT NULL AND gone.count <= ${actorsAtOnce} AND a.notification_id = gone.id),
   jobs AS (${removeLater(actorsOfNotification, correlationId, `group_key IS NOT NULL AND count > ${actorsAtOnce}`)}),
   comments AS (
     DELETE FROM notification_comment WHERE comment_id = ANY(ARRAY(
       SELECT c.comment_id FROM gone CROSS JOIN LATERAL (
         SELECT comment_id FROM notification_comment WHERE notification_id = gone.id ORDER BY actor_id, comment_id LIMIT ${actorsAtOnce}
       ) c WHERE gone.group_key IS NOT NULL
     ))
   ),
   comment_jobs AS (${removeLater(commentsOfNotification, correlationId, `group_key IS NOT NULL AND ${hasCommentsBeyond(actorsAtOnce)}`)})${more}
   SELECT id, user_id, created_at, unread, revision FROM gone`;
const removed = { parameters: { ids, correlationId: text }, row: removedNotification };

export const removeNotifications = statement({ ...removed, sql: ({ ids, correlationId }) => removing(`id = ANY(${ids})`, correlationId) });
/** The same for what an actor did: again within an hour it is quiet. */
export const takeBackNotifications = statement({
  ...removed,
  sql: ({ ids, correlationId }) =>
    removing(
      `id = ANY(${ids})`,
      correlationId,
      `, noted AS (${noteWithdrawals(`SELECT user_id, actor_id, ${commentSubject("comment_id")} AS subject FROM gone WHERE actor_id IS NOT NULL AND comment_id IS NOT NULL`)})`,
    ),
});
export const removeAboutComments = statement({
  parameters: { commentIds: array(commentId), correlationId: text },
  row: removedNotification,
  sql: ({ commentIds, correlationId }) => removing(`comment_id = ANY(${commentIds})`, correlationId),
});
export const removeOtherMentions = statement({
  parameters: { commentId, userIds: array(userId) },
  row: removedNotification,
  sql: ({ commentId, userIds }) =>
    `WITH gone AS (
       DELETE FROM notification n WHERE comment_id = ${commentId} AND type = 'mention' AND user_id <> ALL(${userIds})
       RETURNING ${removedColumns("n")}, actor_id, ${commentSubject("comment_id")} AS subject
     ),
     noted AS (${noteWithdrawals("SELECT * FROM gone WHERE actor_id IS NOT NULL")})
     SELECT id, user_id, created_at, unread, revision FROM gone`,
});
export const removeInbox = statement({ parameters: { userId }, sql: ({ userId }) => `DELETE FROM inbox WHERE user_id = ${userId}` });
