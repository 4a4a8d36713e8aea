import type { ClassifierScores } from "@newfeed/shared/contracts/moderation.ts";
import { transact } from "@newfeed/shared/outbox/transact.ts";
import type { Database } from "@newfeed/shared/ports/database.ts";
import { caseOperationsOn } from "../cases/store.ts";
import { matchOf } from "../rules/match.ts";
import { rulesIn } from "../rules/store.ts";
import * as sql from "./statements.ts";

export type Question = sql.StoredQuestion;

/** What the classifier is to be asked, and what follows from its answers. */
export const createQuestionStore = (database: Pick<Database, "query" | "transaction">, wake: () => void) => ({
  /** The next one; it is no other instance's for a minute. */
  async take(): Promise<Question | undefined> {
    const [row] = await database.query(sql.take);
    return row;
  },
  /** Flags what the rules find in an answer, if the subject still says so; null for no answer. */
  answer: (question: Question, scores: ClassifierScores | null): Promise<void> =>
    transact(database, wake, async (transaction) => {
      const [removed] = await transaction.query(sql.remove, question);
      if (!removed || !scores) return;
      const { targetType, targetId, authorId, postId, content } = question;
      const rules = (await rulesIn(transaction.query)).filter(({ kind, enabled }) => kind === "classifier" && enabled);
      const now = new Date();
      const matches = await Promise.all(
        rules.map(async (rule) => ({ rule, detail: (await matchOf(rule))({ authorId, text: content, writers: 1, scores }, now) })),
      );
      const found = matches.flatMap(({ rule, detail }) => (detail === null ? [] : [{ rule, detail }]));
      const subject = { target: { type: targetType, id: targetId }, authorId, postId, content, waits: false };
      if (found.length > 0) await caseOperationsOn(transaction).flag(subject, found);
    }),
  async postpone({ targetType, targetId, tries }: Question, seconds: number): Promise<void> {
    await database.query(sql.postpone, { targetType, targetId, tries, seconds });
  },
  retention: [sql.stale("classifier_questions", database)],
});
export type QuestionStore = ReturnType<typeof createQuestionStore>;
