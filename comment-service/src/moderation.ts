import { type ContentDecision, isHeld, isNewerDecision, outcomeOf, reasonOf } from "@newfeed/shared/contracts/content-moderation.ts";
import { asCommentId } from "@newfeed/shared/contracts/ids.ts";
import type { Transaction } from "@newfeed/shared/ports/database.ts";
import { deletedEvent, moderatedEvent } from "./events.ts";
import { lockForModeration, moderateComment } from "./moderation-store.ts";
import { removeComments } from "./removal-store.ts";

/**
 * Hides a comment, holds it until a moderator has decided, brings it back or deletes it, as the events of its case say, in any order and as often as
 * they come. Nobody is the actor of what follows: who moderates is not told.
 */
export async function moderate(event: ContentDecision, { query, enqueue }: Transaction): Promise<void> {
  const { target, caseId } = event.data;
  const outcome = outcomeOf(event);
  if (target.type !== "comment" || outcome === null) return;
  const id = asCommentId(target.id);
  const before = await lockForModeration(query, id);
  const { revision } = event.aggregate;
  if (!before || !isNewerDecision({ caseId, revision }, before.moderation)) return;
  const { authorId, postAuthorId, visibility } = before;
  if (outcome === "deleted") {
    await enqueue(...(await removeComments(query, [id])).map((removed) => deletedEvent(removed, authorId, null)));
    return;
  }
  const held = isHeld(outcome) ? outcome : null;
  const reason = reasonOf(event);
  const comment = await moderateComment(query, authorId, id, held, { caseId, revision, reason });
  if (comment && held !== before.held) await enqueue(moderatedEvent(comment, authorId, { postAuthorId, visibility }, held === "hidden" ? reason : null));
}
