import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cutAtWord, suggestTitle, summarise } from "./extractive.ts";

const count = (text: string) => [...new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text)].length;

/** Texts about one thing with a sentence in between that has nothing to do with it. */
const texts = [
  {
    language: "English",
    text: "Our town library opens its new reading room on Monday. The reading room has forty seats and a garden. My cat sneezed. Students may use the reading room of the library until ten in the evening. The library asks readers to bring their own cups to the reading room.",
    aside: "My cat sneezed.",
  },
  {
    language: "German",
    text: "Die Stadtbibliothek öffnet am Montag ihren neuen Lesesaal. Der Lesesaal hat vierzig Plätze und einen Garten. Meine Katze hat geniest. Studierende dürfen den Lesesaal der Bibliothek bis zehn Uhr abends nutzen. Die Bibliothek bittet darum, eigene Becher in den Lesesaal mitzubringen.",
    aside: "Meine Katze hat geniest.",
  },
  {
    language: "Spanish",
    text: "La biblioteca de la ciudad abre el lunes su nueva sala de lectura. La sala de lectura tiene cuarenta asientos y un jardín. Mi gata estornudó. Los estudiantes pueden usar la sala de lectura de la biblioteca hasta las diez. La biblioteca pide que cada lector traiga su taza a la sala de lectura.",
    aside: "Mi gata estornudó.",
  },
  {
    language: "Japanese",
    text: "市の図書館は月曜日に新しい閲覧室を開きます。閲覧室には四十の席と庭があります。うちの猫がくしゃみをした。学生は夜十時まで図書館の閲覧室を使えます。図書館は閲覧室に自分のカップを持ってくるように頼んでいます。",
    aside: "うちの猫がくしゃみをした。",
  },
];

describe("a summary", () => {
  test.each(texts)("in $language has three sentences of the text, in order, without what stands aside", ({ text, aside }) => {
    const summary = summarise(text) ?? "";
    const parts = [...new Intl.Segmenter(undefined, { granularity: "sentence" }).segment(summary)].map(({ segment }) => segment.trim());
    expect(parts).toHaveLength(3);
    const places = parts.map((part) => text.indexOf(part));
    expect(places.every((place) => place >= 0)).toBe(true);
    expect(places).toEqual([...places].sort((one, other) => one - other));
    expect(summary).not.toContain(aside);
  });

  test("of a text that is no longer than one is none", () => {
    expect([summarise(""), summarise("Hello."), summarise("One thing is this. Another thing is that.")]).toEqual([null, null, null]);
  });

  test("does not say the same twice", () => {
    const text =
      "The harbour is closed on Friday. The harbour is closed on Friday! Boats wait at the island until the harbour opens. Bring food for the boats at the island.";
    const summary = summarise(text) ?? "";
    expect(summary.match(/closed on Friday/g)).toHaveLength(1);
  });

  test("leaves addresses out, and the marks of tags", () => {
    const text =
      "Read about the #harbour at https://example.com/harbour first. The harbour opens on Monday for all boats. Boats of the harbour may stay for a week.";
    expect(summarise(text)).not.toMatch(/https|#/);
  });

  test("takes no longer for a text of full length", () => {
    const words = ["harbour", "boat", "island", "garden", "river", "bridge", "market", "winter"];
    const text = Array.from({ length: 1_500 }, (_, at) => `The ${words[at % 8]} ${words[(at * 3) % 8]} ${words[(at * 5) % 7]}.`)
      .join(" ")
      .slice(0, 10_000);
    const started = performance.now();
    expect(summarise(text)).not.toBeNull();
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

describe("a title", () => {
  test.each(texts)("in $language is a sentence of the text, at most sixty characters", ({ text, aside }) => {
    const title = suggestTitle(text) ?? "";
    expect(count(title)).toBeLessThanOrEqual(60);
    expect(text).toContain(title.replace(/…$/, ""));
    expect(title).not.toBe(aside.replace(/[.。]$/, ""));
  });

  test("of few words is those", () => {
    expect([suggestTitle("Good morning!"), suggestTitle("https://example.com"), suggestTitle(""), suggestTitle("🎉🎉")]).toEqual([
      "Good morning",
      null,
      null,
      null,
    ]);
  });
});

test("whatever the text, both are in bounds and nothing is thrown", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 400 }), (text) => {
      expect(count(suggestTitle(text) ?? "")).toBeLessThanOrEqual(60);
      expect(count(summarise(text) ?? "")).toBeLessThanOrEqual(700);
      expect(count(cutAtWord(text, 10))).toBeLessThanOrEqual(10);
    }),
  );
});
