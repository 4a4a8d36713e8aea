import { bounds } from "@newfeed/shared/contracts/limits.ts";
import type { QuietHours } from "@newfeed/shared/contracts/routes/notification-preferences.ts";
import { removeBehind } from "@newfeed/shared/jobs/job.ts";
import { array, boolean, deviceId, int4, jsonb, notificationId, text, timestamptz, userId, uuid } from "@newfeed/shared/ports/columns.ts";
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
    quietHours: jsonb<QuietHours>().nullable,
    heldMs: int4,
    lifetime: text,
  },
  row: { id: uuid },
  sql: ({ ownerId, notificationId, revision, body, collapseKey, urgency, notifiedAt, newsAt, isNews, quietUntil, quietHours, heldMs, lifetime }) =>
    `INSERT INTO push AS p (id, owner_id, device_id, notification_id, revision, body, collapse_key, urgency, notified_at, news_at, quiet_hours, due_at, expires_at)
     SELECT gen_random_uuid(), ${ownerId}, d.id, ${notificationId}, ${revision}, ${body}, ${collapseKey}, ${urgency}, ${notifiedAt}, ${newsAt}, ${quietHours}, due.at, due.at + ${lifetime}::interval
     FROM ${devicesOf(ownerId)}
     CROSS JOIN (SELECT greatest(${atOnce} + make_interval(secs => ${heldMs} / 1000.0), ${quietUntil}) AS at) due
     WHERE ${isNews} OR EXISTS (
       SELECT FROM push w WHERE w.notification_id = ${notificationId} AND w.device_id = d.id AND NOT w.closing AND w.due_at IS NOT NULL AND NOT w.in_hand)
     ON CONFLICT (notification_id, device_id, closing) DO UPDATE SET owner_id = excluded.owner_id, revision = excluded.revision, body = excluded.body,
       attempts = 0, in_hand = false, quiet_hours = excluded.quiet_hours,
       collapsed = CASE WHEN ${isNews} THEN p.due_at IS NOT NULL AND NOT p.in_hand ELSE p.collapsed END, news_at = CASE WHEN ${isNews} THEN excluded.news_at ELSE p.news_at END,
       due_at = CASE WHEN ${isNews} THEN excluded.due_at ELSE p.due_at END, expires_at = excluded.expires_at
     WHERE p.revision < excluded.revision RETURNING p.id`,
});

/**
 * SQL that notes what became of pushes (`ended`: their notification, owner, when it was news, and `outcome`): the best of all devices of what was
 * news last. Nothing of a user who is gone.
 */
const noteOutcomes = (ended: string) =>
  `INSERT INTO push_outcome AS o (notification_id, owner_id, news_at, outcome)
   SELECT DISTINCT ON (e.notification_id) e.notification_id, e.owner_id, e.news_at, e.outcome FROM ${ended} e JOIN account a ON a.user_id = e.owner_id AND NOT a.deleted
   ON CONFLICT (notification_id) DO UPDATE SET news_at = excluded.news_at, outcome = excluded.outcome, ended_at = excluded.ended_at
   WHERE excluded.news_at > o.news_at OR (excluded.news_at = o.news_at AND o.outcome NOT IN ('sent', 'collapsed'))`;

/** Drops what of some notifications was to be pushed, since they are read, and has what was pushed be closed. Gives how many are to be closed. */
export const closePushes = statement({
  parameters: { ownerId: userId, ids: array(notificationId) },
  row: { id: uuid },
  sql: ({ ownerId, ids }) =>
    `WITH gone AS (
       DELETE FROM push WHERE notification_id = ANY(${ids}) AND owner_id = ${ownerId} AND NOT closing
       RETURNING device_id, owner_id, notification_id, revision, collapse_key, notified_at, news_at, expires_at, due_at IS NULL OR in_hand AS shown, 'read' AS outcome
     ),
     noted AS (${noteOutcomes("(SELECT * FROM gone WHERE NOT shown)")})
     INSERT INTO push (id, owner_id, device_id, notification_id, closing, revision, body, collapse_key, urgency, notified_at, due_at, expires_at)
     SELECT gen_random_uuid(), ${ownerId}, device_id, notification_id, true, revision, json_build_object('closed', json_build_object('ids', json_build_array(notification_id)))::text,
       collapse_key, 'low', notified_at, ${atOnce}, expires_at FROM gone WHERE shown
     ON CONFLICT DO NOTHING RETURNING id`,
});

/** Of what was withdrawn, nothing is left. */
export const forgetOutcome = statement({
  parameters: { ownerId: userId, notificationId },
  sql: ({ ownerId, notificationId }) => `DELETE FROM push_outcome WHERE notification_id = ${notificationId} AND owner_id = ${ownerId}`,
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
  quietHours: jsonb<QuietHours>().nullable,
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
     RETURNING p.id, p.owner_id, p.device_id, p.closing, p.revision, p.body, p.collapse_key, p.urgency, p.notified_at, p.quiet_hours, p.attempts, p.expires_at, due.in_hand AS unanswered`,
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
  sql: ({ id, attempts, revision }) =>
    `WITH sent AS (
       UPDATE push SET in_hand = false, due_at = NULL WHERE id = ${id} AND attempts = ${attempts} AND revision = ${revision}
       RETURNING notification_id, owner_id, news_at, CASE WHEN collapsed THEN 'collapsed' ELSE 'sent' END AS outcome
     ) ${noteOutcomes("sent")}`,
});
/** Nothing was sent: it was not the time. `hasLonger`: one that was never tried gets an hour from then on. */
export const putOff = statement({
  parameters: { ...attempt, until: timestamptz, hasLonger: boolean },
  sql: ({ id, attempts, revision, until, hasLonger }) =>
    `UPDATE push SET in_hand = false, due_at = ${until}, attempts = attempts - 1,
       expires_at = CASE WHEN attempts = 1 AND ${hasLonger} THEN greatest(expires_at, ${until} + interval '1 hour') ELSE expires_at END
     WHERE id = ${id} AND attempts = ${attempts} AND revision = ${revision}`,
});
export const putBack = statement({
  parameters: { ...attempt, inMs: int4 },
  sql: ({ id, attempts, revision, inMs }) =>
    `UPDATE push SET in_hand = false, due_at = ${atOnce} + make_interval(secs => ${inMs} / 1000.0)
     WHERE id = ${id} AND attempts = ${attempts} AND revision = ${revision}`,
});
/** `outcome`: why it is not sent. */
export const dropPush = statement({
  parameters: { ...attempt, outcome: text },
  sql: ({ id, attempts, revision, outcome }) =>
    `WITH gone AS (
       DELETE FROM push WHERE id = ${id} AND attempts = ${attempts} AND revision = ${revision} RETURNING notification_id, owner_id, news_at, closing, ${outcome} AS outcome
     ) ${noteOutcomes("(SELECT * FROM gone WHERE NOT closing)")}`,
});

/** See `jobs.ts`. */
export const removePushes = statement({
  parameters: { owner: uuid, after: uuid.nullable, limit: int4 },
  row: { key: uuid },
  sql: (given) => removeBehind("push", ["owner_id", "id"], given),
});

/** Of each of these notifications of a user, what became of its pushes, and since when one of them waits, if any does. */
export const findFates = statement({
  parameters: { ownerId: userId, ids: array(notificationId) },
  row: {
    notificationId: notificationId.notNull,
    outcome: text.nullable,
    endedAt: timestamptz.nullable,
    isOld: boolean.nullable,
    dueAt: timestamptz.nullable,
    attempts: int4.nullable,
  },
  sql: ({ ownerId, ids }) =>
    `SELECT given.id AS notification_id, o.outcome, o.ended_at, o.news_at < w.news_at AS is_old, w.due_at, w.attempts
     FROM unnest(${ids}) AS given(id)
     LEFT JOIN push_outcome o ON o.notification_id = given.id AND o.owner_id = ${ownerId}
     LEFT JOIN LATERAL (
       SELECT p.news_at, p.due_at, p.attempts FROM push p
       WHERE p.notification_id = given.id AND p.owner_id = ${ownerId} AND NOT p.closing AND p.due_at IS NOT NULL ORDER BY p.due_at LIMIT 1
     ) w ON true`,
});

/** A page of what became of the pushes of a user's notifications. */
export const exportOutcomes = statement({
  parameters: { ownerId: userId, after: uuid.nullable, limit: int4 },
  row: { notificationId, outcome: text, endedAt: timestamptz },
  sql: ({ ownerId, after, limit }) =>
    `SELECT notification_id, outcome, ended_at FROM push_outcome
     WHERE owner_id = ${ownerId} AND notification_id > coalesce(${after}, '00000000-0000-0000-0000-000000000000') ORDER BY owner_id, notification_id LIMIT ${limit}`,
});

/** See `jobs.ts`. */
export const removeOutcomes = statement({
  parameters: { owner: uuid, after: uuid.nullable, limit: int4 },
  row: { key: uuid },
  sql: (given) => removeBehind("push_outcome", ["owner_id", "notification_id"], given),
});

export const oldOutcomes = removal({ table: "push_outcome", at: "news_at", after: "30 days" });
export const oldAcknowledgements = removal({ table: "acknowledgement", at: "at", after: "1 day" });
export const expiredPushes = removal({ table: "push", at: "expires_at", after: "1 hour" });
