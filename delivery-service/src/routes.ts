import { deviceRoutes } from "@newfeed/shared/contracts/routes/devices.ts";
import { deliveryInternalRoutes, webhookRoutes } from "@newfeed/shared/contracts/routes/webhooks.ts";
import { implement } from "@newfeed/shared/http/implement.ts";
import { pageFrom, windowOf } from "@newfeed/shared/store/cursors.ts";
import type { Express } from "express";
import { type DeviceOptions, exportDevices, listDevices, registerDevice, removeDevice } from "./devices/devices.ts";
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

export function deliveryServiceRoutes(app: Express, options: WebhookOptions, devices: DeviceOptions): void {
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

  implement(app, deliveryInternalRoutes, {
    deliveryExport: async ({ params: { id }, query: { section } }) => ({
      items: section === "webhooks" ? (await store.webhooksOf([id])).map(toWebhook) : await exportDevices(devices, id),
      next: null,
    }),
  });
}
