import type { Notification } from "@newfeed/client";
import { type InfiniteData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { showProblem } from "../components/toasts.tsx";
import { client, queryClient } from "./client.ts";
import { keys } from "./keys.ts";
import { nextPage } from "./lists.ts";

type Inbox = InfiniteData<Awaited<ReturnType<typeof client.notifications.list>>, string | undefined>;

const fetchInbox = async (cursor?: string, signal?: AbortSignal) => {
  const page = await client.notifications.list(cursor ? { cursor } : {}, signal ? { signal } : {});
  if (!cursor) setUnread(page.unreadCount);
  return page;
};

export const useInbox = (enabled: boolean) =>
  useInfiniteQuery({
    queryKey: keys.notifications,
    queryFn: ({ pageParam, signal }) => fetchInbox(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextPage,
    select: (inbox: Inbox) => [...new Map(inbox.pages.flatMap(({ data }) => data).map((item) => [item.id, item])).values()],
    enabled,
    refetchOnWindowFocus: false,
  });

export const useUnread = (enabled: boolean): number =>
  useQuery({ queryKey: keys.unread, queryFn: ({ signal }) => client.notifications.unreadCount({ signal }), enabled, staleTime: 5 * 60_000 }).data ?? 0;

export const setUnread = (count: number) => queryClient.setQueryData<number>(keys.unread, count);

const change = (work: (items: Notification[], page: number) => Notification[]) =>
  queryClient.setQueryData<Inbox>(
    keys.notifications,
    (inbox) => inbox && { ...inbox, pages: inbox.pages.map((page, index) => ({ ...page, data: work(page.data, index) })) },
  );

/** New ones wait to be shown when the list has been loaded: where they would stand, they would move what is read. */
let waiting: ReadonlySet<string> = new Set();
const listeners = new Set<() => void>();
function setWaiting(ids: ReadonlySet<string>): void {
  waiting = ids;
  for (const listener of listeners) listener();
}

export const useWaiting = () =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => waiting,
  );

export async function showWaiting(): Promise<void> {
  setWaiting(new Set());
}

/** Adds a notification, or renews the group that it belongs to where that stands. */
export function landNotification(item: Notification, isLooking: boolean): void {
  const known = queryClient.getQueryData<Inbox>(keys.notifications)?.pages.some(({ data }) => data.some(({ id }) => id === item.id));
  if (!known && isLooking) setWaiting(new Set([...waiting, item.id]));
  change((items, page) =>
    known ? items.map((old) => (old.id === item.id && old.revision <= item.revision ? item : old)) : page === 0 ? [item, ...items] : items,
  );
}

/** Read here or on another device. */
export const markShownAsRead = (ids: readonly string[] | "all") =>
  change((items) => items.map((item) => (ids === "all" || ids.includes(item.id) ? { ...item, read: true } : item)));

export function dropNotifications(ids: readonly string[]): void {
  setWaiting(new Set([...waiting].filter((id) => !ids.includes(id))));
  change((items) => items.filter(({ id }) => !ids.includes(id)));
}

/** Read at once here; other tabs and devices hear of it. */
export async function readNotification(item: Notification): Promise<void> {
  if (item.read) return;
  markShownAsRead([item.id]);
  try {
    setUnread(await client.notifications.markRead(item.id));
  } catch (error) {
    change((items) => items.map((known) => (known.id === item.id ? { ...known, read: false } : known)));
    showProblem("That stays unread.", error);
  }
}

export async function readAllNotifications(): Promise<void> {
  const before = queryClient.getQueryData<Inbox>(keys.notifications);
  const unread = queryClient.getQueryData<number>(keys.unread) ?? 0;
  markShownAsRead("all");
  setUnread(0);
  try {
    setUnread(await client.notifications.markAllRead());
  } catch (error) {
    queryClient.setQueryData(keys.notifications, before);
    setUnread(unread);
    showProblem("They stay unread.", error);
  }
}
