import * as z from "zod";
import { Id, PostId } from "../ids.ts";
import { mostBitsThatDiffer, ruleKinds } from "../moderation.ts";
import { ModerationReason } from "../moderation-dto.ts";
import { PictureHash } from "../picture-hash.ts";
import { FilledLine, Revision, Timestamp } from "../primitives.ts";
import { lengths } from "../text.ts";
import { defineRoutes } from "./define.ts";

const common = { service: "moderation-service", tag: "Moderation" } as const;
const byId = { params: z.object({ id: Id }) };

const withTerms: readonly string[] = ["words", "pattern", "domains", "picture"];
const shape = {
  name: FilledLine(lengths.ruleName),
  kind: z.enum(ruleKinds).meta({
    description:
      "`words`: whole words or phrases, however they are disguised. `pattern`: regular expressions as RE2 takes them. `domains`: links to them. `obscenity`: a list of English words, but for `terms`. `classifier`: what the model of `AI_MODERATION_MODEL` gives `threshold` percent or more, in the categories that `terms` name, or in any; public texts alone, moments after they were written. `repetition`: the same text of `threshold` accounts within `hours`. `mentions`: `threshold` people. `new_account_links`: a link in an account of less than `hours`. `picture`: uploads that look like those whose hashes `terms` are, up to `threshold` of 64 bits, at most 12",
  }),
  terms: z.array(FilledLine(lengths.ruleTerm)).max(200).default([]),
  threshold: z.int().min(2).max(100).default(5),
  hours: z.int().min(1).max(48).default(24),
  reason: ModerationReason,
  hide: z.boolean().default(false).meta({ description: "What it finds is its author's alone until a moderator has decided" }),
  enabled: z.boolean().default(true),
};
const needsTerms = ({ kind, terms }: { kind: string; terms: readonly string[] }) => !withTerms.includes(kind) || terms.length > 0;
const termsNeeded = { message: "must be there for this kind", path: ["terms"] };
interface Limited {
  kind: string;
  terms: readonly string[];
  threshold: number;
}
const hasHashes = ({ kind, terms }: Limited) => kind !== "picture" || terms.every((term) => PictureHash.safeParse(term).success);
const hashesNeeded = { message: "must be hashes of pictures for this kind", path: ["terms"] };
const isAlike = ({ kind, threshold }: Limited) => kind !== "picture" || threshold <= mostBitsThatDiffer;
const tooMany = { message: `must be at most ${mostBitsThatDiffer} for this kind`, path: ["threshold"] };

const WriteRule = z.strictObject(shape).refine(needsTerms, termsNeeded).refine(hasHashes, hashesNeeded).refine(isAlike, tooMany).meta({ id: "WriteRule" });
export type WriteRule = z.output<typeof WriteRule>;
const UpdateRule = z
  .strictObject({ ...shape, revision: Revision })
  .refine(needsTerms, termsNeeded)
  .refine(hasHashes, hashesNeeded)
  .refine(isAlike, tooMany)
  .meta({ id: "UpdateRule" });

/** What content is checked for. */
const ModerationRule = z
  .object({
    ...z.object(shape).shape,
    id: Id,
    flags: z.int().meta({ description: "What it has found" }),
    upheld: z.int().meta({ description: "Of that, where something was done about it" }),
    overturned: z.int().meta({ description: "Of that, what a moderator let stand" }),
    createdAt: Timestamp,
    updatedAt: Timestamp,
    revision: Revision,
  })
  .meta({ id: "ModerationRule" });
export type ModerationRule = z.output<typeof ModerationRule>;

const RuleTrial = z
  .object({
    looked: z.int().meta({ description: "How many posts there were to look at, 1,000 at most" }),
    found: z.int(),
    data: z.array(z.object({ postId: PostId, detail: z.string(), content: z.string() })).meta({ description: "The newest 100 of those found, with why" }),
  })
  .meta({ id: "RuleTrial" });
export type RuleTrial = z.output<typeof RuleTrial>;

export const moderationRuleRoutes = defineRoutes(common, {
  listRules: {
    method: "get",
    path: "/api/v1/moderation/rules",
    summary: "What content is checked for, and how often each rule was right, for moderators",
    access: "user",
    scope: null,
    response: z.object({ data: z.array(ModerationRule) }),
    errors: ["forbidden"],
  },
  createRule: {
    method: "post",
    path: "/api/v1/moderation/rules",
    summary: "Make a rule, as an administrator: what is written from now on is checked for it",
    access: "user",
    scope: null,
    body: WriteRule,
    response: ModerationRule,
    status: 201,
    errors: ["forbidden", "conflict"],
  },
  tryRule: {
    method: "post",
    path: "/api/v1/moderation/rules/try",
    summary: "What a rule would find among the newest 1,000 public posts, for moderators; nothing is flagged",
    access: "user",
    scope: null,
    body: WriteRule,
    response: RuleTrial,
    errors: ["forbidden"],
  },
  updateRule: {
    method: "patch",
    path: "/api/v1/moderation/rules/:id",
    summary: "Change a rule, as an administrator: what it has found stays flagged",
    access: "user",
    scope: null,
    ...byId,
    body: UpdateRule,
    response: ModerationRule,
    errors: ["forbidden", "not_found", "conflict"],
  },
  deleteRule: {
    method: "delete",
    path: "/api/v1/moderation/rules/:id",
    summary: "Remove a rule, as an administrator: what it has found stays flagged",
    access: "user",
    scope: null,
    ...byId,
    errors: ["forbidden"],
  },
});
