import { signatureOfWebhook } from "@newfeed/shared/http/webhook-signatures.ts";
import type { ServiceDefinition } from "@newfeed/shared/runtime/run.ts";
import { createHandlers } from "./handlers.ts";
import { jobs } from "./jobs.ts";
import { deliveryServiceRoutes } from "./routes.ts";
import { createWebhookSecrets } from "./webhooks/secrets.ts";
import { startWebhookSender } from "./webhooks/sender.ts";
import { createWebhookStore } from "./webhooks/store.ts";

/** What leaves the house: webhooks. */
export const deliveryService: ServiceDefinition = {
  name: "delivery-service",
  migrations: new URL("../prisma/migrations/", import.meta.url),
  // Nobody waits for it; events that come together cost less.
  batchDelayMs: 10,
  async start({ platform, logger, database, wake, app }) {
    const { deliverySecret } = platform.secrets;
    if (!deliverySecret) throw new Error("there is no key for the secrets of webhooks");
    const store = createWebhookStore(database, wake);
    const secrets = createWebhookSecrets(deliverySecret, signatureOfWebhook);
    const sender = startWebhookSender({
      store,
      secrets,
      post: platform.postOutside,
      metrics: platform.metrics.deliveries,
      failpoint: platform.failpoint,
      failed: (error) => logger.warn("webhooks wait", { error }),
    });
    return {
      handle: app((routes) => deliveryServiceRoutes(routes, { store, secrets, wake: sender.wake, allowPrivate: platform.config.webhookAllowPrivate })),
      handleEvents: createHandlers(sender.wake),
      jobs,
      housekeeping: store.retention,
      close: () => sender.close(),
    };
  },
};
