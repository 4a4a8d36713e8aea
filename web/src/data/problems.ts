import { NewFeedError, type Proof } from "@newfeed/client";
import { t } from "../texts/texts.ts";

/** What a browser refuses, in words for the user. */
export class InWords extends Error {}

function inWords(milliseconds: number): string {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1_000));
  return seconds < 90 ? t.problems.seconds(seconds) : t.problems.minutes(Math.ceil(seconds / 60));
}

/** An error in words for the user: what happened, and what to do. */
export function describeProblem(error: unknown): string {
  if (error instanceof InWords) return error.message;
  if (!(error instanceof NewFeedError)) return t.problems.unknown;
  if (error.code === "network") return t.problems.network;
  if (error.code === "rate_limited") return t.problems.rateLimited(inWords(error.retryAfterMs ?? 60_000));
  // Which part of the server it was helps nobody here.
  if (error.status >= 500) return t.problems.server;
  return t.server.problem(error.code, error.message);
}

/** Refusals of one field that have a code of their own. */
const fieldOf: Partial<Record<NewFeedError["code"], string>> = { username_taken: "username", email_taken: "email" };

/** The user has to show first that it is them. */
export const asksForProof = (error: unknown): boolean => error instanceof NewFeedError && error.code === "step_up_required";

/** With one of these. */
export const proofsIn = (error: unknown): readonly Proof[] => (error instanceof NewFeedError && error.proofs.length > 0 ? error.proofs : ["password"]);

/** The messages of a form's fields, by name. */
export function fieldProblems(error: unknown): Record<string, string> {
  if (!(error instanceof NewFeedError)) return {};
  const field = fieldOf[error.code];
  return {
    ...(field && { [field]: t.server.problem(error.code, error.message) }),
    ...Object.fromEntries(error.fieldErrors.map((one) => [one.field, t.server.field(one.field, one.message)])),
  };
}
