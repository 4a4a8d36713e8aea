import { type Author, applyToInbox, createEntityStore, type InboxCounts, type InboxEvent, type Notification, type NotificationPage } from "@newfeed/client";
import { useQuery } from "@tanstack/react-query";
import { nameOf } from "../components/name.tsx";
import { showProblem } from "../components/toasts.tsx";
import { t } from "../texts/texts.ts";
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
      if (!query.cursor) setCounts(page);
      return page;
    },
  });
const findInbox = () => lists.find(keys.notifications);

export const useInbox = () => useList(openInbox());

export const useNotification = (id: string): Notification | null | undefined => useEntity(notifications, id);

/** What it says. */
export const textOf = (item: Notification): string => t.server.notification(item.type, facesOf(item).map(nameOf), item.data.count ?? 1, item.message);

/** Those whom it speaks of, the latest first, as far as they are shown. */
const facesOf = ({ actor, actors }: Notification): readonly Author[] => (actor ? (actors ?? [actor]) : []);

const none: InboxCounts = { unreadCount: 0, unseenCount: 0 };

/** How many are unread, and how many of them the user has not seen in the list: that is what the badge shows. */
export const useCounts = (enabled: boolean): InboxCounts =>
  useQuery({ queryKey: keys.unread, queryFn: ({ signal }) => client.notifications.counts({ signal }), enabled, staleTime: 5 * 60_000 }).data ?? none;

const setCounts = ({ unreadCount, unseenCount }: InboxCounts) => queryClient.setQueryData<InboxCounts>(keys.unread, { unreadCount, unseenCount });
const refetchCounts = () => void queryClient.invalidateQueries({ queryKey: keys.unread });

const askedAgainMs = 3_000;
let isAsking = false;

/** Takes over what an event says of the counts; what it cannot say (a group that grows is one row) is asked for, once for many. */
function applyToCounts(event: InboxEvent): void {
  if (!("unreadCount" in event) || event.unreadCount === undefined) return;
  const { unreadCount } = event;
  if (event.type === "notification_read" && event.unseenCount !== undefined) {
    setCounts({ unreadCount, unseenCount: event.unseenCount });
    return;
  }
  const { unseenCount: before } = queryClient.getQueryData<InboxCounts>(keys.unread) ?? none;
  const isNew = event.type === "notification" && notifications.get(event.notification.id) === undefined;
  setCounts({ unreadCount, unseenCount: Math.min(unreadCount, before + (isNew ? 1 : 0)) });
  if (isAsking) return;
  isAsking = true;
  setTimeout(() => {
    isAsking = false;
    refetchCounts();
  }, askedAgainMs);
}

/** The user looks at the list as it is: the rows stay unread, and the badge goes. */
export async function seeNotifications(): Promise<void> {
  const latest = findInbox()
    ?.items.filter(({ id }) => !waiting.has(inbox, id))
    .reduce((at, { updatedAt }) => (updatedAt > at ? updatedAt : at), "");
  // It is seen again at the next look.
  if (latest) await client.notifications.markSeen(latest).then(setCounts, () => {});
}

/** Of an inbox that is open for days. */
const mostKept = 200;

/** New notifications wait while the inbox is shown. */
const waiting = createWaiting();
const inbox = "inbox";

export const useWaiting = () => waiting.use(inbox);

/** Shows those that wait, more than are known too. */
export async function showWaiting(): Promise<void> {
  const [list, isFull] = [findInbox(), waiting.isFull(inbox)];
  waiting.clear(inbox);
  if (isFull) {
    list?.clear();
    await queryClient.resetQueries({ queryKey: keys.notifications });
  } else list?.trim(mostKept);
}

/** Applies what the stream of the inbox says, in its list where that is loaded. */
export function applyToNotifications(event: InboxEvent, isLooking: boolean): void {
  const list = findInbox();
  const isShown = event.type === "notification" || event.type === "notification_updated";
  if (isShown && isLooking && !list?.state.ids.includes(event.notification.id)) waiting.add(inbox, event.notification.id);
  if (event.type === "retract") for (const { id } of event.items) waiting.drop(inbox, id);
  applyToCounts(event);
  if (list && !(isShown && waiting.isFull(inbox))) applyToInbox(event, list);
  if (!isLooking) list?.trim(mostKept);
}

/** Marks a notification as read at once; other tabs and devices receive that live. */
export async function readNotification({ id, read }: Notification): Promise<void> {
  if (read) return;
  notifications.patch(id, () => ({ read: true }));
  try {
    await client.notifications.markRead(id);
    refetchCounts();
  } catch (error) {
    notifications.patch(id, () => ({ read: false }));
    showProblem(t.inbox.readFailed, error);
  }
}

export async function readAllNotifications(): Promise<void> {
  const shown = findInbox()?.items.filter(({ read }) => !read) ?? [];
  const counts = queryClient.getQueryData<InboxCounts>(keys.unread) ?? none;
  for (const { id } of shown) notifications.patch(id, () => ({ read: true }));
  setCounts(none);
  try {
    await client.notifications.markAllRead();
  } catch (error) {
    for (const { id } of shown) notifications.patch(id, () => ({ read: false }));
    setCounts(counts);
    showProblem(t.inbox.readAllFailed, error);
  }
}
