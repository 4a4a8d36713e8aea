import type { Author } from "@newfeed/shared/contracts/dto.ts";
import { asNotificationId, type CommentId, type NotificationId, type PostId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import { streamOf } from "@newfeed/shared/contracts/sockets.ts";
import { opaque, type Query } from "@newfeed/shared/ports/database.ts";
import { authorJson } from "@newfeed/shared/projections/authors.ts";
import { blockBetween, follows } from "@newfeed/shared/projections/relations.ts";
import { v7 as uuidv7 } from "uuid";
import type { Draft } from "./notification-table.ts";
import type { NotificationRow } from "./notifications.ts";

// The statements of an inbox batch. Their costs, and why rows are looked up by their keys: docs/decisions/0031-unread-counters.md.

/**
 * SQL that changes unread counts by what other SQL returns (`user_id`, `unread`), and returns the new counts in the same form.
 * Every transaction runs it after its changes of notifications, and before it appends to the log: rows are locked in one order.
 */
export const addUnread = (changes: string): string =>
  `INSERT INTO inbox (user_id, unread) SELECT user_id, unread FROM (${changes}) AS c ORDER BY user_id
   ON CONFLICT (user_id) DO UPDATE SET unread = inbox.unread + excluded.unread RETURNING user_id, unread`;

export interface RemovedNotification {
  id: NotificationId;
  user_id: UserId;
  unread: boolean;
}
const removedColumns = "id, user_id, read_at IS NULL AS unread";

interface OwnedNotification {
  id: NotificationId;
  user_id: UserId;
}

/** What changed in an inbox: a notification of its owner, or null when only the count changed. */
export type ChangedInbox = { owner_id: UserId; unread: number } & ((NotificationRow & { actor: Author | null }) | { id: null });

/** Drafts as rows `d`, in order from 1. */
const draftRows = `unnest(${["$1", "$2", "$3", "$4", "$5"].map((ids) => opaque(ids, "uuid[]")).join(", ")}) WITH ORDINALITY AS d(user_id, actor_id, followers_of, post_id, comment_id, n)`;
const draftValues = (drafts: readonly Draft[]) => [
  drafts.map((draft) => draft.userId),
  drafts.map((draft) => draft.actorId),
  drafts.map((draft) => draft.followersOf),
  drafts.map((draft) => draft.postId),
  drafts.map((draft) => draft.commentId),
];
/** SQL: may the user of draft `d` receive it? */
const mayReceive = `NOT ${blockBetween("d.user_id", "d.actor_id")}
  AND (d.followers_of IS NULL OR d.user_id = d.followers_of OR ${follows("d.user_id", "d.followers_of")})
  AND (SELECT a.deleted FROM projection.author a WHERE a.id = d.user_id) IS NOT TRUE
  AND (SELECT s.deleted FROM seen_aggregate s WHERE s.type = 'post' AND s.id = d.post_id) IS NOT TRUE
  AND (SELECT s.deleted FROM seen_aggregate s WHERE s.type = 'comment' AND s.id = d.comment_id) IS NOT TRUE`;
/** SQL that writes ungrouped drafts as `added`. An edited comment may mention more users: of one comment, a user gets one notification. */
const adding = `added AS (
   INSERT INTO notification (id, user_id, type, actor_id, post_id, comment_id)
   SELECT ($6::uuid[])[d.n], d.user_id, ($7::text[])[d.n], d.actor_id, d.post_id, d.comment_id FROM ${draftRows}
   WHERE ${mayReceive} ORDER BY d.n
   ON CONFLICT (user_id, comment_id) WHERE group_key IS NULL AND comment_id IS NOT NULL DO NOTHING
   RETURNING *
 )`;
const addingValues = (drafts: readonly Draft[]) => [...draftValues(drafts), drafts.map(() => uuidv7()), drafts.map((draft) => draft.type)];
const addAndCount = `WITH ${adding},
 change AS (SELECT * FROM unnest(${opaque("$8", "uuid[]")}, ${opaque("$9", "int[]")}) AS c(user_id, unread) UNION ALL SELECT user_id, 1 FROM added),
 counted AS (${addUnread("SELECT user_id, sum(unread)::int AS unread FROM change GROUP BY user_id")}),
 changed AS (SELECT * FROM added UNION ALL SELECT * FROM notification WHERE id = ANY(${opaque("$10", "uuid[]")}))
 SELECT counted.user_id AS owner_id, counted.unread, n.*, CASE WHEN a.id IS NOT NULL THEN ${authorJson("a")} END AS actor
 FROM counted LEFT JOIN changed n ON n.user_id = counted.user_id
 LEFT JOIN projection.author a ON a.id = n.actor_id AND NOT a.deleted ORDER BY n.updated_at, n.id`;

/** Writes ungrouped drafts for those who may receive them. */
export const addDrafts = (query: Query, drafts: readonly Draft[]) =>
  query<OwnedNotification>(`WITH ${adding} SELECT id, user_id FROM added`, addingValues(drafts));

/** The same, and changes the unread counts. Returns each changed inbox, with its notifications among these ids and the added ones. */
export const addDraftsAndCount = (query: Query, drafts: readonly Draft[], unread: ReadonlyMap<UserId, number>, changedIds: Iterable<NotificationId>) =>
  query<ChangedInbox>(addAndCount, [...addingValues(drafts), [...unread.keys()], [...unread.values()], [...changedIds]]);

/** Those of these drafts that their users may receive. */
export async function allowedDrafts(query: Query, drafts: readonly Draft[]): Promise<Draft[]> {
  if (drafts.length === 0) return [];
  const rows = await query<{ n: number }>(`SELECT d.n::int AS n FROM ${draftRows} WHERE ${mayReceive} ORDER BY d.n`, draftValues(drafts));
  return rows.flatMap(({ n }) => drafts[n - 1] ?? []);
}

/** Adds the draft's actor to its unread group, which is made if there is none. */
export async function addToGroup(query: Query, draft: Draft): Promise<{ id: NotificationId; isNew: boolean } | undefined> {
  const id = asNotificationId(uuidv7());
  const [row] = await query<{ id: NotificationId }>(
    `INSERT INTO notification (id, user_id, type, group_key, actor_id, post_id, comment_id)
     VALUES ($1::uuid, $2::uuid, $3, $4, $5::uuid, $6::uuid, $7::uuid)
     ON CONFLICT (user_id, group_key) WHERE read_at IS NULL AND group_key IS NOT NULL DO UPDATE
     SET actor_id = excluded.actor_id, updated_at = clock_timestamp(), revision = notification.revision + 1,
         count = (SELECT count(*)::int FROM notification_actor a WHERE a.notification_id = notification.id AND a.actor_id <> excluded.actor_id) + 1
     RETURNING id`,
    [id, draft.userId, draft.type, draft.groupKey, draft.actorId, draft.postId, draft.commentId],
  );
  if (!row) return undefined;
  if (draft.actorId)
    await query("INSERT INTO notification_actor (notification_id, actor_id) VALUES ($1::uuid, $2::uuid) ON CONFLICT DO NOTHING", [row.id, draft.actorId]);
  return { id: row.id, isNew: row.id === id };
}

/** Takes an actor out of a user's groups of one key. Returns the groups' ids. */
export async function leaveGroup(query: Query, group: { userId: UserId; groupKey: string; actorId: UserId }): Promise<NotificationId[]> {
  const rows = await query<{ id: NotificationId }>(
    `DELETE FROM notification_actor a USING notification n
     WHERE n.user_id = $1::uuid AND n.group_key = $2 AND a.notification_id = n.id AND a.actor_id = $3::uuid RETURNING n.id`,
    [group.userId, group.groupKey, group.actorId],
  );
  return rows.map((row) => row.id);
}

/** Takes an actor out of all groups of one user, or of everyone (null). Returns the groups' ids. */
export async function leaveGroups(query: Query, actorId: UserId, userId: UserId | null): Promise<NotificationId[]> {
  const rows = await query<{ id: NotificationId }>(
    `DELETE FROM notification_actor a USING notification n
     WHERE a.actor_id = $1::uuid AND a.notification_id = n.id AND ($2::uuid IS NULL OR n.user_id = $2::uuid) RETURNING n.id`,
    [actorId, userId],
  );
  return rows.map((row) => row.id);
}

export const removeEmptyGroups = (query: Query, ids: readonly NotificationId[]) =>
  query<RemovedNotification>(
    `DELETE FROM notification n WHERE n.id = ANY($1::uuid[]) AND n.actor_id IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM notification_actor a WHERE a.notification_id = n.id) RETURNING ${removedColumns}`,
    [ids],
  );

/** Counts the actors of groups again, and shows the latest. */
export const recountGroups = (query: Query, ids: readonly NotificationId[]) =>
  query<OwnedNotification>(
    `UPDATE notification n SET revision = revision + 1, updated_at = clock_timestamp(), count = g.count, actor_id = g.latest
     FROM (SELECT notification_id, count(*)::int, (array_agg(actor_id ORDER BY added_at DESC))[1] AS latest
           FROM notification_actor WHERE notification_id = ANY($1::uuid[]) GROUP BY notification_id) g
     WHERE n.id = g.notification_id RETURNING n.id, n.user_id`,
    [ids],
  );

/** Removes an actor's ungrouped notifications from the inbox of one user, or of everyone (null). */
export const removeUngroupedOf = (query: Query, actorId: UserId, userId: UserId | null) =>
  query<RemovedNotification>(
    `DELETE FROM notification WHERE actor_id = $1::uuid AND group_key IS NULL AND ($2::uuid IS NULL OR user_id = $2::uuid) RETURNING ${removedColumns}`,
    [actorId, userId],
  );

export const removeAbout = (query: Query, subject: { postId: PostId } | { commentId: CommentId }) => {
  const [column, id] = "postId" in subject ? ["post_id", subject.postId] : ["comment_id", subject.commentId];
  return query<RemovedNotification>(`DELETE FROM notification WHERE ${column} = $1::uuid RETURNING ${removedColumns}`, [id]);
};

/** Removes a user's inbox. Returns the ids of its notifications. */
export async function removeInbox(query: Query, userId: UserId): Promise<NotificationId[]> {
  const rows = await query<{ id: NotificationId }>("DELETE FROM notification WHERE user_id = $1::uuid RETURNING id", [userId]);
  await query("DELETE FROM inbox WHERE user_id = $1::uuid", [userId]);
  return rows.map((row) => row.id);
}

/** Blanks the log entries in which these notifications name an actor who has left them. */
export async function blankEntriesOf(query: Query, actorId: UserId, notificationIds: readonly NotificationId[]): Promise<void> {
  await query(
    `UPDATE stream_entry e SET type = 'blank', data = '{}' FROM notification n
     WHERE n.id = ANY($1::uuid[]) AND e.stream = 'user:' || n.user_id AND e.aggregate_id = n.id AND e.actor_id = $2::uuid`,
    [notificationIds, actorId],
  );
}

/** Turns the log entries of removed notifications into retractions. */
export async function retractEntriesOf(query: Query, removed: readonly RemovedNotification[]): Promise<void> {
  if (removed.length === 0) return;
  await query(
    `UPDATE stream_entry e SET type = 'retract', data = jsonb_build_object('stream', e.stream, 'items', jsonb_build_array(jsonb_build_object('type', 'notification', 'id', e.aggregate_id)))
     FROM unnest($1::text[], $2::uuid[]) AS gone(stream, id) WHERE e.stream = gone.stream AND e.aggregate_id = gone.id`,
    [removed.map((row) => streamOf.user(row.user_id)), removed.map((row) => row.id)],
  );
}
