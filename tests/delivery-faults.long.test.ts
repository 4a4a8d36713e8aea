import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { NewEvent } from "@newfeed/shared/contracts/events.ts";
import { asNotificationId, asUserId } from "@newfeed/shared/contracts/ids.ts";
import type { StoringServiceName } from "@newfeed/shared/contracts/services.ts";
import { enqueue } from "@newfeed/shared/outbox/enqueue.ts";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { startSmtpServer } from "@newfeed/shared/testing/smtp-server.ts";
import { v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import { callersOf, type Person } from "./support/feed.ts";
import { onTheServer, openDatabaseOf } from "./support/operate.ts";
import { startProcess } from "./support/process.ts";
import { openPushEndpoint } from "./support/push-endpoint.ts";
import { openWebhookReceiver } from "./support/webhook-receiver.ts";

/**
 * Notifications that go out as pushes and mails, and posts that go out to webhooks, while the process is killed at each step, the bus repeats, and
 * providers are away. The usual form is short. DELIVERY=full: 10,000 notifications and 1,000 posts, and a minute without providers.
 */
const full = process.env.DELIVERY === "full";
const [userCount, perUser, postCount, awayMs] = full ? [50, 200, 1_000, 60_000] : [4, 30, 40, 4_000];
/** Each kills the process once, while its part of the notifications is under way. */
const steps = [
  ...(full ? (["relay.before_publish", "relay.before_mark", "consumer.after_commit"] as const) : []),
  ...(["consumer.before_commit", "delivery.before_call", "delivery.before_end"] as const),
];
/** While a webhook's deliveries alone are under way. */
const webhookSteps = ["delivery.before_call", "delivery.before_end"] as const;
/** Pushes and mails that an instance has in hand at once: as many at most have no answer when it is killed. */
const inHandAtMost = 64 + 3;
/** Of one webhook. */
const deliveriesAtMost = 4;

/** What becomes of every tenth: it is read or taken back at once, or comes in quiet hours. */
const fates = ["read", "withdrawn", "quiet", ...Array.from({ length: 7 }, () => "goes" as const)] as const;
interface Sent {
  id: string;
  mark: string;
  owner: Person;
  fate: (typeof fates)[number];
}

const quietNow = () => {
  const clock = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString().slice(11, 16);
  return { from: clock(-120), to: clock(240), timeZone: "UTC" };
};

test(
  "under faults each notification is pushed and mailed once, and each post told to a webhook: again only where no answer came, never once it is read, in quiet hours, or to a former owner",
  async () => {
    const [directory, failpoints] = [mkdtempSync(join(tmpdir(), "newfeed-delivery-")), mkdtempSync(join(tmpdir(), "newfeed-failpoints-"))];
    const [smtp, endpoint, receiver] = [await startSmtpServer(), await openPushEndpoint(), await openWebhookReceiver()];
    const server = onTheServer();
    const environment = {
      ...server,
      ...{ SMTP_URL: smtp.url, MAIL_FROM: "The Feed <no-reply@feed.example>", PUBLIC_URL: "https://feed.example", WEBHOOK_ALLOW_PRIVATE: "true" },
      ...{ NEWFEED_FAILPOINTS: `folder:${failpoints}`, METRICS_TOKEN: "of-the-scraper-of-this-test" },
    };
    let running = await startProcess(directory, environment, [], undefined, 120_000);
    const opened: RawDatabase[] = [];
    const open = (service: StoringServiceName) => {
      const database = openDatabaseOf(server, service);
      opened.push(database);
      return database;
    };
    const [accounts, notifications, delivery] = [open("auth-service"), open("notification-service"), open("delivery-service")];

    const callers = callersOf(running.url);
    const people: { person: Person; path: string }[] = [];
    for (let n = 0; n < userCount; n++) {
      const person = await callers.person("reader");
      const { path, subscription } = endpoint.subscribe();
      await person.post("/api/v1/devices", { kind: "web", name: "Phone", subscription });
      await person.patch("/api/v1/users/me/notification-preferences", { types: { mention: { mail: true } } });
      people.push({ person, path });
    }
    const [{ person: writer }] = people as [(typeof people)[0]];
    const { secret } = (await writer.post("/api/v1/webhooks", { url: `${receiver.url}/`, types: ["post.published"] })).body;
    receiver.secrets.set("/", secret);
    await accounts.query("UPDATE account SET email_verified_at = now()");
    await eventually(async () => expect(await notifications.query("SELECT FROM notification_preferences WHERE has_devices")).toHaveLength(userCount));

    const sent: Sent[] = [];
    /** Notifies each user of so many things; what is read or taken back is so right behind. */
    async function notify(each: number): Promise<void> {
      for (const { person } of people) {
        const events: NewEvent[] = [];
        for (let n = 0; n < each; n++) {
          const [id, mark, fate] = [uuidv7(), `note ${sent.length};`, fates[sent.length % fates.length] ?? "goes"] as const;
          sent.push({ id, mark, fate, owner: person });
          const recipientId = asUserId(person.id);
          const quietHours = fate === "quiet" ? quietNow() : null;
          const notBefore = quietHours && new Date(Date.now() + 4 * 3_600_000).toISOString();
          const data = {
            ...{ recipientId, type: "mention", groupKey: null, actors: [], count: 1, excerpt: mark, createdAt: new Date().toISOString() },
            ...{ subject: { postId: null, commentId: null, userId: null }, mailFrequency: "at_once" as const, notBefore, quietHours },
          };
          const channels = ["push", "mail"] as const;
          events.push({ type: "notification.created", aggregate: { id, revision: 1 }, actorId: null, data: { ...data, channels: [...channels] } });
          if (fate === "read")
            events.push({
              ...{ type: "notification.read", aggregate: { id: person.id, revision: 1 }, actorId: null },
              data: { recipientId, ids: [asNotificationId(id)], until: new Date().toISOString() },
            });
          if (fate === "withdrawn") events.push({ type: "notification.withdrawn", aggregate: { id, revision: 2 }, actorId: null, data: { recipientId } });
        }
        await enqueue(notifications.query, events);
      }
    }

    const posts: string[] = [];
    /** Publishes posts, each once, while the process may be killed. */
    async function publish(count: number): Promise<void> {
      for (let n = 0; n < count; n++) {
        const headers = { authorization: `Bearer ${writer.token}`, "idempotency-key": uuidv7() };
        await eventually(async () => {
          await keepRunning();
          const { status, body } = await callersOf(running.url).call("POST", "/api/v1/posts", { content: `Post ${posts.length}`, postType: "TEXT" }, headers);
          expect(status).toBe(201);
          posts.push(body.id);
        }, 120_000);
      }
    }

    let kills = 0;
    /** The process is started again whenever it has been killed; what it had in hand is due at once rather than half a minute later. */
    async function keepRunning(): Promise<void> {
      if (running.child.exitCode === null && running.child.signalCode === null) return;
      kills++;
      await delivery.query("UPDATE webhook_queue SET due_at = now() WHERE in_hand AND due_at > now()");
      await delivery.query("UPDATE webhook SET due_at = now() WHERE due_at > now()");
      for (const table of ["push", "mail"]) await delivery.query(`UPDATE ${table} SET due_at = now() WHERE in_hand AND due_at IS NOT NULL`);
      running = await startProcess(directory, environment, [], undefined, 120_000);
    }
    /** What waits is due now, unless it is quiet. */
    async function hurry(): Promise<void> {
      await delivery.query("UPDATE webhook_queue SET due_at = now() WHERE due_at > now() AND NOT in_hand");
      await delivery.query("UPDATE webhook SET due_at = now() WHERE due_at > now()");
      await delivery.query("UPDATE push SET due_at = now() WHERE due_at > now() AND quiet_hours IS NULL AND NOT in_hand");
      await delivery.query(
        "UPDATE mail SET due_at = now() WHERE due_at > now() AND NOT in_hand AND id NOT IN (SELECT i.mail_id FROM mail_item i JOIN push p USING (notification_id) WHERE p.quiet_hours IS NOT NULL)",
      );
    }
    const count = async (sql: string) => Number((await delivery.query<{ n: string }>(`SELECT count(*)::text AS n FROM ${sql}`))[0]?.n);
    const expected = (...which: Sent["fate"][]) => sent.filter(({ fate }) => which.includes(fate)).length;
    /** All of it has arrived at delivery-service. */
    async function untilConsumed(): Promise<void> {
      await eventually(async () => {
        await keepRunning();
        expect(await count("mail_item")).toBe(expected("goes", "quiet", "read"));
        expect(
          await count(
            "mail_item WHERE outcome = 'read' OR EXISTS (SELECT FROM push_outcome o WHERE o.notification_id = mail_item.notification_id AND o.outcome = 'read')",
          ),
        ).toBe(expected("read"));
      }, 240_000);
    }
    async function untilSent(): Promise<void> {
      await eventually(async () => {
        await keepRunning();
        await hurry();
        expect(await count("push WHERE due_at IS NOT NULL AND quiet_hours IS NULL")).toBe(0);
        expect(await count("mail_item WHERE outcome = 'sent'")).toBe(expected("goes"));
        expect(await count("webhook_delivery WHERE state = 'delivered'")).toBe(posts.length);
      }, 600_000);
    }

    const began = Date.now();
    const share = Math.ceil(perUser / (steps.length + 1));
    /** The process is killed where it is at that step first, while something of that is under way. */
    async function killedAt(step: string, somethingHappens: () => Promise<void>): Promise<void> {
      await keepRunning();
      const file = join(failpoints, `embedded.${step}`);
      writeFileSync(file, "");
      const before = kills;
      await somethingHappens();
      await eventually(async () => {
        await keepRunning();
        if (step.startsWith("delivery")) await hurry();
        expect([existsSync(file), kills > before], step).toEqual([false, true]);
      }, 120_000);
    }
    for (const step of steps) {
      await killedAt(step, () => notify(share));
      await untilConsumed();
      // Once more from the bus, all of it.
      await notifications.query("UPDATE newfeed.outbox SET sent_at = NULL WHERE type LIKE 'notification.%' AND id % 5 = 0");
    }
    await untilSent();
    for (const step of webhookSteps) {
      await killedAt(step, () => publish(Math.ceil(postCount / 4)));
      await untilSent();
    }
    const beforeAway = { pushes: endpoint.received.length, mails: smtp.received.length };
    // Both providers are away: one cannot be reached, the other one takes nothing.
    await endpoint.pause();
    for (const { person } of people) smtp.refuse(person.email, 451);
    const told = receiver.received.length;
    receiver.answers.set("/", () => 503);
    await notify(perUser - share * steps.length);
    await publish(postCount - posts.length);
    const awayUntil = Date.now() + awayMs;
    while (Date.now() < awayUntil) {
      await hurry();
      await pause(500);
    }
    const whileAway = endpoint.received.length - beforeAway.pushes;
    const refused = receiver.received.splice(told).length;
    expect(refused).toBeGreaterThan(0);
    receiver.answers.delete("/");
    await endpoint.resume();
    for (const { person } of people) smtp.accept(person.email);
    await untilConsumed();
    // As after an attempt that failed: what is quiet comes due.
    await delivery.query("UPDATE push SET due_at = now() WHERE quiet_hours IS NOT NULL");
    await untilSent();
    await eventually(async () => expect(await count("push WHERE quiet_hours IS NOT NULL AND due_at < now() + interval '1 hour'")).toBe(0), 60_000);
    const seconds = Math.round((Date.now() - began) / 1_000);
    expect([endpoint.faults, whileAway]).toEqual([[], 0]);

    // Each as often as its provider had it.
    const pathOf = new Map(people.map(({ person, path }) => [person.id, path]));
    const pushesOf = Map.groupBy(
      endpoint.received.filter(({ body }) => body.notification),
      ({ body }) => body.notification.id as string,
    );
    const mailsOf = Map.groupBy(
      smtp.received.filter(({ text }) => text?.includes("note ")),
      ({ text }) => /note \d+;/.exec(text ?? "")?.[0] ?? "",
    );
    const outcomes = new Map(
      (await delivery.query<{ id: string; outcome: string }>("SELECT notification_id AS id, outcome FROM push_outcome")).map(({ id, outcome }) => [
        id,
        outcome,
      ]),
    );
    const attempts = new Map(
      (await delivery.query<{ id: string; attempts: number }>("SELECT notification_id AS id, attempts FROM push")).map((row) => [row.id, row.attempts]),
    );
    const seen = { pushes: 0, mails: 0, pushesTwice: 0, mailsTwice: 0, shownBeforeRead: 0, webhooks: posts.length, webhooksTwice: 0 };
    for (const { id, mark, owner, fate } of sent) {
      const [pushes, mails] = [pushesOf.get(id) ?? [], mailsOf.get(mark) ?? []];
      expect(pushes.every(({ path }) => path === pathOf.get(owner.id))).toBe(true);
      if (fate === "goes") {
        expect(pushes.length, mark).toBeGreaterThanOrEqual(1);
        expect(mails.length, mark).toBeGreaterThanOrEqual(1);
        expect(
          [pushes.length, mails.length].every((n) => n <= 2),
          mark,
        ).toBe(true);
        expect(new Set(mails.map(({ messageId }) => messageId)).size, mark).toBe(1);
        if (pushes.length === 2) expect(attempts.get(id), "what is repeated is counted").toBeGreaterThan(1);
        expect(outcomes.get(id)).toBe("sent");
        seen.pushes++;
        seen.mails++;
        seen.pushesTwice += pushes.length - 1;
        seen.mailsTwice += mails.length - 1;
      } else if (fate === "quiet") expect([pushes.length, mails.length], mark).toEqual([0, 0]);
      else {
        // What was under way when it was read is closed after it.
        const closings = endpoint.received.findLastIndex(({ body }) => body.closed?.ids?.includes(id));
        const lastShown = endpoint.received.findLastIndex(({ body }) => body.notification?.id === id);
        if (lastShown >= 0) expect(closings, mark).toBeGreaterThan(lastShown);
        expect(mails.length, mark).toBe(0);
        seen.shownBeforeRead += pushes.length;
      }
    }
    for (const id of posts) {
      const deliveries = receiver.received.filter(({ data }) => data.postId === id);
      expect(deliveries.length, id).toBeGreaterThanOrEqual(1);
      expect(deliveries.length, id).toBeLessThanOrEqual(2);
      expect(new Set(deliveries.map(({ id: message }) => message)).size, id).toBe(1);
      seen.webhooksTwice += deliveries.length - 1;
    }
    expect(receiver.faults).toEqual([]);
    expect(seen.webhooksTwice).toBeLessThanOrEqual(deliveriesAtMost * kills);
    expect(seen.pushesTwice).toBeLessThanOrEqual(inHandAtMost * kills);
    expect(seen.mailsTwice).toBeLessThanOrEqual(3 * kills);
    const scraped = await (await fetch(`${running.url}/metrics`, { headers: { authorization: `Bearer ${environment.METRICS_TOKEN}` } })).text();
    expect(scraped, "what may have arrived before is counted").toMatch(/newfeed_outside_deliveries_total\{[^}]*outcome="repeated"[^}]*\} [1-9]/);

    // A device that changes hands while something waits for it.
    const [{ person: former, path }, { person: next }] = people as [(typeof people)[0], (typeof people)[0]];
    const start = endpoint.at(path).length;
    const waiting = sent.length;
    await notify(1);
    await untilConsumed();
    const device = { kind: "web", name: "Phone", subscription: endpoint.subscriptionAt(path) };
    const asNext = { authorization: `Bearer ${next.token}` };
    expect((await callersOf(running.url).call("POST", "/api/v1/devices", device, asNext)).status).toBe(201);
    await untilSent();
    const arrived = endpoint.at(path).slice(start);
    expect(sent.slice(waiting).filter(({ owner }) => owner === former).length).toBe(1);
    expect(arrived.filter(({ body }) => sent.some(({ id, owner }) => owner === former && id === body.notification?.id))).toEqual([]);

    process.stderr.write(`${sent.length} notifications, ${kills} kills, ${seconds} s: ${JSON.stringify(seen)}\n`);
    expect(kills).toBe(steps.length + webhookSteps.length);
    await running.signal("SIGTERM");
    for (const database of opened) await database.close();
    await smtp.close();
    endpoint.close();
    receiver.close();
    for (const folder of [directory, failpoints]) rmSync(folder, { recursive: true, force: true });
  },
  full ? 2_400_000 : 300_000,
);
