// Normal load, a spike, normal load. During the spike the server may be slow and may refuse (429, 503) with Retry-After;
// it must not fail otherwise, and afterwards everything must be as before.
//   RATE (20): a second when calm  SPIKE (400): in the spike  DURATION (60s): a third each  VUS (300): at most  USERS (20)  POSTS (40)  P95, P99
import { check } from "k6";
import exec from "k6/execution";
import http from "k6/http";
import { clientOf, createPosts, oneOf } from "./shared/feed.js";
import { objectives } from "./shared/objectives.ts";
import { number, percentiles, secondsOf, summaryTrendStats, text } from "./shared/options.js";
import { createUsers } from "./shared/sessions.js";

const third = secondsOf(text("DURATION", "60s")) / 3;
const [calm, crowd, vus] = [number("RATE", 20), number("SPIKE", 400), number("VUS", 300)];
const available = [`rate>=${objectives.availability.share}`];
const scenario = (phase, rate, startTime) => ({
  executor: "constant-arrival-rate",
  rate,
  duration: `${third}s`,
  startTime: `${startTime}s`,
  preAllocatedVUs: Math.min(vus, rate),
  maxVUs: vus,
  tags: { phase },
  gracefulStop: "10s",
});

export const options = {
  scenarios: {
    before: scenario("before", calm, 0),
    spike: scenario("spike", crowd, third),
    // A second for what the spike has queued.
    after: scenario("after", calm, 2 * third + 1),
  },
  thresholds: {
    "checks{phase:before}": available,
    "checks{phase:spike}": ["rate>=0.99"],
    "checks{phase:after}": available,
    "http_req_duration{phase:before}": percentiles(),
    "http_req_duration{phase:after}": percentiles(),
    "http_req_duration{phase:spike}": [`p(99)<${number("SPIKE_P99", 15_000)}`],
  },
  summaryTrendStats,
};

export function setup() {
  const accounts = createUsers(number("USERS", 20));
  return { accounts, postIds: createPosts(accounts, number("POSTS", 40)) };
}

http.setResponseCallback(http.expectedStatuses({ min: 200, max: 299 }, 429, 503));

export default function ({ accounts, postIds }) {
  // With the accounts' tokens, so that the spike is not one of sign-ins.
  const api = clientOf(oneOf(accounts).token);
  const roll = Math.random();
  const response = roll < 0.6 ? api.homeFeed() : roll < 0.9 ? api.comments(oneOf(postIds)) : api.createComment(oneOf(postIds), "In the crowd.");
  const inSpike = exec.scenario.name === "spike";
  check(response, {
    "succeeded, or refused with Retry-After": ({ status, headers }) =>
      (status >= 200 && status < 300) || (inSpike && (status === 429 || status === 503) && headers["Retry-After"] !== undefined),
  });
}
