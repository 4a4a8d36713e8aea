import type { DeliveryId, UserId, WebhookId } from "@newfeed/shared/contracts/ids.ts";
import type { WebhookType } from "@newfeed/shared/contracts/webhooks.ts";
import { scheduleJobs } from "@newfeed/shared/jobs/job.ts";
import { transact } from "@newfeed/shared/outbox/transact.ts";
import type { Database, Query, Transaction } from "@newfeed/shared/ports/database.ts";
import type { Window } from "@newfeed/shared/store/cursors.ts";
import { v7 as uuidv7 } from "uuid";
import { lockAccount } from "../account-store.ts";
import * as sql from "./statements.ts";

export interface StoredWebhook {
  id: WebhookId;
  ownerId: UserId;
  url: string;
  description: string;
  types: WebhookType[];
  /** Sealed, as the previous one. */
  secret: string;
  previousSecret: string | null;
  previousSecretUntil: Date | null;
  enabled: boolean;
  disabledBecause: "failing" | "gone" | null;
  failingSince: Date | null;
  createdAt: Date;
  revision: number;
}

/** What a webhook is to be told. */
export interface NewDelivery {
  webhookId: WebhookId;
  /** The post or user that it is about: deliveries about one are made in order. */
  subject: string;
  messageId: string;
  type: string;
  body: string;
}

/** A delivery that is to be sent now. */
export interface TakenDelivery {
  id: DeliveryId;
  subject: string;
  messageId: string;
  type: string;
  body: string;
  /** With this one. */
  attempts: number;
  /** Nobody knows whether the attempt before arrived. */
  repeated: boolean;
}

/** How an attempt ended. `retryInMs`: null when it was the last one. */
export type AttemptOutcome =
  | { state: "delivered"; status: number }
  | { state: "failed"; status: number | null; failure: string; retryInMs: number | null; gone: boolean };

/** The jobs that remove what a webhook leaves behind: its subject is the webhook. */
export const removalNames = ["remove-webhook-deliveries", "remove-webhook-queues"] as const;

const scheduleRemovals = async (query: Query, ids: readonly WebhookId[], accountId?: UserId) => {
  for (const name of removalNames) await scheduleJobs(query, name, ids, accountId);
};

/** What is done within one transaction. */
export const operationsOn = ({ query, enqueue }: Pick<Transaction, "query" | "enqueue">) => ({
  /** False when the account is gone. */
  lockAccount: (userId: UserId): Promise<boolean> => lockAccount(query, userId),
  /** Undefined when its owner has `most`. */
  async create(webhook: {
    id: WebhookId;
    ownerId: UserId;
    createdById: UserId;
    url: string;
    description: string;
    types: WebhookType[];
    secret: string;
    most: number;
  }) {
    const [created] = await query(sql.insertWebhook, webhook);
    return created;
  },
  /** Removes a user's webhooks; what they were told goes in batches. */
  async removeOf(userId: UserId): Promise<void> {
    await scheduleRemovals(
      query,
      (await query(sql.deleteWebhooksOf, { ownerId: userId })).map(({ id }) => id),
      userId,
    );
    await query(sql.forgetCreator, { userId });
  },
  async remove(id: WebhookId): Promise<void> {
    await query(sql.deleteWebhook, { id });
    await scheduleRemovals(query, [id]);
  },
  lock: async (id: WebhookId) => (await query(sql.lockWebhook, { id }))[0],
  /** The enabled webhooks of some owners. */
  async listening(ownerIds: readonly UserId[]): Promise<StoredWebhook[]> {
    return (await query(sql.findWebhooks, { ownerIds })).filter(({ enabled }) => enabled);
  },
  /** Adds deliveries behind those that wait. Gives their ids; those of webhooks that are gone, or no longer enabled, are left out. */
  async add(deliveries: readonly NewDelivery[]): Promise<DeliveryId[]> {
    const awake = new Set((await query(sql.wakeWebhooks, { ids: [...new Set(deliveries.map(({ webhookId }) => webhookId))] })).map(({ id }) => id));
    const left = deliveries.filter(({ webhookId }) => awake.has(webhookId)).map((delivery) => ({ ...delivery, id: uuidv7() as DeliveryId }));
    if (left.length > 0)
      await query(sql.addDeliveries, {
        ids: left.map(({ id }) => id),
        webhookIds: left.map(({ webhookId }) => webhookId),
        subjects: left.map(({ subject }) => subject),
        messageIds: left.map(({ messageId }) => messageId),
        types: left.map(({ type }) => type),
        bodies: left.map(({ body }) => body),
      });
    return left.map(({ id }) => id);
  },
  /** Takes what is due of one webhook, up to `mostOf` in hand. Null when no webhook is due. */
  async takeDue(mostOf: (webhook: StoredWebhook) => number): Promise<{ webhook: StoredWebhook; deliveries: TakenDelivery[] } | null> {
    const [webhook] = await query(sql.takeDue);
    if (!webhook) return null;
    const { id } = webhook;
    const most = mostOf(webhook);
    const queues = new Map((await query(sql.takeQueues, { id, most })).map(({ subject, unanswered }) => [subject, unanswered]));
    const subjects = [...queues.keys()];
    const taken = subjects.length > 0 ? await query(sql.beginAttempts, { id, subjects }) : [];
    // What waited for too long is gone.
    const empty = subjects.filter((subject) => taken.every((delivery) => delivery.subject !== subject));
    if (empty.length > 0) await query(sql.dropEmptyQueues, { id, subjects: empty });
    await query(sql.rescheduleWebhook, { id, most });
    return { webhook, deliveries: taken.map((delivery) => ({ ...delivery, repeated: queues.get(delivery.subject) ?? false })) };
  },
  /** Notes how an attempt ended, and what comes next. `disableFailingForMs`: a webhook that has failed for as long is disabled with the last attempt of a delivery. */
  async endAttempt(
    webhookId: WebhookId,
    { id, subject, attempts }: TakenDelivery,
    outcome: AttemptOutcome,
    durationMs: number,
    disableFailingForMs: number,
  ): Promise<void> {
    const webhook = await operationsOn({ query, enqueue }).lock(webhookId);
    if (!webhook) return;
    const again = outcome.state === "failed" && outcome.retryInMs !== null;
    const failure = outcome.state === "failed" ? outcome.failure : null;
    const [ended] = await query(sql.endAttempt, { id, attempts, state: again ? "waiting" : outcome.state, status: outcome.status, failure, durationMs });
    if (!ended) return;
    await query(sql.putBack, { id: webhookId, subject, inMs: again ? (outcome.retryInMs ?? 0) : 0 });
    if (!again) await query(sql.dropEmptyQueues, { id: webhookId, subjects: [subject] });
    const [noted] = await query(sql.noteOutcome, { id: webhookId, failing: outcome.state === "failed" });
    if (outcome.state === "delivered") return;
    const failingForMs = noted?.failingSince ? Date.now() - noted.failingSince.getTime() : 0;
    if (!outcome.gone && (again || failingForMs < disableFailingForMs)) return;
    const [disabled] = await query(sql.disableWebhook, { id: webhookId, because: outcome.gone ? "gone" : "failing" });
    if (disabled && webhook.createdById !== null)
      await enqueue({
        type: "webhook.disabled",
        aggregate: { id: webhookId, revision: disabled.revision },
        actorId: null,
        data: { webhookId, userId: webhook.createdById, host: new URL(webhook.url).host },
      });
  },
});
export type Operations = ReturnType<typeof operationsOn>;

/** Webhooks in delivery-service's database. */
export function createWebhookStore(database: Pick<Database, "query" | "transaction">, wake: () => void) {
  const { query } = database;
  return {
    transaction: <T>(work: (operations: Operations) => Promise<T>): Promise<T> => transact(database, wake, (transaction) => work(operationsOn(transaction))),
    /** Of some owners, the newest first. */
    webhooksOf: (ownerIds: readonly UserId[]): Promise<StoredWebhook[]> => query(sql.findWebhooks, { ownerIds }),
    find: async (id: WebhookId): Promise<StoredWebhook | undefined> => (await query(sql.findWebhook, { id }))[0],
    /** Undefined when it is gone. */
    async update(
      id: WebhookId,
      changes: { url?: string | undefined; description?: string | undefined; types?: WebhookType[] | undefined; enabled?: boolean | undefined },
    ) {
      const { url = null, description = null, types = null, enabled = null } = changes;
      return (await query(sql.updateWebhook, { id, url, description, types, enabled }))[0];
    },
    /** Undefined when it is gone. */
    replaceSecret: async (id: WebhookId, secret: string, until: Date) => (await query(sql.replaceSecret, { id, secret, until }))[0],
    deliveriesOf: (webhookId: WebhookId, window: Window) => sql.listDeliveries(query, window, { webhookId }),
    findDelivery: async (webhookId: WebhookId, id: DeliveryId) => (await query(sql.findDelivery, { webhookId, id }))[0],
    retention: [sql.oldDeliveries("old_webhook_deliveries", database), sql.oldQueues("old_webhook_queues", database)],
  };
}
export type WebhookStore = ReturnType<typeof createWebhookStore>;
export type StoredDelivery = NonNullable<Awaited<ReturnType<WebhookStore["findDelivery"]>>>;

/** Removes some of what a webhook leaves behind. Gives the keys of the rows, in order. */
export async function removeNext(query: Query, name: (typeof removalNames)[number], owner: string, after: string | null, limit: number): Promise<string[]> {
  const remove = name === "remove-webhook-queues" ? sql.removeQueues : sql.removeDeliveries;
  return (await query(remove, { owner, after, limit })).map(({ key }) => key);
}
