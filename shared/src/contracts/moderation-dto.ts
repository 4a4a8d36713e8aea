import * as z from "zod";
import { Author } from "./dto.ts";
import { Id, PostId, UserId } from "./ids.ts";
import { caseStates, caseSteps, moderationActions, moderationReasons, moderationTargets } from "./moderation.ts";
import { Revision, Timestamp } from "./primitives.ts";

export const ModerationReason = z.enum(moderationReasons).meta({ id: "ModerationReason", description: "Why content is reported, flagged or rejected" });

export const ModerationTarget = z.strictObject({ type: z.enum(moderationTargets), id: Id }).meta({ id: "ModerationTarget" });
export type ModerationTarget = z.infer<typeof ModerationTarget>;

/** What someone reported. */
export const Report = z
  .object({
    id: Id,
    target: ModerationTarget,
    reason: ModerationReason,
    note: z.string(),
    accepted: z.boolean().nullable().meta({ description: "Something was done about it; null until that is decided" }),
    createdAt: Timestamp,
    revision: Revision,
  })
  .meta({ id: "Report" });
export type Report = z.infer<typeof Report>;

/** Where a case stands: what the audit has before and after each step. */
export const CaseStanding = z
  .object({
    state: z.enum(caseStates),
    action: z.enum(moderationActions).nullable().meta({ description: "What is in force against the content or its author" }),
    reason: ModerationReason.nullable(),
    until: Timestamp.nullable().meta({ description: "When the action ends; null where it does not" }),
    held: z.boolean().meta({ description: "A rule has hidden the content until this is decided" }),
    appeal: z.enum(["pending", "decided"]).nullable(),
    decidedBy: UserId.nullable(),
    claimedBy: UserId.nullable(),
    claimedUntil: Timestamp.nullable(),
  })
  .meta({ id: "CaseStanding" });
export type CaseStanding = z.infer<typeof CaseStanding>;

/** All that was reported or flagged about one subject. */
export const ModerationCase = CaseStanding.extend({
  id: Id,
  target: ModerationTarget,
  postId: PostId.nullable().meta({ description: "Of a comment: the post that it stands under" }),
  authorId: UserId,
  author: Author.nullable().meta({ description: "Null where the account is gone, or is not known right now" }),
  content: z.string().meta({ description: "What it said when it was last reported or flagged" }),
  reasons: z.array(ModerationReason),
  reports: z.int(),
  flags: z.int(),
  appealText: z.string().nullable(),
  targetDeleted: z.boolean(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
  revision: Revision,
}).meta({ id: "ModerationCase" });
export type ModerationCase = z.infer<typeof ModerationCase>;

/** One step of a case. Never changed, never removed. */
export const AuditEntry = z
  .object({
    id: Id,
    caseId: Id,
    step: z.enum(caseSteps),
    actorId: UserId.nullable().meta({ description: "Null where nobody did it: a report, a rule, or time" }),
    before: CaseStanding.nullable(),
    after: CaseStanding,
    revision: Revision,
    createdAt: Timestamp,
  })
  .meta({ id: "AuditEntry" });
export type AuditEntry = z.infer<typeof AuditEntry>;

/** With who did it, for pages. */
export const NamedAuditEntry = AuditEntry.extend({
  actor: Author.nullable().meta({ description: "Null where nobody did it, the account is gone, or is not known right now" }),
}).meta({ id: "NamedAuditEntry" });
export type NamedAuditEntry = z.infer<typeof NamedAuditEntry>;

/** As far as figures are counted. */
export const figureBounds = { waiting: 1_000, decided: 200 } as const;

const Seconds = z.int().nullable();
const Waiting = z.int().meta({ description: `${figureBounds.waiting.toLocaleString("en")} stands for any more` });
/** What moderators have before them, and how long authors wait for them. */
export const ModerationFigures = z
  .object({
    waiting: z.object({ open: Waiting, appealed: Waiting, escalated: Waiting }),
    decided: z.int().meta({ description: `How many of the latest ${figureBounds.decided} decisions there are: the times are theirs` }),
    medianSeconds: Seconds.meta({ description: "Half of them were decided within this time after they were opened; null without any" }),
    slowSeconds: Seconds.meta({ description: "Nine of ten were decided within this time" }),
  })
  .meta({ id: "ModerationFigures" });
export type ModerationFigures = z.infer<typeof ModerationFigures>;
