import { expect, test } from "vitest";
import { createChunks } from "./chunks.ts";

const items = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => ({ key: `${from + index}` }));
const create = () => createChunks<{ key: string; text?: string }>((a, b) => a.key === b.key && a.text === b.text, 50);

test("what comes at the end of a long list changes its last chunk and no other", () => {
  const chunk = create();
  const before = chunk(items(0, 1_000));
  const after = chunk(items(0, 1_001));
  expect(after.flatMap((one) => one.items)).toEqual(items(0, 1_001));
  expect(after.filter((one) => !before.includes(one)).map((one) => one.items.length)).toEqual([1]);
  const more = chunk(items(0, 1_030));
  expect(more.filter((one) => !after.includes(one)).map((one) => one.items.length)).toEqual([30]);
});

test("what comes at the beginning, or in between, moves no item to another chunk", () => {
  const chunk = create();
  const before = chunk(items(100, 160));
  const after = chunk(items(0, 160));
  expect(after.flatMap((one) => one.items)).toEqual(items(0, 160));
  expect(after.slice(-2)).toEqual(before);
  expect(before.every((one) => after.includes(one))).toBe(true);
  const between = [...items(0, 130), { key: "new" }, ...items(130, 160)];
  const keyOf = (chunks: typeof after, key: string) => chunks.find((one) => one.items.some((item) => item.key === key))?.key;
  const last = chunk(between);
  expect(last.flatMap((one) => one.items)).toEqual(between);
  for (const { key } of items(0, 160)) expect(keyOf(last, key)).toBe(keyOf(after, key));
});

test("an item that moves is listed once", () => {
  const chunk = create();
  chunk(items(0, 51));
  const moved = [...items(0, 49), { key: "50" }, { key: "49" }];
  expect(chunk(moved).flatMap((one) => one.items)).toEqual(moved);
});

test("a chunk changes with its items, and goes with them", () => {
  const chunk = create();
  const before = chunk(items(0, 120));
  const changed = items(0, 120).map((item) => (item.key === "60" ? { ...item, text: "edited" } : item));
  expect(chunk(changed).map((one) => before.includes(one))).toEqual([true, false, true]);
  expect(chunk([])).toEqual([]);
});
