import { invalidField, Problem } from "@newfeed/shared/contracts/errors.ts";
import { asWebhookId, type DeliveryId, type UserId, type WebhookId } from "@newfeed/shared/contracts/ids.ts";
import { bounds } from "@newfeed/shared/contracts/limits.ts";
import type { CreateWebhook, UpdateWebhook, Webhook, WebhookDelivery } from "@newfeed/shared/contracts/routes/webhooks.ts";
import { previousSecretHours, testType } from "@newfeed/shared/contracts/webhooks.ts";
import type { Viewer } from "@newfeed/shared/ports/call.ts";
import { v7 as uuidv7 } from "uuid";
import { installation } from "./installation.ts";
import type { WebhookSecrets } from "./secrets.ts";
import type { NewDelivery, StoredDelivery, StoredWebhook, WebhookStore } from "./store.ts";
import { typesOf } from "./told.ts";

export interface WebhookOptions {
  store: WebhookStore;
  secrets: WebhookSecrets;
  /** Has what was added be sent. */
  wake: () => void;
  /** They may lead to private addresses, to any port and without HTTPS. */
  allowPrivate: boolean;
}

type Asker = Pick<Viewer, "userId" | "roles">;
type Scope = Webhook["scope"];

const isAdministrator = ({ roles }: Asker) => roles.includes("admin");
const scopeOf = (ownerId: UserId): Scope => (ownerId === installation ? "installation" : "own");
const iso = (at: Date | null) => at?.toISOString() ?? null;

export const toWebhook = ({ ownerId, secret: _, previousSecret: __, previousSecretUntil, failingSince, createdAt, ...webhook }: StoredWebhook): Webhook => ({
  ...webhook,
  scope: scopeOf(ownerId),
  previousSecretUntil: previousSecretUntil !== null && previousSecretUntil.getTime() > Date.now() ? iso(previousSecretUntil) : null,
  failingSince: iso(failingSince),
  createdAt: createdAt.toISOString(),
});

export const toDelivery = ({ subject: _, lastAttemptAt, nextAttemptAt, createdAt, ...delivery }: StoredDelivery): WebhookDelivery => ({
  ...delivery,
  lastAttemptAt: iso(lastAttemptAt),
  nextAttemptAt: iso(nextAttemptAt),
  createdAt: createdAt.toISOString(),
});

/** Throws `validation_failed` for what its scope is not told of. */
function requireTypes(scope: Scope, types: readonly string[]): void {
  const allowed = typesOf(scope);
  const refused = types.find((type) => !allowed.has(type));
  if (refused !== undefined)
    throw invalidField("types", scope === "own" ? `${refused} is for webhooks of the installation` : `${refused} is for webhooks of users`);
}

/** Throws `validation_failed` for a URL that would never be called; where its name leads, is looked at with each call. */
function requireUrl({ allowPrivate }: Pick<WebhookOptions, "allowPrivate">, text: string): void {
  const url = new URL(text);
  if (url.username || url.password) throw invalidField("url", "must not contain a user or password");
  if (allowPrivate) return;
  if (url.protocol !== "https:") throw invalidField("url", "must begin with https://");
  if (url.port !== "") throw invalidField("url", "must not name a port");
}

/** A webhook that this user may see and change: their own, or the installation's for administrators. Throws `not_found`. */
export async function findWebhook({ store }: Pick<WebhookOptions, "store">, asker: Asker, id: WebhookId): Promise<StoredWebhook> {
  const webhook = await store.find(id);
  if (!webhook || !(webhook.ownerId === asker.userId || (webhook.ownerId === installation && isAdministrator(asker)))) throw new Problem("not_found");
  return webhook;
}

export const listWebhooks = async ({ store }: WebhookOptions, asker: Asker): Promise<Webhook[]> =>
  (await store.webhooksOf([asker.userId, ...(isAdministrator(asker) ? [installation] : [])])).map(toWebhook);

/** Throws `validation_failed`, `forbidden`, `conflict` for one too many, `unauthenticated` once the account is gone. */
export async function createWebhook(options: WebhookOptions, asker: Asker, { scope, url, types, description }: CreateWebhook) {
  if (scope === "installation" && !isAdministrator(asker)) throw new Problem("forbidden");
  requireTypes(scope, types);
  requireUrl(options, url);
  const id = asWebhookId(uuidv7());
  const { secret, sealed } = options.secrets.create(id);
  const [ownerId, most] = scope === "own" ? [asker.userId, bounds.webhooksPerUser] : [installation, bounds.webhooks];
  const webhook = await options.store.transaction(async (operations) => {
    if (!(await operations.lockAccount(asker.userId))) throw new Problem("unauthenticated", { internal: "the account is gone" });
    await operations.lockAccount(ownerId);
    return operations.create({ id, ownerId, createdById: asker.userId, url, description, types, secret: sealed, most });
  });
  if (!webhook) throw new Problem("conflict", { message: `There are ${most} webhooks. Delete one first.` });
  return { webhook: toWebhook(webhook), secret };
}

/** Throws `validation_failed`, `not_found`. */
export async function updateWebhook(options: WebhookOptions, asker: Asker, id: WebhookId, changes: UpdateWebhook): Promise<Webhook> {
  const { ownerId } = await findWebhook(options, asker, id);
  if (changes.types) requireTypes(scopeOf(ownerId), changes.types);
  if (changes.url !== undefined) requireUrl(options, changes.url);
  const webhook = await options.store.update(id, changes);
  if (!webhook) throw new Problem("not_found");
  options.wake();
  return toWebhook(webhook);
}

/** Throws `not_found`. */
export async function deleteWebhook(options: WebhookOptions, asker: Asker, id: WebhookId): Promise<void> {
  await findWebhook(options, asker, id);
  await options.store.transaction((operations) => operations.remove(id));
}

/** The previous secret signs, too, for a day. Throws `not_found`. */
export async function rotateSecret(options: WebhookOptions, asker: Asker, id: WebhookId) {
  await findWebhook(options, asker, id);
  const { secret, sealed } = options.secrets.create(id);
  const webhook = await options.store.replaceSecret(id, sealed, new Date(Date.now() + previousSecretHours * 3_600_000));
  if (!webhook) throw new Problem("not_found");
  return { webhook: toWebhook(webhook), secret };
}

/** Throws `conflict` for a webhook that is not enabled. */
async function send({ store, wake }: WebhookOptions, delivery: NewDelivery): Promise<WebhookDelivery> {
  const [id] = await store.transaction((operations) => operations.add([delivery]));
  if (id === undefined) throw new Problem("conflict", { message: "The webhook is not enabled." });
  const added = await store.findDelivery(delivery.webhookId, id);
  wake();
  if (!added) throw new Problem("not_found");
  return toDelivery(added);
}

/** Throws `not_found`, `conflict`. */
export async function testWebhook(options: WebhookOptions, asker: Asker, webhookId: WebhookId): Promise<WebhookDelivery> {
  await findWebhook(options, asker, webhookId);
  const body = JSON.stringify({ type: testType, timestamp: new Date().toISOString(), data: { webhookId } });
  return send(options, { webhookId, subject: webhookId, messageId: uuidv7(), type: testType, body });
}

/** Delivers again what is delivered or failed. Throws `not_found`, `conflict`. */
export async function resendDelivery(options: WebhookOptions, asker: Asker, webhookId: WebhookId, id: DeliveryId): Promise<WebhookDelivery> {
  await findWebhook(options, asker, webhookId);
  const delivery = await options.store.findDelivery(webhookId, id);
  if (!delivery) throw new Problem("not_found");
  if (delivery.state === "waiting") throw new Problem("conflict", { message: "It is still to be delivered." });
  const { subject, messageId, type, body } = delivery;
  return send(options, { webhookId, subject, messageId, type, body });
}
