import type { EventOf } from "@newfeed/shared/contracts/events.ts";
import { asNotificationId } from "@newfeed/shared/contracts/ids.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import { lockAccount } from "../account-store.ts";
import type { NotificationEvent } from "../push/pushes.ts";
import { mailsIn, type NewItem } from "./mail-store.ts";
import { dueAtOnce, dueDigest } from "./when.ts";

type Shown = EventOf<"notification.created" | "notification.updated">;

function itemOf({ aggregate: { id, revision }, occurredAt, data }: Shown): NewItem {
  const { recipientId, type, actors, count, subject, excerpt, createdAt } = data;
  return {
    ...{ ownerId: recipientId, notificationId: asNotificationId(id), revision, type },
    body: JSON.stringify({ actors: actors.map(({ username, fullName }) => ({ username, fullName })), count, subject, excerpt }),
    notifiedAt: createdAt,
    newsAt: occurredAt,
  };
}

async function mail(event: Shown, query: Query): Promise<void> {
  const { channels, mailFrequency, notBefore, quietHours } = event.data;
  if (!channels.includes("mail")) return mailsIn(query).change(itemOf(event));
  const now = Date.now();
  const digest = mailFrequency !== "at_once";
  await mailsIn(query).add(itemOf(event), {
    digest,
    dueAt: (endedAt) => (digest ? dueDigest(now, mailFrequency, quietHours?.timeZone ?? "UTC") : dueAtOnce(now, notBefore, endedAt)),
  });
}

/** Writes what is to be mailed of these events, in the caller's transaction. What is read or withdrawn meanwhile is not mailed. */
export async function mailNotifications(query: Query, events: readonly NotificationEvent[]): Promise<void> {
  // In one order: two batches that concern the same users wait for each other.
  const owners = new Set(events.flatMap((event) => ("channels" in event.data && event.data.channels.includes("mail") ? [event.data.recipientId] : [])));
  const gone = new Set<string>();
  for (const owner of [...owners].toSorted()) if (!(await lockAccount(query, owner))) gone.add(owner);
  for (const event of events) {
    const { recipientId } = event.data;
    if (gone.has(recipientId)) continue;
    if (event.type === "notification.read") {
      if (event.data.ids !== null) await mailsIn(query).noteRead(recipientId, event.data.ids);
    } else if (event.type === "notification.withdrawn") await mailsIn(query).withdraw(recipientId, asNotificationId(event.aggregate.id));
    else await mail(event, query);
  }
}
