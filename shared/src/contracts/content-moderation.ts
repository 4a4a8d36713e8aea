import * as z from "zod";
import { Id } from "./ids.ts";
import { moderationReasons } from "./moderation.ts";
import { OpenEnum } from "./primitives.ts";

/** What others do not see of content that was published: a moderator has rejected it, or it waits for one. */
export const heldStates = ["hidden", "pending"] as const;
export type HeldState = (typeof heldStates)[number];

/** What the author of hidden or pending content is told of it. */
export const ContentModeration = z
  .object({
    state: OpenEnum(heldStates).meta({ description: "`hidden`: a moderator has rejected it. `pending`: it waits for one" }),
    reason: OpenEnum(moderationReasons).nullable().meta({ description: "null where it waits because nobody knows its author yet" }),
    caseId: Id.nullable(),
    appealUrl: z.string().nullable().meta({ description: "Where its author appeals, with POST; null as long as nobody has decided" }),
  })
  .meta({ id: "ContentModeration" });
export type ContentModeration = z.infer<typeof ContentModeration>;

/** Of an event about a case, what the owners of content go by. */
export type ContentDecision = {
  aggregate: { revision: number };
  data: { caseId: string; target: { type: string; id: string } };
} & (
  | { type: "content.flagged"; data: { hide: boolean; reason: string; source: string } }
  | { type: "content.approved"; data: object }
  | { type: "content.rejected"; data: { action: string; reason: string } }
);

/** What the owner of content stores of what the events of its case said last. */
export interface StoredModeration {
  caseId: string;
  /** Of the case. */
  revision: number;
  reason: string | null;
}

export const isHeld = (status: string): status is HeldState => heldStates.some((state) => state === status);

/** Of content in this state, for its author; null for content that others see. */
export const moderationOf = (status: string, stored: StoredModeration | null): ContentModeration | null =>
  isHeld(status)
    ? {
        state: status,
        reason: stored?.reason ?? null,
        caseId: stored?.caseId ?? null,
        appealUrl: stored && status === "hidden" ? `/api/v1/moderation/cases/${stored.caseId}/appeal` : null,
      }
    : null;

/** Whether an event of a case comes after what is stored. A later case has a greater id; of one case the higher revision holds. */
export const isNewerDecision = (event: { caseId: string; revision: number }, stored: StoredModeration | null): boolean =>
  stored === null || event.caseId > stored.caseId || (event.caseId === stored.caseId && event.revision > stored.revision);

/** Why content is kept from others, as an event of its case says; null where that is not because of what it says. */
export const reasonOf = (event: ContentDecision): string | null =>
  event.type === "content.approved" || (event.type === "content.flagged" && event.data.source === "trust") ? null : event.data.reason;

/** What is to become of content, as an event of its case says. `null`: it stays as it is. */
export function outcomeOf(event: ContentDecision): HeldState | "published" | "deleted" | null {
  switch (event.type) {
    case "content.approved":
      return "published";
    case "content.flagged":
      return event.data.hide ? "pending" : null;
    case "content.rejected":
      if (event.data.action === "hide") return "hidden";
      // A warned author's content stands.
      return event.data.action === "delete" ? "deleted" : event.data.action === "warn" ? "published" : null;
  }
}
