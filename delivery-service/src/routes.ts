import type { Route } from "@newfeed/shared/contracts/route.ts";
import { deviceRoutes } from "@newfeed/shared/contracts/routes/devices.ts";
import { mailRoutes } from "@newfeed/shared/contracts/routes/mails.ts";
import { deliveryInternalRoutes, webhookRoutes } from "@newfeed/shared/contracts/routes/webhooks.ts";
import { answered, implement, overHttp } from "@newfeed/shared/http/implement.ts";
import { pageFrom, windowOf } from "@newfeed/shared/store/cursors.ts";
import type { Express, Request } from "express";
import { type DeviceOptions, exportDevices, listDevices, registerDevice, removeDevice } from "./devices/devices.ts";
import { notificationFates } from "./fates.ts";
import { type MailOptions, mailAddress, noteBounces, noteReports, retryMailAddress, unsubscribe } from "./mails/addresses.ts";
import type { PushStore } from "./push/push-store.ts";
import {
  createWebhook,
  deleteWebhook,
  findWebhook,
  listWebhooks,
  resendDelivery,
  rotateSecret,
  testWebhook,
  toDelivery,
  toWebhook,
  updateWebhook,
  type WebhookOptions,
} from "./webhooks/webhooks.ts";

const exportAtOnce = 500;
const secretOf = (request: Request, { passwordHeader = "" }: Route) => request.get(passwordHeader) ?? "";

export function deliveryServiceRoutes(
  app: Express,
  options: WebhookOptions,
  devices: DeviceOptions,
  mails: MailOptions,
  pushes: Pick<PushStore, "fatesOf" | "exportOf">,
): void {
  const { store } = options;

  implement(app, webhookRoutes, {
    listWebhooks: async (_input, { user }) => ({ data: await listWebhooks(options, user) }),
    createWebhook: ({ body }, { user }) => createWebhook(options, user, body),
    getWebhook: async ({ params }, { user }) => toWebhook(await findWebhook(options, user, params.id)),
    updateWebhook: ({ params, body }, { user }) => updateWebhook(options, user, params.id, body),
    deleteWebhook: ({ params }, { user }) => deleteWebhook(options, user, params.id),
    rotateWebhookSecret: ({ params }, { user }) => rotateSecret(options, user, params.id),
    testWebhook: ({ params }, { user }) => testWebhook(options, user, params.id),
    async listDeliveries({ params, query }, { user }) {
      const window = windowOf(query);
      await findWebhook(options, user, params.id);
      return pageFrom(await store.deliveriesOf(params.id, window), window, ({ createdAt: at, id }) => ({ at, id }), toDelivery);
    },
    resendDelivery: ({ params }, { user }) => resendDelivery(options, user, params.id, params.deliveryId),
  });

  implement(app, deviceRoutes, {
    listDevices: (_input, { user }) => listDevices(devices, user),
    registerDevice: ({ body }, { user }) => registerDevice(devices, user, body),
    acknowledgeNotifications: ({ body }, { user }) => devices.acknowledge(user.userId, body.notificationIds),
    removeDevice: ({ params }, { user }) => removeDevice(devices, user, params.id),
  });

  implement(app, mailRoutes, {
    unsubscribe: ({ query: { token } }) => unsubscribe(mails, token),
    openUnsubscribe: overHttp(async ({ query: { token } }, { response }) => {
      response.redirect(302, `${mails.unsubscribePage}#token=${encodeURIComponent(token)}`);
      return answered;
    }),
    getMailAddress: (_input, { user }) => mailAddress(mails, user.userId),
    retryMailAddress: (_input, { user }) => retryMailAddress(mails, user.userId),
    noteBounces: overHttp(({ body }, { request }) => noteBounces(mails, secretOf(request, mailRoutes.noteBounces), body.bounces)),
    noteReports: overHttp(({ params, body }, { request }) => noteReports(mails, secretOf(request, mailRoutes.noteReports), params.provider, body)),
  });

  implement(app, deliveryInternalRoutes, {
    async deliveryExport({ params: { id }, query: { section, after } }) {
      if (section === "webhooks") return { items: (await store.webhooksOf([id])).map(toWebhook), next: null };
      if (section === "devices") return { items: await exportDevices(devices, id), next: null };
      if (section === "pushes") {
        const rows = await pushes.exportOf(id, after, exportAtOnce);
        return { items: rows, next: rows.length === exportAtOnce ? (rows.at(-1)?.notificationId ?? null) : null };
      }
      const rows = await mails.store.exportOf(id, after, exportAtOnce);
      const items = rows.map(({ body, notifiedAt, endedAt, ...row }) => ({ ...row, ...JSON.parse(body), createdAt: notifiedAt, endedAt }));
      return { items, next: rows.length === exportAtOnce ? (rows.at(-1)?.notificationId ?? null) : null };
    },
    notificationFates: ({ params, body }) => notificationFates(pushes, mails.store, params.id, body.ids),
  });
}
