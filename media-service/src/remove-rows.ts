import type { Enqueue } from "@newfeed/shared/outbox/transact.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";

interface RemovedRow {
  id: string;
  owner_id: string;
  revision: number;
}

/** SQL over `media` that says which rows, with its parameters. */
export interface Condition {
  where: string;
  values: readonly unknown[];
}

/**
 * Removes media within the caller's transaction: rows go, their files become due for removal, and the event is enqueued.
 * Returns how many there were.
 */
export async function removeRows(
  { query, enqueue }: { query: Query; enqueue: Enqueue },
  { where, values }: Condition,
  actorId: string | null,
): Promise<number> {
  const rows = await query<RemovedRow>(
    `WITH gone AS (DELETE FROM media WHERE ${where} RETURNING id, owner_id, revision, kind, path, thumbnail_path),
     files AS (
       INSERT INTO media_removal (path, kind, due_at)
       SELECT path, kind, now() FROM gone UNION ALL SELECT thumbnail_path, 'image', now() FROM gone WHERE thumbnail_path IS NOT NULL
     )
     SELECT id, owner_id, revision FROM gone ORDER BY id`,
    values,
  );
  await enqueue(
    ...rows.map((row) => ({
      type: "media.deleted" as const,
      aggregate: { id: row.id, revision: row.revision + 1 },
      actorId,
      data: { mediaId: row.id, ownerId: row.owner_id },
    })),
  );
  return rows.length;
}
