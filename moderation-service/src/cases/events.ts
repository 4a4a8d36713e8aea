import type { NewEvent } from "@newfeed/shared/contracts/events.ts";
import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import type { ModerationReason } from "@newfeed/shared/contracts/moderation.ts";
import type { CaseStanding, ModerationTarget } from "@newfeed/shared/contracts/moderation-dto.ts";
import { isHidden, type Step } from "./standing.ts";

interface Changed {
  id: string;
  target: ModerationTarget;
  authorId: UserId;
  revision: number;
  before: CaseStanding;
  after: CaseStanding;
}

/** Where a flag comes from. */
export interface Flagged {
  source: "report" | "rule" | "classifier" | "trust";
  reason: ModerationReason;
}

/**
 * What others learn of a step: what is in force from now on. At most one event, since all of a case have its revision. Moderators stay
 * unnamed. Suspensions have events of their own.
 */
export function eventsOf({ id, target, authorId, revision, before, after }: Changed, step: Step, flagged: Flagged): NewEvent[] {
  const aggregate = { id, revision };
  const subject = { caseId: id, target, authorId };
  const appeal = before.appeal === "pending" && after.appeal === "decided";
  const event = (): NewEvent | null => {
    if (step.type === "close") return null;
    const { action, reason, until } = after;
    const acts = action !== null && action !== "suspend" && reason !== null;
    const isNew = action !== before.action || reason !== before.reason || until !== before.until || step.type === "reject";
    if (acts && isNew) return { type: "content.rejected", aggregate, actorId: null, data: { ...subject, action, reason, until, appeal } };
    if (after.held && (!before.held || isHidden(before) !== isHidden(after)))
      return { type: "content.flagged", aggregate, actorId: null, data: { ...subject, ...flagged, hide: true } };
    const wasHidden = isHidden(before) && !isHidden(after);
    if (wasHidden || step.type === "approve") return { type: "content.approved", aggregate, actorId: null, data: { ...subject, appeal, shown: wasHidden } };
    if ((step.type === "open" || step.type === "flag") && before.state !== after.state)
      return { type: "content.flagged", aggregate, actorId: null, data: { ...subject, ...flagged, hide: isHidden(after) } };
    return null;
  };
  const made = event();
  return made ? [made] : [];
}
