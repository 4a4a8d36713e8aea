import { type Http, unwrap } from "../http.ts";
import type { CallOptions, SuggestedTitle, Summary } from "../types.ts";

/** What programs write for users. `model` of an answer is `extractive` for sentences of the text itself. */
export interface AiCalls {
  /** Two or three sentences. */
  summarize(content: string, options?: CallOptions): Promise<Summary>;
  /** At most sixty characters. Rejects with `validation_failed` for a text without words. */
  suggestTitle(content: string, options?: CallOptions): Promise<SuggestedTitle>;
}

export const aiCalls = ({ api }: Http): AiCalls => ({
  summarize: (content, options) => unwrap(api.POST("/api/v1/ai/summarize", { body: { content }, ...options })),
  suggestTitle: (content, options) => unwrap(api.POST("/api/v1/ai/suggest-title", { body: { content }, ...options })),
});
