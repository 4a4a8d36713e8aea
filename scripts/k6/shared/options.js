// Options from the environment (k6 run -e NAME=value, or the process's own).
import { missed, objectives } from "./objectives.ts";

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

/** The 95th and 99th percentile, in milliseconds: `P95` and `P99` set them. `after`: what they begin after. */
export const percentiles = ({ p95 = 500, p99 = 1_500, after = 0 } = {}) => [`p(95)<${after + number("P95", p95)}`, `p(99)<${after + number("P99", p99)}`];

/** Of each kind of request. */
export const requestThresholds = (names, defaults) => Object.fromEntries(names.map((name) => [`http_req_duration{name:${name}}`, percentiles(defaults)]));

/** The thresholds of a run: the ratio of failed requests and checks (`ERRORS`), and the percentiles of each kind of request. */
export function thresholds(names, defaults) {
  const errors = number("ERRORS", missed(objectives.availability));
  return { http_req_failed: [`rate<=${errors}`], checks: [`rate>=${1 - errors}`], ...requestThresholds(names, defaults) };
}

/** What is to be there in time, as a metric of ones and zeros: `IN_TIME` sets the share. */
export const inTime = ({ share, metric }) => ({ [metric]: [`rate>=${number("IN_TIME", share)}`] });

/** Of a steady rate: iterations that could not start in time because all virtual users were waiting for responses. */
export const dropped = (rate, seconds) => ({ dropped_iterations: [`count<=${Math.ceil((rate * seconds) / 1_000)}`] });

export const summaryTrendStats = ["med", "p(95)", "p(99)", "max", "count"];
