import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createHealth, Degraded, type HealthCheck } from "./health.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const open = (checks: Record<string, HealthCheck>) => {
  const lines: string[] = [];
  const write = (message: string, fields: { check?: string; state?: string } = {}) =>
    void lines.push([message, fields.check, fields.state].filter(Boolean).join(" "));
  return { read: createHealth({ service: "post-service", checks, logger: { warn: write, info: write } }), lines };
};
const works = async () => {};
const fails = async () => {
  throw new Error("away");
};
const worksInPart = async () => {
  throw new Degraded("no writes");
};

test.each([
  [{ database: works, bus: works }, "ok", { database: "ok", bus: "ok" }],
  [{ database: works, bus: fails }, "degraded", { database: "ok", bus: "down" }],
  [{ database: worksInPart, bus: works }, "degraded", { database: "degraded", bus: "ok" }],
  [{ database: fails, bus: fails }, "down", { database: "down", bus: "down" }],
] as const)("%# the status follows from the checks", async (checks, status, states) => {
  expect(await open(checks).read()).toMatchObject({ status, checks: states });
});

test("a check runs once a second, however many ask, and is logged when its state changes", async () => {
  let runs = 0;
  let fault: Error | undefined;
  const { read, lines } = open({
    bus: async () => {
      runs++;
      if (fault) throw fault;
    },
  });
  await Promise.all(Array.from({ length: 20 }, read));
  await read();
  expect(runs).toBe(1);
  fault = new Error("away");
  expect(await read()).toMatchObject({ status: "ok" });
  for (let second = 0; second < 3; second++) {
    await vi.advanceTimersByTimeAsync(1_001);
    expect(await read()).toMatchObject({ status: "degraded" });
  }
  expect(runs).toBe(4);
  fault = undefined;
  await vi.advanceTimersByTimeAsync(1_001);
  expect(await read()).toMatchObject({ status: "ok" });
  expect(lines).toEqual(["a health check fails bus down", "a health check passes again bus"]);
});

test("a check that hangs is down after two seconds, and is not begun again before ten", async () => {
  let runs = 0;
  const { read } = open({
    database: () => {
      runs++;
      return new Promise(() => {});
    },
  });
  for (let left = 3; left > 0; left--) {
    const state = read();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await state).toMatchObject({ status: "down" });
    await vi.advanceTimersByTimeAsync(1_001);
  }
  expect(runs).toBe(1);
  await vi.advanceTimersByTimeAsync(2_000);
  const state = read();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await state).toMatchObject({ status: "down" });
  expect(runs).toBe(2);
});
