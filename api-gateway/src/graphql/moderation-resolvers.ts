import { moderationRoutes } from "@newfeed/shared/contracts/routes/moderation.ts";
import { withoutNulls } from "@newfeed/shared/http/route-input.ts";
import type { GraphqlContext } from "./context.ts";
import { resultOf } from "./results.ts";

export const moderationQueries = {
  async communityRules(_parent: unknown, _arguments: unknown, { call }: GraphqlContext) {
    return (await call(moderationRoutes.communityRules, {})).text;
  },
};

export const moderationMutations = {
  createReport: resultOf(async ({ input }: { input: Record<string, unknown> }, { call }) => {
    const report = await call(moderationRoutes.createReport, { body: withoutNulls(input) });
    return { message: "Moderators look at it.", report };
  }),
  appealCase: resultOf(async ({ id, text }: { id: string; text: string }, { call }) => {
    await call(moderationRoutes.appealCase, { params: { id }, body: { text } });
    return { message: "Another moderator decides." };
  }),
};
