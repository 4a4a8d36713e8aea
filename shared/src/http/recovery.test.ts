import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { watchForRecovery } from "./recovery.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

async function watch(answers: boolean[], away: boolean, seconds: number) {
  let asked = 0;
  let back = 0;
  const isReady = async () => answers[asked++] ?? true;
  const watching = watchForRecovery({ isReady, away, back: () => back++ });
  await vi.advanceTimersByTimeAsync(seconds * 1_000);
  watching.stop();
  await vi.advanceTimersByTimeAsync(10_000);
  return { asked, back };
}

test("says once that a service is back that was away or was not ready", async () => {
  expect(await watch([false, false], false, 10)).toEqual({ asked: 3, back: 1 });
  expect(await watch([], true, 10)).toEqual({ asked: 1, back: 1 });
});

test("does not ask again where a service is ready and fails all the same, nor after it was stopped", async () => {
  expect(await watch([], false, 10)).toEqual({ asked: 1, back: 0 });
  expect(await watch([false, false, false, false], false, 2.5)).toEqual({ asked: 3, back: 0 });
});
