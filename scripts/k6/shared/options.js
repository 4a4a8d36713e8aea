// Options from the environment (k6 run -e NAME=value, or the process's own).

export const baseUrl = (__ENV.BASE_URL || "http://localhost:8080").replace(/\/$/, "");

/** A non-negative number from the environment. Throws when it is not one. */
export function number(name, fallback) {
  const value = Number(__ENV[name] || fallback);
  if (!Number.isFinite(value) || value < 0) throw new Error(`${name} must be a number, not ${__ENV[name]}`);
  return value;
}

export const text = (name, fallback) => __ENV[name] || fallback;

/** Seconds of k6's `90s`, `5m`, `1h30m`. */
export function secondsOf(duration) {
  const parts = [...duration.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)];
  if (parts.map(([part]) => part).join("") !== duration || parts.length === 0) throw new Error(`${duration} is not a duration, such as 30s, 5m or 1h`);
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * { h: 3600, m: 60, s: 1, ms: 0.001 }[unit], 0);
}

/**
 * The thresholds of a run: the ratio of failed requests and checks, and the 95th and 99th percentile of each kind of
 * request. `P95`, `P99` (milliseconds) and `ERRORS` (a ratio) set them.
 */
export function thresholds(names, { p95 = 500, p99 = 1_500 } = {}) {
  const bounds = [`p(95)<${number("P95", p95)}`, `p(99)<${number("P99", p99)}`];
  return {
    http_req_failed: [`rate<=${number("ERRORS", 0.001)}`],
    checks: [`rate>=${1 - number("ERRORS", 0.001)}`],
    ...Object.fromEntries(names.map((name) => [`http_req_duration{name:${name}}`, bounds])),
  };
}

export const summaryTrendStats = ["med", "p(95)", "p(99)", "max", "count"];
