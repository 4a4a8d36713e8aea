import { asUserId } from "@newfeed/shared/contracts/ids.ts";
import { v7 as uuidv7 } from "uuid";
import { expect, test, vi } from "vitest";
import { createAppealTokens } from "./appeal-tokens.ts";

test("a token names who may appeal for half an hour, to each instance with the same key", () => {
  vi.useFakeTimers();
  const userId = asUserId(uuidv7());
  const token = createAppealTokens("a key").make(userId);
  const { open } = createAppealTokens("a key");
  expect(open(token)).toBe(userId);
  expect(createAppealTokens("another key").open(token)).toBeNull();
  for (const wrong of ["", "x", token.slice(0, -2), token.slice(2)]) expect(open(wrong)).toBeNull();
  vi.advanceTimersByTime(30 * 60_000);
  expect(open(token)).toBeNull();
});
