import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fold } from "./fold.ts";

describe("folding", () => {
  test.each([
    ["Ärger", "arger"],
    ["A\u0308rger", "arger"],
    ["GROẞ", "gross"],
    ["straße", "strasse"],
    ["İstanbul Isparta ıtır", "istanbul isparta itir"],
    ["Łukasz Ørsted Æsir", "lukasz orsted aesir"],
    ["ΟΔΥΣΣΕΥΣ οδυσσεύς", "οδυσσευσ οδυσσευσ"],
    ["Ёлка", "елка"],
    ["ｆｕｌｌｗｉｄｔｈ", "fullwidth"],
    ["㎒", "mhz"],
    ["O’Neil", "o'neil"],
    ["zero\u200bwidth", "zerowidth"],
    ["हिन्दी", "हिन्दी"],
    ["山田太郎", "山田太郎"],
    ["한국어", "한국어"],
  ])("%s is %s", (text, folded) => {
    expect(fold(text)).toBe(folded);
    expect(fold(folded)).toBe(folded);
  });

  test("does not depend on case or on normal form", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 40 }), (text) => {
        for (const form of ["NFC", "NFD"] as const) expect(fold(text.normalize(form))).toBe(fold(text));
        expect(fold(text.toUpperCase().toLowerCase())).toBe(fold(text));
        expect(fold(fold(text))).toBe(fold(text));
      }),
    );
  });
});
