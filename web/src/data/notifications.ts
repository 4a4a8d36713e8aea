import { type Author, applyToInbox, createEntityStore, type InboxCounts, type InboxEvent, type Notification, type NotificationPage } from "@newfeed/client";
import { useQuery } from "@tanstack/react-query";
import { nameOf } from "../components/name.tsx";
import { showProblem } from "../components/toasts.tsx";
import { t } from "../texts/texts.ts";
import { client, queryClient, refetch } from "./client.ts";
import { useEntity } from "./hooks.ts";
import { keys } from "./keys.ts";
import { createLists, useList } from "./lists.ts";
import { createWaiting } from "./waiting.ts";

const lists = createLists<Notification, NotificationPage>();

export const notifications = createEntityStore<Notification>({ held: lists.held });

/** What the list is filtered by, as the page's address says it. */
export const inboxFilters = ["all", "unread", "mentions", "comments", "likes", "reposts", "follows"] as const;
export type InboxFilter = (typeof inboxFilters)[number];

/** The filter in the query string of the page. */
export function inboxFilterOf(query: string): InboxFilter {
  const wanted = new URLSearchParams(query).get("type");
  return inboxFilters.find((filter) => filter === wanted) ?? "all";
}

const queryOf = (filter: InboxFilter) => (filter === "all" ? {} : filter === "unread" ? { unread: true } : { type: filter });
const isOf = (filter: InboxFilter, { category, read }: Pick<Notification, "category" | "read">) =>
  filter === "all" || (filter === "unread" ? !read : category === filter);

const openInbox = (filter: InboxFilter) =>
  lists.open(keys.notifications(filter), {
    store: notifications,
    async fetch(query, options) {
      const page = client.notifications.list({ ...query, ...queryOf(filter) }, options);
      return query.cursor ? page : withCounts(page);
    },
  });
const findInbox = (filter: InboxFilter) => lists.find(keys.notifications(filter));

export const useInbox = (filter: InboxFilter) => useList(openInbox(filter));

export const useNotification = (id: string): Notification | null | undefined => useEntity(notifications, id);

/** What it says. */
export const textOf = (item: Notification): string =>
  t.server.notification(item.type, facesOf(item).map(nameOf), item.data.count ?? 1, item.message, item.data.outcome);

/** Those whom it speaks of, the latest first, as far as they are shown. */
export const facesOf = ({ actor, actors }: Notification): readonly Author[] => (actor ? (actors ?? [actor]) : []);

const none: InboxCounts = { unreadCount: 0, unseenCount: 0 };

/** How many are unread, and how many of them the user has not seen in the list: that is what the badge shows. */
export const useCounts = (enabled: boolean): InboxCounts =>
  useQuery({ queryKey: keys.unread, queryFn: ({ signal }) => client.notifications.counts({ signal }), enabled, staleTime: 5 * 60_000 }).data ?? none;

const setCounts = ({ unreadCount, unseenCount }: InboxCounts) => queryClient.setQueryData<InboxCounts>(keys.unread, { unreadCount, unseenCount });
const refetchCounts = () => void refetch(keys.unread);

/** How often the stream has said the counts as they are. */
let timesTold = 0;

/** Takes over the counts in an answer. It may be of before what the stream said meanwhile: then they are asked for. */
async function withCounts<C extends InboxCounts>(answer: Promise<C>): Promise<C> {
  const before = timesTold;
  const counts = await answer;
  if (timesTold === before) setCounts(counts);
  else if (counts.unseenCount !== queryClient.getQueryData<InboxCounts>(keys.unread)?.unseenCount) refetchCounts();
  return counts;
}

const askedAgainMs = 3_000;
let isAsking = false;

/** Takes over what an event says of the counts; what it cannot say (a group that grows is one row) is asked for, once for many. */
function applyToCounts(event: InboxEvent): void {
  if (!("unreadCount" in event) || event.unreadCount === undefined) return;
  const { unreadCount } = event;
  if (event.type === "notification_read" && event.unseenCount !== undefined) {
    timesTold++;
    setCounts({ unreadCount, unseenCount: event.unseenCount });
    // Its answer may be of before.
    if (queryClient.isFetching({ queryKey: keys.unread }) > 0) refetchCounts();
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
  const latest = findInbox("all")
    ?.items.filter(({ id }) => !waiting.has("all", id))
    .reduce((at, { updatedAt }) => (updatedAt > at ? updatedAt : at), "");
  // It is seen again at the next look.
  if (latest) await withCounts(client.notifications.markSeen(latest)).catch(() => {});
}

/** Of an inbox that is open for days. */
const mostKept = 200;

/** New notifications wait while the list that they come into is shown. */
const waiting = createWaiting();

export const useWaiting = (filter: InboxFilter) => waiting.use(filter);

/** Shows those that wait, more than are known too. */
export async function showWaiting(filter: InboxFilter): Promise<void> {
  const [list, isFull] = [findInbox(filter), waiting.isFull(filter)];
  waiting.clear(filter);
  if (isFull) {
    list?.clear();
    await queryClient.resetQueries({ queryKey: keys.notifications(filter) });
  } else list?.trim(mostKept);
}

/** Applies what the stream of the inbox says, in its lists where those are loaded. `looking`: at which of them the user looks. */
export function applyToNotifications(event: InboxEvent, looking: InboxFilter | null): void {
  applyToCounts(event);
  const item = event.type === "notification" || event.type === "notification_updated" ? event.notification : undefined;
  for (const filter of inboxFilters) {
    const list = findInbox(filter);
    if (event.type === "retract") for (const { id } of event.items) waiting.drop(filter, id);
    const isListed = item !== undefined && list?.state.ids.includes(item.id) === true;
    // One that is read, or unread again, stays where the user sees it.
    if (item && !isListed && !isOf(filter, item)) continue;
    // Before the list is there nothing is moved.
    const isShown = filter === looking && queryClient.getQueryData(keys.notifications(filter)) !== undefined;
    if (item && isShown && !isListed) waiting.add(filter, item.id);
    if (list && !(item && waiting.isFull(filter))) applyToInbox(event, list);
    if (filter !== looking) list?.trim(mostKept);
  }
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

/** Marks a notification as unread again. */
export async function unreadNotification({ id, read }: Notification): Promise<void> {
  if (!read) return;
  notifications.patch(id, () => ({ read: false }));
  try {
    await client.notifications.markUnread(id);
    refetchCounts();
  } catch (error) {
    notifications.patch(id, () => ({ read: true }));
    showProblem(t.inbox.unreadFailed, error);
  }
}

const shownOf = (isWanted: (item: Notification) => boolean) => inboxFilters.flatMap((filter) => findInbox(filter)?.items.filter(isWanted) ?? []);

/** The user has opened a post: what is about it is read. Without anything unread, nothing is asked. */
export async function readPostNotifications(postId: string): Promise<void> {
  if (queryClient.getQueryData<InboxCounts>(keys.unread)?.unreadCount === 0) return;
  for (const { id } of shownOf(({ read, data }) => !read && data.postId === postId)) notifications.patch(id, () => ({ read: true }));
  // The next visit does it again.
  await client.notifications.markPostRead(postId).then(refetchCounts, () => {});
}

export async function readAllNotifications(): Promise<void> {
  const shown = shownOf(({ read }) => !read);
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
