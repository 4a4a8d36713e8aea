import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { startSmtpServer, type TestSmtpServer } from "@newfeed/shared/testing/smtp-server.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createPost, sendComment } from "./support/comments.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { arrived, linkIn } from "./support/mails.ts";
import { openPushEndpoint, type PushEndpoint } from "./support/push-endpoint.ts";

const preferences = "/api/v1/users/me/notification-preferences";
const secret = "of-the-provider-of-mails";

let feed: TestFeed;
let endpoint: PushEndpoint;
let smtp: TestSmtpServer;
beforeAll(async () => {
  [endpoint, smtp] = [await openPushEndpoint(), await startSmtpServer()];
  feed = await startTestFeed({
    ...{ SMTP_URL: `${smtp.url}?socketTimeout=1000`, MAIL_FROM: "The Feed <no-reply@feed.example>", PUBLIC_URL: "https://feed.example" },
    ...{ MAIL_WEBHOOK_SECRET: secret, WEBHOOK_ALLOW_PRIVATE: "true" },
  });
});
afterAll(async () => {
  await feed.close();
  await smtp.close();
  endpoint.close();
});

const query = async (sql: string, values: unknown[] = []) => (await feed.platform.openDatabase("delivery-service")).query(sql, values);
/** What waits of a user is sent now. */
const hurry = async ({ id }: Person) => {
  await query("UPDATE push SET due_at = now() WHERE due_at IS NOT NULL AND NOT in_hand AND owner_id = $1", [id]);
  await query("UPDATE mail SET due_at = now() WHERE NOT in_hand AND owner_id = $1", [id]);
};

interface Scene {
  ann: Person;
  postId: string;
  /** Where pushes to Ann's device arrive. */
  path: string;
  deviceId: string;
  /** Somebody comments, and both a push and a mail of it wait. */
  comment: () => Promise<string>;
}

async function setScene({ verified = true } = {}): Promise<Scene> {
  const [ann, bob] = [await feed.person("ann"), await feed.person("bob")];
  if (verified) {
    const { token } = linkIn(await arrived({ all: async () => smtp.received }, ann.email, /^Confirm your e-mail/));
    await feed.call("POST", "/api/auth/email/verify", { token });
  }
  const { path, subscription } = endpoint.subscribe();
  const { body: device } = await ann.post("/api/v1/devices", { kind: "web", name: "Phone", subscription });
  await ann.patch(preferences, { types: { new_comment: { mail: true } } });
  const notifications = await feed.platform.openDatabase("notification-service");
  const known = "SELECT FROM notification_preferences WHERE user_id = $1 AND has_devices";
  await eventually(async () => expect(await notifications.query(known, [ann.id])).toHaveLength(1));
  const postId = await createPost(ann);
  const comment = async () => {
    await sendComment(bob, postId, "How nice");
    await eventually(async () => {
      expect(await query("SELECT FROM push WHERE owner_id = $1 AND due_at IS NOT NULL", [ann.id])).toHaveLength(1);
      expect(await query("SELECT FROM mail_item WHERE owner_id = $1", [ann.id])).toHaveLength(1);
    });
    return (await ann.get("/api/v1/notifications?type=comments")).body.data[0].id as string;
  };
  return { ann, postId, path, deviceId: device.id, comment };
}
async function why({ ann }: Scene, id: string) {
  const { status, body } = await ann.get(`/api/v1/notifications/why?notification=${id}`);
  expect(status).toBe(200);
  return body.data[0].channels;
}

type Case = [name: string, channel: "push" | "mail", prepare: (scene: Scene) => Promise<string>, answer: object];
const later = { at: expect.stringMatching(/T/), sentAt: null };
const ends = (reason: string) => ({ goes: false, reason, at: null, sentAt: null });
const wentOut = { goes: true, at: null, sentAt: expect.stringMatching(/T/) };
/** What a comment becomes once all of it is sent that can be. */
const sentAfter =
  (change: (scene: Scene, id: string) => Promise<unknown>): Case[2] =>
  async (scene) => {
    const id = await scene.comment();
    await change(scene, id);
    await hurry(scene.ann);
    return id;
  };
const quietNow = () => {
  const clock = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString().slice(11, 16);
  return { from: clock(-60), to: clock(60), timeZone: "UTC" };
};

const cases: Case[] = [
  ["waits for a moment", "push", (scene) => scene.comment(), { goes: true, reason: null, sentAt: null }],
  ["was pushed", "push", sentAfter(async () => {}), { ...wentOut, reason: null }],
  [
    "was pushed once for two comments",
    "push",
    async (scene) => {
      await scene.comment();
      await sendComment(await feed.person("cy"), scene.postId, "This, too");
      await eventually(async () => expect(await query("SELECT FROM push WHERE owner_id = $1 AND collapsed", [scene.ann.id])).toHaveLength(1));
      await hurry(scene.ann);
      return (await scene.ann.get("/api/v1/notifications?type=comments")).body.data[0].id;
    },
    { ...wentOut, reason: "collapsed" },
  ],
  ["an open page has shown", "push", sentAfter(({ ann }, id) => ann.post("/api/v1/devices/acknowledgements", { notificationIds: [id] })), ends("shown")],
  ["was read before it was pushed", "push", sentAfter(({ ann }, id) => ann.patch(`/api/v1/notifications/${id}/read`)), ends("read")],
  [
    "was pushed, and then read",
    "push",
    sentAfter(async (scene, id) => {
      await hurry(scene.ann);
      await eventually(() => expect(endpoint.at(scene.path)).toHaveLength(1));
      await scene.ann.patch(`/api/v1/notifications/${id}/read`);
    }),
    { ...wentOut, reason: null },
  ],
  ["a push service refuses", "push", sentAfter(async ({ path }) => endpoint.answers.set(path, 413)), ends("refused")],
  ["a device is not there for any more", "push", sentAfter(async ({ path }) => endpoint.answers.set(path, 410)), ends("device_gone")],
  ["a device was removed before", "push", sentAfter(({ ann, deviceId }) => ann.delete(`/api/v1/devices/${deviceId}`)), ends("device_gone")],
  [
    "a push service did not take for a day",
    "push",
    sentAfter(({ ann }) => query("UPDATE push SET expires_at = now() WHERE owner_id = $1", [ann.id])),
    ends("expired"),
  ],
  ["a push service is to take later", "push", sentAfter(async ({ path }) => endpoint.answers.set(path, 503)), { goes: true, reason: "retrying", sentAt: null }],
  [
    "came in quiet hours",
    "push",
    async (scene) => {
      await scene.ann.patch(preferences, { quietHours: quietNow() });
      return scene.comment();
    },
    { goes: true, reason: "quiet_hours", ...later },
  ],
  [
    "would have been tried again in quiet hours",
    "push",
    async (scene) => {
      const id = await scene.comment();
      // Set before it came, they began while its push service was away.
      await query("UPDATE push SET quiet_hours = $2, attempts = 3 WHERE owner_id = $1", [scene.ann.id, JSON.stringify(quietNow())]);
      await scene.ann.patch(preferences, { quietHours: quietNow() });
      await hurry(scene.ann);
      await eventually(async () =>
        expect(await query("SELECT FROM push WHERE owner_id = $1 AND due_at > now() + interval '50 minutes'", [scene.ann.id])).toHaveLength(1),
      );
      expect(endpoint.at(scene.path)).toEqual([]);
      return id;
    },
    { goes: true, reason: "quiet_hours", ...later },
  ],
  [
    "came longer ago than is remembered",
    "push",
    sentAfter(async ({ ann }) => {
      for (const table of ["push", "push_outcome"]) await query(`DELETE FROM ${table} WHERE owner_id = $1`, [ann.id]);
    }),
    { goes: true, reason: "unknown", at: null, sentAt: null },
  ],
  ["waits for half a minute", "mail", (scene) => scene.comment(), { goes: true, reason: null, ...later }],
  ["was mailed", "mail", sentAfter(async () => {}), { ...wentOut, reason: null }],
  ["was read before it was mailed", "mail", sentAfter(({ ann }, id) => ann.patch(`/api/v1/notifications/${id}/read`)), ends("read")],
  [
    "was read before it was mailed, with all others",
    "mail",
    sentAfter(async ({ ann }) => {
      await ann.post("/api/v1/notifications/read-all", {});
      await eventually(async () => expect(await query("SELECT FROM account WHERE user_id = $1 AND read_until IS NOT NULL", [ann.id])).toHaveLength(1));
    }),
    ends("read"),
  ],
  ["is not wanted by mail any more", "mail", sentAfter(({ ann }) => ann.patch(preferences, { types: { new_comment: { mail: false } } })), ends("type_off")],
  [
    "waits for a digest",
    "mail",
    async (scene) => {
      await scene.ann.patch(preferences, { mailFrequency: "daily" });
      return scene.comment();
    },
    { goes: true, reason: "digest", ...later },
  ],
  [
    "has no room in a digest",
    "mail",
    async (scene) => {
      await scene.ann.patch(preferences, { mailFrequency: "daily" });
      await query("INSERT INTO mail (id, owner_id, digest, items, due_at) VALUES (gen_random_uuid(), $1, true, 100, now() + interval '1 hour')", [
        scene.ann.id,
      ]);
      return scene.comment();
    },
    ends("no_room"),
  ],
  ["a mail server refuses", "mail", sentAfter(async ({ ann }) => smtp.refuse(ann.email, 550)), ends("refused")],
  ["a mail server is to take later", "mail", sentAfter(async ({ ann }) => smtp.refuse(ann.email, 451)), { goes: true, reason: "retrying", ...later }],
  [
    "a mail server did not take for days",
    "mail",
    sentAfter(async ({ ann }) => {
      smtp.refuse(ann.email, 451);
      await query("UPDATE mail SET attempts = 76 WHERE owner_id = $1", [ann.id]);
    }),
    ends("expired"),
  ],
  [
    "is for a user whose account is suspended",
    "mail",
    sentAfter(async ({ ann }) => (await feed.platform.openDatabase("auth-service")).query("UPDATE account SET suspended = true WHERE id = $1", [ann.id])),
    ends("no_address"),
  ],
  [
    "is mailed after quiet hours",
    "mail",
    async (scene) => {
      await scene.ann.patch(preferences, { quietHours: quietNow() });
      return scene.comment();
    },
    { goes: true, reason: "quiet_hours", ...later },
  ],
  [
    "is mailed after quiet hours that began later",
    "mail",
    sentAfter(({ ann }) => ann.patch(preferences, { quietHours: quietNow() })),
    { goes: true, reason: "quiet_hours", ...later },
  ],
  [
    "goes to an address from which mails come back",
    "mail",
    async (scene) => {
      const report = { method: "POST", headers: { "content-type": "application/json", "x-mail-secret": secret } };
      const id = await scene.comment();
      await hurry(scene.ann);
      await eventually(async () => expect((await why(scene, id)).mail.sentAt).not.toBeNull());
      const bounces = [{ address: scene.ann.email, kind: "bounced" }];
      expect((await fetch(`${feed.url}/api/v1/mails/bounces`, { ...report, body: JSON.stringify({ bounces }) })).status).toBe(204);
      await scene.ann.patch(`/api/v1/notifications/${id}/read`);
      await sendComment(await feed.person("cy"), scene.postId, "Another day");
      await eventually(async () => expect((await query("SELECT FROM mail_item WHERE owner_id = $1", [scene.ann.id])).length).toBe(2));
      await hurry(scene.ann);
      return (await scene.ann.get("/api/v1/notifications?type=comments")).body.data[0].id;
    },
    ends("bounced"),
  ],
];

test.each(cases)(
  "a user hears what became of a comment that %s (%s)",
  async (_name, channel, prepare, answer) => {
    const scene = await setScene();
    const id = await prepare(scene);
    await eventually(async () => expect((await why(scene, id))[channel]).toEqual(expect.objectContaining(answer)));
  },
  30_000,
);

test("a user hears what they have turned off, and that they have no device", async () => {
  const [ann, bob] = [await feed.person("ann"), await feed.person("bob")];
  const postId = await createPost(ann);
  await bob.post(`/api/v1/posts/${postId}/like`);
  const ask = async () => (await ann.get(`/api/v1/notifications/why?post=${postId}`)).body.data.find(({ type }: { type: string }) => type === "post_liked");
  await eventually(async () => expect((await ask()).channels).toEqual({ push: ends("type_off"), mail: ends("type_off") }));
  await ann.patch(preferences, { types: { post_liked: { push: true } } });
  expect((await ask()).channels.push).toEqual(ends("no_device"));
});

test("a user without a verified address hears why a comment was not mailed", async () => {
  const scene = await setScene({ verified: false });
  const id = await scene.comment();
  await hurry(scene.ann);
  await eventually(async () => expect((await why(scene, id)).mail).toEqual(ends("unverified")));
});

test("what became of pushes is exported, and deleted with the account", async () => {
  const scene = await setScene();
  const id = await scene.comment();
  await hurry(scene.ann);
  await eventually(async () => expect((await why(scene, id)).push.sentAt).not.toBeNull());
  const exported = async () => (await scene.ann.get("/api/v1/users/me/export")).body.pushes;
  expect(await exported()).toEqual([{ notificationId: id, outcome: "sent", endedAt: expect.any(String) }]);
  await scene.ann.delete("/api/auth/me", { password: scene.ann.password });
  await eventually(async () => expect(await query("SELECT FROM push_outcome WHERE owner_id = $1", [scene.ann.id])).toEqual([]));
});
