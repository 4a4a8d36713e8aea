import { expect, test } from "vitest";
import { retryInMs } from "./sender.ts";

test("a delivery is tried eleven times within a little more than three days, spread by a fifth", () => {
  const days = (random: number) =>
    Array.from({ length: 10 }, (_, index) => retryInMs(index + 1, () => random) ?? 0).reduce((sum, delay) => sum + delay) / 86_400_000;
  expect([retryInMs(1, () => 0.5), retryInMs(10, () => 0.5), retryInMs(11)]).toEqual([5_000, 86_400_000, null]);
  expect(days(0.5)).toBeCloseTo(3.15, 1);
  expect([retryInMs(1, () => 0), retryInMs(1, () => 1)]).toEqual([4_000, 6_000]);
});
