import { expect, test } from "vitest";
import { createWordFilter, wordsAt } from "./word-filter.ts";

test.each<[string, string, string | undefined]>([
  ["Spoiler", "No SPOILERS here", undefined],
  ["Spoiler", "a spoiler: it was the butler", "Spoiler"],
  ["café", "at the Cafe", "café"],
  ["cafe", "un CAFÉ.", "cafe"],
  ["season  finale", "The season\nfinale!", "season  finale"],
  ["#spoiler", "see #Spoiler", "#spoiler"],
  ["c++", "I like C++.", "c++"],
  ["a.b", "axb", undefined],
  ["猫", "黒猫がいる", "猫"],
  ["art", "party", undefined],
  ["art", "snake_art", undefined],
  ["STRASSE", "in der Straße", "STRASSE"],
  ["σοφος", "Ο ΣΟΦΟΣ", "σοφος"],
  ["spoiler", "a spoi\u00adler", "spoiler"],
  ["かき", "がき", undefined],
  ["東京", "東京都", "東京"],
  ["고양이", "우리 고양이는 작다", "고양이"],
  ["양이", "고양이", undefined],
  ["가", "각", undefined],
  [" ", "anything at all", undefined],
])("%j in %j: %j", (word, text, found) => {
  expect(createWordFilter([word])(text)).toBe(found);
});

test("of several words the one that stands there is given, the longer of two that begin alike", () => {
  const filter = createWordFilter(["football", "world cup", "world"]);
  expect(filter("The World Cup begins")).toBe("world cup");
  expect(filter("The world ends")).toBe("world");
  expect(filter("nothing")).toBeUndefined();
  expect(createWordFilter([])("anything")).toBeUndefined();
});

test("words that have ended are not filtered any more", () => {
  const filters = { words: ["golf", "chess"], ends: [{ word: "golf", until: "2026-01-02T00:00:00.000Z" }] };
  expect(wordsAt(filters, Date.parse("2026-01-01T23:59:59.999Z"))).toEqual(["golf", "chess"]);
  expect(wordsAt(filters, Date.parse("2026-01-02T00:00:00.000Z"))).toEqual(["chess"]);
});
