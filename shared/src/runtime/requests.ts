import { createHash } from "node:crypto";
import type { AnyStatement } from "../ports/statement.ts";
import type { Request, RowReader } from "./batch.ts";

/** How values are written, and how a column is read, as the client does it everywhere else. */
export interface Wire {
  toText(value: unknown): unknown;
  parserOf(type: number): (text: string) => unknown;
}

/** What is to run, without whom it is for. */
export type Question = Pick<Request, "name" | "text" | "values" | "readerFor">;

const camelCase = (name: string) => name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** Reads rows as objects, whose keys are made of the columns' names, once for each result. */
const objects =
  ({ parserOf }: Wire, keyOf: (name: string) => string): RowReader =>
  (fields) => {
    const keys = fields.map(({ name }) => keyOf(name));
    const parsers = fields.map(({ dataTypeID }) => parserOf(dataTypeID));
    const nulls = Object.fromEntries(keys.map((key) => [key, null as unknown]));
    return (texts) => {
      // A copy has all keys at once: adding them one by one takes half as long again.
      const row = { ...nulls };
      for (let index = 0; index < keys.length; index++) {
        const text = texts[index] as string | null;
        if (text !== null) row[keys[index] as string] = parsers[index]?.(text);
      }
      return row;
    };
  };

/** What connections are asked. `named`: they keep what they have parsed, which a pooler by transactions hands to others. */
export function createQuestions(wire: Wire, named = true) {
  const camelCased = objects(wire, camelCase);
  const asNamed = objects(wire, (name) => name);
  const names = new Map<string, string>();
  const nameOf = (text: string) => {
    const name = names.get(text) ?? createHash("sha256").update(`plain ${text}`).digest("base64url").slice(0, 22);
    names.set(text, name);
    return name;
  };
  return {
    of: ({ name, text, parameters }: AnyStatement, values: Readonly<Record<string, unknown>> = {}): Question => ({
      name: named ? name : "",
      text,
      values: parameters.map(([parameter]) => wire.toText(values[parameter])),
      readerFor: camelCased,
    }),
    /** Of SQL that nobody declared. */
    ofText: (text: string, values: readonly unknown[]): Question => ({
      name: named ? nameOf(text) : "",
      text,
      values: values.map(wire.toText),
      readerFor: asNamed,
    }),
  };
}
