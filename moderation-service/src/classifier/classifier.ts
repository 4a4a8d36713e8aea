import type { ClassifierScores } from "@newfeed/shared/contracts/moderation.ts";
import { createLanes } from "@newfeed/shared/runtime/due-work.ts";
import type { QuestionStore } from "./store.ts";

/** Of one instance: one that takes its time holds up none of the others. */
const atOnce = 2;
/** What another instance has left, what was put off, and what a wake has missed. */
const pollMs = 5_000;
/** Before each further try; after the last one, the rules of words have to do. */
const pauseSeconds = [60, 5 * 60, 30 * 60];

interface Options {
  store: Pick<QuestionStore, "take" | "answer" | "postpone">;
  /** How surely a text belongs to each category; null where there is no classifier. */
  classify: (text: string, signal: AbortSignal) => Promise<ClassifierScores | null>;
  /** Of the database. What is left is taken again. */
  failed: (error: unknown) => void;
}

/** Asks the classifier about what was written, apart from all other work: it keeps nothing back that it does not answer for. */
export function startClassifier({ store, classify, failed }: Options) {
  return createLanes("classifier", {
    atOnce,
    pollMs,
    async doOne(closing) {
      const question = await store.take();
      if (!question) return false;
      try {
        await store.answer(question, await classify(question.content, closing));
      } catch {
        // ai-service has logged why, and a failure of the database shows with the next statement.
        const pause = pauseSeconds[question.tries - 1];
        if (closing.aborted) return false;
        await (pause === undefined ? store.answer(question, null) : store.postpone(question, pause));
      }
      return true;
    },
    failed,
  });
}
