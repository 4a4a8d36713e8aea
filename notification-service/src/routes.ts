import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { Event } from "@newfeed/shared/contracts/events.ts";
import type { NotificationId, UserId } from "@newfeed/shared/contracts/ids.ts";
import { bellRoutes } from "@newfeed/shared/contracts/routes/bells.ts";
import { liveInstanceRoutes } from "@newfeed/shared/contracts/routes/live-instances.ts";
import { notificationPreferenceRoutes } from "@newfeed/shared/contracts/routes/notification-preferences.ts";
import { notificationInternalRoutes, notificationRoutes } from "@newfeed/shared/contracts/routes/notifications.ts";
import { whyNotifiedRoutes } from "@newfeed/shared/contracts/routes/why-notified.ts";
import { streamOf, subjectOf } from "@newfeed/shared/contracts/sockets.ts";
import { implement } from "@newfeed/shared/http/implement.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import { readAuthors } from "@newfeed/shared/projections/authors.ts";
import { hiddenFromEach } from "@newfeed/shared/projections/relations.ts";
import type { Express } from "express";
import type { ReadAccess } from "./access/following.ts";
import { hasBell, nextBells, removeBells, setBell } from "./bells/bell-store.ts";
import { listLiveInstances } from "./connections/instances.ts";
import { readCurrentPage } from "./current-page.ts";
import { listInbox, markPostRead, markRead, markSeen, markUnread } from "./inbox/inbox.ts";
import { toNotification } from "./inbox/notifications.ts";
import type { InboxCounts, Store } from "./inbox/store.ts";
import { endMails, mailWishes } from "./preferences/mails.ts";
import { getPreferences, updatePreferences } from "./preferences/preferences.ts";
import type { Reader } from "./streams/audience.ts";
import type { Appended } from "./streams/log.ts";
import { readTops } from "./streams/log-store.ts";
import { poll } from "./streams/polling.ts";
import { cursorAt } from "./streams/position.ts";
import { render } from "./streams/rendering.ts";
import { type Fates, whyNotified } from "./why/why.ts";

export interface NotificationRoutesOptions {
  store: Store;
  query: Query;
  epochOf: (stream: string) => string;
  readAccess: ReadAccess;
  appended: (appended: readonly Appended[]) => void;
  /** An event that was sent within the last 24 hours. */
  findEvent: (id: string) => Promise<Event | undefined>;
  /** What became of notifications outside the inbox; null where nobody can say just now. */
  fatesOf: (userId: UserId, ids: readonly NotificationId[]) => Promise<Fates | null>;
}

const exportAtOnce = 200;

export function notificationServiceRoutes(app: Express, { store, query, epochOf, readAccess, appended, findEvent, fatesOf }: NotificationRoutesOptions): void {
  const changed = async (change: Promise<InboxCounts & { appended: Appended[] }>): Promise<InboxCounts> => {
    const { appended: entries, ...counts } = await change;
    appended(entries);
    return counts;
  };
  const read = (userId: UserId, id: NotificationId | null) => changed(markRead(store, userId, id));

  implement(app, notificationRoutes, {
    listNotifications: async ({ query: { type: category, unread, ...page } }, { user }) => {
      // Read before the list: what is appended meanwhile comes twice rather than never.
      const { top, ...counts } = await store.stateOf(user.userId);
      const list = await listInbox(store, user.userId, page, { category, unread: unread === "true" });
      return { ...list, ...counts, streamCursor: cursorAt(epochOf(streamOf.user(user.userId)), top) };
    },
    unreadCount: (_input, { user }) => store.counts(user.userId),
    seeNotifications: ({ body }, { user }) => changed(markSeen(store, user.userId, body.until === undefined ? new Date() : new Date(body.until))),
    readNotification: ({ params }, { user }) => read(user.userId, params.id),
    unreadNotification: ({ params }, { user }) => changed(markUnread(store, user.userId, params.id)),
    readPostNotifications: ({ body }, { user }) => changed(markPostRead(store, user.userId, body.postId)),
    readAllNotifications: (_input, { user }) => read(user.userId, null),
    streamEntries: async ({ params: { name }, query: { after, limit } }, { user }) => {
      const subject = subjectOf(name);
      if (subject.kind === "user" && subject.userId !== user.userId) throw new Problem("forbidden");
      const admit = async (): Promise<Reader> => {
        const [hidden = new Set()] = await hiddenFromEach(query, [user.userId]);
        const [post = null] = subject.kind === "post" ? await readAccess([{ viewer: user.userId, postId: subject.postId }]) : [];
        if (subject.kind === "post" && (!post || hidden.has(post.authorId))) throw new Problem("not_found");
        return { hidden, post };
      };
      const epoch = epochOf(name);
      const { entries, ...rest } = await poll((...args) => readCurrentPage(query, ...args), epoch, name, after, limit, admit);
      return {
        ...rest,
        entries: entries.map((entry) => {
          const { event, cursor, payload } = render("socket", epoch, entry);
          return { event, cursor, data: payload };
        }),
      };
    },
  });

  implement(app, notificationPreferenceRoutes, {
    getNotificationPreferences: (_input, { user }) => getPreferences(query, user.userId),
    updateNotificationPreferences: ({ body }, { user }) =>
      updatePreferences((work) => store.transaction(({ query: inTransaction }) => work(inTransaction)), user.userId, body),
  });

  implement(app, whyNotifiedRoutes, {
    whyNotified: async ({ query: asked }, { user }) => ({ data: await whyNotified({ query, findEvent, fatesOf }, user.userId, asked) }),
  });

  implement(app, liveInstanceRoutes, {
    listLiveInstances: async (_input, { user }) => ({ instances: await listLiveInstances(query, user) }),
  });

  implement(app, bellRoutes, {
    getBell: async ({ params: { id } }, { user }) => ({ on: await hasBell(query, user.userId, id) }),
    setBell: async ({ params: { id } }, { user }) => {
      await setBell(query, user.userId, id);
      return { on: true };
    },
    removeBell: async ({ params: { id } }, { user }) => {
      await removeBells(query, [user.userId, id]);
      return { on: false };
    },
  });

  implement(app, notificationInternalRoutes, {
    streamCursors: async ({ body }) => {
      const tops = await readTops(query, body.streams);
      return { cursors: body.streams.map((stream) => ({ stream, cursor: cursorAt(epochOf(stream), tops.get(stream) ?? 0) })) };
    },
    mailWishes: ({ params, body }) => mailWishes(query, params.id, body.types),
    endMails: ({ params, body }) => endMails((work) => store.transaction(({ query: inTransaction }) => work(inTransaction)), params.id, body.type),
    notificationExport: async ({ params, query: { section, after } }) => {
      if (section === "notificationPreferences") return { items: [await getPreferences(query, params.id)], next: null };
      if (section === "bells") {
        const ids = await nextBells(query, params.id, after, exportAtOnce);
        const authors = await readAuthors(query, ids);
        return { items: ids.map((id) => authors.get(id) ?? { id }), next: ids.length === exportAtOnce ? (ids.at(-1) ?? null) : null };
      }
      const rows = await store.exportNotifications(params.id, after, exportAtOnce);
      return { items: rows.map(toNotification), next: rows.length === exportAtOnce ? (rows.at(-1)?.id ?? null) : null };
    },
  });
}
