import { describe, expect, test } from "vitest";
import { usernamesIn } from "./mentions.ts";

describe("a mention", () => {
  test.each([
    ["nobody here", []],
    ["@alice", ["alice"]],
    ["hello @alice, hello (@bob_2)!", ["alice", "bob_2"]],
    ["the sentence ends with @alice.", ["alice"]],
    ["a dot within a name: @al.ice...", ["al.ice"]],
    ["write to alice@example.com or éva@example.com", []],
    ["@@alice", []],
    ["@Alice and @alice are one", ["Alice"]],
    ["@al is too short, and so is @...", []],
    [`@${"a".repeat(30)} is a name, @${"b".repeat(31)} is not`, ["a".repeat(30)]],
  ])("in %j", (text, names) => {
    expect(usernamesIn(text)).toEqual(names);
  });

  test("counts ten times at most", () => {
    const names = Array.from({ length: 12 }, (_, index) => `user_${index}`);
    expect(usernamesIn(names.map((name) => `@${name}`).join(" "))).toEqual(names.slice(0, 10));
  });

  test("is found in linear time", () => {
    const started = performance.now();
    expect(usernamesIn(`@${".".repeat(100_000)}a`)).toEqual([]);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
