// What the other scripts leave out: search, popular posts, trends, tags, notifications, bookmarks, reposts, GraphQL and the feeds for programs.
//   VUS (20)  DURATION (30s)  USERS (10): accounts  POSTS (40)  WRITES (0.1): their share  P95, P99: milliseconds  ERRORS: a ratio
import { clientOf, createPosts, isAnswered, isDone, isPage, mix, oneOf } from "./shared/feed.js";
import { number, summaryTrendStats, text, thresholds } from "./shared/options.js";
import { createUsers, signedIn } from "./shared/sessions.js";

const names = ["search", "popular", "trends", "tag", "notifications", "bookmarks", "GraphQL", "feed for programs", "bookmark", "repost"];
const writes = number("WRITES", 0.1);

export const options = {
  vus: number("VUS", 20),
  duration: text("DURATION", "30s"),
  thresholds: thresholds(names),
  summaryTrendStats,
};

export function setup() {
  const accounts = createUsers(number("USERS", 10));
  return { accounts, postIds: createPosts(accounts, number("POSTS", 40)) };
}

export default function ({ accounts, postIds }) {
  const api = clientOf(signedIn(accounts));
  if (Math.random() < writes)
    return mix([
      [60, () => isDone(api.bookmark(oneOf(postIds)), "bookmark")],
      [40, () => isDone(api.repost(oneOf(postIds)), "repost")],
    ]);
  mix([
    [25, () => isPage(api.search(oneOf(["load", "number", "test"])), "search")],
    [15, () => isDone(api.popular(), "popular")],
    [10, () => isDone(api.trends(), "trends")],
    [10, () => isPage(api.tag("load"), "tag")],
    [15, () => isPage(api.notifications(), "notifications")],
    [5, () => isPage(api.bookmarks(), "bookmarks")],
    [15, () => isAnswered(api.graphql(`{ getPost(id: "${oneOf(postIds)}") { success post { id content } } }`), "GraphQL")],
    [5, () => isDone(api.programFeed(), "feed for programs")],
  ]);
}
