import type { StoredModeration } from "@newfeed/shared/contracts/content-moderation.ts";
import type { PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import { listUnderTags } from "../tags/listing-store.ts";
import * as sql from "./moderation-statements.ts";
import type { StoredStatus } from "./post.ts";
import { findPost, type StoredPost } from "./statements.ts";

/** A post as it is before moderation, locked. Undefined when it is gone. */
export async function lockForModeration(query: Query, id: PostId) {
  const [post] = await query(sql.lockForModeration, { id });
  return post;
}

/** Gives the post as its author sees it then. Under the post's lock. */
export async function moderatePost(
  query: Query,
  authorId: UserId,
  id: PostId,
  status: StoredStatus,
  moderation: StoredModeration,
): Promise<StoredPost | undefined> {
  await query(sql.moderate, { id, status, moderation: JSON.stringify(moderation) });
  await listUnderTags(query, [id]);
  const [post] = await query(findPost, { viewerId: authorId, id });
  return post;
}

/** Undefined when it was gone. */
export async function deletePost(query: Query, id: PostId): Promise<{ revision: number } | undefined> {
  const [deleted] = await query(sql.deletePost, { id });
  return deleted;
}
