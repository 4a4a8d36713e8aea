import type { deadLetterRoutesOf } from "../contracts/routes/dead-letters.ts";
import type { Handler } from "../ports/call.ts";
import type { Query } from "../ports/database.ts";
import { actOnDeadLetters, countDeadLetters, findDeadLetter, listNotedSteps, pageOfDeadLetters } from "./dead-letter-desk.ts";
import type { DeadLetter } from "./dead-letters.ts";

const toSummary = ({ id, messageId, type, key, reason, tries, failedAt, replayAt }: DeadLetter) => ({
  ...{ id, messageId, type, key, reason, tries },
  failedAt: failedAt.toISOString(),
  replayAt: replayAt?.toISOString() ?? null,
});

type Routes = ReturnType<typeof deadLetterRoutesOf>;

/** What a service answers event-service about its dead letters. */
export const deadLetterCalls = (query: Query): { [Name in keyof Routes]: Handler<Routes[Name]> } => ({
  keptLetters: async ({ body: { after, limit, ...meant } }) => {
    const { letters, next } = await pageOfDeadLetters(query, limit, meant, after);
    return { letters: letters.map(toSummary), next };
  },
  keptLetter: async ({ body: { id } }) => {
    const found = await findDeadLetter(query, id);
    return { letter: found ? { ...toSummary(found), body: found.body, detail: found.detail } : null };
  },
  changeLetters: ({ body: { action, after, by, ...meant } }) => actOnDeadLetters(query, action, meant, { after, by }),
  countLetters: async () => ({ letters: await countDeadLetters(query) }),
  letterAudit: async ({ body: { limit, before } }) => {
    const steps = await listNotedSteps(query, limit, before && { at: new Date(before.at), id: before.id });
    return { steps: steps.map((step) => ({ ...step, at: step.at.toISOString() })) };
  },
});
