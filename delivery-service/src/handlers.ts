import type { WebhookType } from "@newfeed/shared/contracts/webhooks.ts";
import { defineHandlers, together } from "@newfeed/shared/outbox/handlers.ts";
import { operationsOn } from "./webhooks/store.ts";
import { tellWebhooks } from "./webhooks/tell.ts";

/** What delivery-service does when the events of others arrive. `sendWebhooks` has what was written be sent. */
export function createHandlers(sendWebhooks: () => void) {
  const tell = together<WebhookType>(async (events, transaction) => {
    const operations = operationsOn(transaction);
    for (const event of events) if (event.type === "user.deleted") await operations.removeAccount(event.data.userId);
    if (await tellWebhooks(operations, events)) transaction.afterCommit(sendWebhooks);
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
  });
}
