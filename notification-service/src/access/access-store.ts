import type { CommentId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import { blockBetween } from "@newfeed/shared/projections/relations.ts";
import type { AccessChange } from "../signals.ts";

const kept = "1 hour";
/** Longer than a transaction lives: no row with a lower id can be committed any more. */
const settledAfter = "30 seconds";

/** An access change as it is stored; a newer instance may have written one of a kind that is not known here. */
export interface StoredChange {
  id: number;
  change: unknown;
  /** No row with a lower id can appear any more. */
  settled: boolean;
}

/** In the transaction of the events that changed the access. */
export async function recordAccessChanges(query: Query, changes: readonly AccessChange[]): Promise<void> {
  if (changes.length === 0) return;
  await query("INSERT INTO access_change (change) SELECT c::jsonb FROM unnest($1::text[]) AS c", [changes.map((change) => JSON.stringify(change))]);
}

/** In order of their ids. */
export async function readAccessChanges(query: Query, after: number, limit: number): Promise<StoredChange[]> {
  return query<StoredChange>(
    `SELECT id, change, created_at < now() - interval '${settledAfter}' AS settled FROM access_change WHERE id > $1 ORDER BY id LIMIT $2`,
    [after, limit],
  );
}

export async function removeOldAccessChanges(query: Query): Promise<void> {
  await query("DELETE FROM access_change WHERE created_at < now() - $1::interval", [kept]);
}

/** In either direction. */
export async function areBlocked(query: Query, userId: UserId, otherId: UserId): Promise<boolean> {
  const [row] = await query<{ blocked: boolean }>(`SELECT ${blockBetween("$1::uuid", "$2::uuid")} AS blocked`, [userId, otherId]);
  return row?.blocked ?? false;
}

/** True for a follow that is known here and has ended; false for one that was never known. */
export async function hasUnfollowed(query: Query, followerId: UserId, authorId: UserId): Promise<boolean> {
  const rows = await query("SELECT 1 FROM projection.follow WHERE follower_id = $1::uuid AND followee_id = $2::uuid AND NOT active", [followerId, authorId]);
  return rows.length > 0;
}

/** Those of these users who follow the author. */
export async function followersAmong(query: Query, authorId: UserId, userIds: readonly UserId[]): Promise<UserId[]> {
  const rows = await query<{ follower_id: UserId }>(
    "SELECT follower_id FROM projection.follow WHERE followee_id = $1::uuid AND active AND follower_id = ANY($2::uuid[])",
    [authorId, userIds],
  );
  return rows.map((row) => row.follower_id);
}

/** The comments of a user that the logs of these streams show. */
export async function readCommentsBy(query: Query, userId: UserId, streams: readonly string[]): Promise<{ stream: string; ids: CommentId[] }[]> {
  if (streams.length === 0) return [];
  return query<{ stream: string; ids: CommentId[] }>(
    `SELECT stream, array_agg(DISTINCT aggregate_id) AS ids FROM stream_entry
     WHERE stream = ANY($1::text[]) AND actor_id = $2::uuid AND aggregate_type = 'comment' AND type <> 'comment_deleted' GROUP BY stream`,
    [streams, userId],
  );
}
