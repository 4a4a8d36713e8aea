import { createVerify, generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { NewEvent } from "@newfeed/shared/contracts/events.ts";
import { asNotificationId, asUserId } from "@newfeed/shared/contracts/ids.ts";
import { enqueue } from "@newfeed/shared/outbox/enqueue.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { v7 as uuidv7 } from "uuid";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createPost, sendComment } from "./support/comments.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { openPushEndpoint, type PushEndpoint } from "./support/push-endpoint.ts";

const devices = "/api/v1/devices";
const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });

let feed: TestFeed;
let endpoint: PushEndpoint;
let google: Awaited<ReturnType<typeof openGoogle>>;
beforeAll(async () => {
  endpoint = await openPushEndpoint();
  google = await openGoogle();
  const account = {
    project_id: "feed",
    client_email: "feed@project.example",
    private_key: privateKey.export({ type: "pkcs8", format: "pem" }),
    token_uri: `${google.url}/token`,
  };
  feed = await startTestFeed({ WEBHOOK_ALLOW_PRIVATE: "true", FCM_URL: google.url, FCM_SERVICE_ACCOUNT_KEY: JSON.stringify(account) });
});
afterAll(async () => {
  await feed.close();
  endpoint.close();
  google.close();
});
afterEach(() => expect(endpoint.faults).toEqual([]));

/** A fake of Firebase Cloud Messaging: it checks the assertion of the service account, and takes messages of who has its token. */
async function openGoogle() {
  const messages: { token: string; data: { payload: string }; android: object; apns: { headers: object } }[] = [];
  const unregistered = new Set<string>();
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const answer = (status: number, json: object) => response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(json));
    if (request.url === "/token") {
      const [header = "", claims = "", signature = ""] = (new URLSearchParams(body).get("assertion") ?? "").split(".");
      const isSigned = createVerify("RSA-SHA256").update(`${header}.${claims}`).verify(publicKey, signature, "base64url");
      const { iss } = JSON.parse(Buffer.from(claims, "base64url").toString());
      return answer(isSigned && iss === "feed@project.example" ? 200 : 401, { access_token: "of-google", expires_in: 3_600 });
    }
    if (request.url !== "/v1/projects/feed/messages:send" || request.headers.authorization !== "Bearer of-google") return answer(401, {});
    const { message } = JSON.parse(body);
    messages.push(message);
    if (unregistered.has(message.token)) return answer(404, { error: { details: [{ errorCode: "UNREGISTERED" }] } });
    return answer(200, { name: "sent" });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, messages, unregistered, close: () => server.close() };
}

async function browserOf(person: Person, known?: ReturnType<PushEndpoint["subscribe"]>) {
  const browser = known ?? endpoint.subscribe();
  const { status, body } = await person.post(devices, { kind: "web", name: "Firefox", language: "de", subscription: browser.subscription });
  expect(status).toBe(201);
  return { ...browser, id: body.id as string };
}

/** Publishes what notification-service would. */
async function publish(...events: NewEvent[]): Promise<void> {
  const { query } = await feed.platform.openDatabase("notification-service");
  await enqueue(query, events);
}
type Notification = Extract<NewEvent, { type: "notification.created" }>;
const notificationOf = ({ id }: Person, data: Partial<Notification["data"]> = {}): Notification => ({
  type: "notification.created",
  aggregate: { id: uuidv7(), revision: 1 },
  actorId: null,
  data: {
    ...{ recipientId: asUserId(id), type: "mention", groupKey: null, actors: [], count: 1, excerpt: null, createdAt: new Date().toISOString() },
    ...{ subject: { postId: null, commentId: null, userId: null }, channels: ["push"], mailFrequency: "at_once", notBefore: null, quietHours: null },
    ...data,
  },
});
const withdrawn = ({ aggregate: { id }, data: { recipientId } }: Notification): NewEvent => ({
  type: "notification.withdrawn",
  aggregate: { id, revision: 9 },
  actorId: null,
  data: { recipientId },
});
const readOf = ({ data: { recipientId } }: Notification, ids: string[] | null): NewEvent => ({
  type: "notification.read",
  aggregate: { id: recipientId, revision: 1 },
  actorId: null,
  data: { recipientId, ids: ids?.map(asNotificationId) ?? null, until: new Date().toISOString() },
});
/** What waits is sent now. */
async function hurry(): Promise<void> {
  const { query } = await feed.platform.openDatabase("delivery-service");
  await query("UPDATE push SET due_at = now() WHERE due_at IS NOT NULL AND NOT in_hand");
}
const waiting = async ({ id }: Person) => {
  const { query } = await feed.platform.openDatabase("delivery-service");
  return query<{ due: Date | null; closing: boolean }>("SELECT due_at AS due, closing FROM push WHERE owner_id = $1 AND due_at IS NOT NULL", [id]);
};
const isWaiting = (person: Person, count = 1) => eventually(async () => expect(await waiting(person)).toHaveLength(count));

test("a browser is pushed what it can decrypt, signed, with the key of its group and how urgent it is; who read it meanwhile is spared", async () => {
  const alice = await feed.person("alice");
  const { webPushKey } = (await alice.get(devices)).body;
  const browser = await browserOf(alice);
  expect((await alice.get(devices)).body.data).toEqual([
    { id: browser.id, kind: "web", name: "Firefox", language: "de", current: true, createdAt: expect.any(String) },
  ]);
  const likes = notificationOf(alice, { type: "post_liked", groupKey: "likes of a post", count: 3, excerpt: "a walk" });
  const seen = notificationOf(alice);
  await publish(likes, seen);
  await isWaiting(alice, 2);
  expect(
    (await waiting(alice)).every(({ due }) => due !== null && due.getTime() > Date.now()),
    "held for who has a page open",
  ).toBe(true);
  await publish(readOf(seen, [seen.aggregate.id]));
  await isWaiting(alice);
  await hurry();
  await eventually(() => expect(endpoint.at(browser.path)).toHaveLength(1));
  const [push] = endpoint.at(browser.path);
  expect(push?.body).toMatchObject({
    language: "de",
    notification: { id: likes.aggregate.id, revision: 1, tag: "likes of a post", type: "post_liked", count: 3, excerpt: "a walk" },
  });
  expect(push?.headers).toMatchObject({ urgency: "normal", ttl: expect.stringMatching(/^86[34]\d\d$/), topic: expect.stringMatching(/^[\w-]{32}$/) });
  expect(String(push?.headers.authorization)).toContain(`k=${webPushKey}`);
});

test("what happens is pushed to who has a device, unless a page of theirs has shown it", async () => {
  const [alice, bob] = [await feed.person("alice"), await feed.person("bob")];
  const browser = await browserOf(alice);
  const { query } = await feed.platform.openDatabase("notification-service");
  const known = "SELECT has_devices AS known FROM notification_preferences WHERE user_id = $1";
  await eventually(async () => expect(await query(known, [alice.id])).toEqual([{ known: true }]));
  const [first, second] = [await createPost(alice), await createPost(alice)];
  await sendComment(bob, first, "How nice");
  await isWaiting(alice);
  await hurry();
  await eventually(() => expect(endpoint.at(browser.path)).toHaveLength(1));
  const notification = { type: "new_comment", excerpt: "How nice", subject: { postId: first }, actors: [{ id: bob.id }] };
  expect(endpoint.at(browser.path)[0]?.body).toMatchObject({ notification });

  await eventually(async () => expect(await waiting(alice)).toEqual([]));
  await sendComment(bob, second, "This, too");
  await isWaiting(alice);
  const [shown] = (await alice.get("/api/v1/notifications")).body.data;
  const acknowledge = (person: Person) => person.post(`${devices}/acknowledgements`, { notificationIds: [shown.id, shown.id] });
  expect(await acknowledge(alice)).toMatchObject({ status: 204 });
  await hurry();
  await eventually(async () => expect(await waiting(alice)).toEqual([]));
  expect(endpoint.at(browser.path)).toHaveLength(1);

  await sendComment(await feed.person("carol"), second, "There is more news of it");
  await isWaiting(alice);
  expect(await acknowledge(bob), "another user's").toMatchObject({ status: 204 });
  await hurry();
  await eventually(() => expect(endpoint.at(browser.path)).toHaveLength(2));
});

test("what grows is pushed again under the same tag, what changes without news is not, and what was read or withdrawn is closed where it was shown", async () => {
  const alice = await feed.person("alice");
  const browser = await browserOf(alice);
  const first = notificationOf(alice, { groupKey: "a group" });
  const { id } = first.aggregate;
  await publish(first);
  await isWaiting(alice);
  const revised = (revision: number, data: Partial<Notification["data"]>): NewEvent => ({
    ...first,
    type: "notification.updated",
    aggregate: { id, revision },
    data: { ...first.data, ...data },
  });
  await publish(revised(2, { count: 2, channels: [] }));
  await eventually(async () => {
    const { query } = await feed.platform.openDatabase("delivery-service");
    expect(await query("SELECT revision FROM push WHERE notification_id = $1", [id])).toEqual([{ revision: 2 }]);
  });
  await hurry();
  await eventually(() => expect(endpoint.at(browser.path).map(({ body }) => body.notification.count)).toEqual([2]));
  await eventually(async () => expect(await waiting(alice)).toEqual([]));

  await publish(revised(3, { count: 1, channels: [] }), revised(4, { count: 5 }));
  await isWaiting(alice);
  await hurry();
  await eventually(() => expect(endpoint.at(browser.path).map(({ body }) => body.notification?.count)).toEqual([2, 5]));
  await eventually(async () => expect(await waiting(alice)).toEqual([]));
  await publish(withdrawn(first));
  await eventually(() => expect(endpoint.at(browser.path).at(-1)?.body).toEqual({ closed: { ids: [id] }, language: "de" }));
  const [second, closing] = endpoint.at(browser.path).slice(-2);
  expect(closing?.headers.topic, "in its place, where it has not arrived").toBe(second?.headers.topic);

  const [third, fourth] = [notificationOf(alice), notificationOf(alice, { notBefore: new Date(Date.now() + 3_600_000).toISOString() })];
  await publish(third, fourth);
  await isWaiting(alice, 2);
  const due = (await waiting(alice)).map((push) => push.due?.getTime() ?? 0);
  expect(Math.max(...due), "not in quiet hours").toBeGreaterThan(Date.now() + 3_500_000);
  await eventually(() => expect(endpoint.at(browser.path).at(-1)?.body.notification?.id).toBe(third.aggregate.id), 10_000);
  const read = readOf(third, null);
  await publish(read);
  await eventually(() =>
    expect(endpoint.at(browser.path).at(-1)?.body).toEqual({ closed: { until: read.data && "until" in read.data && read.data.until }, language: "de" }),
  );
  await hurry();
  await eventually(async () => expect(await waiting(alice)).toEqual([]));
  expect(endpoint.at(browser.path).filter(({ body }) => body.notification?.id === fourth.aggregate.id)).toEqual([]);
}, 30_000);

test("a push service that is away is called again, one that knows a browser no more is not, and one that hangs holds up no other", async () => {
  const [alice, bob] = [await feed.person("alice"), await feed.person("bob")];
  const [browser, gone] = [await browserOf(alice), await browserOf(alice)];
  const hanging = await browserOf(bob);
  endpoint.answers.set(browser.path, 503).set(gone.path, 410).set(hanging.path, null);
  await publish(notificationOf(bob), notificationOf(alice));
  await isWaiting(alice, 2);
  await isWaiting(bob);
  await hurry();
  await eventually(() => expect(endpoint.at(browser.path)).toHaveLength(1));
  await eventually(async () => expect((await alice.get(devices)).body.data).toMatchObject([{ id: browser.id }]));
  endpoint.answers.delete(browser.path);
  await eventually(async () => {
    await hurry();
    expect(endpoint.at(browser.path).length).toBe(2);
  });
  await eventually(async () => expect(await waiting(alice)).toEqual([]));
  expect(endpoint.at(gone.path)).toHaveLength(1);
  expect(endpoint.at(hanging.path)).toHaveLength(1);
  expect(await waiting(bob)).toHaveLength(1);
});

test("a device is its last user's, until their session ends or the account is deleted", async () => {
  const [alice, bob] = [await feed.person("alice"), await feed.person("bob")];
  const subscription = endpoint.subscribe();
  await browserOf(alice, subscription);
  await publish(notificationOf(alice));
  await isWaiting(alice);
  const { id } = await browserOf(bob, subscription);
  await hurry();
  await eventually(async () => expect(await waiting(alice)).toEqual([]));
  expect(endpoint.at(subscription.path), "nothing of the former owner's").toEqual([]);
  expect((await alice.get(devices)).body.data).toEqual([]);
  expect(await alice.delete(`${devices}/${id}`)).toMatchObject({ status: 404 });
  expect((await bob.get("/api/v1/users/me/export")).body.devices).toMatchObject([{ id, name: "Firefox" }]);
  expect(JSON.stringify((await bob.get("/api/v1/users/me/export")).body)).not.toContain(subscription.path);

  const { query } = await feed.platform.openDatabase("delivery-service");
  const told = async (person: Person) =>
    (
      await query<{ any: string }>(
        "SELECT body::jsonb #>> '{data,any}' AS any FROM newfeed.outbox WHERE type = 'devices.changed' AND body::jsonb #>> '{data,userId}' = $1 ORDER BY id",
        [person.id],
      )
    ).map(({ any }) => any);
  expect([await told(alice), await told(bob)]).toEqual([["true", "false"], ["true"]]);
  await bob.post("/api/auth/logout");
  await eventually(async () => expect(await query("SELECT id FROM device WHERE owner_id = $1", [bob.id])).toEqual([]));
  await eventually(async () => expect(await told(bob)).toEqual(["true", "false"]));

  const carol = await feed.person("carol");
  await browserOf(carol);
  await publish(notificationOf(carol));
  await isWaiting(carol);
  await carol.delete("/api/auth/me", { password: carol.password });
  const left = "SELECT id FROM device WHERE owner_id = $1 UNION ALL SELECT id FROM push WHERE owner_id = $1";
  await eventually(async () => expect(await query(left, [carol.id])).toEqual([]));
});

test("an app gets its pushes by Firebase, and is forgotten once it is not registered there", async () => {
  const alice = await feed.person("alice");
  expect(await alice.post(devices, { kind: "fcm", name: "Pixel" })).toMatchObject({ status: 400, body: { errors: [{ field: "kind" }] } });
  expect(await alice.post(devices, { kind: "fcm", name: "Pixel", token: "abc:123" })).toMatchObject({ status: 201 });
  const mention = notificationOf(alice);
  await publish(mention);
  await isWaiting(alice);
  await hurry();
  await eventually(() => expect(google.messages).toHaveLength(1));
  const [message] = google.messages;
  expect(message).toMatchObject({
    token: "abc:123",
    android: { priority: "HIGH", collapse_key: mention.aggregate.id },
    apns: { headers: { "apns-priority": "10" } },
  });
  expect(JSON.parse(message?.data.payload ?? "")).toMatchObject({ notification: { id: mention.aggregate.id, type: "mention" } });
  google.unregistered.add("abc:123");
  await publish(notificationOf(alice));
  await isWaiting(alice);
  await hurry();
  await eventually(async () => expect((await alice.get(devices)).body.data).toEqual([]));
});
