import { expect, test } from "vitest";
import { limitConcurrency } from "./concurrency.ts";

test("two run, the third waits its turn, the fourth is refused, and a failure passes its place on", async () => {
  const take = limitConcurrency(2, 1, "work");
  const ends: (() => void)[] = [];
  const started: number[] = [];
  const work = (number: number) => () =>
    new Promise<number>((resolve, reject) => {
      started.push(number);
      ends.push(() => (number === 1 ? reject(new Error("failed")) : resolve(number)));
    });
  const [first, second, third] = [take(work(1)), take(work(2)), take(work(3))];
  await expect(take(work(4))).rejects.toMatchObject({ code: "service_unavailable" });
  expect(started).toEqual([1, 2]);
  ends[0]?.();
  await expect(first).rejects.toThrow("failed");
  await expect.poll(() => started).toEqual([1, 2, 3]);
  ends[1]?.();
  ends[2]?.();
  expect(await Promise.all([second, third])).toEqual([2, 3]);
  const fifth = take(work(5));
  ends[3]?.();
  expect(await fifth).toBe(5);
});
