import type { InboxEvent } from "./live/events.ts";
import type { MergedList } from "./merged-list.ts";
import type { Notification } from "./types.ts";

/** Applies what the inbox's stream says to a list of notifications. */
export function applyToInbox(event: InboxEvent, list: Pick<MergedList<Notification>, "items" | "upsert" | "patch" | "remove" | "dropPlace">): void {
  switch (event.type) {
    case "notification":
    case "notification_updated":
      // Of an equal revision too: a `notification_read` that came before it in the stream may have marked it.
      list.upsert(event.notification, true);
      return;
    case "notification_read":
      for (const { id, read } of list.items) if (!read && (event.all || event.ids?.includes(id))) list.patch(id, { read: true });
      return;
    case "retract":
      for (const { type, id } of event.items) {
        if (type !== "notification") continue;
        list.remove(id);
        list.dropPlace(id);
      }
  }
}
