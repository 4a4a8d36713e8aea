import type { ClassifierScores } from "@newfeed/shared/contracts/moderation.ts";

/** Says how surely a text belongs to each category. The text is data, whatever it says. Throws `service_unavailable`, and the signal's reason. */
export type Classify = (text: string, signal: AbortSignal) => Promise<ClassifierScores>;
