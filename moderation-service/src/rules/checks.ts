import type { ModerationMode } from "@newfeed/shared/contracts/moderation.ts";
import type { HandlerTransaction } from "@newfeed/shared/ports/service.ts";
import type { Subject, Written } from "../cases/case.ts";
import type { CaseOperations } from "../cases/store.ts";
import { lineOf, looksOf } from "./looks.ts";
import { type Match, matchOf } from "./match.ts";
import type { StoredRule } from "./store.ts";

/** What checks need of the database. */
export interface Checking {
  rules(): Promise<StoredRule[]>;
  countWriters(text: string, authorId: Subject["authorId"], hours: number): Promise<number>;
  cases: CaseOperations;
  /** Has the classifier asked about it. */
  ask(subject: Subject): Promise<void>;
  /** It says something that the classifier is not asked about. */
  forget(target: Subject["target"]): Promise<void>;
}

/** Shorter texts are often the same by chance. */
const repeatedFrom = 20;

/**
 * Holds what people write against the rules that administrators made: each that finds something flags it, with why. In the transaction
 * of the event, so that a killed process loses and doubles none. What waits for a moderator gets its case here, whatever rules find.
 */
export function createChecks(mode: ModerationMode, checkingIn: (transaction: HandlerTransaction) => Checking) {
  /** Of the rules as they are, and as they were last. */
  let made = new Map<string, Promise<Match>>();
  function matches(rules: readonly StoredRule[]): { rule: StoredRule; match: Promise<Match> }[] {
    const found = rules.map((rule) => {
      const key = `${rule.id} ${rule.revision}`;
      return { key, rule, match: made.get(key) ?? matchOf(rule) };
    });
    made = new Map(found.map(({ key, match }) => [key, match]));
    return found;
  }

  return async (subjects: readonly Written[], transaction: HandlerTransaction): Promise<void> => {
    if (subjects.length === 0) return;
    const { rules, countWriters, cases, ask, forget } = checkingIn(transaction);
    const enabled = mode === "off" ? [] : (await rules()).filter((rule) => rule.enabled);
    const hours = Math.max(0, ...enabled.filter(({ kind }) => kind === "repetition").map((rule) => rule.hours));
    const now = new Date();
    const classifies = enabled.some(({ kind }) => kind === "classifier");
    for (const subject of subjects) {
      // Only what everyone may see leaves the house.
      if (classifies) await (subject.isPublic && subject.content.trim() !== "" ? ask(subject) : forget(subject.target));
      const { authorId, pictureHash } = subject;
      const text = pictureHash === undefined ? subject.content : "";
      const writers = hours > 0 && text.length >= repeatedFrom ? await countWriters(lineOf(looksOf(text)), authorId, hours) : 1;
      const found: { rule: StoredRule; detail: string }[] = [];
      for (const { rule, match } of matches(enabled)) {
        const detail = (await match)({ authorId, text, writers, ...(pictureHash !== undefined && { pictureHash }) }, now);
        if (detail !== null) found.push({ rule, detail });
      }
      if (found.length > 0 || subject.waits) await cases.flag(subject, found);
    }
  };
}
export type Checks = ReturnType<typeof createChecks>;
