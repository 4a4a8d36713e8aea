// Server-sent events, as far as stock k6 can: it has no event source, and gives the body of an answer only when that has
// ended. So each iteration follows a post of its own, comments on it, and deletes it, which ends the stream: then
// everything that was sent is there, to be counted and compared. `ended` is the time from the deletion until the last
// stream has ended, and so a delivery to the last follower. When each event arrived k6 cannot tell; the bench can
// (`npm run bench`), and so can k6 with the extension xk6-sse.
//   VUS (5)  DURATION (30s)  STREAMS (10): followers of each post  COMMENTS (10): on each  USERS (VUS, with STREAMS at most 20)  P95, P99: of `ended`
//   SETTLE (1): seconds between the last comment and the deletion
import { check, sleep } from "k6";
import http from "k6/http";
import { Counter, Rate, Trend } from "k6/metrics";
import { people, visitor } from "./shared/feed.js";
import { baseUrl, number, summaryTrendStats, text } from "./shared/options.js";

const [vus, streams, comments] = [number("VUS", 5), number("STREAMS", 10), number("COMMENTS", 10)];
const ended = new Trend("ended", true);
const deliveries = new Counter("deliveries");
const exact = new Rate("exact");

export const options = {
  vus,
  duration: text("DURATION", "30s"),
  thresholds: {
    ended: [`p(95)<${number("P95", 1_000)}`, `p(99)<${number("P99", 2_500)}`],
    exact: ["rate==1"],
    checks: ["rate==1"],
    http_req_failed: ["rate==0"],
  },
  summaryTrendStats,
};

export const setup = () => people(vus);

/** Name, id and data of each event of a stream. */
const eventsOf = (body) =>
  body
    .split("\n\n")
    .map((block) => Object.fromEntries(block.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()])))
    .filter(({ event }) => event !== undefined);

export default async function (accounts) {
  const { token } = accounts[(__VU - 1) % accounts.length];
  const me = visitor(token);
  const created = me.createPost("A post to follow.");
  if (!check(created, { "post: written": ({ status }) => status === 201 })) return;
  const postId = created.json("id");
  // From the stream's beginning: what is said before a stream is open is replayed to it, and the rest comes live.
  // (It is null when the stream's end was not to be had in time, and there the next time.)
  let from = null;
  for (let tries = 0; !from && tries < 100; tries++) {
    if (tries > 0) sleep(0.05);
    from = me.comments(postId).json("streamCursor");
  }
  const url = `${baseUrl}/api/sse/comments/${postId}?last_event_id=${from}`;
  const following = Array.from({ length: streams }, () =>
    http.asyncRequest("GET", url, null, {
      headers: { Authorization: `Bearer ${token}`, Accept: "text/event-stream" },
      timeout: "60s",
      tags: { name: "event stream" },
    }),
  );
  const said = [];
  for (let n = 1; n <= comments; n++) {
    const response = me.createComment(postId, `Comment ${n}.`);
    check(response, { "comment: written": ({ status }) => status === 201 });
    said.push(response.json("id"));
  }
  // A deletion may overtake what was said just before, which then is said to nobody: first let it all be in the stream.
  const offset = () => Number((me.comments(postId).json("streamCursor") || ":0").split(":")[1]);
  for (let tries = 0; offset() < comments && tries < 100; tries++) sleep(0.05);
  // Whoever is still being let in when the post goes finds no post any more; nothing tells from here that all are in.
  sleep(number("SETTLE", 1));
  const deletedAt = Date.now();
  me.deletePost(postId);
  const bodies = await Promise.all(following);
  ended.add(Date.now() - deletedAt);
  for (const { body } of bodies) {
    const events = eventsOf(body || "");
    const added = events.filter(({ event }) => event === "comment_added");
    deliveries.add(events.length);
    exact.add(
      JSON.stringify(added.map(({ data }) => JSON.parse(data).comment.id)) === JSON.stringify(said) &&
        events[0]?.event === "hello" &&
        events.at(-1).event === "post_deleted",
    );
  }
}
