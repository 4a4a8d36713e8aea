import type { EventOf } from "@newfeed/shared/contracts/events.ts";
import { asNotificationId } from "@newfeed/shared/contracts/ids.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import { noteReading } from "../account-store.ts";
import { pushesIn } from "./push-store.ts";

export type NotificationEvent = EventOf<"notification.created" | "notification.updated" | "notification.read" | "notification.withdrawn">;

/** For so long what is new waits: who has a page open gets it there, and the page says so. */
const heldMs = 5_000;

/** What waits for an answer wakes a device that saves power; the rest does not. */
const urgent: ReadonlySet<string> = new Set(["mention", "comment_reply", "new_comment", "follow_request"]);

async function push(
  { aggregate: { id, revision }, occurredAt, data }: EventOf<"notification.created" | "notification.updated">,
  query: Query,
): Promise<boolean> {
  const { recipientId, groupKey, channels, notBefore, quietHours, mailFrequency: _, ...shown } = data;
  const tag = groupKey ?? id;
  return pushesIn(query).add({
    ownerId: recipientId,
    notificationId: asNotificationId(id),
    revision,
    body: JSON.stringify({ notification: { id, revision, tag, ...shown } }),
    collapseKey: tag,
    urgency: urgent.has(data.type) ? "high" : "normal",
    notifiedAt: data.createdAt,
    newsAt: occurredAt,
    isNews: channels.includes("push"),
    quietUntil: notBefore,
    quietHours,
    heldMs,
  });
}

async function read({ data: { recipientId, ids, until } }: EventOf<"notification.read">, query: Query): Promise<boolean> {
  if (ids !== null) return pushesIn(query).close(recipientId, ids);
  await noteReading(query, recipientId, until);
  return pushesIn(query).closeAll(recipientId, until);
}

/** Writes what devices are to be sent of these events, in the caller's transaction. Gives whether there is anything. */
export async function pushNotifications(query: Query, events: readonly NotificationEvent[]): Promise<boolean> {
  let any = false;
  for (const event of events) {
    if (event.type === "notification.read") any = (await read(event, query)) || any;
    else if (event.type === "notification.withdrawn")
      any = (await pushesIn(query).withdraw(event.data.recipientId, asNotificationId(event.aggregate.id))) || any;
    else any = (await push(event, query)) || any;
  }
  return any;
}
