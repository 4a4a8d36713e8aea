import type { InboxEvent } from "@newfeed/client";
import { pages } from "@newfeed/shared/contracts/pages.ts";
import { useEffect } from "react";
import { announce } from "../components/announce.ts";
import { client, queryClient } from "../data/client.ts";
import { keys } from "../data/keys.ts";
import { dropNotifications, landNotification, markShownAsRead, setUnread } from "../data/notifications.ts";
import { forgetPost } from "../data/posts.ts";

function apply(event: InboxEvent): void {
  switch (event.type) {
    case "notification":
      landNotification(event.notification, location.pathname === pages.notifications);
      setUnread(event.unreadCount);
      // Whoever looks at the post has heard what happened there.
      if (location.pathname !== `/posts/${event.notification.data.postId}`) announce(event.notification.message);
      return;
    case "notification_read":
      if (event.all) markShownAsRead("all");
      if (event.ids) markShownAsRead(event.ids);
      setUnread(event.unreadCount);
      return;
    case "retract":
      for (const { type, id } of event.items) if (type === "post") forgetPost(id);
      dropNotifications(event.items.flatMap(({ type, id }) => (type === "notification" ? [id] : [])));
      if (event.unreadCount !== undefined) setUnread(event.unreadCount);
      return;
    case "reset":
      void queryClient.invalidateQueries({ queryKey: keys.notifications });
      void queryClient.invalidateQueries({ queryKey: keys.unread });
  }
}

/** One's own inbox, as long as one is signed in. */
export function useLiveInbox(userId: string | undefined): void {
  useEffect(() => {
    if (userId === undefined) return;
    const subscription = client.follow.inbox();
    subscription.subscribe(apply);
    // What came before it was live.
    subscription.ready.then(() => queryClient.invalidateQueries({ queryKey: keys.unread })).catch(() => {});
    return () => subscription.close();
  }, [userId]);
}
