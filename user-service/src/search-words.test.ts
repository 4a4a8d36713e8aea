import { describe, expect, test } from "vitest";
import { termsOf, wordsOf } from "./search-words.ts";

describe("a profile", () => {
  test.each([
    ["bob_the_builder", "Robert O'Neil-Smith", ["bob", "bob_the", "the_builder", "builder", "rob", "o'n", "neil", "smith", "o'neil-s"]],
    ["mj", "María José García", ["maria", "jos", "GARCÍA"]],
    ["x", "「山田」 太郎", ["山", "太", "「山"]],
  ])("%s (%s) is found by the beginning of each word", (username, fullName, beginnings) => {
    const words = wordsOf(username, fullName);
    for (const beginning of beginnings)
      expect(
        words.some((word) => word.startsWith(termsOf(beginning)[0] ?? "-")),
        beginning,
      ).toBe(true);
  });

  test("has a bounded number of bounded words", () => {
    const words = wordsOf("a_".repeat(15), `${"w ".repeat(100)}${"-x".repeat(1_000)}`);
    expect(words.length).toBeLessThanOrEqual(32);
    expect(Math.max(...words.map((word) => [...word].length))).toBeLessThanOrEqual(64);
  });
});

describe("a search", () => {
  test.each([
    ["@bob", ["bob"]],
    ["  María  gar ", ["maria", "gar"]],
    ["@", ["@"]],
    ["bob BOB", ["bob"]],
    ["a b c d e f g h i j", ["a", "b", "c", "d", "e", "f", "g", "h"]],
  ])("for %j asks for %j", (search, terms) => expect(termsOf(search)).toEqual(terms));
});
