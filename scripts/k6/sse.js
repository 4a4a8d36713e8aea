// Server-sent events with stock k6, which has no EventSource and returns a response body only at its end. Each iteration
// follows its own post, comments on it, and deletes it, which ends the streams; then it checks every event of each body.
// `ended` is the time from the deletion until the last stream has ended, that is, a delivery to the last follower. For the
// arrival of each event, use `npm run bench -- sse` or the extension xk6-sse.
//   VUS (5)  DURATION (30s)  STREAMS (10): followers of each post  COMMENTS (10): on each  USERS (VUS, with STREAMS at most 20)  P95, P99: of `ended`
//   SETTLE (1): seconds between the last comment and the deletion
import { check, sleep } from "k6";
import http from "k6/http";
import { Counter, Rate, Trend } from "k6/metrics";
import { clientOf } from "./shared/feed.js";
import { baseUrl, number, percentiles, summaryTrendStats, text } from "./shared/options.js";
import { createUsers } from "./shared/sessions.js";

const [vus, streams, comments] = [number("VUS", 5), number("STREAMS", 10), number("COMMENTS", 10)];
const ended = new Trend("ended", true);
const deliveries = new Counter("deliveries");
const exact = new Rate("exact");

export const options = {
  vus,
  duration: text("DURATION", "30s"),
  thresholds: {
    ended: percentiles({ p95: 1_000, p99: 2_500 }),
    exact: ["rate==1"],
    checks: ["rate==1"],
    http_req_failed: ["rate==0"],
  },
  summaryTrendStats,
};

export const setup = () => createUsers(vus);

/** Name, id and data of each event of a stream. */
const eventsOf = (body) =>
  body
    .split("\n\n")
    .map((block) => Object.fromEntries(block.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()])))
    .filter(({ event }) => event !== undefined);

export default async function (accounts) {
  const { token } = accounts[(__VU - 1) % accounts.length];
  const api = clientOf(token);
  const created = api.createPost("A post to follow.");
  if (!check(created, { "post: written": ({ status }) => status === 201 })) return;
  const postId = created.json("id");
  // From the stream's beginning: comments created before a stream is open are replayed, later ones arrive live.
  // (The cursor is null when notification-service does not respond in time; the next request has it.)
  let from = null;
  for (let tries = 0; !from && tries < 100; tries++) {
    if (tries > 0) sleep(0.05);
    from = api.comments(postId).json("streamCursor");
  }
  const url = `${baseUrl}/api/sse/comments/${postId}?last_event_id=${from}`;
  const following = Array.from({ length: streams }, () =>
    http.asyncRequest("GET", url, null, {
      headers: { Authorization: `Bearer ${token}`, Accept: "text/event-stream" },
      timeout: "60s",
      tags: { name: "event stream" },
    }),
  );
  const commentIds = [];
  for (let n = 1; n <= comments; n++) {
    const response = api.createComment(postId, `Comment ${n}.`);
    check(response, { "comment: written": ({ status }) => status === 201 });
    commentIds.push(response.json("id"));
  }
  // A deletion may overtake the last comments, which then are not delivered, so it waits until all are in the stream.
  const offset = () => Number((api.comments(postId).json("streamCursor") || ":0").split(":")[1]);
  for (let tries = 0; offset() < comments && tries < 100; tries++) sleep(0.05);
  // A stream that is still being admitted when the post is deleted gets 404; k6 cannot see which streams are open.
  sleep(number("SETTLE", 1));
  const deletedAt = Date.now();
  api.deletePost(postId);
  const bodies = await Promise.all(following);
  ended.add(Date.now() - deletedAt);
  for (const { body } of bodies) {
    const events = eventsOf(body || "");
    const added = events.filter(({ event }) => event === "comment_added");
    deliveries.add(events.length);
    exact.add(
      JSON.stringify(added.map(({ data }) => JSON.parse(data).comment.id)) === JSON.stringify(commentIds) &&
        events[0]?.event === "hello" &&
        events.at(-1).event === "post_deleted",
    );
  }
}
