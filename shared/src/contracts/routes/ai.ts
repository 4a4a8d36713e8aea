import * as z from "zod";
import { classifierCategories } from "../moderation.ts";
import { FilledText } from "../primitives.ts";
import { lengths } from "../text.ts";
import { defineRoutes } from "./define.ts";

const common = { service: "ai-service", tag: "Writing" } as const;

const content = FilledText(lengths.post).meta({ description: "The text. It is worked on, never obeyed." });
const WrittenText = z.strictObject({ content }).meta({ id: "WrittenText" });
const model = z.string().meta({
  description: "What wrote it: `extractive`, which chooses sentences of the text, or the name of the model that the server's operator has chosen",
});

export const aiRoutes = defineRoutes(common, {
  summarize: {
    method: "post",
    path: "/api/v1/ai/summarize",
    aliases: ["/ai/summarize", "/api/ai/summarize"],
    summary: "Summarise a text in two or three sentences; a text that has no more stays as it is",
    access: "user",
    limit: "ai",
    body: WrittenText,
    response: z.object({ summary: z.string(), model }).meta({ id: "Summary" }),
  },
  suggestTitle: {
    method: "post",
    path: "/api/v1/ai/suggest-title",
    aliases: ["/ai/suggest-title", "/api/ai/suggest-title"],
    summary: "Suggest a title of at most sixty characters",
    access: "user",
    limit: "ai",
    body: WrittenText,
    response: z.object({ title: z.string(), model }).meta({ id: "SuggestedTitle" }),
  },
});

/** For other services only. */
export const aiInternalRoutes = defineRoutes(common, {
  writeSummary: {
    method: "post",
    path: "/internal/ai/summary",
    summary: "A summary of a text; null for one that is too short. `outside`: by the provider, if there is one; while it fails, that is a failure",
    access: "service",
    body: z.strictObject({ content, outside: z.boolean() }),
    response: z.object({ summary: z.string().nullable() }),
    errors: ["service_unavailable"],
  },
  classify: {
    method: "post",
    path: "/internal/ai/classify",
    summary: "How surely a text belongs to each category, by the provider's model; null where there is none. While it fails, that is a failure",
    access: "service",
    body: z.strictObject({ content }),
    response: z.object({ scores: z.partialRecord(z.enum(classifierCategories), z.number().min(0).max(1)).nullable() }),
    errors: ["service_unavailable"],
  },
});
