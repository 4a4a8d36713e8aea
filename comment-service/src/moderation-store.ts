import type { HeldState, StoredModeration } from "@newfeed/shared/contracts/content-moderation.ts";
import type { CommentId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import * as sql from "./moderation-statements.ts";
import { lockForRemoval } from "./removal-statements.ts";
import { findOwnComment, type StoredComment } from "./statements.ts";

/** A comment as it is before moderation. It is locked, with what it answers, so that it may be removed. Undefined when it is deleted. */
export async function lockForModeration(query: Query, id: CommentId) {
  await query(lockForRemoval, { ids: [id] });
  const [comment] = await query(sql.findForModeration, { id });
  return comment;
}

/** Gives the comment as its author sees it then. Under the comment's lock. */
export async function moderateComment(
  query: Query,
  authorId: UserId,
  id: CommentId,
  held: HeldState | null,
  moderation: StoredModeration,
): Promise<StoredComment | undefined> {
  await query(sql.moderate, { id, held, moderation: JSON.stringify(moderation) });
  const [comment] = await query(findOwnComment, { authorId, id });
  return comment;
}
