import type { NewEvent } from "@newfeed/shared/contracts/events.ts";
import { asNotificationId, asUserId } from "@newfeed/shared/contracts/ids.ts";
import { enqueue } from "@newfeed/shared/outbox/enqueue.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { startSmtpServer, type TestSmtpServer } from "@newfeed/shared/testing/smtp-server.ts";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createPost, sendComment } from "./support/comments.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { arrived, linkIn, mailsTo } from "./support/mails.ts";

const preferences = "/api/v1/users/me/notification-preferences";
const secret = "of-the-provider-of-mails";

let feed: TestFeed;
let smtp: TestSmtpServer;
const mailbox = { all: async () => smtp.received };
beforeAll(async () => {
  smtp = await startSmtpServer();
  feed = await startTestFeed({
    ...{ SMTP_URL: `${smtp.url}?socketTimeout=1000`, MAIL_FROM: "The Feed <no-reply@feed.example>", PUBLIC_URL: "https://feed.example" },
    MAIL_WEBHOOK_SECRET: secret,
  });
});
afterAll(async () => {
  await feed.close();
  await smtp.close();
});

const delivery = async () => (await feed.platform.openDatabase("delivery-service")).query;
/** What waits is sent now. */
async function hurry(): Promise<void> {
  await (await delivery())("UPDATE mail SET due_at = now() WHERE NOT in_hand");
}
const items = async ({ id }: Person) =>
  (await delivery())<{ type: string; outcome: string | null }>("SELECT type, outcome FROM mail_item WHERE owner_id = $1 ORDER BY notification_id", [id]);
const waits = (person: Person, count = 1) =>
  eventually(async () => expect((await items(person)).filter(({ outcome }) => outcome === null)).toHaveLength(count));
const outcomes = (person: Person, expected: (string | null)[]) =>
  eventually(async () => expect((await items(person)).map(({ outcome }) => outcome)).toEqual(expected));

/** A user with a verified address who takes all of it by mail. */
async function reader(name: string, chosen: object = {}): Promise<Person> {
  const person = await feed.person(name);
  const { token } = linkIn(await arrived(mailbox, person.email, /^Confirm your e-mail/));
  expect((await feed.call("POST", "/api/auth/email/verify", { token })).status).toBe(200);
  await takesMail(person, chosen);
  return person;
}
async function takesMail(person: Person, chosen: object = {}): Promise<void> {
  const types = Object.fromEntries(["new_comment", "mention", "post_liked", "new_follower"].map((type) => [type, { mail: true }]));
  expect((await person.patch(preferences, { types, ...chosen })).status).toBe(200);
}
const headerOf = (mail: { headerLines: readonly { key: string; line: string }[] }, key: string) =>
  mail.headerLines.find((line) => line.key === key)?.line.replace(/^[^:]+: /, "");

type Notification = Extract<NewEvent, { type: "notification.created" }>;
const notificationOf = ({ id }: Person, data: Partial<Notification["data"]> = {}): Notification => ({
  type: "notification.created",
  aggregate: { id: uuidv7(), revision: 1 },
  actorId: null,
  data: {
    ...{ recipientId: asUserId(id), type: "mention", groupKey: null, actors: [], count: 1, excerpt: null, createdAt: new Date().toISOString() },
    ...{ subject: { postId: null, commentId: null, userId: null }, channels: ["mail"], mailFrequency: "at_once", notBefore: null, quietHours: null },
    ...data,
  },
});
/** Publishes what notification-service would. */
async function publish(...events: NewEvent[]): Promise<void> {
  const { query } = await feed.platform.openDatabase("notification-service");
  await enqueue(query, events);
}

test("a comment is mailed once to a verified address, held for who reads it, with its text and two ways to be rid of such mails", async () => {
  const [alice, bob] = [await reader("alice"), await feed.person("bob")];
  const postId = await createPost(alice);
  await sendComment(bob, postId, "How <b>nice</b>");
  await waits(alice);
  const [{ due }] = (await (await delivery())<{ due: Date }>("SELECT due_at AS due FROM mail WHERE owner_id = $1", [alice.id])) as [{ due: Date }];
  expect(due.getTime()).toBeGreaterThan(Date.now());
  await hurry();
  const mail = await arrived(mailbox, alice.email, /commented on your post/);
  expect(mail.subject).toBe("bob Tester commented on your post");
  expect(mail.text).toContain("How <b>nice</b>");
  expect(mail.html).toContain("How &lt;b&gt;nice&lt;/b&gt;");
  expect(mail.text).toContain(`https://feed.example/posts/${postId}/comments/`);
  const [, url = ""] = /^<https:\/\/feed\.example(\/api\/v1\/mails\/unsubscribe\?token=[\w.-]+)>$/.exec(headerOf(mail, "list-unsubscribe") ?? "") ?? [];
  expect(headerOf(mail, "list-unsubscribe-post")).toBe("List-Unsubscribe=One-Click");
  expect(mail.text).toContain(`https://feed.example/unsubscribe#token=${url.split("=")[1]}`);
  await outcomes(alice, ["sent"]);

  // Opening a link ends nothing.
  const opened = await fetch(feed.url + url, { redirect: "manual" });
  expect([opened.status, opened.headers.get("location")]).toEqual([302, `/unsubscribe#token=${url.split("=")[1]}`]);
  expect((await alice.get(preferences)).body.types.new_comment.mail).toBe(true);
  const oneClick = { method: "POST", body: "List-Unsubscribe=One-Click", headers: { "content-type": "application/x-www-form-urlencoded" } };
  const ended = await fetch(feed.url + url, oneClick);
  expect([ended.status, await ended.json()]).toEqual([200, { type: "new_comment" }]);
  expect((await alice.get(preferences)).body.types).toMatchObject({ new_comment: { mail: false, inbox: true }, mention: { mail: true } });
  expect((await fetch(`${feed.url}${url.slice(0, -3)}AAA`, oneClick)).status).toBe(400);
  expect((await alice.get("/api/v1/users/me/export")).body.mails).toMatchObject([{ type: "new_comment", outcome: "sent", excerpt: "How <b>nice</b>" }]);
});

test("nothing is mailed of what was read, withdrawn or turned off meanwhile, or to an address that is not verified, or of a suspended user", async () => {
  const [alice, dan, carol] = [await reader("alice"), await reader("dan"), await feed.person("carol")];
  await takesMail(carol);
  const [read, gone, off] = [notificationOf(alice), notificationOf(alice), notificationOf(alice, { type: "post_quoted" })];
  await publish(read, gone, off, notificationOf(carol), notificationOf(dan));
  await waits(alice, 3);
  for (const person of [carol, dan]) await waits(person);
  await (await feed.platform.openDatabase("auth-service")).query("UPDATE account SET suspended = true WHERE id = $1", [dan.id]);
  const recipientId = asUserId(alice.id);
  const readOf = (ids: string[] | null): NewEvent => ({
    type: "notification.read",
    aggregate: { id: alice.id, revision: 1 },
    actorId: null,
    data: { recipientId, ids: ids?.map(asNotificationId) ?? null, until: new Date().toISOString() },
  });
  await publish(readOf([read.aggregate.id]), {
    type: "notification.withdrawn",
    aggregate: { id: gone.aggregate.id, revision: 9 },
    actorId: null,
    data: { recipientId },
  });
  await waits(alice, 1);
  await hurry();
  await outcomes(alice, ["read", "type_off"]);
  await outcomes(carol, ["unverified"]);
  await outcomes(dan, ["no_address"]);
  await publish(notificationOf(alice));
  await waits(alice, 1);
  await publish(readOf(null));
  await eventually(async () =>
    expect(await (await delivery())("SELECT FROM account WHERE user_id = $1 AND read_until > now() - interval '1 minute'", [alice.id])).toHaveLength(1),
  );
  await hurry();
  await outcomes(alice, ["read", "type_off", "read"]);
  expect([await mailsTo(mailbox, alice.email, /mentioned|quoted/), await mailsTo(mailbox, carol.email, /mentioned/)]).toEqual([[], []]);
});

test("a digest tells all that came until eight in the morning where its reader is, in their language; what comes later is in the next one", async () => {
  const alice = await reader("alice", { mailFrequency: "daily" });
  await alice.patch("/api/v1/users/me/preferences", { language: "de" });
  const quietHours = { from: "22:00", to: "07:00", timeZone: "Asia/Tokyo" };
  const digest = { mailFrequency: "daily", quietHours } as const;
  const actor = { id: alice.id, username: "zed", fullName: "Zed\r\nBcc: all@feed.example", avatarUrl: null };
  await publish(notificationOf(alice, { ...digest, excerpt: "one" }), notificationOf(alice, { ...digest, actors: [actor], type: "new_follower" }));
  await waits(alice, 2);
  const mails = await (await delivery())<{ due: Date }>("SELECT due_at AS due FROM mail WHERE owner_id = $1", [alice.id]);
  expect(mails.map(({ due }) => due.toISOString().slice(11))).toEqual(["23:00:00.000Z"]);
  const { query } = await feed.platform.openDatabase("auth-service");
  await eventually(async () => expect(await query("SELECT FROM account WHERE id = $1 AND preferred_language = 'de'", [alice.id])).toHaveLength(1));
  await hurry();
  const mail = await arrived(mailbox, alice.email, /^2 Mitteilungen von The Feed$/);
  expect(mail.text).toContain("> one");
  expect(mail.text).toContain("Zed Bcc: all@feed.example folgt dir\nhttps://feed.example/@zed");
  await outcomes(alice, ["sent", "sent"]);
  await publish(notificationOf(alice, digest));
  await waits(alice);
  await hurry();
  await arrived(mailbox, alice.email, /^Eine Mitteilung von The Feed$/);
});

test("nothing is mailed in quiet hours but digests, also when they were set afterwards", async () => {
  const alice = await reader("alice");
  await publish(notificationOf(alice));
  await waits(alice);
  const clock = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString().slice(11, 16);
  const quietHours = { from: clock(-60), to: clock(60), timeZone: "UTC" };
  expect((await alice.patch(preferences, { quietHours })).status).toBe(200);
  await hurry();
  const due = async () =>
    (await (await delivery())<{ due: Date }>("SELECT due_at AS due FROM mail WHERE owner_id = $1 AND NOT in_hand", [alice.id]))[0]?.due.toISOString();
  await eventually(async () => expect((await due())?.slice(11, 16)).toBe(quietHours.to));
  await alice.patch(preferences, { quietHours: null });
  await hurry();
  await arrived(mailbox, alice.email, /mentioned/);
});

test("a group that grows is mailed again an hour later, as it is then", async () => {
  const alice = await reader("alice");
  const first = notificationOf(alice, { type: "post_liked", groupKey: "g", count: 1 });
  const grown = { ...first, type: "notification.updated" as const, aggregate: { ...first.aggregate, revision: 2 }, data: { ...first.data, count: 2 } };
  await publish(first);
  await waits(alice);
  await hurry();
  await outcomes(alice, ["sent"]);
  await publish(grown, { ...grown, aggregate: { ...first.aggregate, revision: 3 }, data: { ...first.data, count: 3 } });
  await waits(alice);
  const [mail] = await (await delivery())<{ inMinutes: number }>(
    'SELECT extract(epoch FROM due_at - now())::int / 60 AS "inMinutes" FROM mail WHERE owner_id = $1',
    [alice.id],
  );
  expect(mail?.inMinutes).toBeGreaterThan(55);
  await hurry();
  await eventually(async () => expect(await mailsTo(mailbox, alice.email, /liked/)).toHaveLength(2));
  expect((await mailsTo(mailbox, alice.email, /liked/)).map(({ subject }) => subject)).toEqual([
    "The Feed liked your post",
    "The Feed and others liked your post",
  ]);
});

test("a mail server that takes nothing now delays mails, one that never will ends them, and its provider's reports end mails to an address until its owner says otherwise", async () => {
  const [alice, bob] = [await reader("alice"), await reader("bob")];
  smtp.refuse(bob.email, 550);
  await publish(notificationOf(bob));
  await waits(bob);
  await hurry();
  await outcomes(bob, ["refused"]);

  smtp.refuse(alice.email, 450);
  await publish(notificationOf(alice));
  await waits(alice);
  await hurry();
  const attempts = async () =>
    (await (await delivery())<{ attempts: number; inHand: boolean }>('SELECT attempts, in_hand AS "inHand" FROM mail WHERE owner_id = $1', [alice.id]))[0];
  await eventually(async () => expect(await attempts()).toEqual({ attempts: 1, inHand: false }));
  smtp.accept(alice.email);
  await hurry();
  await arrived(mailbox, alice.email, /mentioned/);
  await outcomes(alice, ["sent"]);

  const report = (bounces: object[], given = secret) => feed.call("POST", "/api/v1/mails/bounces", { bounces }, { "x-mail-secret": given });
  expect((await report([{ address: alice.email, kind: "bounced" }], "another secret, as long")).status).toBe(403);
  expect((await alice.get("/api/v1/mails/address")).body).toEqual({ state: "ready", since: null });
  expect((await report([{ address: alice.email.toUpperCase(), kind: "bounced" }])).status).toBe(204);
  expect((await alice.get("/api/v1/mails/address")).body).toEqual({ state: "bounced", since: expect.any(String) });
  await publish(notificationOf(alice));
  await waits(alice);
  await hurry();
  await outcomes(alice, ["sent", "bounced"]);
  expect((await alice.post("/api/v1/mails/address/retry")).body).toEqual({ state: "ready", since: null });
  await publish(notificationOf(alice));
  await waits(alice);
  await hurry();
  await outcomes(alice, ["sent", "bounced", "sent"]);

  const url = "/api/v1/mails/bounces/postmark";
  const complaint = { RecordType: "SpamComplaint", Email: alice.email };
  const basic = (password: string) => ({ authorization: `Basic ${Buffer.from(`postmark:${password}`).toString("base64")}` });
  const asked = await feed.call("POST", url, complaint);
  expect([asked.status, asked.headers.get("www-authenticate")]).toEqual([401, expect.stringMatching(/^Basic realm=/)]);
  expect((await feed.call("POST", url, complaint, basic("another secret, as long"))).status).toBe(403);
  expect((await feed.call("POST", url, { Email: alice.email }, basic(secret))).body.code).toBe("validation_failed");
  expect((await feed.call("POST", "/api/v1/mails/bounces/nobody", complaint, basic(secret))).body.code).toBe("validation_failed");
  expect((await alice.get("/api/v1/mails/address")).body.state).toBe("ready");
  expect((await feed.call("POST", url, complaint, basic(secret))).status).toBe(204);
  expect((await alice.get("/api/v1/mails/address")).body.state).toBe("complained");
  // SNS sends JSON as text. Its confirmation, to an address of its own, does not arrive from here.
  const subscription = { Type: "SubscriptionConfirmation", SubscribeURL: "https://sns.none-1.amazonaws.com/" };
  const asText = { ...basic(secret), "content-type": "text/plain; charset=UTF-8" };
  expect((await feed.call("POST", "/api/v1/mails/bounces/ses", subscription, asText)).body.code).toBe("bad_gateway");

  expect((await alice.delete("/api/auth/me", { password: alice.password })).status).toBe(200);
  await eventually(async () => expect(await items(alice)).toEqual([]));
  const [account] = await (await delivery())("SELECT mail_address, deleted FROM account WHERE user_id = $1", [alice.id]);
  expect(account).toEqual({ mail_address: null, deleted: true });
});
