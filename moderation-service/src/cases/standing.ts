import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import type { CaseStep, ModerationAction, ModerationReason } from "@newfeed/shared/contracts/moderation.ts";
import type { CaseStanding } from "@newfeed/shared/contracts/moderation-dto.ts";

/** For how long a claim keeps other moderators from deciding, in milliseconds. */
const claimMs = 15 * 60_000;

/** One thing that happens to a case. `by`: the moderator. */
export type Step =
  | { type: "open" }
  | { type: "flag"; hide: boolean }
  /** Its author is not trusted: it waits as they have written it. */
  | { type: "hold" }
  | { type: "claim" | "release" | "approve"; by: UserId }
  | { type: "reject"; by: UserId; action: ModerationAction; reason: ModerationReason; until: string | null }
  | { type: "escalate"; by: UserId }
  | { type: "appeal"; by: UserId }
  /** The action's time is over. */
  | { type: "end" }
  /** `to`: as it was before the decision that is taken back. */
  | { type: "undo"; by: UserId; to: CaseStanding }
  /** The author's account is gone. */
  | { type: "close" };

/** Where a case stands that nothing has happened to yet. */
export const unopened: CaseStanding = {
  state: "closed",
  action: null,
  reason: null,
  until: null,
  held: false,
  appeal: null,
  decidedBy: null,
  claimedBy: null,
  claimedUntil: null,
};

const unclaimed = { claimedBy: null, claimedUntil: null };
const withoutAction = { action: null, reason: null, until: null };
const conflict = (message: string) => new Problem("conflict", { message });

const isWaiting = ({ state }: CaseStanding) => state === "open" || state === "escalated" || state === "appealed";
const isClaimedByOther = ({ claimedBy, claimedUntil }: CaseStanding, by: UserId, now: Date) =>
  claimedBy !== null && claimedBy !== by && claimedUntil !== null && new Date(claimedUntil) > now;

function requireDecidable(standing: CaseStanding, by: UserId, now: Date): void {
  if (!isWaiting(standing)) throw conflict("This case is decided.");
  if (isClaimedByOther(standing, by, now)) throw conflict("Another moderator is on this case.");
  if (standing.appeal === "pending" && standing.decidedBy === by) throw conflict("Another moderator decides an appeal against your decision.");
}

/**
 * Where a case stands after a step: the same object where the step changes nothing. Throws `conflict` for one that may not be taken.
 * What is in force against content or author is `action` and `held`, whatever the state: it stays in force during an appeal.
 */
export function standingAfter(standing: CaseStanding, step: Step, now: Date): CaseStanding {
  switch (step.type) {
    case "open":
      return isWaiting(standing) ? standing : { ...standing, ...unclaimed, state: "open" };
    case "flag": {
      const held = standing.held || step.hide;
      return isWaiting(standing) && held === standing.held ? standing : { ...standing, state: isWaiting(standing) ? standing.state : "open", held };
    }
    case "hold":
      // Also where that changes nothing: a moderator who has seen what it said before looks again.
      return { ...standing, state: isWaiting(standing) ? standing.state : "open", held: true };
    case "claim":
      if (!isWaiting(standing)) throw conflict("This case is decided.");
      if (isClaimedByOther(standing, step.by, now)) throw conflict("Another moderator is on this case.");
      return { ...standing, claimedBy: step.by, claimedUntil: new Date(now.getTime() + claimMs).toISOString() };
    case "release":
      if (isClaimedByOther(standing, step.by, now)) throw conflict("Another moderator is on this case.");
      return standing.claimedBy === null ? standing : { ...standing, ...unclaimed };
    case "approve":
      requireDecidable(standing, step.by, now);
      return { ...standing, ...unclaimed, ...withoutAction, state: "approved", held: false, appeal: appealDecided(standing), decidedBy: step.by };
    case "reject": {
      requireDecidable(standing, step.by, now);
      const { action, reason, until, by } = step;
      return { ...standing, ...unclaimed, state: "rejected", held: false, action, reason, until, appeal: appealDecided(standing), decidedBy: by };
    }
    case "escalate":
      requireDecidable(standing, step.by, now);
      if (standing.state === "escalated") throw conflict("Administrators have this case already.");
      return { ...standing, ...unclaimed, state: "escalated" };
    case "appeal":
      if (standing.state !== "rejected" || standing.action === null) throw conflict("There is nothing to appeal against.");
      if (standing.appeal !== null) throw conflict("You have appealed against this already.");
      if (standing.action === "delete") throw conflict("What was deleted cannot be brought back.");
      return { ...standing, ...unclaimed, state: "appealed", appeal: "pending" };
    case "end":
      return standing.action === null ? standing : { ...standing, ...withoutAction, state: isWaiting(standing) ? standing.state : "approved" };
    case "undo":
      if (standing.action === "delete") throw conflict("What was deleted cannot be brought back.");
      return { ...step.to, ...unclaimed };
    case "close":
      return standing.state === "closed" ? standing : { ...standing, ...unclaimed, ...withoutAction, state: "closed", held: false };
  }
}

/** A decision that answers no appeal is a new one, which may be appealed against. */
const appealDecided = ({ appeal }: CaseStanding): CaseStanding["appeal"] => (appeal === "pending" ? "decided" : null);

const decisions: readonly CaseStep[] = ["approve", "reject", "escalate"];
/** Can it be undone? */
export const isDecision = (step: CaseStep): boolean => decisions.includes(step);

/** Is the content hidden from everyone but its author? */
export const isHidden = ({ action, held }: CaseStanding): boolean => held || action === "hide" || action === "delete";
