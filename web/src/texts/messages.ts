import type { AccountTexts, Texts } from "./en.ts";

/** For tests: a text, or what makes one of values. */
export type Message = string | ((...values: unknown[]) => string);

/** The entries of a catalogue, by `area.key`. */
export const messagesOf = (texts: Texts & AccountTexts): Map<string, Message> =>
  new Map(
    Object.entries(texts as unknown as Record<string, Record<string, Message>>).flatMap(([area, messages]) =>
      Object.entries(messages).map(([key, message]): [string, Message] => [`${area}.${key}`, message]),
    ),
  );

/** Parameters of the catalogue that are numbers. */
const numeric = /count|min|max|index|codes|uses|most/i;

/** Values for the parameters of an English message: texts that stand nowhere else, and numbers from `count` on. */
export function valuesFor(english: Message, count: number): unknown[] {
  const [, parameters = ""] = /^\(([^)]*)\)/.exec(String(english)) ?? [];
  return parameters.split(",").map((parameter, index) => (numeric.test(parameter) ? count + index : `‹${index}›`));
}

/** What a message says with these values. */
export const said = (message: Message, values: readonly unknown[]): string => (typeof message === "string" ? message : message(...values));
