import * as z from "zod";

/** What people call the formats of strings that the schemas use. */
const formats: Record<string, string> = {
  uuid: "an id (a UUID)",
  email: "an e-mail address",
  url: "a full address, such as https://example.com/page",
  datetime: "a time in UTC, such as 2026-01-31T12:00:00.000Z",
};

type TextSchema = z.ZodString | z.ZodStringFormat;
const isText = (schema: unknown): schema is TextSchema => schema instanceof z.ZodString || schema instanceof z.ZodStringFormat;

/** The bounds of a number. A schema without bounds of its own has those of the number type. */
function range({ minValue, maxValue }: z.ZodNumber): string {
  const from = minValue !== null && minValue > Number.MIN_SAFE_INTEGER ? minValue : undefined;
  const to = maxValue !== null && maxValue < Number.MAX_SAFE_INTEGER ? maxValue : undefined;
  if (from !== undefined && to !== undefined) return ` from ${from} to ${to}`;
  if (from !== undefined) return ` of at least ${from}`;
  return to === undefined ? "" : ` of at most ${to}`;
}

const counted = (count: number | bigint, unit: string) => `${count} ${count === 1 ? unit : `${unit}s`}`;

/** The bounds of a text's length, of which at least one is there. */
function lengthOf({ minLength, maxLength }: TextSchema): string {
  if (minLength === null || minLength === 0) return `at most ${counted(maxLength ?? 0, "character")}`;
  if (maxLength === null) return `at least ${counted(minLength, "character")}`;
  return minLength === maxLength ? `exactly ${counted(minLength, "character")}` : `${minLength} to ${counted(maxLength, "character")}`;
}

/** `a, b or c` */
const oneOf = (values: readonly unknown[]) => values.join(", ").replace(/, ([^,]*)$/, " or $1");

/** The kind of value that a schema takes, in the rest of a sentence that begins with "must be". */
function kindOf(schema: unknown): string {
  if (schema instanceof z.ZodNumber) return `a ${schema.isInt ? "whole " : ""}number${range(schema)}`;
  if (schema instanceof z.ZodArray || schema instanceof z.ZodTuple) return "a list";
  if (schema instanceof z.ZodObject || schema instanceof z.ZodRecord) return "an object";
  if (schema instanceof z.ZodBoolean) return "true or false";
  return (isText(schema) && formats[schema.format ?? ""]) || "text";
}

/**
 * What is wrong with a value, in the rest of a sentence that begins with the field's name. It says all that the schema asks
 * for (`must be a whole number from 1 to 100`), whichever rule was broken.
 */
export function predicateOf(issue: z.core.$ZodRawIssue): string {
  const { schema } = issue;
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined ? "is required" : `must be ${kindOf(schema)}`;
    case "invalid_value":
      return issue.input === undefined ? "is required" : `must be ${oneOf(issue.values)}`;
    case "too_small":
    case "too_big":
      if (schema instanceof z.ZodNumber) return `must be ${kindOf(schema)}`;
      if (isText(schema)) return schema.minLength === 1 && issue.input === "" ? "must not be empty" : `must have ${lengthOf(schema)}`;
      if (issue.code === "too_small") return `must have at least ${counted(issue.minimum, "item")}`;
      return `must have at most ${counted(issue.maximum, "item")}`;
    case "invalid_format":
      return formats[issue.format] === undefined ? "has a form that is not allowed" : `must be ${formats[issue.format]}`;
    case "unrecognized_keys":
      return "has fields that are not known";
    default:
      return "is not valid";
  }
}
