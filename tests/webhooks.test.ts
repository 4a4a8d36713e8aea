import { asUserId } from "@newfeed/shared/contracts/ids.ts";
import { installationWebhookTypes, ownWebhookTypes } from "@newfeed/shared/contracts/webhooks.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { administratorOf } from "./support/administrator.ts";
import { createPost } from "./support/comments.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { moderationOf } from "./support/moderation-events.ts";
import { openWebhookReceiver, type WebhookReceiver } from "./support/webhook-receiver.ts";

let feed: TestFeed;
let receiver: WebhookReceiver;
beforeAll(async () => {
  receiver = await openWebhookReceiver();
  feed = await startTestFeed({ WEBHOOK_ALLOW_PRIVATE: "true" });
});
afterAll(async () => {
  await feed.close();
  receiver.close();
});
afterEach(() => expect(receiver.faults).toEqual([]));

const all = "/api/v1/webhooks";
let paths = 0;
/** A webhook at a path of its own. */
async function webhookOf(person: Person, types: readonly string[], scope: "own" | "installation" = "own") {
  const path = `/${++paths}`;
  const { status, body } = await person.post(all, { url: receiver.url + path, types, scope });
  expect(status).toBe(201);
  receiver.secrets.set(path, body.secret);
  return { path, id: body.webhook.id as string, secret: body.secret as string, at: `${all}/${body.webhook.id}` };
}
const told = (path: string) => receiver.at(path).map(({ type, data }) => ({ type, data }));
const logOf = async (person: Person, at: string) => (await person.get(`${at}/deliveries`)).body.data;
/** What waits to be sent again is sent now. */
async function hurry(webhookId: string) {
  const { query } = await feed.platform.openDatabase("delivery-service");
  await query("UPDATE webhook_queue SET due_at = now() WHERE webhook_id = $1 AND NOT in_hand", [webhookId]);
  await query("UPDATE webhook SET due_at = now() WHERE id = $1 AND enabled", [webhookId]);
}

test("a user's webhook is told what happens to their own posts, and of followers, in ids", async () => {
  const [alice, bob] = await Promise.all([feed.person("alice"), feed.person("bob")]);
  const { path } = await webhookOf(alice, ownWebhookTypes);
  const followersOnly = await createPost(alice, { content: "for followers", visibility: "followers" });
  await bob.post(`/api/v1/users/${alice.id}/follow`);
  await eventually(async () => expect(await bob.post(`/api/v1/posts/${followersOnly}/like`)).toMatchObject({ status: 200 }));
  const { body: comment } = await bob.post("/api/v1/comments", { postId: followersOnly, content: "a secret word" });
  const others = await createPost(bob, { content: "another's" });
  await alice.post(`/api/v1/posts/${others}/like`);
  await alice.delete(`/api/v1/posts/${followersOnly}`);

  await eventually(() => expect(told(path)).toContainEqual({ type: "post.deleted", data: { postId: followersOnly } }));
  const ofPost = { postId: followersOnly, userId: bob.id };
  await eventually(() => expect(told(path).length).toBe(5));
  expect(told(path)).toEqual(
    expect.arrayContaining([
      { type: "post.published", data: { postId: followersOnly, userId: alice.id } },
      { type: "user.followed", data: { userId: bob.id } },
      { type: "post.liked", data: ofPost },
      { type: "comment.created", data: { ...ofPost, commentId: comment.id } },
    ]),
  );
  expect(JSON.stringify(receiver.at(path))).not.toContain("secret word");
  expect(Object.keys(receiver.at(path)[0]?.headers ?? {}).toSorted()).toEqual([
    "accept-encoding",
    "connection",
    "content-length",
    "content-type",
    "host",
    "user-agent",
    "webhook-id",
    "webhook-signature",
    "webhook-timestamp",
  ]);
});

test("a webhook of the installation is told what is public, and administrators alone make one", async () => {
  const [administrator, alice] = await Promise.all([administratorOf(feed), feed.person("alice")]);
  const { path, at } = await webhookOf(administrator, installationWebhookTypes, "installation");
  await createPost(alice, { content: "for followers", visibility: "followers" });
  await createPost(alice, { content: "a draft", status: "draft" });
  const published = await createPost(alice, { content: "for all" });
  const bob = await feed.person("bob");
  await eventually(() => {
    expect(told(path)).toContainEqual({ type: "post.published", data: { postId: published, userId: alice.id } });
    expect(told(path)).toContainEqual({ type: "user.registered", data: { userId: bob.id } });
  });
  expect(told(path).filter(({ type }) => type.startsWith("post."))).toHaveLength(1);

  expect(await alice.post(all, { url: receiver.url, types: ["user.registered"], scope: "installation" })).toMatchObject({ status: 403 });
  expect(await alice.post(all, { url: receiver.url, types: ["user.registered"] })).toMatchObject({ status: 400, body: { errors: [{ field: "types" }] } });
  for (const [method, where] of [
    ["GET", at],
    ["DELETE", at],
    ["GET", `${at}/deliveries`],
    ["POST", `${at}/test`],
    ["POST", `${at}/secret`],
  ] as const)
    expect(await feed.call(method, where, undefined, { authorization: `Bearer ${alice.token}` }), where).toMatchObject({ status: 404 });
  expect((await alice.get(all)).body).toEqual({ data: [] });
  expect((await administrator.get(all)).body.data).toMatchObject([{ scope: "installation", enabled: true }]);
  await administrator.delete(at);
});

test("of what moderators keep back, webhooks learn only that what everyone could see has changed", async () => {
  const [administrator, alice, bob] = await Promise.all([administratorOf(feed), feed.person("alice"), feed.person("bob")]);
  const { path, at } = await webhookOf(administrator, installationWebhookTypes, "installation");
  const moderation = await moderationOf(feed);
  const post = await createPost(alice, { content: "for all" });
  const { body: comment } = await bob.post("/api/v1/comments", { postId: post, content: "held" });
  const ofComment = { commentId: comment.id, postId: post, userId: bob.id };
  await eventually(() => expect(told(path)).toContainEqual({ type: "comment.created", data: ofComment }));
  const hidden = { type: "comment", id: comment.id, authorId: asUserId(bob.id) } as const;
  await moderation.reject(hidden);
  await eventually(() => expect(told(path).filter(({ type }) => type === "comment.updated")).toEqual([{ type: "comment.updated", data: ofComment }]));
  // Nobody else sees what its author makes of it.
  await bob.patch(`/api/v1/comments/${comment.id}`, { content: "still held" });
  await moderation.reject({ type: "post", id: post, authorId: asUserId(alice.id) });
  await eventually(() => expect(told(path)).toContainEqual({ type: "post.updated", data: { postId: post, userId: alice.id } }));
  await alice.patch(`/api/v1/posts/${post}`, { content: "for nobody" });
  const last = await createPost(bob, { content: "the last" });
  await eventually(() => expect(told(path)).toContainEqual({ type: "post.published", data: { postId: last, userId: bob.id } }));
  expect(told(path).filter(({ type }) => type.endsWith(".updated") && type !== "user.updated")).toHaveLength(2);
  await administrator.delete(at);
});

test("a test arrives, the log says so, and it can be sent again under the same id", async () => {
  const alice = await feed.person("alice");
  const { path, id, at } = await webhookOf(alice, ["post.liked"]);
  const sent = await alice.post(`${at}/test`);
  expect(sent).toMatchObject({ status: 201, body: { type: "webhook.test", state: "waiting" } });
  await eventually(async () =>
    expect(await logOf(alice, at)).toMatchObject([{ id: sent.body.id, state: "delivered", attempts: 1, status: 204, failure: null, nextAttemptAt: null }]),
  );
  expect(told(path)).toEqual([{ type: "webhook.test", data: { webhookId: id } }]);

  expect(await alice.post(`${at}/deliveries/${sent.body.id}/resend`)).toMatchObject({ status: 201, body: { messageId: sent.body.messageId } });
  await eventually(() => expect(receiver.at(path).map((delivery) => delivery.id)).toEqual([sent.body.messageId, sent.body.messageId]));
  expect((await logOf(alice, at)).length).toBe(2);
  expect((await alice.get(`${at}/deliveries?limit=1`)).body).toMatchObject({ data: [{}], pageInfo: { hasNextPage: true } });
});

test("after a rotation both secrets sign", async () => {
  const alice = await feed.person("alice");
  const { path, at, secret } = await webhookOf(alice, ["post.liked"]);
  const { body } = await alice.post(`${at}/secret`);
  expect(body.secret).not.toBe(secret);
  expect(body.webhook.previousSecretUntil).not.toBeNull();
  await alice.post(`${at}/test`);
  // The receiver checks with the previous one.
  await eventually(() => expect(receiver.at(path)).toMatchObject([{ signatures: 2 }]));
  receiver.secrets.set(path, body.secret);
  await alice.post(`${at}/test`);
  await eventually(() => expect(receiver.at(path).length).toBe(2));
  const { query } = await feed.platform.openDatabase("delivery-service");
  const [stored] = await query<{ text: string }>("SELECT w::text AS text FROM webhook w WHERE id = $1", [at.split("/").at(-1)]);
  for (const each of [secret, body.secret]) expect(stored?.text).not.toContain(each.slice(6));
});

test("what is about one post arrives in order, and does not hold up what is about another", async () => {
  const [alice, bob] = await Promise.all([feed.person("alice"), feed.person("bob")]);
  const { path, id, at } = await webhookOf(alice, ["post.liked", "post.unliked"]);
  const [first, second] = [await createPost(alice, { content: "1" }), await createPost(alice, { content: "2" })];
  receiver.answers.set(path, ({ data }) => (data.postId === first ? 500 : 204));
  await bob.post(`/api/v1/posts/${first}/like`);
  await eventually(() => expect(receiver.at(path).length).toBe(1));
  await bob.delete(`/api/v1/posts/${first}/like`);
  await bob.post(`/api/v1/posts/${second}/like`);
  await eventually(() => expect(told(path).filter(({ data }) => data.postId === second)).toHaveLength(1));
  await eventually(async () =>
    expect(await logOf(alice, at)).toEqual(
      expect.arrayContaining([expect.objectContaining({ type: "post.liked", state: "waiting", status: 500, failure: "status", attempts: 1 })]),
    ),
  );
  expect(told(path).filter(({ type }) => type === "post.unliked")).toEqual([]);
  receiver.answers.delete(path);
  await hurry(id);
  await eventually(() =>
    expect(
      told(path)
        .filter(({ data }) => data.postId === first)
        .map(({ type }) => type),
    ).toEqual(["post.liked", "post.liked", "post.unliked"]),
  );
  expect((await alice.get(at)).body).toMatchObject({ failingSince: null });
});

test("a receiver that hangs holds its own deliveries alone; answers that are late, redirect or never end are none", async () => {
  const [alice, bob] = await Promise.all([feed.person("alice"), feed.person("bob")]);
  const [hanging, working] = [await webhookOf(alice, ["post.published"]), await webhookOf(bob, ["post.published"])];
  receiver.answers.set(hanging.path, () => () => {});
  for (let post = 0; post < 8; post++) await createPost(alice, { content: `${post}` });
  await eventually(() => expect(receiver.at(hanging.path).length).toBe(4));
  const post = await createPost(bob, { content: "goes" });
  await eventually(() => expect(told(working.path)).toMatchObject([{ data: { postId: post } }]));
  expect(receiver.at(hanging.path).length, "no more than four are in hand").toBe(4);
  // After ten seconds without an answer.
  await eventually(async () => expect((await logOf(alice, hanging.at)).some(({ failure }: { failure: string }) => failure === "time")).toBe(true), 15_000);
  await alice.delete(hanging.at);

  const odd = await webhookOf(alice, ["post.liked"]);
  receiver.answers.set(odd.path, () => (response) => void response.writeHead(302, { location: `${receiver.url}${working.path}` }).end());
  await alice.post(`${odd.at}/test`);
  await eventually(async () => expect(await logOf(alice, odd.at)).toMatchObject([{ state: "waiting", status: 302, failure: "status" }]));
  expect(receiver.at(working.path).length).toBe(1);
  receiver.answers.set(odd.path, () => (response) => {
    response.writeHead(200);
    const more = () => void (response.writable && response.write("x".repeat(65_536), () => setImmediate(more)));
    more();
  });
  await hurry(odd.id);
  await eventually(async () => expect(await logOf(alice, odd.at)).toMatchObject([{ state: "delivered", status: 200 }]));
  // One more may have begun to hang before its webhook was deleted.
  await eventually(() => expect(receiver.open()).toBe(0), 15_000);
}, 60_000);

test("a webhook to which nothing arrives for three days is disabled, and its owner gets a mail", async () => {
  const alice = await feed.person("alice");
  const { path, id, at } = await webhookOf(alice, ["post.liked"]);
  receiver.answers.set(path, () => 500);
  await alice.post(`${at}/test`);
  const { query } = await feed.platform.openDatabase("delivery-service");
  await eventually(async () => expect((await alice.get(at)).body.failingSince).not.toBeNull());
  await query("UPDATE webhook SET failing_since = now() - interval '73 hours' WHERE id = $1", [id]);
  await query("UPDATE webhook_delivery SET attempts = 10 WHERE webhook_id = $1", [id]);
  await hurry(id);
  await eventually(async () => expect((await alice.get(at)).body).toMatchObject({ enabled: false, disabledBecause: "failing" }));
  expect(await logOf(alice, at)).toMatchObject([{ state: "failed", attempts: 11 }]);
  expect(await alice.post(`${at}/test`)).toMatchObject({ status: 409 });
  const auth = await feed.platform.openDatabase("auth-service");
  await eventually(async () => expect(await auth.query("SELECT FROM newfeed.consumed_event")).not.toEqual([]));
  await eventually(async () => expect(await feed.platform.metrics.render()).toContain('newfeed_mails_total{kind="webhook_disabled",outcome="sent"} 1'));

  receiver.answers.delete(path);
  expect((await alice.patch(at, { enabled: true })).body).toMatchObject({ enabled: true, disabledBecause: null, failingSince: null });
  await alice.post(`${at}/test`);
  await eventually(async () => expect(await logOf(alice, at)).toMatchObject([{ state: "delivered" }, { state: "failed" }]));
});

test("a receiver that is gone is not called again", async () => {
  const alice = await feed.person("alice");
  const { path, at } = await webhookOf(alice, ["post.liked"]);
  receiver.answers.set(path, () => 410);
  await alice.post(`${at}/test`);
  await eventually(async () => expect((await alice.get(at)).body).toMatchObject({ enabled: false, disabledBecause: "gone" }));
});

test("ten webhooks are the most; an account takes them along, and its export has them without secrets", async () => {
  const [alice, bob] = await Promise.all([feed.person("alice"), feed.person("bob")]);
  const made = await Promise.all(Array.from({ length: 10 }, () => webhookOf(alice, ["post.liked"])));
  expect(await alice.post(all, { url: receiver.url, types: ["post.liked"] })).toMatchObject({ status: 409 });
  const { webhooks } = (await alice.get("/api/v1/users/me/export")).body;
  expect(webhooks).toHaveLength(10);
  for (const { secret } of made) expect(JSON.stringify(webhooks)).not.toContain(secret.slice(6));
  const [one] = made;
  await alice.post(`${one?.at}/test`);
  await eventually(() => expect(receiver.at(one?.path ?? "")).toHaveLength(1));
  expect(await bob.get(`${one?.at}`)).toMatchObject({ status: 404 });

  await alice.delete("/api/auth/me", { password: alice.password });
  const { query } = await feed.platform.openDatabase("delivery-service");
  const left = "SELECT id FROM webhook WHERE owner_id = $1 UNION ALL SELECT id FROM webhook_delivery WHERE webhook_id = $2";
  await eventually(async () => expect(await query(left, [alice.id, one?.id])).toEqual([]));
});
