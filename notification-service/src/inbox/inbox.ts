import type { Notification } from "@newfeed/shared/contracts/dto.ts";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { NotificationId, PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Page, PageQuery } from "@newfeed/shared/contracts/primitives.ts";
import { streamOf } from "@newfeed/shared/contracts/sockets.ts";
import { beginJob } from "@newfeed/shared/jobs/job.ts";
import { pageOf, windowOf } from "@newfeed/shared/store/cursors.ts";
import type { Appended } from "../streams/log.ts";
import { append } from "../streams/log-store.ts";
import { replaceEntriesOf } from "./batch-store.ts";
import { entriesOf } from "./inbox-entries.ts";
import { readEvents } from "./notification-events.ts";
import { findNotifications } from "./notification-store.ts";
import { toNotification } from "./notifications.ts";
import { readingOfPost } from "./reading-of-post.ts";
import type { InboxCounts, InboxFilter, Store } from "./store.ts";

/** A page of a user's inbox, or of what a filter leaves of it, newest first, with current names. */
export async function listInbox(
  store: Pick<Store, "listNotifications">,
  userId: UserId,
  page: PageQuery,
  filter: InboxFilter = {},
): Promise<Page<Notification>> {
  const window = windowOf(page);
  const listed = await store.listNotifications(userId, window, filter);
  return pageOf(listed, window, (row) => ({ at: row.createdAt, id: row.id }), toNotification);
}

/**
 * Marks one notification, or all (null), as read, and appends that for the user's other devices. Idempotent: what was read
 * already appends nothing. Throws `not_found` for what is not in the user's own inbox.
 */
export async function markRead(
  store: Pick<Store, "transaction" | "markRead" | "readUntil" | "isOf" | "counts">,
  userId: UserId,
  id: NotificationId | null,
): Promise<InboxCounts & { appended: Appended[] }> {
  if (id && !(await store.isOf(userId, id))) throw new Problem("not_found");
  return store.transaction(async ({ query, enqueue }) => {
    const { changed, unreadCount } = await store.markRead(query, userId, id);
    // Without any that are unread none are unseen.
    const counts = id ? await store.counts(userId, query) : { unreadCount, unseenCount: 0 };
    if (!changed) return { ...counts, appended: [] };
    await enqueue(...(await readEvents(query, userId, id && [id], async () => (id ? new Date() : store.readUntil(query, userId)))));
    const appended = await append(query, [
      {
        stream: streamOf.user(userId),
        type: "notification_read",
        aggregate: { type: "inbox", id: userId },
        actorId: null,
        revision: 1,
        data: { ...(id ? { ids: [id] } : { all: true }), ...counts },
      },
    ]);
    return { ...counts, appended };
  });
}

/**
 * Marks a notification as unread again, and appends it, as it is now, for the user's other devices: `notification_updated`, which
 * calls for no attention. Idempotent. Throws `not_found` for what is not in the user's own inbox.
 */
export async function markUnread(
  store: Pick<Store, "transaction" | "markUnread" | "isOf" | "counts">,
  userId: UserId,
  id: NotificationId,
): Promise<InboxCounts & { appended: Appended[] }> {
  if (!(await store.isOf(userId, id))) throw new Problem("not_found");
  return store.transaction(async ({ query }) => {
    const { changed, unreadCount } = await store.markUnread(query, userId, id);
    const counts = await store.counts(userId, query);
    if (!changed) return { ...counts, appended: [] };
    const rows = await findNotifications(query, userId, [id]);
    const entries = entriesOf(
      rows.map((row) => ({ ...row, ownerId: userId, unread: unreadCount })),
      [],
      new Set([id]),
    );
    await replaceEntriesOf(query, entries);
    return { ...counts, appended: await append(query, entries) };
  });
}

/** Marks what is about a post as read, the newest hundred at once, and leaves what is behind them to a job. */
export async function markPostRead(
  store: Pick<Store, "transaction" | "counts">,
  userId: UserId,
  postId: PostId,
): Promise<InboxCounts & { appended: Appended[] }> {
  return store.transaction(async ({ query, enqueue }) => {
    const appended: Appended[] = [];
    await beginJob(readingOfPost, `${userId} ${postId}`, { query, enqueue, appended: (entries) => appended.push(...entries) });
    return { ...(await store.counts(userId, query)), appended };
  });
}

/**
 * What was so until then has been seen in the list: it stays unread. Appends that for the user's other devices, unless it was
 * known: as a `notification_read` of none, which clients of earlier versions pass over.
 */
export async function markSeen(
  store: Pick<Store, "transaction" | "markSeen" | "counts">,
  userId: UserId,
  until: Date,
): Promise<InboxCounts & { appended: Appended[] }> {
  return store.transaction(async ({ query }) => {
    const isNew = await store.markSeen(query, userId, until);
    const counts = await store.counts(userId, query);
    if (!isNew) return { ...counts, appended: [] };
    const aggregate = { type: "inbox", id: userId } as const;
    const entry = { stream: streamOf.user(userId), type: "notification_read", aggregate, actorId: null, revision: 1, data: { ids: [], ...counts } } as const;
    return { ...counts, appended: await append(query, [entry]) };
  });
}
