import { currentContext, currentCorrelationId, runInContext } from "../ports/context.ts";

/** An answer that is older is not given again, whatever has changed elsewhere meanwhile. */
const keptMs = 200;
/** Of different questions, which strangers choose; an answer may be a large page. */
const mostKept = 50;

/** Answers that are the same for all who ask the same: given again for a moment, and asked for once by all who wait. */
export interface SharedAnswers {
  /** The answer to a question, which `answer` began to find within the last 200 ms and since the last `forget`. A failure is not kept. */
  of<T>(question: string, answer: () => Promise<T>): Promise<T>;
  /** Something has changed here. What is being found goes to those who wait for it already, and to nobody else. */
  forget(): void;
}

/** Goes on when the first who asked leaves: others may wait by then. */
function forAll<T>(work: () => T): T {
  const { signal: _, ...context } = currentContext() ?? { correlationId: currentCorrelationId() };
  return runInContext(context, work);
}

export function createSharedAnswers(now: () => number = () => performance.now()): SharedAnswers {
  const kept = new Map<string, { since: number; answer: Promise<unknown> }>();
  return {
    of<T>(question: string, answer: () => Promise<T>): Promise<T> {
      const found = kept.get(question);
      if (found && now() - found.since < keptMs) return found.answer as Promise<T>;
      if (kept.size >= mostKept) kept.clear();
      const entry = { since: now(), answer: forAll(answer) };
      kept.set(question, entry);
      const release = () => kept.get(question) === entry && kept.delete(question);
      entry.answer.catch(release);
      setTimeout(release, keptMs).unref();
      return entry.answer;
    },
    forget: () => kept.clear(),
  };
}
