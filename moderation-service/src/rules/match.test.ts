import { asUserId } from "@newfeed/shared/contracts/ids.ts";
import { expect, test } from "vitest";
import { type Match, matchOf, type RuleBody } from "./match.ts";

const old = asUserId("01900000-0000-7000-8000-000000000001");
const now = new Date("2026-11-28T12:00:00Z");
const rule = (kind: RuleBody["kind"], ...terms: string[]): Promise<Match> => matchOf({ kind, terms, threshold: 3, hours: 24 });
const found = (match: Match, text: string, more: { authorId?: typeof old; writers?: number } = {}) => match({ authorId: old, text, writers: 1, ...more }, now);

test.each(["buy viagra now", "VIAGRA!", "v1agra", "vіagrа", "vïágra", "ｖｉａｇｒａ", "v i a g r a", "vi\u200bagra"])(
  "a word is found however it is disguised: %s",
  async (text) => {
    expect(found(await rule("words", "viagra"), text)).toBe("the word viagra");
  },
);

test("a word is found whole, and a phrase in a row", async () => {
  expect(found(await rule("words", "ass"), "a class of assistants in Massachusetts")).toBeNull();
  const phrase = await rule("words", "free money");
  expect(found(phrase, "Get FREE, money!")).toBe("the word free money");
  expect(found(phrase, "money for free")).toBeNull();
});

test("a pattern that would hang another engine takes no time", async () => {
  const started = performance.now();
  expect(found(await rule("pattern", "(a+)+$"), `${"a".repeat(5_000)}!`)).toBeNull();
  expect(performance.now() - started).toBeLessThan(2_000);
  expect(found(await rule("pattern", "call \\+?[0-9]{6,}"), "Call +1234567")).toBe("the pattern call \\+?[0-9]{6,}");
  await expect(rule("pattern", "(")).rejects.toThrow();
});

test("links to a domain, and to what belongs to it, are found", async () => {
  const domains = await rule("domains", "spam.example");
  expect(found(domains, "see https://shop.spam.example/x")).toBe("a link to shop.spam.example");
  expect(found(domains, "see www.spam.example")).toBe("a link to spam.example");
  expect(found(domains, "see https://notspam.example and spam.example.org")).toBeNull();
});

test("obscene words are found, but for those that may stand", async () => {
  expect(found(await rule("obscenity"), "what the fuuuck")).toContain("the word");
  expect(found(await rule("obscenity"), "Scunthorpe")).toBeNull();
  expect(found(await rule("obscenity", "cockpit"), "in the cockpit")).toBeNull();
});

test("repetition, many mentions, and links of new accounts are found", async () => {
  expect(found(await rule("repetition"), "hello", { writers: 3 })).toBe("the same text of 3 accounts");
  expect(found(await rule("repetition"), "hello", { writers: 2 })).toBeNull();
  expect(found(await rule("mentions"), "@anna @bella @anna")).toBeNull();
  expect(found(await rule("mentions"), "@anna @bella @carla")).toBe("3 mentions");
  const links = await rule("new_account_links");
  const authorId = asUserId(
    `${now
      .getTime()
      .toString(16)
      .padStart(12, "0")
      .replace(/^(.{8})/, "$1-")}-7000-8000-000000000001`,
  );
  expect(found(links, "https://shop.example", { authorId })).toBe("a link to shop.example from a new account");
  expect(found(links, "https://shop.example")).toBeNull();
  expect(found(links, "no link", { authorId })).toBeNull();
});
