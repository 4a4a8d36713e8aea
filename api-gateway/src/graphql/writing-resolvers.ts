import type { Page } from "@newfeed/shared/contracts/primitives.ts";
import { aiRoutes } from "@newfeed/shared/contracts/routes/ai.ts";
import { type Draft, draftRoutes } from "@newfeed/shared/contracts/routes/drafts.ts";
import { withoutNulls } from "@newfeed/shared/http/route-input.ts";
import { resultOf } from "./results.ts";
import { noPage } from "./user-resolvers.ts";

type ById = { id: string };
type OfDraft = { input: Record<string, unknown> };

const asDrafts = ({ data, pageInfo }: Page<Draft>) => ({ drafts: data, pageInfo });

export const writingQueries = {
  drafts: resultOf(async (query: { limit?: number | null; cursor?: string | null }, { call }) => asDrafts(await call(draftRoutes.listDrafts, { query })), {
    drafts: [],
    pageInfo: noPage,
  }),
  draft: resultOf(async ({ id }: ById, { call }) => ({ draft: await call(draftRoutes.getDraft, { params: { id } }) })),
};

export const writingMutations = {
  createDraft: resultOf(async ({ input }: OfDraft, { call }) => {
    const draft = await call(draftRoutes.createDraft, { body: withoutNulls(input) });
    return { message: "The draft is kept.", draft };
  }),
  updateDraft: resultOf(async ({ id, revision, input }: ById & OfDraft & { revision: number }, { call }) => {
    const draft = await call(draftRoutes.updateDraft, { params: { id }, body: { ...withoutNulls(input), revision } });
    return { message: "The draft is changed.", draft };
  }),
  deleteDraft: resultOf(async ({ id }: ById, { call }) => {
    await call(draftRoutes.deleteDraft, { params: { id } });
    return { message: "The draft is deleted." };
  }),
  summarize: resultOf(async (body: { content: string }, { call }) => {
    const { summary, model } = await call(aiRoutes.summarize, { body });
    return { text: summary, model };
  }),
  suggestTitle: resultOf(async (body: { content: string }, { call }) => {
    const { title, model } = await call(aiRoutes.suggestTitle, { body });
    return { text: title, model };
  }),
};
