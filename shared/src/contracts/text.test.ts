import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cleanLine, faultOfLine, faultOfText, foldLine, foldText, isBlank } from "./text.ts";

const england = "\u{1F3F4}\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}";

describe("a line or a text keeps", () => {
  test.each([
    ["ASCII", "alice@example.com {}<>&'\""],
    ["German", "Jörg Müller-Lüdenscheidt"],
    ["Vietnamese", "Nguyễn Thị Ánh Tuyết"],
    ["Persian with zero-width non-joiners", "می\u200Cخواهم"],
    ["Hindi conjuncts", "क्षत्रिय श्री"],
    ["Sinhala with a joiner", "ශ්\u200Dරී ලංකා"],
    ["Thai", "น้ำตาลที่นี่"],
    ["Tibetan stacks", "བསྒྲུབས་ཧཱུྃ"],
    ["Burmese with five marks", "လျှို့ဝှက်"],
    ["pointed Hebrew", "שָׁלוֹם"],
    ["vocalised Arabic", "مُحَمَّدٌ اللّٰه"],
    ["Hebrew with a mark of direction", "שלום (abc\u200F)"],
    ["Korean", "김철수"],
    ["Japanese with a variation and a wide space", "葛\u{E0100}飾\u3000区"],
    ["a family", "\u{1F468}\u200D\u{1F469}\u200D\u{1F467}\u200D\u{1F466}"],
    ["a skin tone", "\u{1F44D}\u{1F3FD}"],
    ["a heart in colour", "\u2764\uFE0F"],
    ["a keycap", "1\uFE0F\u20E3"],
    ["a flag of two letters", "\u{1F1E9}\u{1F1EA}"],
    ["a flag of tags", england],
    ["a rainbow flag", "\u{1F3F3}\uFE0F\u200D\u{1F308}"],
    ["an emoji of a later Unicode", "\u{1FAEA}"],
    ["Braille", "⠓⠑⠇⠇⠕\u2800⠺"],
    ["mathematics", "∀x ∈ ℝ: ⌈x⌉"],
    ["one letter with four accents", "a\u0323\u0301\u0307\u0308".normalize("NFC")],
  ])("%s", (_name, text) => {
    expect(foldLine(text)).toBe(text);
    expect(foldText(text)).toBe(text);
    expect([faultOfLine(text), faultOfText(text)]).toEqual([undefined, undefined]);
  });
});

describe("nothing is left of", () => {
  test.each([
    ["white space", " \t\n\u00A0\u2003\u3000\u2028\u0085 "],
    ["zero-width spaces", "\u200B\u200B"],
    ["joiners", "\u200D\u200C"],
    ["word joiners", "\u2060"],
    ["a byte order mark", "\uFEFF"],
    ["Hangul fillers", "\u3164\u115F\u1160\uFFA0"],
    ["blank Braille", "\u2800\u2800"],
    ["soft hyphens", "\u00AD"],
    ["tags alone", "\u{E0041}\u{E0042}\u{E007F}"],
    ["marks of direction", "\u200E\u200F\u061C"],
    ["overrides", "\u202E\u202D\u202C"],
    ["isolates", "\u2066\u2069"],
    ["variation selectors", "\uFE0F\u{E0100}"],
    ["accents without a letter", "\u0301\u0302"],
    ["a grapheme joiner", "\u034F"],
    ["a Mongolian vowel separator", "\u180E"],
    ["invisible operators", "\u2061\u2062\u2063"],
    ["an invisible note", "\u{1D159}"],
    ["the two vowels of Khmer that have no form", "\u17B4\u17B5"],
  ])("%s", (_name, text) => {
    expect([foldLine(text), foldText(text), isBlank(text)]).toEqual(["", "", true]);
  });
});

test.each([
  ["line breaks become spaces", "Ann\r\nSmith\u2028x\ty", "Ann Smith x y"],
  ["outer blanks go", "\u200E \u3164Ann\u200B\u2800 \u200D", "Ann"],
  ["overrides, embeddings and isolates go", "\u2068\u202Egpj.exe\u202C\u2069", "gpj.exe"],
  ["zero-width spaces and soft hyphens go", "An\u200Bn Smi\u00ADth", "Ann Smith"],
  ["hidden tags go", `Ann\u{E0048}\u{E0069} ${england}`, `Ann ${england}`],
  ["a flag whose tags do not end loses them", "\u{1F3F4}\u{E0067}\u{E0062}", "\u{1F3F4}"],
  ["letters and accents are composed", "Jo\u0308rg", "Jörg"],
])("in a line %s", (_what, line, stored) => expect(foldLine(line)).toBe(stored));

test.each([
  ["line breaks are LF", " a\r\nb\rc\u2028d\u0085e\n\n", "a\nb\nc\nd\ne"],
  ["tabs and places to break at stay", "a\tb\u200Bc\u00ADd", "a\tb\u200Bc\u00ADd"],
  ["overrides go, isolates and embeddings stay", "a \u202Eb\u202C \u2067שלום\u2069", "a b\u202C \u2067שלום\u2069"],
  ["hidden tags and word joiners go", "a\u{E0041}\u2060b\uFEFF", "ab"],
  ["letters and accents are composed", "Jo\u0308rg", "Jörg"],
])("in a text %s", (_what, text, stored) => expect(foldText(text)).toBe(stored));

test.each([
  ["NUL", "a\u0000", "must not contain control characters"],
  ["NUL alone", "\u0000", "must not contain control characters"],
  ["a lone surrogate alone", "\uD800", "must not contain broken characters"],
  ["a bell", "a\u0007b", "must not contain control characters"],
  ["an escape", "\u001B[31mred", "must not contain control characters"],
  ["a delete", "a\u007F", "must not contain control characters"],
  ["a C1 control", "a\u009Bb", "must not contain control characters"],
  ["a lone surrogate", "a\uD800", "must not contain broken characters"],
  ["a noncharacter", "a\uFFFF", "must not contain broken characters"],
  ["a heap of accents", `Z${"\u0351".repeat(12)}algo`, "has too many accents or marks on one letter"],
  ["five accents", "x\u0301\u0302\u0303\u0304\u0305", "has too many accents or marks on one letter"],
  ["accents parted by joiners", "x\u0301\u200D\u0302\u200D\u0303\u200D\u0304\u200D\u0305", "has too many accents or marks on one letter"],
  ["Thai vowels that climb", `ก${"\u0E47".repeat(9)}`, "has too many accents or marks on one letter"],
  ["bytes hidden in variation selectors", "\u{1F600}\u{E0120}\u{E0121}\u{E0122}\u{E0123}\u{E0124}", "has too many accents or marks on one letter"],
])("%s is refused", (_what, text, fault) => {
  expect(faultOfLine(foldLine(text))).toBe(fault);
  expect(faultOfText(foldText(text))).toBe(fault);
});

/** Texts of what the rules speak of, more than chance would give. */
const texts = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      ..." \t\n\r\u0085\u2028\u3000\u00AD\u034F\u061C\u115F\u200B\u200C\u200D\u200E\u202A\u202C\u202E\u2060\u2066\u2069\u2800\u3164\uFE0F\uFEFF\u0301\u0E47aZ",
    ),
    fc.constantFrom("\u{1F3F4}", "\u{E0067}", "\u{E007F}", "\u{E0001}", england, "e\u0301", "क", "\u094D"),
    fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
  ),
});

test("what is folded once is folded", () => {
  fc.assert(
    fc.property(texts, (text) => {
      expect(foldLine(foldLine(text))).toBe(foldLine(text));
      expect(foldText(foldText(text))).toBe(foldText(text));
    }),
  );
});

test("a folded line has one line, no edge, and something to see; so has a text, but for its lines", () => {
  fc.assert(
    fc.property(texts, (text) => {
      const [line, folded] = [foldLine(text), foldText(text)];
      expect(line).not.toMatch(/[\t\n\r\u2028\u2029\u202A-\u202E\u2066-\u2069\uFEFF]/);
      expect(folded).not.toMatch(/[\r\u2028\u2029\u202D\u202E\uFEFF]/);
      for (const result of [line, folded]) {
        expect(result).toBe(result.trim());
        expect(result === "" || !isBlank(result)).toBe(true);
      }
    }),
  );
});

test("the browser's name for itself is never refused", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary-ascii" }), (name) => {
      expect(faultOfLine(cleanLine(name))).toBe(undefined);
    }),
  );
});

test("a long run of anything is folded in linear time", () => {
  for (const unit of [" ", "\u200B", "\n", "\u0301", "\u{E0041}", "\u{1F3F4}\u{E0041}", "\u202E", "a\u2800"]) {
    const text = `é${unit.repeat(100_000)}é`;
    const before = process.cpuUsage();
    faultOfText(foldText(text));
    faultOfLine(foldLine(text));
    // A quadratic one would take a minute.
    expect(process.cpuUsage(before).user / 1_000, JSON.stringify(unit)).toBeLessThan(5_000);
  }
});
