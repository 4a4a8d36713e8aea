// Nine reads to one write: comments, likes, some posts.
//   VUS (20)  DURATION (30s)  USERS (10): accounts  POSTS (40)  WRITES (0.1): their share  P95, P99: milliseconds  ERRORS: a ratio
import { createPosts } from "./shared/feed.js";
import { number, summaryTrendStats, text, thresholds } from "./shared/options.js";
import { read, readNames, write, writeNames } from "./shared/reading.js";
import { createUsers } from "./shared/sessions.js";

const writes = number("WRITES", 0.1);

export const options = {
  vus: number("VUS", 20),
  duration: text("DURATION", "30s"),
  thresholds: thresholds([...readNames, ...writeNames]),
  summaryTrendStats,
};

export function setup() {
  const accounts = createUsers(number("USERS", 10));
  return { accounts, postIds: createPosts(accounts, number("POSTS", 40)) };
}

export default function (data) {
  if (Math.random() < writes) write(data);
  else read(data);
}
