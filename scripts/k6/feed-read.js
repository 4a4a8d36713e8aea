// Reading: home feeds, the public feed, posts and their comments.
//   VUS (20)  DURATION (30s)  USERS (10): accounts  POSTS (40)  P95, P99: milliseconds  ERRORS: a ratio
import { createPosts } from "./shared/feed.js";
import { number, summaryTrendStats, text, thresholds } from "./shared/options.js";
import { read, readNames } from "./shared/reading.js";
import { createUsers } from "./shared/sessions.js";

export const options = { vus: number("VUS", 20), duration: text("DURATION", "30s"), thresholds: thresholds(readNames), summaryTrendStats };

export function setup() {
  const accounts = createUsers(number("USERS", 10));
  return { accounts, postIds: createPosts(accounts, number("POSTS", 40)) };
}

export default function (data) {
  read(data);
}
