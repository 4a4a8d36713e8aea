import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Problem } from "../contracts/errors.ts";
import { recordedLogger } from "../testing/recorded-logger.ts";
import { logFailure, reasonOf } from "./failure-log.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const refused = () => Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:5432"), { code: "ECONNREFUSED" });

test("what a dependency fails is a warning without a stack, at once and then every ten seconds with a count", () => {
  const { logger, lines } = recordedLogger();
  for (let request = 0; request < 500; request++) logFailure(logger, "a request failed", refused(), { path: "/api/v1/posts" });
  expect(lines).toEqual([{ level: "warn", message: "a request failed", fields: { reason: "connect ECONNREFUSED 127.0.0.1:5432", path: "/api/v1/posts" } }]);
  vi.advanceTimersByTime(10_000);
  expect(lines.slice(1)).toMatchObject([{ level: "warn", message: "a request failed, several times", fields: { count: 499 } }]);
  vi.advanceTimersByTime(60_000);
  expect(lines).toHaveLength(2);
  logFailure(logger, "a request failed", refused());
  expect(lines).toHaveLength(3);
});

test("an error of our own is logged each time, with its stack", () => {
  const { logger, lines } = recordedLogger();
  const error = new TypeError("undefined is not a function");
  for (let request = 0; request < 3; request++) logFailure(logger, "a request failed", error);
  expect(lines).toEqual(Array.from({ length: 3 }, () => ({ level: "error", message: "a request failed", fields: { error } })));
});

test("what the log says already is not logged", () => {
  const { logger, lines } = recordedLogger();
  logFailure(logger, "a request failed", new Problem("service_unavailable", { internal: "the breaker of post-service is open", logged: false }));
  expect(lines).toEqual([]);
});

test("reasons that are all different do not fill the log", () => {
  const { logger, lines } = recordedLogger();
  for (let request = 0; request < 1_000; request++) logFailure(logger, "a request failed", new Problem("bad_gateway", { internal: `answered ${request}` }));
  expect(lines.length).toBeLessThan(60);
  vi.advanceTimersByTime(10_000);
  expect(lines.at(-1)).toMatchObject({ fields: { reason: "several", count: 949 } });
});

test("a reason includes its causes, and the parts of an error that says nothing itself", () => {
  const both = new AggregateError([new Error("connect ECONNREFUSED ::1:9"), new Error("connect ECONNREFUSED 127.0.0.1:9")], "");
  expect(reasonOf(both)).toBe("connect ECONNREFUSED ::1:9; connect ECONNREFUSED 127.0.0.1:9");
  expect(reasonOf(new Problem("service_unavailable", { internal: "post-service cannot be reached", cause: both }))).toBe(
    "post-service cannot be reached: connect ECONNREFUSED ::1:9; connect ECONNREFUSED 127.0.0.1:9",
  );
});
