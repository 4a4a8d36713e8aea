import type { CommentId, NotificationId, PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import { type Batch, batchOf } from "@newfeed/shared/jobs/job.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import * as sql from "./removal-statements.ts";

// The next notifications of a removal, with its batch. Keys are those of a `Job`.

const lowest = "00000000-0000-0000-0000-000000000000";
const highest = "ffffffff-ffff-ffff-ffff-ffffffffffff";

interface Next {
  ids: NotificationId[];
  batch: Batch;
}

const nextOf = <Row extends { id: NotificationId }>(rows: readonly Row[], limit: number, keyOf: (row: Row) => string = ({ id }) => id): Next => ({
  ids: rows.map(({ id }) => id),
  batch: batchOf(rows.map(keyOf), limit),
});

/** Of a user's inbox. */
export async function nextOfInbox(query: Query, userId: UserId, after: string | null, limit: number): Promise<Next> {
  const [afterAt = "-infinity", afterId = lowest] = after?.split(" ") ?? [];
  const rows = await query(sql.nextOfInbox, { userId, afterAt, afterId: afterId as NotificationId, limit });
  return nextOf(rows, limit, ({ createdAt, id }) => `${createdAt.toISOString()} ${id}`);
}

/** Everyone's that have not changed for so many days, from an id on. */
export const nextOld = async (query: Query, days: number, from: NotificationId | null, limit: number): Promise<NotificationId[]> =>
  (await query(sql.nextOld, { from: from ?? (lowest as NotificationId), days, limit })).map(({ id }) => id);

/** About a post. */
export async function nextAboutPost(query: Query, postId: PostId, after: string | null, limit: number): Promise<Next> {
  return nextOf(await query(sql.nextAboutPost, { postId, before: after as NotificationId | null, limit }), limit);
}

/** Those of these posts that any notification is about. */
export const notifiedPosts = async (query: Query, postIds: readonly PostId[]) => (await query(sql.notified, { postIds })).map(({ subject }) => subject);

/** Ungrouped ones of an actor, of one user, or of everyone (null). */
export async function nextUngroupedOf(query: Query, actorId: UserId, userId: UserId | null, after: string | null, limit: number): Promise<Next> {
  const [afterUser = userId ?? lowest, afterId = lowest] = after?.split(" ") ?? [];
  const keys = { afterUser: afterUser as UserId, afterId: afterId as NotificationId, lastUser: userId ?? (highest as UserId) };
  return nextOf(await query(sql.nextUngroupedOf, { actorId, ...keys, limit }), limit, (row) => `${row.userId} ${row.id}`);
}

/** Groups with an actor, of one user, or of everyone (null): behind the others, those that an earlier version wrote without saying whose they are. */
export async function nextGroupsOf(query: Query, actorId: UserId, userId: UserId | null, after: string | null, limit: number): Promise<Next> {
  const [afterUser = userId ?? lowest, afterId = lowest] = after?.split(" ") ?? [];
  const isOlder = afterUser === older;
  const keys = { actorId, afterUser: afterUser as UserId, afterId: afterId as NotificationId, lastUser: userId ?? (highest as UserId) };
  const rows = isOlder ? [] : await query(sql.nextGroupsOf, { ...keys, limit });
  const left = limit - rows.length;
  const behind = (isOlder ? afterId : lowest) as NotificationId;
  const olderRows = left > 0 ? await query(sql.nextOlderGroupsOf, { actorId, userId, afterId: behind, limit: left }) : [];
  return nextOf([...rows, ...olderRows.map(({ id }) => ({ id, userId: older }))], limit, (row) => `${row.userId} ${row.id}`);
}
const older = "older";

/** Removes the next actors of a notification that is gone. */
export async function removeNextActors(query: Query, id: NotificationId, after: string | null, limit: number): Promise<Batch> {
  const actors = await query(sql.removeNextActors, { id, after: after as UserId | null, limit });
  return batchOf(
    actors.map(({ key }) => key),
    limit,
  );
}

/** Removes the next comments of a notification that is gone. */
export async function removeNextComments(query: Query, id: NotificationId, after: string | null, limit: number): Promise<Batch> {
  const [afterActor = lowest, afterComment = lowest] = after?.split(" ") ?? [];
  const keys = { afterActor: afterActor as UserId, afterComment: afterComment as CommentId };
  const comments = await query(sql.removeNextComments, { id, ...keys, limit });
  return batchOf(
    comments.map(({ actorId, commentId }) => `${actorId} ${commentId}`),
    limit,
  );
}
