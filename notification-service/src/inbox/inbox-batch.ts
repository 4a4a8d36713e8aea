import type { Author } from "@newfeed/shared/contracts/dto.ts";
import { streamOf } from "@newfeed/shared/contracts/sockets.ts";
import { opaque, type Query } from "@newfeed/shared/ports/database.ts";
import { authorJson } from "@newfeed/shared/projections/authors.ts";
import { blockBetween, follows } from "@newfeed/shared/projections/relations.ts";
import { v7 as uuidv7 } from "uuid";
import type { NewEntry } from "../streams/log.ts";
import type { Draft } from "./notification-table.ts";
import { addUnread, type NotificationRow, toNotification } from "./notifications.ts";

/** A notification with what its entry says beside it: who the actor is, and how many its user has not read. */
type ToldRow = NotificationRow & { actor: Author | null; unread: number };
interface Removed {
  id: string;
  user_id: string;
  unread: boolean;
}
const removedColumns = "id, user_id, read_at IS NULL AS unread";

/** The changes that one batch of events makes to inboxes; `flush` turns them into entries for the inboxes' streams. */
export interface InboxBatch {
  /** Tells those who may know: not across a block, of what is for followers only followers, and of nothing that was deleted. */
  add(drafts: readonly Draft[]): void;
  /** Carries out what was added, in one statement, and one or two more for each grouped draft. To be called before who may know what changes; the others do. */
  settle(): Promise<void>;
  /** Takes somebody out of a group; an empty one goes. */
  leave(group: { userId: string; groupKey: string; actorId: string }): Promise<void>;
  /** Takes somebody out of all that one user, or everybody, was told of them. */
  removeActor(actorId: string, userId: string | null): Promise<void>;
  /** Removes all that was told about a post or a comment. */
  removeSubject(subject: { postId: string } | { commentId: string }): Promise<void>;
  /** Removes a whole inbox, silently: nobody is left to be told. */
  forget(userId: string): Promise<void>;
  /** Blanks the entries of what was removed, and gives the entries that tell of all changes, one for each notification. */
  flush(): Promise<NewEntry[]>;
}

/** Drafts as rows `d`, in order from 1. */
const draftRows = `unnest(${["$1", "$2", "$3", "$4", "$5"].map((ids) => opaque(ids, "uuid[]")).join(", ")}) WITH ORDINALITY AS d(user_id, actor_id, followers_of, post_id, comment_id, n)`;
const draftValues = (drafts: readonly Draft[]) => [
  drafts.map((draft) => draft.userId),
  drafts.map((draft) => draft.actorId),
  drafts.map((draft) => draft.followersOf),
  drafts.map((draft) => draft.postId),
  drafts.map((draft) => draft.commentId),
];
/** SQL: may the user of draft `d` know of it? Each row is looked up by its key: joined to, the tables were read whole while they were taken for small. */
const mayKnow = `NOT ${blockBetween("d.user_id", "d.actor_id")}
  AND (d.followers_of IS NULL OR d.user_id = d.followers_of OR ${follows("d.user_id", "d.followers_of")})
  AND (SELECT a.deleted FROM projection.author a WHERE a.id = d.user_id) IS NOT TRUE
  AND (SELECT s.deleted FROM seen_aggregate s WHERE s.type = 'post' AND s.id = d.post_id) IS NOT TRUE
  AND (SELECT s.deleted FROM seen_aggregate s WHERE s.type = 'comment' AND s.id = d.comment_id) IS NOT TRUE`;
/**
 * Writes ungrouped drafts as `added`. An edited comment may name more people: those who were told of it before are not
 * told again.
 */
const adding = `added AS (
   INSERT INTO notification (id, user_id, type, actor_id, post_id, comment_id)
   SELECT ($6::uuid[])[d.n], d.user_id, ($7::text[])[d.n], d.actor_id, d.post_id, d.comment_id FROM ${draftRows}
   WHERE ${mayKnow} ORDER BY d.n
   ON CONFLICT (user_id, comment_id) WHERE group_key IS NULL AND comment_id IS NOT NULL DO NOTHING
   RETURNING *
 )`;
const addingValues = (drafts: readonly Draft[]) => [...draftValues(drafts), drafts.map(() => uuidv7()), drafts.map((draft) => draft.type)];
/** Adds, counts, and tells: everybody whose inbox changed has a row of each notification of theirs that is told, or one that tells of their count only. */
const addedAndTold = `WITH ${adding},
 change AS (SELECT * FROM unnest(${opaque("$8", "uuid[]")}, ${opaque("$9", "int[]")}) AS c(user_id, unread) UNION ALL SELECT user_id, 1 FROM added),
 counted AS (${addUnread("SELECT user_id, sum(unread)::int AS unread FROM change GROUP BY user_id")}),
 told AS (SELECT * FROM added UNION ALL SELECT * FROM notification WHERE id = ANY(${opaque("$10", "uuid[]")}))
 SELECT counted.user_id AS owner_id, counted.unread, n.*, CASE WHEN a.id IS NOT NULL THEN ${authorJson("a")} END AS actor
 FROM counted LEFT JOIN told n ON n.user_id = counted.user_id
 LEFT JOIN projection.author a ON a.id = n.actor_id AND NOT a.deleted ORDER BY n.updated_at, n.id`;

export function createInboxBatch(query: Query): InboxBatch {
  const touched = new Set<string>();
  /** By everybody whose inbox changed: how many more they have not read. */
  const unreadChanges = new Map<string, number>();
  /** Posts and comments that this batch saw deleted; of earlier ones, the database knows. */
  const deletedSubjects = new Set<string>();
  const removed = new Map<string, Removed>();

  const countUnread = (userId: string, change: number) => unreadChanges.set(userId, (unreadChanges.get(userId) ?? 0) + change);

  function touch({ id, user_id, added }: { id: string; user_id: string; added: boolean }) {
    touched.add(id);
    countUnread(user_id, added ? 1 : 0);
  }

  function remove(rows: readonly Removed[]) {
    for (const row of rows) {
      touched.delete(row.id);
      removed.set(row.id, row);
      countUnread(row.user_id, row.unread ? -1 : 0);
    }
  }

  /** What was added and is not carried out yet. */
  let waiting: Draft[] = [];

  /** What is left of groups after `actorId` was taken out: counted again, or gone. */
  async function recount(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    remove(
      await query<Removed>(
        `DELETE FROM notification n WHERE n.id = ANY($1::uuid[]) AND n.actor_id IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM notification_actor a WHERE a.notification_id = n.id) RETURNING ${removedColumns}`,
        [ids],
      ),
    );
    const left = await query<{ id: string; user_id: string }>(
      `UPDATE notification n SET revision = revision + 1, updated_at = clock_timestamp(), count = g.count, actor_id = g.latest
       FROM (SELECT notification_id, count(*)::int, (array_agg(actor_id ORDER BY added_at DESC))[1] AS latest
             FROM notification_actor WHERE notification_id = ANY($1::uuid[]) GROUP BY notification_id) g
       WHERE n.id = g.notification_id RETURNING n.id, n.user_id`,
      [ids],
    );
    for (const row of left) touch({ ...row, added: false });
  }

  async function addGrouped(draft: Draft): Promise<void> {
    const id = uuidv7();
    const [row] = await query<{ id: string }>(
      `INSERT INTO notification (id, user_id, type, group_key, actor_id, post_id, comment_id)
       VALUES ($1::uuid, $2::uuid, $3, $4, $5::uuid, $6::uuid, $7::uuid)
       ON CONFLICT (user_id, group_key) WHERE read_at IS NULL AND group_key IS NOT NULL DO UPDATE
       SET actor_id = excluded.actor_id, updated_at = clock_timestamp(), revision = notification.revision + 1,
           count = (SELECT count(*)::int FROM notification_actor a WHERE a.notification_id = notification.id AND a.actor_id <> excluded.actor_id) + 1
       RETURNING id`,
      [id, draft.userId, draft.type, draft.groupKey, draft.actorId, draft.postId, draft.commentId],
    );
    if (!row) return;
    if (draft.actorId)
      await query("INSERT INTO notification_actor (notification_id, actor_id) VALUES ($1::uuid, $2::uuid) ON CONFLICT DO NOTHING", [row.id, draft.actorId]);
    touch({ id: row.id, user_id: draft.userId, added: row.id === id });
  }

  /** Those of these drafts whose people may know. */
  async function allowed(drafts: readonly Draft[]): Promise<Draft[]> {
    if (drafts.length === 0) return [];
    const rows = await query<{ n: number }>(`SELECT d.n::int AS n FROM ${draftRows} WHERE ${mayKnow} ORDER BY d.n`, draftValues(drafts));
    return rows.flatMap(({ n }) => drafts[n - 1] ?? []);
  }

  /** Carries out the grouped ones of what waits, and gives the others. */
  async function takeWaiting(): Promise<Draft[]> {
    const drafts = waiting;
    waiting = [];
    for (const draft of await allowed(drafts.filter((draft) => draft.groupKey !== null))) await addGrouped(draft);
    return drafts.filter((draft) => draft.groupKey === null);
  }

  async function settle(): Promise<void> {
    const drafts = await takeWaiting();
    if (drafts.length === 0) return;
    const rows = await query<{ id: string; user_id: string }>(`WITH ${adding} SELECT id, user_id FROM added`, addingValues(drafts));
    for (const row of rows) touch({ ...row, added: true });
  }

  return {
    settle,
    add(drafts) {
      waiting.push(...drafts.filter(({ postId, commentId }) => ![postId, commentId].some((id) => id && deletedSubjects.has(id))));
    },
    async leave({ userId, groupKey, actorId }) {
      await settle();
      const rows = await query<{ id: string }>(
        `DELETE FROM notification_actor a USING notification n
         WHERE n.user_id = $1::uuid AND n.group_key = $2 AND a.notification_id = n.id AND a.actor_id = $3::uuid RETURNING n.id`,
        [userId, groupKey, actorId],
      );
      await recount(rows.map((row) => row.id));
    },
    async removeActor(actorId, userId) {
      await settle();
      remove(
        await query<Removed>(
          `DELETE FROM notification WHERE actor_id = $1::uuid AND group_key IS NULL AND ($2::uuid IS NULL OR user_id = $2::uuid) RETURNING ${removedColumns}`,
          [actorId, userId],
        ),
      );
      const rows = await query<{ id: string }>(
        `DELETE FROM notification_actor a USING notification n
         WHERE a.actor_id = $1::uuid AND a.notification_id = n.id AND ($2::uuid IS NULL OR n.user_id = $2::uuid) RETURNING n.id`,
        [actorId, userId],
      );
      const ids = rows.map((row) => row.id);
      // Of a group that goes on without them, earlier entries still say their name.
      await query(
        `UPDATE stream_entry e SET type = 'blank', data = '{}' FROM notification n
         WHERE n.id = ANY($1::uuid[]) AND e.stream = 'user:' || n.user_id AND e.aggregate_id = n.id AND e.actor_id = $2::uuid`,
        [ids, actorId],
      );
      await recount(ids);
    },
    async removeSubject(subject) {
      await settle();
      const [column, id] = "postId" in subject ? ["post_id", subject.postId] : ["comment_id", subject.commentId];
      deletedSubjects.add(id);
      remove(await query<Removed>(`DELETE FROM notification WHERE ${column} = $1::uuid RETURNING ${removedColumns}`, [id]));
    },
    async forget(userId) {
      await settle();
      const rows = await query<{ id: string }>("DELETE FROM notification WHERE user_id = $1::uuid RETURNING id", [userId]);
      for (const { id } of rows) touched.delete(id);
      await query("DELETE FROM inbox WHERE user_id = $1::uuid", [userId]);
      unreadChanges.delete(userId);
    },
    async flush() {
      const drafts = await takeWaiting();
      const gone = [...removed.values()];
      if (gone.length > 0)
        await query(
          `UPDATE stream_entry e SET type = 'retract', data = jsonb_build_object('stream', e.stream, 'items', jsonb_build_array(jsonb_build_object('type', 'notification', 'id', e.aggregate_id)))
           FROM unnest($1::text[], $2::uuid[]) AS gone(stream, id) WHERE e.stream = gone.stream AND e.aggregate_id = gone.id`,
          [gone.map((row) => streamOf.user(row.user_id)), gone.map((row) => row.id)],
        );
      if (drafts.length === 0 && unreadChanges.size === 0) return [];
      const counted = await query<{ owner_id: string; unread: number } & (ToldRow | { id: null })>(addedAndTold, [
        ...addingValues(drafts),
        [...unreadChanges.keys()],
        [...unreadChanges.values()],
        [...touched],
      ]);
      const unread = new Map(counted.map((row) => [row.owner_id, row.unread]));
      const rows = counted.filter((row) => row.id !== null);
      const authors = new Map(rows.flatMap(({ actor }) => (actor ? [[actor.id, actor]] : [])));
      const told = rows.map(
        (row): NewEntry => ({
          stream: streamOf.user(row.user_id),
          type: "notification",
          aggregate: { type: "notification", id: row.id },
          actorId: row.actor_id,
          revision: row.revision,
          data: { ...toNotification(row, authors), unreadCount: row.unread },
        }),
      );
      const retracted = [...Map.groupBy(gone, (row) => row.user_id)].map(
        ([userId, items]): NewEntry => ({
          stream: streamOf.user(userId),
          type: "retract",
          aggregate: { type: "notification", id: items[0]?.id ?? userId },
          actorId: null,
          revision: 1,
          data: { stream: streamOf.user(userId), items: items.map(({ id }) => ({ type: "notification", id })), unreadCount: unread.get(userId) ?? 0 },
        }),
      );
      return [...told, ...retracted];
    },
  };
}
