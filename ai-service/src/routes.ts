import { invalidField } from "@newfeed/shared/contracts/errors.ts";
import { aiInternalRoutes, aiRoutes } from "@newfeed/shared/contracts/routes/ai.ts";
import { callerSignal } from "@newfeed/shared/http/caller-signal.ts";
import { implement, overHttp } from "@newfeed/shared/http/implement.ts";
import type { Express } from "express";
import type { Classify } from "./models/classifier.ts";
import type { Writer } from "./writer.ts";

/** `classify`: null where there is no classifier. */
export function aiServiceRoutes(app: Express, writer: Writer, classify: Classify | null): void {
  implement(app, aiRoutes, {
    summarize: overHttp(async ({ body: { content } }, { response }) => {
      const { text, model } = await writer.write("summarise", content, callerSignal(response));
      return { summary: text ?? content, model };
    }),
    suggestTitle: overHttp(async ({ body: { content } }, { response }) => {
      const { text, model } = await writer.write("suggestTitle", content, callerSignal(response));
      if (text === null) throw invalidField("content", "must have words");
      return { title: text, model };
    }),
  });
  implement(app, aiInternalRoutes, {
    writeSummary: overHttp(async ({ body: { content, outside } }, { response }) => {
      const { text } = await writer[outside ? "ask" : "choose"]("summarise", content, callerSignal(response));
      return { summary: text };
    }),
    classify: overHttp(async ({ body: { content } }, { response }) => ({ scores: classify && (await classify(content, callerSignal(response))) })),
  });
}
