import type { InboxEvent } from "@newfeed/client";
import { pages } from "@newfeed/shared/contracts/pages.ts";
import { useEffect } from "react";
import { announce } from "../components/announce.ts";
import { client, refetch } from "../data/client.ts";
import { keys } from "../data/keys.ts";
import { applyToNotifications, inboxFilterOf, textOf } from "../data/notifications.ts";
import { refetchPost, removePost } from "../data/posts.ts";

const push = () => import("../data/push.ts");
/** Nothing here depends on it. */
const ignored = () => {};

function apply(event: InboxEvent): void {
  applyToNotifications(event, location.pathname === pages.notifications ? inboxFilterOf(location.search) : null);
  switch (event.type) {
    case "notification":
      if (document.visibilityState === "visible") push().then(({ acknowledge }) => acknowledge(event.notification.id), ignored);
      // Moderators have taken something from others, or given it back: its author sees what they say of it.
      if (event.notification.type.startsWith("content_")) {
        const { postId } = event.notification.data;
        if (postId) void refetchPost(postId);
        void Promise.all([refetch(["comments"]), refetch(["replies"])]);
      }
      // On the post's own page, what happened is announced already.
      if (location.pathname !== `/posts/${event.notification.data.postId}`) announce(textOf(event.notification));
      return;
    case "user_muted":
      void refetch();
      return;
    case "retract":
      for (const { type, id } of event.items) if (type === "post") removePost(id);
      return;
    case "reset":
      void refetch(keys.notifications());
      void refetch(keys.unread);
  }
}

/** Follows the user's inbox, as long as they are signed in. */
export function useLiveInbox(userId: string | undefined): void {
  useEffect(() => {
    if (userId === undefined) return;
    const subscription = client.follow.inbox();
    subscription.subscribe(apply);
    if (globalThis.Notification?.permission === "granted")
      push()
        .then(({ keepPush }) => keepPush(userId))
        .catch(ignored);
    // What came before it was live: the number, and the list if that was read already.
    subscription.ready.then(() => Promise.all([keys.unread, keys.notifications()].map((queryKey) => refetch(queryKey)))).catch(() => {});
    return () => subscription.close();
  }, [userId]);
}
