import { describe, expect, test } from "vitest";
import * as z from "zod";
import { Email, Username } from "./dto.ts";
import { problemFromZod } from "./errors.ts";
import { Id } from "./ids.ts";
import { LinkUrl, PageQuery, StreamCursor, Text, Timestamp } from "./primitives.ts";
import { CreatePost } from "./routes/posts.ts";

const verdict = (schema: z.ZodType, input: unknown) => {
  const { error } = schema.safeParse(input);
  if (!error) throw new Error("it is valid");
  return problemFromZod(error);
};
const about = (schema: z.ZodType, value: unknown) => verdict(z.object({ it: schema }), { it: value }).publicMessage;

describe("what is wrong", () => {
  test.each([
    ["abc", "limit must be a whole number from 1 to 100"],
    ["0", "limit must be a whole number from 1 to 100"],
    ["101", "limit must be a whole number from 1 to 100"],
    ["1.5", "limit must be a whole number from 1 to 100"],
    ["", "limit must be a whole number from 1 to 100"],
    [["5", "6"], "limit must be a whole number from 1 to 100"],
  ])("with a limit of %j", (limit, sentence) => {
    const problem = verdict(PageQuery, { limit });
    expect(problem.publicMessage).toBe(sentence);
    expect(problem.errors).toEqual([{ field: "limit", message: sentence.replace("limit ", "") }]);
  });

  test.each([
    [{ page: 100, limit: 100 }, undefined],
    [{ page: 101, limit: 100 }, "page must lie within the first 10,000 items: read on with cursor, the endCursor of the page before"],
    [{ page: 501 }, "page must lie within the first 10,000 items: read on with cursor, the endCursor of the page before"],
  ])("with a page by number, %j", (query, sentence) => {
    const { error } = PageQuery.safeParse(query);
    expect(error && problemFromZod(error).publicMessage).toBe(sentence);
  });

  test.each<[string, z.ZodType, unknown, string]>([
    ["what is absent", z.string(), undefined, "it is required"],
    ["no text", z.string(), 5, "it must be text"],
    ["an empty text", Text(10).min(1), "", "it must not be empty"],
    ["a long text", Text(10), "x".repeat(11), "it must have at most 10 characters"],
    ["a long text, of a range", Username, "x".repeat(31), "it must have 3 to 30 characters"],
    ["a short text, of a range", Username, "x", "it must have 3 to 30 characters"],
    ["a form", Username, "a b c", "it may only contain letters, digits, dots and underscores"],
    ["characters", Text(10), "\u0000", "it must not contain control characters"],
    ["an id", Id, "1", "it must be an id (a UUID)"],
    ["an e-mail address", Email, "x", "it must be an e-mail address"],
    ["a long e-mail address", Email, `${"x".repeat(60)}@${"y".repeat(60)}.${"z".repeat(200)}.com`, "it must have at most 254 characters"],
    ["an address", LinkUrl, "ftp://x", "it must be a full address, such as https://example.com/page"],
    ["a time", Timestamp, "yesterday", "it must be a time in UTC, such as 2026-01-31T12:00:00.000Z"],
    ["a cursor", StreamCursor, "x", "it must be a stream's cursor"],
    ["a choice", z.enum(["TEXT", "IMAGE", "LINK"]), "POEM", "it must be TEXT, IMAGE or LINK"],
    ["one possible value", z.literal("published"), "draft", "it must be published"],
    ["a number", z.number(), "5", "it must be a number"],
    ["a number without an end", z.int().min(1), 0, "it must be a whole number of at least 1"],
    ["true or false", z.boolean(), "yes", "it must be true or false"],
    ["a list", z.array(z.string()), "x", "it must be a list"],
    ["a long list", z.array(z.string()).max(2), ["a", "b", "c"], "it must have at most 2 items"],
    ["an object", z.object({}), "x", "it must be an object"],
  ])("with %s", (_what, schema, value, sentence) => {
    expect(about(schema, value)).toBe(sentence);
  });

  test("is said for every field, and for the body itself", () => {
    expect(verdict(CreatePost, { postType: "POEM", surplus: 1, mediaIds: ["x"] }).errors).toEqual([
      { field: "postType", message: "must be TEXT, IMAGE, VIDEO or LINK" },
      { field: "mediaIds.0", message: "must be an id (a UUID)" },
      { field: "surplus", message: "is not a known field" },
    ]);
    expect(verdict(CreatePost, { postType: "TEXT" }).publicMessage).toBe("content is required: a post has content, a title or media");
    expect(verdict(CreatePost, []).publicMessage).toBe("body must be an object");
  });
});
