import { expect, test } from "vitest";
import { languageOf } from "./languages.ts";

test.each([
  ["de", "de"],
  ["de-AT,de;q=0.9,en;q=0.5", "de"],
  ["en-GB,de;q=0.9", "en"],
  ["fr, DE;q=0.3, en;q=0.2", "de"],
  ["fr", "en"],
  ["de;q=0, fr", "en"],
  ["de;q=high", "en"],
  ["", "en"],
  [undefined, "en"],
  [",;=;q,".repeat(10_000), "en"],
] as const)("Accept-Language: %s asks for %s", (header, language) => {
  expect(languageOf(header)).toBe(language);
});
