import { applyToInbox, createEntityStore, type InboxEvent, type Notification, type NotificationPage } from "@newfeed/client";
import { useQuery } from "@tanstack/react-query";
import { showProblem } from "../components/toasts.tsx";
import { client, queryClient } from "./client.ts";
import { useEntity } from "./hooks.ts";
import { keys } from "./keys.ts";
import { createLists, useList } from "./lists.ts";
import { createWaiting } from "./waiting.ts";

const lists = createLists<Notification, NotificationPage>();

export const notifications = createEntityStore<Notification>({ held: lists.held });

const openInbox = () =>
  lists.open(keys.notifications, {
    store: notifications,
    async fetch(query, options) {
      const page = await client.notifications.list(query, options);
      if (!query.cursor) setUnread(page.unreadCount);
      return page;
    },
  });
const findInbox = () => lists.find(keys.notifications);

export const useInbox = () => useList(openInbox());

export const useNotification = (id: string): Notification | null | undefined => useEntity(notifications, id);

export const useUnread = (enabled: boolean): number =>
  useQuery({ queryKey: keys.unread, queryFn: ({ signal }) => client.notifications.unreadCount({ signal }), enabled, staleTime: 5 * 60_000 }).data ?? 0;

export const setUnread = (count: number) => queryClient.setQueryData<number>(keys.unread, count);

/** New notifications wait while the inbox is shown. */
const waiting = createWaiting();
const inbox = "inbox";

export const useWaiting = () => waiting.use(inbox);
export const showWaiting = async () => waiting.clear(inbox);

/** Applies what the stream of the inbox says, in its list where that is loaded. */
export function applyToNotifications(event: InboxEvent, isLooking: boolean): void {
  const list = findInbox();
  const isShown = event.type === "notification" || event.type === "notification_updated";
  if (isShown && isLooking && !list?.state.ids.includes(event.notification.id)) waiting.add(inbox, event.notification.id);
  if (event.type === "retract") for (const { id } of event.items) waiting.drop(inbox, id);
  if (list) applyToInbox(event, list);
}

/** Marks a notification as read at once; other tabs and devices receive that live. */
export async function readNotification({ id, read }: Notification): Promise<void> {
  if (read) return;
  notifications.patch(id, () => ({ read: true }));
  try {
    setUnread(await client.notifications.markRead(id));
  } catch (error) {
    notifications.patch(id, () => ({ read: false }));
    showProblem("The notification could not be marked as read.", error);
  }
}

export async function readAllNotifications(): Promise<void> {
  const shown = findInbox()?.items.filter(({ read }) => !read) ?? [];
  const unread = queryClient.getQueryData<number>(keys.unread) ?? 0;
  for (const { id } of shown) notifications.patch(id, () => ({ read: true }));
  setUnread(0);
  try {
    setUnread(await client.notifications.markAllRead());
  } catch (error) {
    for (const { id } of shown) notifications.patch(id, () => ({ read: false }));
    setUnread(unread);
    showProblem("The notifications could not be marked as read.", error);
  }
}
