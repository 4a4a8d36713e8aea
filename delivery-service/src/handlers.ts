import type { WebhookType } from "@newfeed/shared/contracts/webhooks.ts";
import { beginJob } from "@newfeed/shared/jobs/job.ts";
import { defineHandlers, together } from "@newfeed/shared/outbox/handlers.ts";
import { buryAccount } from "./account-store.ts";
import { devicesIn } from "./devices/device-store.ts";
import { mailJobs, removePushes, removePushOutcomes } from "./jobs.ts";
import { mailNotifications } from "./mails/mails.ts";
import { type NotificationEvent, pushNotifications } from "./push/pushes.ts";
import { operationsOn } from "./webhooks/store.ts";
import { tellWebhooks } from "./webhooks/tell.ts";

/** Have what was written be sent. */
export interface Senders {
  webhooks: { wake(): void };
  pushes: { wake(): void };
}

/** What delivery-service does when the events of others arrive. */
export function createHandlers({ webhooks, pushes }: Senders) {
  const tell = together<WebhookType>(async (events, transaction) => {
    const operations = operationsOn(transaction);
    for (const event of events)
      if (event.type === "user.deleted") {
        const { userId } = event.data;
        await buryAccount(transaction.query, userId);
        await operations.removeOf(userId);
        await devicesIn(transaction).removeOf(userId);
        for (const job of [removePushes, removePushOutcomes, ...mailJobs]) await beginJob(job, userId, transaction);
      }
    if (await tellWebhooks(operations, events)) transaction.afterCommit(webhooks.wake);
  });
  const carryOut = together<NotificationEvent["type"]>(async (events, { query, afterCommit }) => {
    await mailNotifications(query, events);
    if (await pushNotifications(query, events)) afterCommit(pushes.wake);
  });
  return defineHandlers("delivery-service", {
    "post.published": tell,
    "post.updated": tell,
    "post.deleted": tell,
    "post.liked": tell,
    "post.unliked": tell,
    "post.reposted": tell,
    "post.unreposted": tell,
    "comment.created": tell,
    "comment.updated": tell,
    "comment.deleted": tell,
    "like.created": tell,
    "like.deleted": tell,
    "user.registered": tell,
    "user.updated": tell,
    "user.followed": tell,
    "user.unfollowed": tell,
    "user.follow_requested": tell,
    "user.deleted": tell,
    "notification.created": carryOut,
    "notification.updated": carryOut,
    "notification.read": carryOut,
    "notification.withdrawn": carryOut,
    "session.revoked": ({ data: { userId, sessionId } }, transaction) => devicesIn(transaction).removeOfSession(userId, sessionId),
  });
}
