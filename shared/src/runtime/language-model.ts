import * as z from "zod";

/** The variables of a model at the end of a URL: the first three, or none of them. */
export const languageModelVariables = {
  AI_BASE_URL: z.url({ protocol: /^https?$/ }).optional(),
  AI_API_KEY: z.string().min(1).optional(),
  AI_MODEL: z.string().min(1).max(200).optional(),
  AI_MODERATION_MODEL: z.string().min(1).max(200).optional(),
  AI_DAILY_BUDGET: z.coerce.number().int().min(0).default(1_000),
};
type Variables = z.output<z.ZodObject<typeof languageModelVariables>>;

/** A model that OpenAI's API of chat completions answers for. */
export interface LanguageModelConfig {
  /** Without a slash at the end. */
  baseUrl: string;
  apiKey: string;
  model: string;
  /** What OpenAI's API of moderation asks; null asks none. */
  moderationModel: string | null;
  /** How many questions it may be asked on a day (UTC). */
  dailyBudget: number;
}

/** Null without an address. Throws the name of a variable that is missing beside it. */
export function languageModelOf(
  { AI_BASE_URL: baseUrl, AI_API_KEY: apiKey, AI_MODEL: model, AI_MODERATION_MODEL: moderationModel, AI_DAILY_BUDGET: dailyBudget }: Variables,
  missing: (name: keyof Variables, beside: keyof Variables) => Error,
): LanguageModelConfig | null {
  if (!baseUrl) {
    if (moderationModel) throw missing("AI_BASE_URL", "AI_MODERATION_MODEL");
    return null;
  }
  if (!apiKey) throw missing("AI_API_KEY", "AI_BASE_URL");
  if (!model) throw missing("AI_MODEL", "AI_BASE_URL");
  return { baseUrl: baseUrl.replace(/\/+$/, ""), apiKey, model, moderationModel: moderationModel ?? null, dailyBudget };
}
