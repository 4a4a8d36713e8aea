import { signatureOfWebhook } from "@newfeed/shared/http/webhook-signatures.ts";
import { ownOriginsOf } from "@newfeed/shared/runtime/config.ts";
import type { ServiceDefinition } from "@newfeed/shared/runtime/run.ts";
import { createTargets } from "./devices/targets.ts";
import { createHandlers } from "./handlers.ts";
import { jobs } from "./jobs.ts";
import { createFcm } from "./push/fcm.ts";
import { createPushStore } from "./push/push-store.ts";
import { startPushSender } from "./push/sender.ts";
import { createPushKeys } from "./push/web-push.ts";
import { deliveryServiceRoutes } from "./routes.ts";
import { createWebhookSecrets } from "./webhooks/secrets.ts";
import { startWebhookSender } from "./webhooks/sender.ts";
import { createWebhookStore } from "./webhooks/store.ts";

/** What leaves the house: webhooks, and pushes to devices. */
export const deliveryService: ServiceDefinition = {
  name: "delivery-service",
  migrations: new URL("../prisma/migrations/", import.meta.url),
  // Nobody waits for it; events that come together cost less.
  batchDelayMs: 10,
  async start({ platform, logger, database, wake, app }) {
    const { deliverySecret } = platform.secrets;
    if (!deliverySecret) throw new Error("there is no key for the secrets of webhooks and devices");
    const { config, failpoint } = platform;
    const sending = {
      post: platform.postOutside,
      metrics: platform.metrics.deliveries,
      failpoint,
      failed: (error: unknown) => logger.warn("what is to be sent waits", { error }),
    };
    const secrets = createWebhookSecrets(deliverySecret, signatureOfWebhook);
    const store = createWebhookStore(database, wake);
    const webhooks = startWebhookSender({ store, secrets, ...sending });

    const targets = createTargets(deliverySecret);
    const [contact = ""] = ownOriginsOf(config);
    const keys = createPushKeys(deliverySecret, contact);
    const fcm = config.fcm && createFcm(config.fcm);
    const pushStore = createPushStore(database, wake);
    const pushes = startPushSender({ store: pushStore, targets, keys, fcm, ...sending });

    const allowPrivate = config.webhookAllowPrivate;
    const devices = { database, publish: wake, acknowledge: pushStore.acknowledge, targets, webPushKey: keys.publicKey, fcm: fcm !== null, allowPrivate };
    return {
      handle: app((routes) => deliveryServiceRoutes(routes, { store, secrets, wake: webhooks.wake, allowPrivate }, devices)),
      handleEvents: createHandlers({ webhooks, pushes }),
      jobs,
      housekeeping: [...store.retention, ...pushStore.retention],
      close: async () => void (await Promise.all([webhooks.close(), pushes.close()])),
    };
  },
};
