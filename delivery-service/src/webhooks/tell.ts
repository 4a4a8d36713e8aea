import type { EventOf } from "@newfeed/shared/contracts/events.ts";
import type { WebhookType } from "@newfeed/shared/contracts/webhooks.ts";
import { installation } from "./installation.ts";
import type { NewDelivery, Operations } from "./store.ts";
import { type Message, messageOf } from "./told.ts";

/** Writes what the webhooks are to be told of these events, in the caller's transaction. Gives whether there is anything. */
export async function tellWebhooks(operations: Pick<Operations, "listening" | "add">, events: readonly EventOf<WebhookType>[]): Promise<boolean> {
  const messages = events.map(messageOf).filter((message): message is Message => message !== undefined);
  const owners = new Set(messages.flatMap(({ owner, isPublic }) => [...(owner === null ? [] : [owner]), ...(isPublic ? [installation] : [])]));
  if (owners.size === 0) return false;
  const webhooks = await operations.listening([...owners]);
  const deliveries = messages.flatMap(({ id: messageId, type, subject, body, owner, isPublic }) =>
    webhooks
      .filter(({ ownerId, types }) => types.includes(type) && (ownerId === owner || (isPublic && ownerId === installation)))
      .map(({ id: webhookId }): NewDelivery => ({ webhookId, subject, messageId, type, body })),
  );
  return deliveries.length > 0 && (await operations.add(deliveries)).length > 0;
}
