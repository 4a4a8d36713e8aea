import type { PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import { type Batch, batchOf } from "@newfeed/shared/jobs/job.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import { listUnderTags } from "../tags/listing-store.ts";
import * as sql from "./privacy-statements.ts";
import { findOfMany, type StoredPost } from "./statements.ts";

/** Waits for what an author writes now. Once their privacy has changed in this transaction, what they write later has the new visibility. */
export async function holdAuthor(query: Query, userId: UserId): Promise<void> {
  await query(sql.holdAuthor, { userId });
}

/** Aligns the visibility of the next of an author's posts with whether the account is private. Gives those that changed. Keys are those of a `Job`. */
export async function alignNext(query: Query, userId: UserId, after: string | null, limit: number): Promise<{ changed: StoredPost[]; batch: Batch }> {
  const [beforeAt = "infinity", beforeId = "ffffffff-ffff-ffff-ffff-ffffffffffff"] = after?.split(" ") ?? [];
  const posts = await query(sql.nextPosts, { userId, beforeAt, beforeId: beforeId as PostId, limit });
  const ids = (await query(sql.alignPosts, { userId, ids: posts.map(({ id }) => id) })).map(({ id }) => id);
  await listUnderTags(query, ids);
  const changed = ids.length > 0 ? await query(findOfMany, { viewerIds: ids.map(() => userId), ids }) : [];
  const keys = posts.map(({ at, id }) => `${at.toISOString()} ${id}`);
  return { changed, batch: batchOf(keys, limit) };
}
