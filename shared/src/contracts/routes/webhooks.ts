import * as z from "zod";
import { DeliveryId, Id, NotificationId, UserId, WebhookId } from "../ids.ts";
import { LinkUrl, PageQuery, pageOf, Revision, Text, Timestamp } from "../primitives.ts";
import { testType, webhookTypes } from "../webhooks.ts";
import { defineRoutes } from "./define.ts";

const common = { service: "delivery-service", tag: "Webhooks" } as const;
const byId = { params: z.object({ id: WebhookId }) };

const WebhookScope = z.enum(["own", "installation"]).meta({
  description: "`own`: told of what happens to your posts, and of who follows you. `installation`: of what happens in public; for administrators",
});
const Types = z
  .array(z.enum(webhookTypes))
  .min(1)
  .max(webhookTypes.length)
  .refine((types) => new Set(types).size === types.length, "must not name a type twice");
const Url = LinkUrl.meta({ description: "HTTPS, on its usual port, at a public address", example: "https://hooks.example.com/newfeed" });
const Description = Text(200);

const Webhook = z
  .object({
    id: WebhookId,
    scope: WebhookScope,
    url: z.string(),
    description: z.string(),
    types: z.array(z.enum(webhookTypes)),
    enabled: z.boolean(),
    disabledBecause: z
      .enum(["failing", "gone"])
      .nullable()
      .meta({ description: "`failing`: no delivery arrived for three days. `gone`: it answered 410. Null where you did it, or it is enabled" }),
    failingSince: Timestamp.nullable().meta({ description: "No delivery has arrived since; null while they do" }),
    previousSecretUntil: Timestamp.nullable().meta({ description: "Until then, deliveries are signed with the previous secret, too" }),
    createdAt: Timestamp,
    revision: Revision,
  })
  .meta({ id: "Webhook" });
export type Webhook = z.infer<typeof Webhook>;

const WithSecret = z
  .object({
    webhook: Webhook,
    secret: z.string().meta({ description: "`whsec_…`, by which deliveries are verified (Standard Webhooks). In this response alone" }),
  })
  .meta({ id: "WebhookWithSecret" });

const WebhookDelivery = z
  .object({
    id: DeliveryId,
    messageId: Id.meta({ description: "Its `webhook-id`: the same each time it is sent, also when it is sent again" }),
    type: z.enum([...webhookTypes, testType]),
    body: z.string().meta({ description: "As it is sent: JSON" }),
    state: z.enum(["waiting", "delivered", "failed"]),
    attempts: z.int().meta({ description: "How often it was sent, or about to be" }),
    status: z.int().nullable().meta({ description: "Of the last answer" }),
    failure: z.enum(["address", "unreachable", "time", "status", "url"]).nullable().meta({ description: "Why the last attempt failed" }),
    durationMs: z.int().nullable().meta({ description: "Of the last attempt" }),
    lastAttemptAt: Timestamp.nullable(),
    nextAttemptAt: Timestamp.nullable().meta({ description: "Not before that; it waits for earlier ones of the same post or user" }),
    createdAt: Timestamp,
  })
  .meta({ id: "WebhookDelivery" });
export type WebhookDelivery = z.infer<typeof WebhookDelivery>;

export const CreateWebhook = z
  .strictObject({ url: Url, types: Types, description: Description.default(""), scope: WebhookScope.default("own") })
  .meta({ id: "CreateWebhook" });
export type CreateWebhook = z.output<typeof CreateWebhook>;
export const UpdateWebhook = z
  .strictObject({ url: Url, types: Types, description: Description, enabled: z.boolean() })
  .partial()
  .refine((body) => Object.keys(body).length > 0, "must change something")
  .meta({ id: "UpdateWebhook", minProperties: 1 });
export type UpdateWebhook = z.output<typeof UpdateWebhook>;

/** Webhooks: programs elsewhere that are told what happens here. */
export const webhookRoutes = defineRoutes(common, {
  listWebhooks: {
    method: "get",
    path: "/api/v1/webhooks",
    summary: "Your webhooks, the newest first; for administrators, also those of the installation",
    access: "user",
    response: z.object({ data: z.array(Webhook) }),
  },
  createWebhook: {
    method: "post",
    path: "/api/v1/webhooks",
    summary: "Create a webhook: ten at most. Its secret is in this response alone",
    access: "user",
    limit: "createWebhook",
    body: CreateWebhook,
    response: WithSecret,
    status: 201,
    errors: ["forbidden", "conflict"],
  },
  getWebhook: { method: "get", path: "/api/v1/webhooks/:id", summary: "A webhook", access: "user", ...byId, response: Webhook, errors: ["not_found"] },
  updateWebhook: {
    method: "patch",
    path: "/api/v1/webhooks/:id",
    summary: "Change a webhook. Enabled again, it gets what waits for it",
    access: "user",
    ...byId,
    body: UpdateWebhook,
    response: Webhook,
    errors: ["not_found"],
  },
  deleteWebhook: {
    method: "delete",
    path: "/api/v1/webhooks/:id",
    summary: "Delete a webhook, and what waits for it",
    access: "user",
    ...byId,
    errors: ["not_found"],
  },
  rotateWebhookSecret: {
    method: "post",
    path: "/api/v1/webhooks/:id/secret",
    summary: "Make a new secret. For a day, deliveries are signed with both",
    access: "user",
    limit: "createWebhook",
    ...byId,
    response: WithSecret,
    errors: ["not_found"],
  },
  testWebhook: {
    method: "post",
    path: "/api/v1/webhooks/:id/test",
    summary: "Send a test: a delivery of the type `webhook.test`",
    access: "user",
    limit: "sendWebhook",
    ...byId,
    response: WebhookDelivery,
    status: 201,
    errors: ["not_found", "conflict"],
  },
  listDeliveries: {
    method: "get",
    path: "/api/v1/webhooks/:id/deliveries",
    summary: "What was delivered, or is to be, in the last two weeks; the newest first",
    access: "user",
    ...byId,
    query: PageQuery,
    response: pageOf(WebhookDelivery),
    errors: ["not_found"],
  },
  resendDelivery: {
    method: "post",
    path: "/api/v1/webhooks/:id/deliveries/:deliveryId/resend",
    summary: "Deliver something again, under the same `webhook-id`",
    access: "user",
    limit: "sendWebhook",
    params: z.object({ id: WebhookId, deliveryId: DeliveryId }),
    response: WebhookDelivery,
    status: 201,
    errors: ["not_found", "conflict"],
  },
});

/** What became of a notification on a channel. */
const Fate = z.object({
  /** Null while it waits. */
  outcome: z.string().nullable(),
  /** When it ended, or is due. */
  at: Timestamp,
  attempts: z.int(),
  /** It waits to be mailed with others. */
  digest: z.boolean(),
});
export type Fate = z.infer<typeof Fate>;

/** For other services only. */
export const deliveryInternalRoutes = defineRoutes(common, {
  deliveryExport: {
    method: "get",
    path: "/internal/users/:id/export",
    summary: "A user's webhooks, devices, and what became of pushes and mails of notifications, without their secrets",
    access: "service",
    params: z.object({ id: UserId }),
    query: z.strictObject({ section: z.enum(["webhooks", "devices", "pushes", "mails"]), after: Id.optional() }),
    response: z.object({ items: z.array(z.unknown()), next: Id.nullable() }),
  },
  notificationFates: {
    method: "post",
    path: "/internal/users/:id/notification-fates",
    summary: "What became of these notifications of a user outside the inbox, as far as it is known: for 30 days",
    access: "service",
    params: z.object({ id: UserId }),
    body: z.strictObject({ ids: z.array(NotificationId).max(50) }),
    response: z.object({ fates: z.array(z.object({ id: NotificationId, push: Fate.nullable(), mail: Fate.nullable() })) }),
  },
});
