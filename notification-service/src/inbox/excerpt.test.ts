import fc from "fast-check";
import { expect, test } from "vitest";
import { excerptOf } from "./excerpt.ts";

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const charactersOf = (text: string) => Array.from(graphemes.segment(text), ({ segment }) => segment);

test("an excerpt is the start of a text, of at most 200 characters, none of which is cut", () => {
  expect(excerptOf("short")).toBe("short");
  expect(excerptOf("x".repeat(200))).toHaveLength(200);
  expect(excerptOf("x".repeat(201))).toHaveLength(200);
  const family = "👨‍👩‍👧‍👦";
  expect(excerptOf(family.repeat(50))).toBe(family.repeat(Math.floor(200 / family.length)));
  expect(excerptOf(`${"x".repeat(199)}e\u0301 and more`)).toBe("x".repeat(199));
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 400 }), (text) => {
      const excerpt = excerptOf(text);
      expect(excerpt.length).toBeLessThanOrEqual(200);
      expect(text.startsWith(excerpt)).toBe(true);
      const [all, shown] = [charactersOf(text), charactersOf(excerpt)];
      expect(shown).toEqual(all.slice(0, shown.length));
    }),
  );
});

test("a character longer than an excerpt is cut between its combining marks", () => {
  const excerpt = excerptOf(`a${"\u0301".repeat(500)}`);
  expect(excerpt).toBe(`a${"\u0301".repeat(199)}`);
  expect(excerptOf(`a${"\u{1D167}".repeat(300)}`).isWellFormed()).toBe(true);
});
