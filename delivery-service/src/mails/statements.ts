import { removeBehind } from "@newfeed/shared/jobs/job.ts";
import { array, boolean, int4, notificationId, text, timestamptz, userId, uuid } from "@newfeed/shared/ports/columns.ts";
import { removal } from "@newfeed/shared/ports/housekeeping.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";

/** As many notifications fit into one mail; what comes beyond is in the inbox. */
export const itemsAtMost = 100;

/**
 * What is known of a notification that is, or was, mailed. `isOpen`: its mail waits and was not begun. Holds both until the transaction
 * ends: who sends passes over them.
 */
export const lockItem = statement({
  parameters: { notificationId },
  row: { revision: int4, outcome: text.nullable, endedAt: timestamptz.nullable, isOpen: boolean.notNull },
  sql: ({ notificationId }) =>
    `WITH item AS MATERIALIZED (SELECT mail_id, revision, outcome, ended_at FROM mail_item WHERE notification_id = ${notificationId} FOR UPDATE),
     waits AS MATERIALIZED (SELECT m.id FROM mail m JOIN item ON m.id = item.mail_id WHERE m.attempts = 0 FOR UPDATE OF m)
     SELECT revision, outcome, ended_at, outcome IS NULL AND EXISTS (SELECT FROM waits) AS is_open FROM item`,
});

export const insertMail = statement({
  parameters: { id: uuid, ownerId: userId, dueAt: timestamptz },
  sql: ({ id, ownerId, dueAt }) => `INSERT INTO mail (id, owner_id, digest, items, due_at) VALUES (${id}, ${ownerId}, false, 1, ${dueAt})`,
});

/** The digest that waits, with one item more; makes it where there is none. */
export const joinDigest = statement({
  parameters: { id: uuid, ownerId: userId, dueAt: timestamptz },
  row: { id: uuid, items: int4 },
  sql: ({ id, ownerId, dueAt }) =>
    `INSERT INTO mail AS m (id, owner_id, digest, items, due_at) VALUES (${id}, ${ownerId}, true, 1, ${dueAt})
     ON CONFLICT (owner_id) WHERE digest AND attempts = 0 DO UPDATE SET items = m.items + 1, due_at = least(m.due_at, excluded.due_at) RETURNING m.id, m.items`,
});

const item = { notificationId, ownerId: userId, revision: int4, type: text, body: text, notifiedAt: timestamptz, newsAt: timestamptz };
export const saveItem = statement({
  parameters: { ...item, mailId: uuid },
  sql: ({ notificationId, ownerId, mailId, revision, type, body, notifiedAt, newsAt }) =>
    `INSERT INTO mail_item AS i (notification_id, owner_id, mail_id, revision, type, body, notified_at, news_at)
     VALUES (${notificationId}, ${ownerId}, ${mailId}, ${revision}, ${type}, ${body}, ${notifiedAt}, ${newsAt})
     ON CONFLICT (notification_id) DO UPDATE SET mail_id = excluded.mail_id, revision = excluded.revision, type = excluded.type, body = excluded.body,
       news_at = excluded.news_at, outcome = NULL, ended_at = NULL WHERE i.revision < excluded.revision`,
});
/** A digest has no room for it: it is in the inbox alone. */
export const leaveOut = statement({
  parameters: { notificationId },
  sql: ({ notificationId }) => `UPDATE mail_item SET outcome = 'no_room', ended_at = now() WHERE notification_id = ${notificationId} AND outcome IS NULL`,
});
/** What waits, as it is now. */
export const changeItem = statement({
  parameters: { notificationId, revision: int4, body: text },
  sql: ({ notificationId, revision, body }) =>
    `UPDATE mail_item SET revision = ${revision}, body = ${body} WHERE notification_id = ${notificationId} AND outcome IS NULL AND revision < ${revision}`,
});

export const noteRead = statement({
  parameters: { ownerId: userId, ids: array(notificationId) },
  sql: ({ ownerId, ids }) =>
    `UPDATE mail_item SET outcome = 'read', ended_at = now() WHERE notification_id = ANY(${ids}) AND owner_id = ${ownerId} AND outcome IS NULL`,
});
export const withdrawItem = statement({
  parameters: { ownerId: userId, notificationId },
  sql: ({ ownerId, notificationId }) => `DELETE FROM mail_item WHERE notification_id = ${notificationId} AND owner_id = ${ownerId}`,
});

/** For how long what was taken is in hand, in seconds: longer than an attempt may take. */
const leaseSeconds = 40;

/** What has waited longest, up to `most`. `unanswered`: an attempt got no answer, or its instance ended. */
export const takeDue = statement({
  parameters: { most: int4 },
  row: { id: uuid, ownerId: userId, digest: boolean, items: int4, attempts: int4, createdAt: timestamptz, unanswered: boolean },
  sql: ({ most }) =>
    `WITH due AS MATERIALIZED (SELECT id, in_hand FROM mail WHERE due_at <= now() ORDER BY due_at LIMIT ${most} FOR UPDATE SKIP LOCKED)
     UPDATE mail m SET attempts = m.attempts + 1, in_hand = true, due_at = now() + interval '${leaseSeconds} seconds' FROM due WHERE m.id = due.id
     RETURNING m.id, m.owner_id, m.digest, m.items, m.attempts, m.created_at, due.in_hand AS unanswered`,
  plan: "each time",
});

/** What a mail is of, the oldest first. */
export const findItems = statement({
  parameters: { mailId: uuid },
  row: { notificationId, type: text, body: text, notifiedAt: timestamptz },
  sql: ({ mailId }) =>
    `SELECT notification_id, type, body, notified_at FROM mail_item WHERE mail_id = ${mailId} AND outcome IS NULL ORDER BY mail_id, notification_id LIMIT ${itemsAtMost}`,
});

export const findRecipient = statement({
  parameters: { userId },
  row: {
    readUntil: timestamptz.nullable,
    mailAddress: text.nullable,
    mailRefusal: text.as<"bounced" | "complained">().nullable,
    mailRefusedAt: timestamptz.nullable,
  },
  sql: ({ userId }) => `SELECT read_until, mail_address, mail_refusal, mail_refused_at FROM account WHERE user_id = ${userId} AND NOT deleted`,
});
/** Another address is a new beginning. */
export const noteAddress = statement({
  parameters: { userId, address: text },
  sql: ({ userId, address }) =>
    `UPDATE account SET mail_address = ${address}, mail_refusal = NULL, mail_refused_at = NULL
     WHERE user_id = ${userId} AND NOT deleted AND mail_address IS DISTINCT FROM ${address}`,
});
/** One address is one account's, but for a moment. */
export const noteRefusals = statement({
  parameters: { addresses: array(text), refusal: text },
  sql: ({ addresses, refusal }) =>
    `UPDATE account SET mail_refusal = ${refusal}, mail_refused_at = now() WHERE mail_address = ANY(${addresses}) AND NOT deleted AND mail_refusal IS NULL`,
});
export const forgetRefusal = statement({
  parameters: { userId },
  sql: ({ userId }) => `UPDATE account SET mail_refusal = NULL, mail_refused_at = NULL WHERE user_id = ${userId} AND NOT deleted`,
});

/** Of the notifications that a mail had. */
export const endItems = statement({
  parameters: { mailId: uuid, ids: array(notificationId), outcome: text },
  sql: ({ mailId, ids, outcome }) =>
    `UPDATE mail_item SET outcome = ${outcome}, ended_at = now() WHERE notification_id = ANY(${ids}) AND mail_id = ${mailId} AND outcome IS NULL`,
});
export const moveItems = statement({
  parameters: { mailId: uuid, ids: array(notificationId), to: uuid },
  sql: ({ mailId, ids, to }) => `UPDATE mail_item SET mail_id = ${to} WHERE notification_id = ANY(${ids}) AND mail_id = ${mailId} AND outcome IS NULL`,
});
/** Of the attempt alone. */
const attempt = { id: uuid, attempts: int4 };
export const dropMail = statement({
  parameters: attempt,
  sql: ({ id, attempts }) => `DELETE FROM mail WHERE id = ${id} AND attempts = ${attempts}`,
});
export const putBack = statement({
  parameters: { ...attempt, dueAt: timestamptz },
  sql: ({ id, attempts, dueAt }) => `UPDATE mail SET in_hand = false, due_at = ${dueAt} WHERE id = ${id} AND attempts = ${attempts}`,
});

/** What became of mails of these notifications of a user, or when they are due. */
export const findFates = statement({
  parameters: { ownerId: userId, ids: array(notificationId) },
  row: {
    notificationId,
    outcome: text.nullable,
    endedAt: timestamptz.nullable,
    dueAt: timestamptz.nullable,
    attempts: int4.nullable,
    digest: boolean.nullable,
  },
  sql: ({ ownerId, ids }) =>
    `SELECT i.notification_id, i.outcome, i.ended_at, m.due_at, m.attempts, m.digest FROM mail_item i LEFT JOIN mail m ON m.id = i.mail_id
     WHERE i.notification_id = ANY(${ids}) AND i.owner_id = ${ownerId}`,
});

/** A page of what was mailed, or is to be. */
export const exportItems = statement({
  parameters: { ownerId: userId, after: uuid.nullable, limit: int4 },
  row: { notificationId, type: text, body: text, notifiedAt: timestamptz, outcome: text.nullable, endedAt: timestamptz.nullable },
  sql: ({ ownerId, after, limit }) =>
    `SELECT notification_id, type, body, notified_at, outcome, ended_at FROM mail_item
     WHERE owner_id = ${ownerId} AND notification_id > coalesce(${after}, '00000000-0000-0000-0000-000000000000') ORDER BY owner_id, notification_id LIMIT ${limit}`,
});

/** See `jobs.ts`. */
const removed = { parameters: { owner: uuid, after: uuid.nullable, limit: int4 }, row: { key: uuid } };
export const removeMails = statement({ ...removed, sql: (given) => removeBehind("mail", ["owner_id", "id"], given) });
export const removeItems = statement({ ...removed, sql: (given) => removeBehind("mail_item", ["owner_id", "notification_id"], given) });

export const oldMails = removal({ table: "mail", at: "created_at", after: "30 days" });
export const oldItems = removal({ table: "mail_item", at: "news_at", after: "30 days" });
