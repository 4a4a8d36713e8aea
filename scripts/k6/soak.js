// The mix of write-mix at a steady rate for a long time, with refreshed sessions, to find slowdowns and failures.
// `late` requests are those of the last tenth, `early` ones those of the first: compare the two in the summary.
//   RATE (50): a second  DURATION (30m)  VUS (50): at most  USERS (20)  POSTS (100)  WRITES (0.1)  P95, P99  ERRORS
import exec from "k6/execution";
import { createPosts } from "./shared/feed.js";
import { dropped, number, percentiles, secondsOf, summaryTrendStats, text, thresholds } from "./shared/options.js";
import { read, readNames, write, writeNames } from "./shared/reading.js";
import { createUsers } from "./shared/sessions.js";

const duration = text("DURATION", "30m");
const milliseconds = secondsOf(duration) * 1000;
const writes = number("WRITES", 0.1);

export const options = {
  scenarios: {
    soak: { executor: "constant-arrival-rate", rate: number("RATE", 50), duration, preAllocatedVUs: number("VUS", 50), maxVUs: number("VUS", 50) },
  },
  thresholds: {
    ...thresholds([...readNames, ...writeNames]),
    "http_req_duration{phase:early}": percentiles(),
    "http_req_duration{phase:late}": percentiles(),
    ...dropped(number("RATE", 50), milliseconds / 1000),
  },
  summaryTrendStats,
};

export function setup() {
  const accounts = createUsers(number("USERS", 20));
  return { accounts, postIds: createPosts(accounts, number("POSTS", 100)) };
}

export default function (data) {
  const progress = (Date.now() - exec.scenario.startTime) / milliseconds;
  exec.vu.metrics.tags.phase = progress < 0.1 ? "early" : progress < 0.9 ? "middle" : "late";
  if (Math.random() < writes) write(data);
  else read(data);
}
