import { expect, test } from "vitest";
import { createWordFilter } from "./word-filter.ts";

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
