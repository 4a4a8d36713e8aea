import type { NotificationId, PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { UnheardReason } from "@newfeed/shared/contracts/routes/why-notified.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import { draftValues } from "../inbox/batch-store.ts";
import { findRefusals } from "../inbox/draft-statements.ts";
import type { Draft } from "../inbox/notification-table.ts";
import * as sql from "./why-statements.ts";

/** What a user may have been told. */
export type Question = Pick<Draft, "type" | "userId" | "actorId" | "groupKey" | "postId" | "threadId" | "commentId" | "text" | "followersOf">;

/** What is in the inbox about it, and how many people that speaks of; undefined where nothing is. */
export async function findTold(
  query: Query,
  { userId, type, groupKey, actorId, postId, commentId }: Question,
): Promise<{ id: NotificationId; count: number } | undefined> {
  const [told] = await query(sql.findTold, { userId, type, groupKey, actorId, postId, commentId });
  return told;
}

/** What keeps it from its user now; null where nothing does. */
export async function findRefusal(query: Query, question: Question): Promise<UnheardReason | null> {
  const [found] = await query(findRefusals, draftValues([question]));
  return found?.refusal ?? null;
}

/** What is known here of a post that a user may see. */
export async function findVisiblePost(query: Query, userId: UserId, id: PostId) {
  const [post] = await query(sql.findVisiblePost, { userId, id });
  return post;
}
