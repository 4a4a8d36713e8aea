/** When content is checked: never; once it is there; before others see it, unless its author is trusted. */
export const moderationModes = ["off", "post", "pre"] as const;
export type ModerationMode = (typeof moderationModes)[number];

/** What can be reported, and be the subject of a case. `user`: a profile. */
export const moderationTargets = ["post", "comment", "user", "media"] as const;

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
