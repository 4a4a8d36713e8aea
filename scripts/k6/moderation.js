// Readers report comments; a moderator lists cases, and decides them one by one and many at once. Other accounts' cases are left alone.
// The moderator is the account k6_moderator (with the prefix USER_PREFIX), which needs the role.
//   VUS (10): readers  MODERATORS (1)  DURATION (30s)  USERS (10): accounts  POSTS (10)  P95, P99: milliseconds  ERRORS: a ratio
import { check, sleep } from "k6";
import http from "k6/http";
import { Counter } from "k6/metrics";
import { clientOf, createPosts, isDone, isPage, mix, oneOf } from "./shared/feed.js";
import { number, requestThresholds, summaryTrendStats, text, thresholds } from "./shared/options.js";
import { createModerator, createUsers, expectJson, signedIn } from "./shared/sessions.js";

const duration = text("DURATION", "30s");
const scenario = (exec, vus) => ({ executor: "constant-vus", exec, vus, duration });
/** Of one moderator, between two decisions. */
const thinking = 0.2;

const decided = new Counter("decided");

export const options = {
  scenarios: { readers: scenario("read", number("VUS", 10)), moderators: scenario("moderate", number("MODERATORS", 1)) },
  thresholds: {
    ...thresholds(["create comment", "comments", "report", "cases", "one case", "claim", "decide"]),
    // One after the other.
    ...requestThresholds(["decide many"], { p95: 2_000, p99: 4_000 }),
    decided: ["count>0"],
  },
  summaryTrendStats,
};

export function setup() {
  const moderator = createModerator();
  const accounts = createUsers(Math.max(2, number("USERS", 10)));
  const postIds = createPosts(accounts, number("POSTS", 10), 2);
  // So that there is something to decide from the beginning.
  const reader = clientOf(accounts[1].token);
  expectJson(reader.report("comment", reader.comments(postIds[0]).json("data.0.id"), "spam"), 201, "report");
  return { moderator, accounts, postIds };
}

export function read({ accounts, postIds }) {
  const [api, own] = [clientOf(signedIn(accounts)), accounts[(__VU - 1) % accounts.length].id];
  const postId = oneOf(postIds);
  isDone(api.createComment(postId, `Buy cheap watches, ${new Date().toISOString()}.`), "create comment");
  const page = api.comments(postId);
  if (!isPage(page, "comments")) return;
  const others = page.json("data").filter(({ author }) => author && author.id !== own);
  if (others.length === 0) return;
  const reported = api.report("comment", oneOf(others).id, oneOf(["spam", "harassment", "other"]));
  check(reported, {
    // A moderator may have hidden it meanwhile.
    "report: taken, or there is nothing to report any more": ({ status }) => status === 201 || status === 404,
  });
}

// A case that another moderator has, or that changed since it was read, is refused with 409.
http.setResponseCallback(http.expectedStatuses({ min: 200, max: 299 }, 404, 409));
const isDecided = (response, what) => {
  check(response, { [`${what}: done, or another moderator was faster`]: ({ status }) => status === 200 || status === 409 });
  return response.status === 200;
};

export function moderate({ moderator, accounts }) {
  const api = clientOf(signedIn([moderator]));
  const page = api.cases("open");
  if (!isPage(page, "cases")) return;
  const cases = page.json("data").filter(({ authorId }) => accounts.some(({ id }) => id === authorId));
  if (cases.length > 0)
    mix([
      [80, () => decideOne(api, oneOf(cases))],
      [20, () => decideMany(api, cases.slice(0, 10))],
    ]);
  sleep(thinking);
}

function decideOne(api, { id }) {
  isDone(api.oneCase(id), "one case");
  const claimed = api.claim(id);
  if (!isDecided(claimed, "claim")) return;
  const revision = claimed.json("revision");
  const answer = mix([
    [60, () => api.approve(id, revision)],
    [40, () => api.reject(id, { revision, action: oneOf(["hide", "warn"]), reason: "spam" })],
  ]);
  if (isDecided(answer, "decide")) decided.add(1);
}

function decideMany(api, cases) {
  const answer = api.decideAll({ cases: cases.map(({ id, revision }) => ({ id, revision })), decision: "approve" });
  if (isDone(answer, "decide many")) decided.add(answer.json("data").filter((one) => one.decided).length);
}
