// What leaves the server. Users post, and others comment; the author's webhook has to be sent both, once and in order, and the author's device
// the comment. `webhook` and `push` are the times from writing the comment until the server says that it was sent, of a push after the
// five seconds for which it is held.
//   VUS (5)  DURATION (30s)  USERS (VUS, at least 2): accounts  P95, P99: milliseconds, of requests (500, 1500), and of `webhook` and `push` (2000, 4000)
//   ERRORS: a ratio  RECEIVER_URL: answers what webhooks and the push service are sent with 200 to 299
import { check, fail, sleep } from "k6";
import { Rate, Trend } from "k6/metrics";
import { clientOf, isDone, waitFor } from "./shared/feed.js";
import { number, percentiles, summaryTrendStats, text, thresholds } from "./shared/options.js";
import { createUsers, expectJson, signedIn } from "./shared/sessions.js";

const vus = number("VUS", 5);
/** After a comment, for as long pushes wait for an open page to show it. */
const heldMs = 5_000;
/** Seconds after which what did not arrive is missing. */
const patience = 60;

const webhook = new Trend("webhook", true);
const push = new Trend("push", true);
const complete = new Rate("complete");
const pushed = new Rate("pushed");

export const options = {
  vus,
  duration: text("DURATION", "30s"),
  setupTimeout: "2m",
  thresholds: {
    ...thresholds(["create post", "create comment", "deliveries", "notifications", "why notified"]),
    webhook: percentiles({ p95: 2_000, p99: 4_000 }),
    push: percentiles({ p95: 2_000, p99: 4_000, after: heldMs }),
    complete: ["rate==1"],
    pushed: ["rate==1"],
  },
  summaryTrendStats,
};

const description = "Load test";
/** Any browser's: nobody decrypts. */
const keys = {
  p256dh: "BPthopsMC3URRV40MXW7s8U9qncsvvwdIHXmOO1kvhHnT-4hOUxb8aKEVGZjqnwepUWlirJOJgTPI20L2a-6Y_A",
  auth: "c2l4dGVlbiBieXRlcyBvaw",
};

export function setup() {
  const receiver = text("RECEIVER_URL", "");
  if (!receiver) fail("RECEIVER_URL: an address that the server may call, and that answers POST with 200 to 299");
  const accounts = createUsers(Math.max(2, number("USERS", vus)));
  const receivers = accounts.map(({ id, token }) => {
    const api = clientOf(token);
    removeWebhooks(api);
    const types = ["post.published", "comment.created"];
    const created = expectJson(api.createWebhook({ url: `${receiver}/webhooks/${id}`, types, description }), 201, "create webhook");
    const device = { kind: "web", name: description, subscription: { endpoint: `${receiver}/push/${id}`, keys } };
    return { webhookId: created.webhook.id, deviceId: expectJson(api.registerDevice(device), 201, "register device").id };
  });
  // An event tells notification-service of the devices.
  sleep(2);
  return { accounts, receivers };
}

/** Of this run, or of one that was cut short. */
function removeWebhooks(api) {
  for (const webhook of expectJson(api.webhooks(), 200, "webhooks").data) if (webhook.description === description) api.deleteWebhook(webhook.id);
}

export function teardown({ accounts, receivers }) {
  for (const [n, { deviceId }] of receivers.entries()) {
    const api = clientOf(signedIn(accounts, n));
    removeWebhooks(api);
    api.removeDevice(deviceId);
  }
}

export default function ({ accounts, receivers }) {
  const { webhookId } = receivers[(__VU - 1) % accounts.length];
  const author = clientOf(signedIn(accounts));
  const reader = clientOf(signedIn(accounts, __VU));
  const posted = author.createPost("A post whose author hears of comments.");
  if (!isDone(posted, "create post")) return;
  const postId = posted.json("id");
  const began = Date.now();
  if (!isDone(reader.createComment(postId, "A comment to hear of."), "create comment")) return;

  const sent = waitFor(() => {
    const ofPost = author
      .deliveries(webhookId)
      .json("data")
      .filter(({ body }) => JSON.parse(body).data.postId === postId);
    return ofPost.length >= 2 && ofPost.every(({ state }) => state === "delivered") && ofPost;
  }, patience);
  if (sent) webhook.add(Date.now() - began);
  complete.add(sent !== undefined && JSON.stringify(sent.map(({ type }) => type).reverse()) === '["post.published","comment.created"]');

  const notification = waitFor(
    () =>
      author
        .notifications()
        .json("data")
        .find(({ data }) => data.postId === postId),
    patience,
  );
  check(notification, { "notifications: has the comment": (found) => found !== undefined });
  if (!notification) return;
  const wasPushed = waitFor(() => author.whyNotified(notification.id).json("data.0.channels.push.sentAt"), patience);
  if (wasPushed) push.add(Date.now() - began);
  pushed.add(wasPushed !== undefined);
}
