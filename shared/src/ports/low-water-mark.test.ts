import { expect, test } from "vitest";
import { createLowWaterMark } from "./low-water-mark.ts";

function marked() {
  let time = 0;
  const { lookBehind, reached } = createLowWaterMark(() => time);
  return {
    reached,
    lookBehind,
    pass: (ms: number) => {
      time += ms;
    },
  };
}

test("the mark follows what was reached two seconds ago", () => {
  const { reached, lookBehind, pass } = marked();
  expect(lookBehind()).toBe(0);
  reached(100);
  pass(1_999);
  reached(200);
  expect(lookBehind()).toBe(0);
  pass(1);
  reached(300);
  expect(lookBehind()).toBe(100);
  pass(2_000);
  reached(400);
  expect(lookBehind()).toBe(300);
});

test("every five seconds all is looked through, also when nothing comes", () => {
  const { reached, lookBehind, pass } = marked();
  lookBehind();
  reached(100);
  pass(2_000);
  reached(101);
  expect(lookBehind()).toBe(100);
  pass(3_000);
  expect(lookBehind()).toBe(0);
  expect(lookBehind()).toBe(100);
  pass(5_000);
  expect(lookBehind()).toBe(0);
});
