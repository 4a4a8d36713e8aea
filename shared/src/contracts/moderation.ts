/** When content is checked: never; once it is there; before others see it, unless its author is trusted. */
export const moderationModes = ["off", "post", "pre"] as const;
export type ModerationMode = (typeof moderationModes)[number];

/**
 * In the mode "pre", whose content others see at once: so many pieces of it are approved, or have been there for so many days, and none is hidden.
 * Moderators and administrators are trusted, too.
 */
export const trusted = { pieces: 3, days: 30 } as const;

/** What can be reported, and be the subject of a case. `user`: a profile. */
export const moderationTargets = ["post", "comment", "user", "media"] as const;
export type ModerationTargetType = (typeof moderationTargets)[number];

/** Why content is reported, flagged or rejected: the one list. */
export const moderationReasons = [
  "spam",
  "harassment",
  "hate",
  "violence",
  "sexual",
  "self_harm",
  "illegal",
  "impersonation",
  "misinformation",
  "other",
] as const;
export type ModerationReason = (typeof moderationReasons)[number];

/** What a moderator does when they reject content. `warn`: it stays, and its author is told. `suspend`: its author is locked out. */
export const moderationActions = ["hide", "delete", "warn", "suspend"] as const;
export type ModerationAction = (typeof moderationActions)[number];

/**
 * `escalated`: an administrator decides. `appealed`: its author appealed, and another moderator decides. `closed`: its author has
 * deleted their account.
 */
export const caseStates = ["open", "escalated", "appealed", "approved", "rejected", "closed"] as const;
export type CaseState = (typeof caseStates)[number];

/** What content can be checked for. */
export const ruleKinds = ["words", "pattern", "domains", "obscenity", "classifier", "repetition", "mentions", "new_account_links", "picture"] as const;
export type RuleKind = (typeof ruleKinds)[number];

/** Of 64, for pictures to look the same: of those that have nothing in common, about half do. */
export const mostBitsThatDiffer = 12;

/** What a classifier scores a text by: the categories of OpenAI's moderation API. */
export const classifierCategories = [
  "harassment",
  "harassment/threatening",
  "hate",
  "hate/threatening",
  "illicit",
  "illicit/violent",
  "self-harm",
  "self-harm/instructions",
  "self-harm/intent",
  "sexual",
  "sexual/minors",
  "violence",
  "violence/graphic",
] as const;
export type ClassifierCategory = (typeof classifierCategories)[number];
/** From 0 (surely not) to 1 (surely). A category that the classifier does not know is missing. */
export type ClassifierScores = Partial<Record<ClassifierCategory, number>>;

/** What is done in a case, by whom it may be: each is an entry of the audit. */
export const caseSteps = ["open", "flag", "hold", "claim", "release", "approve", "reject", "escalate", "appeal", "end", "undo", "close"] as const;
export type CaseStep = (typeof caseSteps)[number];
