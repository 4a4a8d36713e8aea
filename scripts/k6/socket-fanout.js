// Socket.IO over k6's WebSocket: sockets follow one post, one user comments, and every socket must receive every comment
// once and in order. `delivery` is the time from sending a comment until a socket has it: 99 % take a second at most.
//   SOCKETS (100)  RATE (5): comments a second  DURATION (30s)  USERS (10): at most 20 sockets each  P95, P99: of `delivery`, milliseconds
//   IN_TIME (0.99): the share that has to arrive within the second
import { check } from "k6";
import exec from "k6/execution";
import { Counter, Rate, Trend } from "k6/metrics";
import { WebSocket } from "k6/websockets";
import { clientOf, createPosts } from "./shared/feed.js";
import { objectives } from "./shared/objectives.ts";
import { baseUrl, inTime, number, percentiles, secondsOf, summaryTrendStats, text } from "./shared/options.js";
import { createUsers } from "./shared/sessions.js";

const sockets = number("SOCKETS", 100);
const seconds = secondsOf(text("DURATION", "30s"));
const rate = number("RATE", 5);
/** Seconds for opening the sockets before the first comment, and for which they stay open after the last. */
const opening = Math.max(1, sockets / 100);
const settling = 2;

const delivery = new Trend("delivery", true);
const deliveries = new Counter("deliveries");
const deliveredInTime = new Rate(objectives.delivery.metric);
const inOrder = new Rate("in_order");
const complete = new Rate("complete");

export const options = {
  scenarios: {
    followers: { executor: "per-vu-iterations", exec: "follow", vus: sockets, iterations: 1, maxDuration: `${opening + seconds + settling + 30}s` },
    author: {
      executor: "constant-arrival-rate",
      exec: "comment",
      rate,
      duration: `${seconds}s`,
      startTime: `${opening}s`,
      preAllocatedVUs: 5,
      maxVUs: 20,
    },
  },
  thresholds: {
    delivery: percentiles(),
    ...inTime(objectives.delivery),
    in_order: ["rate==1"],
    complete: ["rate==1"],
    checks: ["rate==1"],
    http_req_failed: ["rate==0"],
  },
  summaryTrendStats,
};

export function setup() {
  const accounts = createUsers(Math.max(number("USERS", 10), Math.ceil(sockets / 20)));
  return { accounts, postId: createPosts(accounts, 1, 0)[0] };
}

export function comment({ accounts, postId }) {
  const response = clientOf(accounts[0].token).createComment(postId, JSON.stringify({ at: Date.now() }));
  check(response, { "comment: written": ({ status }) => status === 201 });
}

// Engine.IO and Socket.IO each prefix packets with a digit: open 0, ping 2, pong 3, message 4; connect 0, event 2, ack 3.
export function follow({ accounts, postId }) {
  const { token } = accounts[(exec.vu.idInTest - 1) % accounts.length];
  const socket = new WebSocket(`${baseUrl.replace(/^http/, "ws")}/notifications/socket.io/?EIO=4&transport=websocket`);
  const began = Date.now();
  // A stream's offsets have no gaps; `first` is the position at which following began.
  let [first, last, got, following] = [0, 0, 0, false];
  const offsetOf = (cursor) => Number(cursor.split(":")[1]);
  const packets = {
    0: () => socket.send(`40${JSON.stringify({ token })}`),
    2: () => socket.send("3"),
    40: () => socket.send(`420${JSON.stringify(["subscribe-post", postId])}`),
    43(body) {
      const [ack] = JSON.parse(body.slice(body.indexOf("[")));
      following = check(ack, { "subscribe-post: ok": ({ ok }) => ok === true });
      if (following) [first, last] = [offsetOf(ack.cursor), offsetOf(ack.cursor)];
    },
    42(body) {
      const [name, payload] = JSON.parse(body);
      if (name !== "new_comment") return;
      const { at } = JSON.parse(payload.comment.content);
      const tookMs = Date.now() - at;
      delivery.add(tookMs);
      deliveredInTime.add(tookMs <= objectives.delivery.withinMs);
      deliveries.add(1);
      inOrder.add(offsetOf(payload.cursor) === last + 1);
      last = offsetOf(payload.cursor);
      got++;
    },
  };
  socket.onmessage = ({ data }) => {
    const kind = data[0] === "4" ? data.slice(0, 2) : data[0];
    packets[kind]?.(data.slice(kind.length));
  };
  socket.onerror = ({ error }) => check(error, { "socket: no error": () => false });
  setTimeout(
    () => {
      // The end of the stream tells how many comments were written.
      const written = clientOf(token).comments(postId).json("streamCursor");
      complete.add(following && got === last - first && (written === null || offsetOf(written) === last));
      socket.close();
    },
    began + (opening + seconds + settling) * 1000 - Date.now(),
  );
}
