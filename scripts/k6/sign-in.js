// Signing in, refreshing and signing out at a steady rate. 99.5 % of sign-ins are answered within 2.5 s.
//   RATE (5): a second  DURATION (30s)  VUS (50): at most  USERS (10): accounts  P95, P99: milliseconds  ERRORS: a ratio
//   IN_TIME (0.995): the share that has to be answered within the 2.5 s
import { Rate } from "k6/metrics";
import { isDone } from "./shared/feed.js";
import { objectives } from "./shared/objectives.ts";
import { dropped, inTime, number, requestThresholds, secondsOf, summaryTrendStats, text, thresholds } from "./shared/options.js";
import { clearCookies, createUsers, sendRefresh, sendSignIn, sendSignOut } from "./shared/sessions.js";

const [rate, vus, duration] = [number("RATE", 5), number("VUS", 50), text("DURATION", "30s")];
const signedInInTime = new Rate(objectives["sign-in"].metric);

export const options = {
  scenarios: { users: { executor: "constant-arrival-rate", rate, duration, preAllocatedVUs: vus, maxVUs: vus } },
  thresholds: {
    ...thresholds(["refresh", "sign out"]),
    // A password takes its time to be checked.
    ...requestThresholds(["sign in"], { p95: 1_000, p99: objectives["sign-in"].withinMs }),
    ...inTime(objectives["sign-in"]),
    ...dropped(rate, secondsOf(duration)),
  },
  summaryTrendStats,
};

export const setup = () => createUsers(number("USERS", 10));

export default function (accounts) {
  const answer = sendSignIn(accounts[(__VU - 1) % accounts.length]);
  signedInInTime.add(answer.status !== 0 && answer.status < 500 && answer.timings.duration <= objectives["sign-in"].withinMs);
  if (!isDone(answer, "sign in")) return;
  clearCookies();
  const refreshed = sendRefresh(answer.json("data.tokens.refreshToken"));
  if (!isDone(refreshed, "refresh")) return;
  clearCookies();
  isDone(sendSignOut(refreshed.json("data.tokens.accessToken")), "sign out");
}
