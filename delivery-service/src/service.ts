import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import { pages } from "@newfeed/shared/contracts/pages.ts";
import { authInternalRoutes } from "@newfeed/shared/contracts/routes/auth.ts";
import { notificationInternalRoutes } from "@newfeed/shared/contracts/routes/notifications.ts";
import { signatureOfWebhook } from "@newfeed/shared/http/webhook-signatures.ts";
import { siteOf } from "@newfeed/shared/ports/mail-layout.ts";
import { ownOriginsOf } from "@newfeed/shared/runtime/config.ts";
import type { ServiceDefinition } from "@newfeed/shared/runtime/run.ts";
import { createTargets } from "./devices/targets.ts";
import { createHandlers } from "./handlers.ts";
import { jobs } from "./jobs.ts";
import { createMailStore } from "./mails/mail-store.ts";
import { startMailSender } from "./mails/sender.ts";
import { createMailTokens } from "./mails/tokens.ts";
import { createFcm } from "./push/fcm.ts";
import { createPushStore } from "./push/push-store.ts";
import { startPushSender } from "./push/sender.ts";
import { createPushKeys } from "./push/web-push.ts";
import { deliveryServiceRoutes } from "./routes.ts";
import { createWebhookSecrets } from "./webhooks/secrets.ts";
import { startWebhookSender } from "./webhooks/sender.ts";
import { createWebhookStore } from "./webhooks/store.ts";

/** What leaves the house: webhooks, and notifications as pushes to devices and as mails. */
export const deliveryService: ServiceDefinition = {
  name: "delivery-service",
  migrations: new URL("../prisma/migrations/", import.meta.url),
  async start({ platform, logger, database, wake, app, callService }) {
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

    const site = siteOf(config.mailFrom, contact);
    const tokens = createMailTokens(deliverySecret);
    const mailStore = createMailStore(database);
    const mailboxOf = async (userId: UserId) => (await callService(authInternalRoutes.mailboxes, { body: { ids: [userId] } })).mailboxes[0];
    const mails = startMailSender({
      ...{ store: mailStore, tokens, mailer: platform.mailer, limiter: platform.limiter, site, mailboxOf, ...sending },
      wishesOf: (id, types) => callService(notificationInternalRoutes.mailWishes, { params: { id }, body: { types: [...types] } }),
      refused: (error) => logger.warn("a mail was refused and is not sent", { error }),
    });
    const mailOptions = {
      ...{ store: mailStore, tokens, mailboxOf, bounceSecret: config.mailWebhookSecret, unsubscribePage: pages.unsubscribe },
      async confirmReports(url: string) {
        const bounds = { types: ["text/xml", "application/xml"], longestBytes: 65_536, cut: true, longestMs: 10_000 };
        await platform.fetchOutside(url, bounds).catch((cause: unknown) => {
          throw new Problem("bad_gateway", { internal: "the provider's reports of mails could not be confirmed", cause });
        });
      },
      endMails: async (id: UserId, type: string | null) => void (await callService(notificationInternalRoutes.endMails, { params: { id }, body: { type } })),
    };

    const allowPrivate = config.webhookAllowPrivate;
    const devices = { database, publish: wake, acknowledge: pushStore.acknowledge, targets, webPushKey: keys.publicKey, fcm: fcm !== null, allowPrivate };
    return {
      handle: app((routes) => deliveryServiceRoutes(routes, { store, secrets, wake: webhooks.wake, allowPrivate }, devices, mailOptions, pushStore)),
      handleEvents: createHandlers({ webhooks, pushes }),
      jobs,
      housekeeping: [...store.retention, ...pushStore.retention, ...mailStore.retention],
      close: async () => void (await Promise.all([webhooks.close(), pushes.close(), mails.close()])),
    };
  },
};
