import { bounds } from "@newfeed/shared/contracts/limits.ts";
import type { testType, WebhookType } from "@newfeed/shared/contracts/webhooks.ts";
import { removeBehind } from "@newfeed/shared/jobs/job.ts";
import { array, boolean, deliveryId, int4, text, timestamptz, userId, uuid, webhookId } from "@newfeed/shared/ports/columns.ts";
import { removal } from "@newfeed/shared/ports/housekeeping.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";
import { list } from "@newfeed/shared/store/list.ts";

const types = array(text.as<WebhookType>());
const webhook = {
  id: webhookId,
  ownerId: userId,
  url: text,
  description: text,
  types: types.notNull,
  secret: text,
  previousSecret: text.nullable,
  previousSecretUntil: timestamptz.nullable,
  enabled: boolean,
  disabledBecause: text.as<"failing" | "gone">().nullable,
  failingSince: timestamptz.nullable,
  createdAt: timestamptz,
  revision: int4,
};
const columns =
  "w.id, w.owner_id, w.url, w.description, w.types, w.secret, w.previous_secret, w.previous_secret_until, w.enabled, w.disabled_because, w.failing_since, w.created_at, w.revision";

/** Down to what the columns hold: rounded up, it would lie ahead. */
const atOnce = "date_trunc('milliseconds', now())";

// Webhooks

/** Nothing, where its owner has as many as they may. */
export const insertWebhook = statement({
  parameters: { id: webhookId, ownerId: userId, createdById: userId, url: text, description: text, types, secret: text, most: int4 },
  row: webhook,
  sql: ({ id, ownerId, createdById, url, description, types, secret, most }) =>
    `INSERT INTO webhook AS w (id, owner_id, created_by_id, url, description, types, secret)
     SELECT ${id}, ${ownerId}, ${createdById}, ${url}, ${description}, ${types}, ${secret}
     WHERE (SELECT count(*) FROM (SELECT FROM webhook WHERE owner_id = ${ownerId} LIMIT ${bounds.webhooks}) kept) < ${most} RETURNING ${columns}`,
});

/** Of some owners, who have a few each. */
export const findWebhooks = statement({
  parameters: { ownerIds: array(userId) },
  row: webhook,
  sql: ({ ownerIds }) => `SELECT ${columns} FROM webhook w WHERE w.owner_id = ANY(${ownerIds}) ORDER BY w.id DESC`,
});

export const findWebhook = statement({
  parameters: { id: webhookId },
  row: webhook,
  sql: ({ id }) => `SELECT ${columns} FROM webhook w WHERE w.id = ${id}`,
});
export const lockWebhook = statement({
  parameters: { id: webhookId },
  row: { ...webhook, createdById: userId.nullable },
  sql: ({ id }) => `SELECT ${columns}, w.created_by_id FROM webhook w WHERE w.id = ${id} FOR UPDATE`,
});

/** What is null stays. Enabled again, it begins anew. */
export const updateWebhook = statement({
  parameters: { id: webhookId, url: text.nullable, description: text.nullable, types: types.nullable, enabled: boolean.nullable },
  row: webhook,
  sql: ({ id, url, description, types, enabled }) =>
    `UPDATE webhook w SET url = coalesce(${url}, w.url), description = coalesce(${description}, w.description), types = coalesce(${types}, w.types),
       enabled = coalesce(${enabled}, w.enabled), disabled_because = CASE WHEN ${enabled} IS NULL THEN w.disabled_because END,
       failing_since = CASE WHEN ${enabled} AND NOT w.enabled THEN NULL ELSE w.failing_since END,
       due_at = CASE WHEN coalesce(${enabled}, w.enabled) THEN ${atOnce} END, revision = w.revision + 1
     WHERE w.id = ${id} RETURNING ${columns}`,
});

export const replaceSecret = statement({
  parameters: { id: webhookId, secret: text, until: timestamptz },
  row: webhook,
  sql: ({ id, secret, until }) =>
    `UPDATE webhook w SET previous_secret = w.secret, previous_secret_until = ${until}, secret = ${secret}, revision = w.revision + 1
     WHERE w.id = ${id} RETURNING ${columns}`,
});

export const disableWebhook = statement({
  parameters: { id: webhookId, because: text },
  row: { revision: int4 },
  sql: ({ id, because }) =>
    `UPDATE webhook SET enabled = false, disabled_because = ${because}, due_at = NULL, revision = revision + 1 WHERE id = ${id} AND enabled RETURNING revision`,
});

export const deleteWebhook = statement({ parameters: { id: webhookId }, sql: ({ id }) => `DELETE FROM webhook WHERE id = ${id}` });

/** All that an account may have. */
export const deleteWebhooksOf = statement({
  parameters: { ownerId: userId },
  row: { id: webhookId },
  sql: ({ ownerId }) => `DELETE FROM webhook WHERE owner_id = ${ownerId} RETURNING id`,
});
/** The installation's that an account has created: they stay. */
export const forgetCreator = statement({
  parameters: { userId },
  sql: ({ userId }) => `UPDATE webhook SET created_by_id = NULL WHERE created_by_id = ${userId}`,
});

/** A webhook's name for what is left of it: see `jobs.ts`. */
const ofWebhook = { owner: uuid, after: uuid.nullable, limit: int4 };
export const removeDeliveries = statement({
  parameters: ofWebhook,
  row: { key: uuid },
  sql: (given) => removeBehind("webhook_delivery", ["webhook_id", "id"], given),
});
export const removeQueues = statement({
  parameters: ofWebhook,
  row: { key: uuid },
  sql: (given) => removeBehind("webhook_queue", ["webhook_id", "subject"], given),
});

// What is to be sent

/** Locks webhooks in one order, and has their queues looked at. Gives those that are enabled. */
export const wakeWebhooks = statement({
  parameters: { ids: array(webhookId) },
  row: { id: webhookId },
  sql: ({ ids }) =>
    `WITH locked AS MATERIALIZED (SELECT id FROM webhook WHERE id = ANY(${ids}) AND enabled ORDER BY id FOR UPDATE)
     UPDATE webhook SET due_at = least(due_at, ${atOnce}) FROM locked WHERE webhook.id = locked.id RETURNING webhook.id`,
});

const added = { ids: array(deliveryId), webhookIds: array(webhookId), subjects: array(uuid), messageIds: array(uuid), types: array(text), bodies: array(text) };
/** Behind what waits already. */
export const addDeliveries = statement({
  parameters: added,
  sql: ({ ids, webhookIds, subjects, messageIds, types, bodies }) =>
    `WITH added AS MATERIALIZED (
       SELECT * FROM unnest(${ids}, ${webhookIds}, ${subjects}, ${messageIds}, ${types}, ${bodies}) AS a(id, webhook_id, subject, message_id, type, body)
     ), queued AS (
       INSERT INTO webhook_queue (webhook_id, subject, due_at)
       SELECT DISTINCT webhook_id, subject, ${atOnce} FROM added ORDER BY webhook_id, subject ON CONFLICT DO NOTHING
     )
     INSERT INTO webhook_delivery (id, webhook_id, subject, message_id, type, body, created_at)
     SELECT id, webhook_id, subject, message_id, type, body, clock_timestamp() FROM added`,
});

/** The webhook that has waited longest, unless another instance holds it. */
export const takeDue = statement({
  row: webhook,
  sql: `SELECT ${columns} FROM webhook w WHERE w.due_at <= now() ORDER BY w.due_at LIMIT 1 FOR UPDATE SKIP LOCKED`,
  plan: "each time",
});

/** For how long what was taken is in hand, in seconds: longer than an attempt may take. */
const leaseSeconds = 30;

/** How many queues of a webhook are in hand, up to `most`. */
const inHandOf = (id: string, most: string) =>
  `(SELECT count(*) FROM (SELECT FROM webhook_queue WHERE webhook_id = ${id} AND in_hand AND due_at > now() ORDER BY webhook_id, due_at LIMIT ${most}) busy)`;

/** Takes queues that are due, so that no more than `most` are in hand. `unanswered`: an attempt got no answer, or its instance ended. */
export const takeQueues = statement({
  parameters: { id: webhookId, most: int4 },
  row: { subject: uuid, unanswered: boolean },
  sql: ({ id, most }) =>
    `WITH due AS MATERIALIZED (
       SELECT subject, in_hand FROM webhook_queue WHERE webhook_id = ${id} AND due_at <= now() ORDER BY webhook_id, due_at
       LIMIT greatest(0, ${most} - ${inHandOf(id, most)})
     )
     UPDATE webhook_queue q SET in_hand = true, due_at = now() + interval '${leaseSeconds} seconds' FROM due
     WHERE q.webhook_id = ${id} AND q.subject = due.subject RETURNING q.subject, due.in_hand AS unanswered`,
  plan: "each time",
});

/** Counts an attempt of the first delivery of each queue. */
export const beginAttempts = statement({
  parameters: { id: webhookId, subjects: array(uuid) },
  row: { id: deliveryId, subject: uuid, messageId: uuid, type: text, body: text, attempts: int4 },
  sql: ({ id, subjects }) =>
    `UPDATE webhook_delivery d SET attempts = d.attempts + 1, last_attempt_at = clock_timestamp(), status = NULL, failure = NULL, duration_ms = NULL
     FROM unnest(${subjects}) AS s(subject)
     CROSS JOIN LATERAL (
       SELECT h.id FROM webhook_delivery h WHERE h.webhook_id = ${id} AND h.subject = s.subject AND h.state = 'waiting'
       ORDER BY h.webhook_id, h.subject, h.id LIMIT 1
     ) head
     WHERE d.id = head.id RETURNING d.id, d.subject, d.message_id, d.type, d.body, d.attempts`,
});

/** When a webhook is to be looked at next: when its next queue is due, or, when it may have no more in hand, once one of them is back. */
export const rescheduleWebhook = statement({
  parameters: { id: webhookId, most: int4 },
  sql: ({ id, most }) =>
    `UPDATE webhook SET due_at = CASE WHEN ${inHandOf(id, most)} >= ${most} THEN now() + interval '${leaseSeconds} seconds'
       ELSE (SELECT q.due_at FROM webhook_queue q WHERE q.webhook_id = ${id} ORDER BY q.webhook_id, q.due_at LIMIT 1) END WHERE id = ${id}`,
});

/** Of an attempt. An answer that comes after another attempt began counts only when it is the delivery's end. */
export const endAttempt = statement({
  parameters: { id: deliveryId, attempts: int4, state: text, status: int4.nullable, failure: text.nullable, durationMs: int4 },
  row: { id: deliveryId },
  sql: ({ id, attempts, state, status, failure, durationMs }) =>
    `UPDATE webhook_delivery SET state = ${state}, status = ${status}, failure = ${failure}, duration_ms = ${durationMs}
     WHERE id = ${id} AND state = 'waiting' AND (attempts = ${attempts} OR ${state} = 'delivered') RETURNING id`,
});

/** The first of a queue is to be sent again, or (0) the next of it at once. */
export const putBack = statement({
  parameters: { id: webhookId, subject: uuid, inMs: int4 },
  sql: ({ id, subject, inMs }) =>
    `UPDATE webhook_queue SET in_hand = false, due_at = ${atOnce} + make_interval(secs => ${inMs} / 1000.0) WHERE webhook_id = ${id} AND subject = ${subject}`,
});

/** A queue with nothing left goes. */
export const dropEmptyQueues = statement({
  parameters: { id: webhookId, subjects: array(uuid) },
  sql: ({ id, subjects }) =>
    `DELETE FROM webhook_queue q WHERE q.webhook_id = ${id} AND q.subject = ANY(${subjects})
     AND NOT EXISTS (SELECT FROM webhook_delivery d WHERE d.webhook_id = q.webhook_id AND d.subject = q.subject AND d.state = 'waiting')`,
});

/** Has the queues of a webhook looked at. `failing`: whether deliveries arrive. */
export const noteOutcome = statement({
  parameters: { id: webhookId, failing: boolean },
  row: { failingSince: timestamptz.nullable },
  sql: ({ id, failing }) =>
    `UPDATE webhook SET failing_since = CASE WHEN ${failing} THEN coalesce(failing_since, now()) END, due_at = CASE WHEN enabled THEN ${atOnce} END
     WHERE id = ${id} RETURNING failing_since`,
});

// The log

const delivery = {
  id: deliveryId,
  subject: uuid,
  messageId: uuid,
  type: text.as<WebhookType | typeof testType>(),
  body: text,
  state: text.as<"waiting" | "delivered" | "failed">(),
  attempts: int4,
  status: int4.nullable,
  failure: text.as<"address" | "unreachable" | "time" | "status" | "url">().nullable,
  durationMs: int4.nullable,
  lastAttemptAt: timestamptz.nullable,
  nextAttemptAt: timestamptz.nullable,
  createdAt: timestamptz,
};
const deliveryColumns =
  "d.id, d.subject, d.message_id, d.type, d.body, d.state, d.attempts, d.status, d.failure, d.duration_ms, d.last_attempt_at, d.created_at, CASE WHEN d.state = 'waiting' THEN q.due_at END AS next_attempt_at";
const withQueue = "LEFT JOIN webhook_queue q ON q.webhook_id = d.webhook_id AND q.subject = d.subject";

export const listDeliveries = list({
  parameters: { webhookId },
  row: delivery,
  sortedBy: "id",
  sql: ({ webhookId }, { within, limit }) => {
    const ofWebhook = within("d.webhook_id", webhookId);
    return `SELECT ${deliveryColumns} FROM (
        SELECT * FROM webhook_delivery d WHERE ${ofWebhook.beyond("d.id")} ${ofWebhook.order("d.id")} ${limit}
      ) d ${withQueue} ${ofWebhook.order("d.id")}`;
  },
});

export const findDelivery = statement({
  parameters: { webhookId, id: deliveryId },
  row: delivery,
  sql: ({ webhookId, id }) => `SELECT ${deliveryColumns} FROM webhook_delivery d ${withQueue} WHERE d.id = ${id} AND d.webhook_id = ${webhookId}`,
});

export const oldDeliveries = removal({ table: "webhook_delivery", at: "created_at", after: "14 days" });
/** Of webhooks that are not enabled: what waited is gone. */
export const oldQueues = removal({ table: "webhook_queue", at: "due_at", after: "15 days" });
