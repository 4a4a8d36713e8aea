import { bounds } from "@newfeed/shared/contracts/limits.ts";
import { removeBehind } from "@newfeed/shared/jobs/job.ts";
import { array, boolean, deviceId, int4, notificationId, text, timestamptz, userId, uuid } from "@newfeed/shared/ports/columns.ts";
import { removal } from "@newfeed/shared/ports/housekeeping.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";

/** Down to what the columns hold: rounded up, it would lie ahead. */
const atOnce = "date_trunc('milliseconds', now())";

/** SQL: the devices of a user, `d`. */
const devicesOf = (owner: string) => `(SELECT id FROM device WHERE owner_id = ${owner} ORDER BY owner_id, id DESC LIMIT ${bounds.devicesPerUser}) d`;

/**
 * Has a notification be pushed to all devices of its recipient, or, when it is no news, changes what waits there. Gives how many. An older revision
 * changes nothing. `quietUntil` is when it may be sent at the earliest.
 */
export const addPushes = statement({
  parameters: {
    ownerId: userId,
    notificationId,
    revision: int4,
    body: text,
    collapseKey: text,
    urgency: text,
    notifiedAt: timestamptz,
    newsAt: timestamptz,
    isNews: boolean,
    quietUntil: timestamptz.nullable,
    heldMs: int4,
    lifetime: text,
  },
  row: { id: uuid },
  sql: ({ ownerId, notificationId, revision, body, collapseKey, urgency, notifiedAt, newsAt, isNews, quietUntil, heldMs, lifetime }) =>
    `INSERT INTO push AS p (id, owner_id, device_id, notification_id, revision, body, collapse_key, urgency, notified_at, news_at, due_at, expires_at)
     SELECT gen_random_uuid(), ${ownerId}, d.id, ${notificationId}, ${revision}, ${body}, ${collapseKey}, ${urgency}, ${notifiedAt}, ${newsAt}, due.at, due.at + ${lifetime}::interval
     FROM ${devicesOf(ownerId)}
     CROSS JOIN (SELECT greatest(${atOnce} + make_interval(secs => ${heldMs} / 1000.0), ${quietUntil}) AS at) due
     WHERE ${isNews} OR EXISTS (
       SELECT FROM push w WHERE w.notification_id = ${notificationId} AND w.device_id = d.id AND NOT w.closing AND w.due_at IS NOT NULL AND NOT w.in_hand)
     ON CONFLICT (notification_id, device_id, closing) DO UPDATE SET owner_id = excluded.owner_id, revision = excluded.revision, body = excluded.body,
       attempts = 0, in_hand = false, news_at = CASE WHEN ${isNews} THEN excluded.news_at ELSE p.news_at END,
       due_at = CASE WHEN ${isNews} THEN excluded.due_at ELSE p.due_at END, expires_at = excluded.expires_at
     WHERE p.revision < excluded.revision RETURNING p.id`,
});

/** Drops what of some notifications was to be pushed, and has what was pushed be closed. Gives how many are to be closed. */
export const closePushes = statement({
  parameters: { ownerId: userId, ids: array(notificationId) },
  row: { id: uuid },
  sql: ({ ownerId, ids }) =>
    `WITH gone AS (
       DELETE FROM push WHERE notification_id = ANY(${ids}) AND owner_id = ${ownerId} AND NOT closing
       RETURNING device_id, notification_id, revision, collapse_key, notified_at, expires_at, due_at IS NULL OR in_hand AS shown
     )
     INSERT INTO push (id, owner_id, device_id, notification_id, closing, revision, body, collapse_key, urgency, notified_at, due_at, expires_at)
     SELECT gen_random_uuid(), ${ownerId}, device_id, notification_id, true, revision, json_build_object('closed', json_build_object('ids', json_build_array(notification_id)))::text,
       collapse_key, 'low', notified_at, ${atOnce}, expires_at FROM gone WHERE shown
     ON CONFLICT DO NOTHING RETURNING id`,
});

/** Has all that was pushed until then be closed, on each device that has some of it. Gives how many devices. */
export const closeAllPushes = statement({
  parameters: { ownerId: userId, until: timestamptz, body: text, lifetime: text },
  row: { id: uuid },
  sql: ({ ownerId, until, body, lifetime }) =>
    `INSERT INTO push AS p (id, owner_id, device_id, notification_id, closing, revision, body, collapse_key, urgency, notified_at, due_at, expires_at)
     SELECT gen_random_uuid(), ${ownerId}, d.id, ${ownerId}, true, 1, ${body}, 'all', 'low', ${until}, ${atOnce}, ${atOnce} + ${lifetime}::interval
     FROM ${devicesOf(ownerId)}
     WHERE EXISTS (SELECT FROM push s WHERE s.device_id = d.id AND s.notified_at <= ${until} AND s.due_at IS NULL AND NOT s.closing)
     ON CONFLICT (notification_id, device_id, closing) DO UPDATE SET owner_id = excluded.owner_id, body = excluded.body, attempts = 0, in_hand = false,
       due_at = excluded.due_at, expires_at = excluded.expires_at RETURNING p.id`,
});

/** For how long what was taken is in hand, in seconds: longer than an attempt may take. */
const leaseSeconds = 30;

const taken = {
  id: uuid,
  ownerId: userId,
  deviceId,
  closing: boolean,
  revision: int4,
  body: text,
  collapseKey: text,
  urgency: text.as<"low" | "normal" | "high">(),
  notifiedAt: timestamptz,
  attempts: int4,
  expiresAt: timestamptz,
};

/** What has waited longest, up to `most`. `unanswered`: an attempt got no answer, or its instance ended. */
export const takeDue = statement({
  parameters: { most: int4 },
  row: { ...taken, unanswered: boolean },
  sql: ({ most }) =>
    `WITH due AS MATERIALIZED (SELECT id, in_hand FROM push WHERE due_at <= now() ORDER BY due_at LIMIT ${most} FOR UPDATE SKIP LOCKED)
     UPDATE push p SET attempts = p.attempts + 1, in_hand = true, due_at = now() + interval '${leaseSeconds} seconds' FROM due WHERE p.id = due.id
     RETURNING p.id, p.owner_id, p.device_id, p.closing, p.revision, p.body, p.collapse_key, p.urgency, p.notified_at, p.attempts, p.expires_at, due.in_hand AS unanswered`,
  plan: "each time",
});

/** Where pushes go, with until when its owner has read. */
export const findTargets = statement({
  parameters: { ids: array(deviceId) },
  row: { id: deviceId, ownerId: userId, address: text, language: text, target: text, readUntil: timestamptz.nullable },
  sql: ({ ids }) =>
    `SELECT d.id, d.owner_id, d.address, d.language, d.target, a.read_until FROM device d JOIN account a ON a.user_id = d.owner_id WHERE d.id = ANY(${ids})`,
});

/** What an open page or app has shown. Nothing of a user without devices. */
export const acknowledge = statement({
  parameters: { userId, ids: array(notificationId) },
  sql: ({ userId, ids }) =>
    `INSERT INTO acknowledgement (user_id, notification_id, at)
     SELECT DISTINCT ${userId}, given.id, now() FROM unnest(${ids}) AS given(id)
     WHERE EXISTS (SELECT FROM account WHERE user_id = ${userId} AND has_devices) ORDER BY given.id
     ON CONFLICT (user_id, notification_id) DO UPDATE SET at = excluded.at`,
});
/** Which of these pushes a page or app has shown since they are news. */
export const findAcknowledged = statement({
  parameters: { ids: array(uuid) },
  row: { id: uuid },
  sql: ({ ids }) =>
    `SELECT p.id FROM push p JOIN acknowledgement a ON a.user_id = p.owner_id AND a.notification_id = p.notification_id
     WHERE p.id = ANY(${ids}) AND NOT p.closing AND a.at >= p.news_at`,
});

/** Of the attempt alone: what has become news meanwhile is sent. */
const attempt = { id: uuid, attempts: int4, revision: int4 };
export const noteSent = statement({
  parameters: attempt,
  sql: ({ id, attempts, revision }) => `UPDATE push SET in_hand = false, due_at = NULL WHERE id = ${id} AND attempts = ${attempts} AND revision = ${revision}`,
});
export const putBack = statement({
  parameters: { ...attempt, inMs: int4 },
  sql: ({ id, attempts, revision, inMs }) =>
    `UPDATE push SET in_hand = false, due_at = ${atOnce} + make_interval(secs => ${inMs} / 1000.0)
     WHERE id = ${id} AND attempts = ${attempts} AND revision = ${revision}`,
});
export const dropPush = statement({
  parameters: attempt,
  sql: ({ id, attempts, revision }) => `DELETE FROM push WHERE id = ${id} AND attempts = ${attempts} AND revision = ${revision}`,
});

/** See `jobs.ts`. */
export const removePushes = statement({
  parameters: { owner: uuid, after: uuid.nullable, limit: int4 },
  row: { key: uuid },
  sql: (given) => removeBehind("push", ["owner_id", "id"], given),
});

export const oldAcknowledgements = removal({ table: "acknowledgement", at: "at", after: "1 day" });
export const expiredPushes = removal({ table: "push", at: "expires_at", after: "1 hour" });
