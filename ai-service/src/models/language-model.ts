/** What writes for people. What it is given is data, whatever it says; what it gives is plain text within bounds. */
export interface LanguageModel {
  /** Shown beside what it wrote. */
  readonly name: string;
  /** Two or three sentences. Null for a text that has no more. Throws `service_unavailable`, and the signal's reason. */
  summarise(text: string, signal: AbortSignal): Promise<string | null>;
  /** At most sixty characters. Null for a text without words. Throws as `summarise`. */
  suggestTitle(text: string, signal: AbortSignal): Promise<string | null>;
}

/** What it can be asked for. */
export type Task = "summarise" | "suggestTitle";
