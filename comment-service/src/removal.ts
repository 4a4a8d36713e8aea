import type { Query } from "@newfeed/shared/ports/database.ts";

/** A comment that was deleted just now. `revision` is that of its deletion. */
export interface RemovedComment {
  id: string;
  postId: string;
  authorId: string;
  revision: number;
}

/**
 * Deletes comments within the caller's transaction, in a fixed number of statements. One with living replies stays as a
 * tombstone, which keeps nothing of its author; a tombstone whose last reply goes, goes with it. Their likes go too.
 * Returns those that were alive until now: unknown ones and tombstones are left out.
 */
export async function removeComments(query: Query, ids: readonly string[]): Promise<RemovedComment[]> {
  // Top-level comments before replies, as everybody locks them who touches both.
  const locked = await query<RemovedComment & { alive: boolean }>(
    `SELECT id, post_id AS "postId", author_id AS "authorId", revision + 1 AS revision, deleted_at IS NULL AND id = ANY($1::uuid[]) AS alive FROM comment
     WHERE id IN (SELECT unnest($1::uuid[]) UNION SELECT parent_comment_id FROM comment WHERE id = ANY($1::uuid[]))
     ORDER BY parent_comment_id IS NOT NULL, id FOR UPDATE`,
    [ids],
  );
  const removed = locked.filter(({ alive }) => alive).map(({ alive: _, ...comment }) => comment);
  if (removed.length === 0) return [];
  const removedIds = removed.map(({ id }) => id);
  await query(
    `WITH gone AS (DELETE FROM comment WHERE id = ANY($1::uuid[]) AND parent_comment_id IS NOT NULL RETURNING parent_comment_id)
     UPDATE comment SET reply_count = reply_count - gone.replies
     FROM (SELECT parent_comment_id, count(*)::int AS replies FROM gone GROUP BY parent_comment_id) gone WHERE id = gone.parent_comment_id`,
    [removedIds],
  );
  await query("DELETE FROM comment WHERE id = ANY($1::uuid[]) AND reply_count = 0 AND (deleted_at IS NOT NULL OR id = ANY($2::uuid[]))", [
    locked.map(({ id }) => id),
    removedIds,
  ]);
  await query("DELETE FROM comment_like WHERE comment_id = ANY($1::uuid[])", [removedIds]);
  await query(
    `UPDATE comment SET author_id = NULL, content = '', client_mutation_id = NULL, mentioned_user_ids = '{}', like_count = 0,
       deleted_at = clock_timestamp(), updated_at = clock_timestamp(), revision = revision + 1
     WHERE id = ANY($1::uuid[])`,
    [removedIds],
  );
  return removed;
}
