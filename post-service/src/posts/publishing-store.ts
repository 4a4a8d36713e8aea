import type { Visibility } from "@newfeed/shared/contracts/dto.ts";
import type { PostId } from "@newfeed/shared/contracts/ids.ts";
import type { DueRow } from "@newfeed/shared/jobs/timed-jobs.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import { listUnderTags } from "../tags/listing-store.ts";
import * as sql from "./scheduled-statements.ts";
import { findOfMany, type StoredPost } from "./statements.ts";

/** Scheduled posts whose time has come, from behind one on. */
export const findDue = (query: Query, after: DueRow | null, limit: number) =>
  query(sql.findDue, { afterAt: after?.at ?? "-infinity", afterId: (after?.id ?? "00000000-0000-0000-0000-000000000000") as PostId, limit });

/** Publishes those of these posts that are due. Gives them as their authors see them, with the visibility that they had. `holds`: those of authors who are not trusted wait for a moderator. Locks are taken in this order: authors, posts. */
export async function publishDue(query: Query, ids: readonly PostId[], holds: boolean): Promise<(StoredPost & { previousVisibility: Visibility })[]> {
  const authorIds = (await query(sql.lockAuthorsOf, { ids })).map(({ id }) => id);
  const published = await query(sql.publishDue, { ids, authorIds, holds });
  if (published.length === 0) return [];
  const publishedIds = published.map(({ id }) => id);
  await listUnderTags(query, publishedIds);
  const rows = await query(findOfMany, { viewerIds: published.map(({ authorId }) => authorId), ids: publishedIds });
  const previous = new Map(published.map(({ id, previousVisibility }) => [id, previousVisibility]));
  return rows.flatMap((row) => {
    const previousVisibility = previous.get(row.id);
    return previousVisibility ? [{ ...row, previousVisibility }] : [];
  });
}
