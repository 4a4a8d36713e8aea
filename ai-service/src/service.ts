import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { breakerOptions, createBreaker } from "@newfeed/shared/http/breaker.ts";
import { CallerGone } from "@newfeed/shared/http/exchange.ts";
import type { LanguageModelConfig } from "@newfeed/shared/runtime/language-model.ts";
import type { StatelessServiceDefinition } from "@newfeed/shared/runtime/run.ts";
import type { Classify } from "./models/classifier.ts";
import type { LanguageModel, Task } from "./models/language-model.ts";
import { aiServiceRoutes } from "./routes.ts";
import { createWriter, type Provider } from "./writer.ts";

/** Questions are seldom, and each takes seconds. */
const volume = { calls: 5, withinMs: 60_000 };

const breakerOf = <A extends unknown[], T>(call: (...given: A) => Promise<T>) =>
  createBreaker(call, breakerOptions({ errorPercentage: 50, resetMs: 30_000, volume, ignores: (error) => error instanceof CallerGone }));

function behindBreaker(model: LanguageModel, dailyBudget: number) {
  const breaker = breakerOf((task: Task, text: string, signal: AbortSignal) => model[task](text, signal));
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

function classifierBehindBreaker(ask: Classify) {
  const breaker = breakerOf(ask);
  const classify: Classify = (text, signal) => {
    if (breaker.opened)
      throw new Problem("service_unavailable", { internal: "the breaker of the classifier's provider is open", retryAfter: 30, logged: false });
    return breaker.fire(text, signal);
  };
  return { classify, close: () => breaker.shutdown() };
}

async function openProvider({ dailyBudget, moderationModel, ...options }: LanguageModelConfig) {
  const { createOpenAiClassifier, createOpenAiModel } = await import("./models/openai.ts");
  const model = behindBreaker(createOpenAiModel(options), dailyBudget);
  const classifier = moderationModel === null ? null : classifierBehindBreaker(createOpenAiClassifier({ ...options, model: moderationModel }));
  return {
    provider: model.provider,
    classify: classifier?.classify ?? null,
    close() {
      model.close();
      classifier?.close();
    },
  };
}

/** Summaries and titles: by a model at the end of a URL, or by choosing sentences of the text; and what a classifier says of texts. It keeps nothing. */
export const aiService: StatelessServiceDefinition = {
  name: "ai-service",
  async start({ platform, logger, app }) {
    const { languageModel } = platform.config;
    const opened = languageModel && (await openProvider(languageModel));
    const writer = createWriter({ provider: opened?.provider ?? null, limiter: platform.limiter, logger });
    return { handle: app((routes) => aiServiceRoutes(routes, writer, opened?.classify ?? null)), close: async () => opened?.close() };
  },
};
