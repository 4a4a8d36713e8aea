import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import type { RedisConnection } from "./redis.ts";
import { withPointsTogether } from "./redis-points.ts";

/** A client whose commands end when the test says so. */
function held() {
  const commands: { keys: number; end: PromiseWithResolvers<[number, number][]> }[] = [];
  const client = {
    defineCommand() {},
    newfeedTakePoints(keys: number) {
      const end = Promise.withResolvers<[number, number][]>();
      commands.push({ keys, end });
      return end.promise;
    },
  } as unknown as RedisConnection["client"];
  const points = withPointsTogether(client);
  return { commands, take: (key: string) => points.rlflxIncr([key, "1", "60"]) };
}
/** The turn that brings no more is behind. */
async function quietTurn() {
  await nextTurn();
  await nextTurn();
}

test("points that are taken in one turn travel together, and those taken meanwhile behind them", async () => {
  const { commands, take } = held();
  const first = [take("a"), take("b")];
  await quietTurn();
  const second = take("c");
  await quietTurn();
  expect(commands.map(({ keys }) => keys)).toEqual([2]);
  commands[0]?.end.resolve([
    [1, 60_000],
    [2, 50_000],
  ]);
  expect(await Promise.all(first)).toEqual([
    [1, 60_000],
    [2, 50_000],
  ]);
  await quietTurn();
  expect(commands.map(({ keys }) => keys)).toEqual([2, 1]);
  commands[1]?.end.resolve([[3, 40_000]]);
  expect(await second).toEqual([3, 40_000]);
});

test("while each turn brings more, they wait for each other", async () => {
  const { commands, take } = held();
  const all: Promise<[consumed: number, leftMs: number]>[] = [];
  const others = (async () => {
    for (const key of ["b", "c"]) {
      await nextTurn();
      all.push(take(key));
    }
  })();
  all.unshift(take("a"));
  await others;
  await quietTurn();
  expect(commands.map(({ keys }) => keys)).toEqual([3]);
  commands[0]?.end.resolve([
    [1, 60_000],
    [2, 60_000],
    [3, 60_000],
  ]);
  expect((await Promise.all(all)).map(([consumed]) => consumed)).toEqual([1, 2, 3]);
});

test("what waits behind a command that fails fails with it, and the next is tried anew", async () => {
  const { commands, take } = held();
  const first = take("a");
  await quietTurn();
  const second = take("b");
  commands[0]?.end.reject(new Error("Redis is away"));
  await expect(first).rejects.toThrow("Redis is away");
  await expect(second).rejects.toThrow("Redis is away");
  const third = take("c");
  await quietTurn();
  commands[1]?.end.resolve([[1, 60_000]]);
  expect(await third).toEqual([1, 60_000]);
});
