import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { watchForRecovery } from "./recovery.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

async function watch(answers: boolean[], unreachable: boolean, seconds: number) {
  let checks = 0;
  let recoveries = 0;
  const isReady = async () => answers[checks++] ?? true;
  const watching = watchForRecovery({ isReady, unreachable, recovered: () => recoveries++ });
  await vi.advanceTimersByTimeAsync(seconds * 1_000);
  watching.stop();
  await vi.advanceTimersByTimeAsync(10_000);
  return { checks, recoveries };
}

test("reports once that a service has recovered that was unreachable or not ready", async () => {
  expect(await watch([false, false], false, 10)).toEqual({ checks: 3, recoveries: 1 });
  expect(await watch([], true, 10)).toEqual({ checks: 1, recoveries: 1 });
});

test("does not check again when a service is ready and fails all the same, nor after it was stopped", async () => {
  expect(await watch([], false, 10)).toEqual({ checks: 1, recoveries: 0 });
  expect(await watch([false, false, false, false], false, 2.5)).toEqual({ checks: 3, recoveries: 0 });
});
