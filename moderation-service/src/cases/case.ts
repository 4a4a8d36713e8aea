import type { PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { CaseStanding, ModerationTarget } from "@newfeed/shared/contracts/moderation-dto.ts";

export const iso = (date: Date | null) => date?.toISOString() ?? null;

type Stored = Omit<CaseStanding, "until" | "appeal" | "claimedUntil"> & { until: Date | null; appealState: CaseStanding["appeal"]; claimedUntil: Date | null };
export const standingOf = (stored: Stored): CaseStanding => ({
  state: stored.state,
  action: stored.action,
  reason: stored.reason,
  until: iso(stored.until),
  held: stored.held,
  appeal: stored.appealState,
  decidedBy: stored.decidedBy,
  claimedBy: stored.claimedBy,
  claimedUntil: iso(stored.claimedUntil),
});

/** What a case is about, as its owner gave it. */
export interface Subject {
  target: ModerationTarget;
  authorId: UserId;
  postId: PostId | null;
  content: string;
}

/** What its author has written, or changed. */
export interface Written extends Subject {
  /** It is held until a moderator has decided. */
  waits: boolean;
  /** Everyone may see it, once it is published. */
  isPublic: boolean;
  /** How a picture looks. Its content is its address, which no rule reads. */
  pictureHash?: string;
}
