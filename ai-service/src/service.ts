import { breakerOptions, createBreaker } from "@newfeed/shared/http/breaker.ts";
import { CallerGone } from "@newfeed/shared/http/exchange.ts";
import type { LanguageModelConfig } from "@newfeed/shared/runtime/language-model.ts";
import type { StatelessServiceDefinition } from "@newfeed/shared/runtime/run.ts";
import type { LanguageModel, Task } from "./models/language-model.ts";
import { aiServiceRoutes } from "./routes.ts";
import { createWriter, type Provider } from "./writer.ts";

/** Questions are seldom, and each takes seconds. */
const volume = { calls: 5, withinMs: 60_000 };

function behindBreaker(model: LanguageModel, dailyBudget: number) {
  const call = (task: Task, text: string, signal: AbortSignal) => model[task](text, signal);
  const breaker = createBreaker(call, breakerOptions({ errorPercentage: 50, resetMs: 30_000, volume, ignores: (error) => error instanceof CallerGone }));
  const provider: Provider = {
    name: model.name,
    dailyBudget,
    get answers() {
      return !breaker.opened;
    },
    ask: (task, text, signal) => breaker.fire(task, text, signal),
  };
  return { provider, close: () => breaker.shutdown() };
}

async function openProvider({ dailyBudget, ...options }: LanguageModelConfig) {
  const { createOpenAiModel } = await import("./models/openai.ts");
  return behindBreaker(createOpenAiModel(options), dailyBudget);
}

/** Summaries and titles: by a model at the end of a URL, or by choosing sentences of the text. It keeps nothing. */
export const aiService: StatelessServiceDefinition = {
  name: "ai-service",
  async start({ platform, logger, app }) {
    const { languageModel } = platform.config;
    const opened = languageModel && (await openProvider(languageModel));
    const writer = createWriter({ provider: opened?.provider ?? null, limiter: platform.limiter, logger });
    return { handle: app((routes) => aiServiceRoutes(routes, writer)), close: async () => opened?.close() };
  },
};
