import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { logFailure } from "@newfeed/shared/ports/failure-log.ts";
import type { Limiter } from "@newfeed/shared/ports/limiter.ts";
import type { Logger } from "@newfeed/shared/ports/logger.ts";
import { extractive } from "./models/extractive.ts";
import type { Task } from "./models/language-model.ts";

/** What was written, and which model wrote it. */
export interface Written {
  text: string | null;
  model: string;
}

/** A provider's model behind a breaker. */
export interface Provider {
  name: string;
  /** Throws as the model does. */
  ask(task: Task, text: string, signal: AbortSignal): Promise<string | null>;
  /** False while the breaker is open. */
  readonly answers: boolean;
  /** Questions a day. */
  dailyBudget: number;
}

export interface WriterOptions {
  /** Null: everything is written by choosing sentences. */
  provider: Provider | null;
  limiter: Pick<Limiter, "consume">;
  logger: Logger;
  now?: () => Date;
}

/** A text with fewer characters is no longer than its summary. */
const fewestForSummary = 200;
const isWorthAsking = (task: Task, text: string) => (task === "summarise" ? text.length >= fewestForSummary : /\p{L}/u.test(text));

/** Writes for people. Texts leave the house only by `ask` and `write`, and only to the provider. */
export function createWriter({ provider, limiter, logger, now = () => new Date() }: WriterOptions) {
  /** Of all instances together. */
  async function isWithinBudget(dailyBudget: number): Promise<boolean> {
    const { consumed } = await limiter.consume("aiBudget", now().toISOString().slice(0, 10));
    if (consumed === dailyBudget + 1) logger.warn("the day's questions to the model's provider are used up", { dailyBudget });
    return consumed <= dailyBudget;
  }

  /** By choosing sentences of the text. */
  async function choose(task: Task, text: string, signal: AbortSignal): Promise<Written> {
    return { text: await extractive[task](text, signal), model: extractive.name };
  }

  /** By the provider, if there is one and the day's budget is not used up. Throws `service_unavailable` while it fails. */
  async function ask(task: Task, text: string, signal: AbortSignal): Promise<Written> {
    if (!provider || !isWorthAsking(task, text)) return choose(task, text, signal);
    if (!provider.answers) throw new Problem("service_unavailable", { internal: "the breaker of the model's provider is open", retryAfter: 30, logged: false });
    if (!(await isWithinBudget(provider.dailyBudget))) return choose(task, text, signal);
    return { text: await provider.ask(task, text, signal), model: provider.name };
  }

  return {
    choose,
    ask,
    /** As `ask`, and while the provider fails by choosing sentences. Throws only the signal's reason. */
    async write(task: Task, text: string, signal: AbortSignal): Promise<Written> {
      try {
        return await ask(task, text, signal);
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof Problem && error.logged === false)) logFailure(logger, "the model's provider failed; sentences of the text were chosen", error);
        return choose(task, text, signal);
      }
    },
  };
}
export type Writer = ReturnType<typeof createWriter>;
