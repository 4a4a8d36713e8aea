import { asUserId } from "@newfeed/shared/contracts/ids.ts";
import { socketEventRate } from "@newfeed/shared/contracts/limits.ts";
import { expect, test } from "vitest";
import { createEventRates } from "./event-rates.ts";

const { burst, perSecond, refused } = socketEventRate;
const [john, mary] = [asUserId("john"), asUserId("mary")];

function setUp() {
  let time = 0;
  const rates = createEventRates(1, () => time);
  return {
    take: (count: number, user = john) => Array.from({ length: count }, () => rates.take(user)),
    waitOf: rates.waitOf,
    pass: (seconds: number) => {
      time += seconds * 1000;
    },
  };
}

test("a user may emit a burst, and then so many events a second; others are not affected", () => {
  const { take, waitOf, pass } = setUp();
  expect(new Set(take(burst))).toEqual(new Set(["allowed"]));
  expect(waitOf(john)).toBe(0);
  expect(take(1)).toEqual(["refused"]);
  expect(waitOf(john)).toBe(1 / perSecond);
  expect(take(1, mary)).toEqual(["allowed"]);
  pass(1);
  expect(new Set(take(perSecond - 1))).toEqual(new Set(["allowed"]));
  expect(take(1)).toEqual(["refused"]);
});

test("a client that goes on although it is refused is disconnected, and has to wait", () => {
  const { take, waitOf, pass } = setUp();
  take(burst);
  expect(new Set(take(refused - 1))).toEqual(new Set(["refused"]));
  expect(take(2)).toEqual(["disconnect", "disconnect"]);
  expect(waitOf(john)).toBe(refused / perSecond);
  pass(refused / perSecond);
  expect(waitOf(john)).toBe(0);
  pass(1);
  expect(take(1)).toEqual(["allowed"]);
});
