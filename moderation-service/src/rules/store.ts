import { createHash } from "node:crypto";
import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import type { WriteRule } from "@newfeed/shared/contracts/routes/moderation-rules.ts";
import type { Database, Query } from "@newfeed/shared/ports/database.ts";
import { v7 as uuidv7 } from "uuid";
import * as sql from "./statements.ts";

export type { StoredRule } from "./statements.ts";

export const rulesIn = (query: Query): Promise<sql.StoredRule[]> => query(sql.listRules);

/** Notes who wrote a text, and gives how many accounts wrote it within so many hours. */
export async function countWriters(query: Query, text: string, authorId: UserId, hours: number): Promise<number> {
  const hash = createHash("sha256").update(text).digest("base64url");
  await query(sql.noteText, { hash, authorId });
  const [row] = await query(sql.countWriters, { hash, hours });
  return row?.writers ?? 1;
}

/** Under the case's lock. False where the rule has found the same before. */
export async function saveFlag(query: Query, caseId: string, { id: ruleId, name: ruleName, reason }: sql.StoredRule, detail: string): Promise<boolean> {
  const [made] = await query(sql.saveFlag, { id: uuidv7(), caseId, ruleId, ruleName, reason, detail });
  if (made) await query(sql.countFlag, { id: ruleId });
  return made !== undefined;
}

/** Under the case's lock. */
export async function judgeFlags(query: Query, caseId: string, upheld: boolean): Promise<void> {
  await query(sql.judgeFlags, { caseId, upheld });
}

/** Rules in moderation-service's database. */
export const createRuleStore = (database: Pick<Database, "query" | "transaction">) => ({
  list: (): Promise<sql.StoredRule[]> => rulesIn(database.query),
  /** Undefined when there are as many as there may be. */
  create: (rule: WriteRule): Promise<sql.StoredRule | undefined> =>
    database.transaction(async (query) => {
      await query(sql.lockRules);
      const [made] = await query(sql.insertRule, { id: uuidv7(), ...rule });
      return made;
    }),
  async find(id: string): Promise<sql.StoredRule | undefined> {
    const [found] = await database.query(sql.findRule, { id });
    return found;
  },
  /** Undefined when it is gone, or has another revision. */
  async update(id: string, revision: number, rule: WriteRule): Promise<sql.StoredRule | undefined> {
    const [updated] = await database.query(sql.updateRule, { id, revision, ...rule });
    return updated;
  },
  async remove(id: string): Promise<void> {
    await database.query(sql.deleteRule, { id });
  },
  flagsOf: (caseId: string): Promise<sql.StoredFlag[]> => database.query(sql.listFlags, { caseId }),
  retention: [sql.oldTexts("seen_texts", database)],
});
export type RuleStore = ReturnType<typeof createRuleStore>;
