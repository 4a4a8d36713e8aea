import type { NewFeedClient } from "./client.ts";
import { NewFeedError } from "./errors.ts";
import type { InboxEvent, LiveEvent } from "./live/events.ts";
import type { Subscription } from "./live/subscription.ts";
import { createMergedList, type MergedList, newestFirst } from "./merge.ts";
import { createObservable, type Observable } from "./observable.ts";
import { createOutbox, type Outbox, type Pending } from "./outbox.ts";
import type { Account, Comment, Notification, Page } from "./types.ts";

export interface ListState<T> {
  status: "loading" | "ready" | "failed";
  /** Newest first. */
  items: readonly T[];
  /** Written here and not confirmed yet; oldest first. */
  pending: readonly Pending<T>[];
  /** There are older ones: `loadMore`. */
  hasMore: boolean;
  error?: NewFeedError;
}

/** A list that stays as the server has it: loaded, followed from where it was read, and fetched again after a `reset`. */
export interface LiveList<T> extends Observable<ListState<T>> {
  /** Resolves when the first page is there; rejects with a `NewFeedError`. */
  readonly ready: Promise<void>;
  /** Adds the next older page. */
  loadMore(): Promise<void>;
  close(): void;
}

interface Item {
  id: string;
  revision: number;
  createdAt: string;
}

interface Source<T extends Item, E extends LiveEvent> {
  fetch(query: { limit: number; cursor?: string }): Promise<Page<T> & { streamCursor: string | null }>;
  follow(cursor: string | null): Subscription<E>;
  apply(event: E, list: MergedList<T>): void;
  pending?: Observable<readonly Pending<T>[]>;
  limit: number;
}

function createLiveList<T extends Item, E extends LiveEvent>(source: Source<T, E>): { list: LiveList<T>; merged: MergedList<T>; show: () => void } {
  const { limit, pending } = source;
  const merged = createMergedList<T>(newestFirst);
  const state = createObservable<ListState<T>>({ status: "loading", items: [], pending: [], hasMore: false });
  let subscription: Subscription<E> | undefined;
  let older: string | undefined;
  let closed = false;

  const show = (change: Partial<ListState<T>> = {}) => state.set({ ...state.state, items: merged.items, pending: pending?.state ?? [], ...change });
  const stopPending = pending?.subscribe(() => show());

  /** The newest page; how far older ones were loaded is forgotten where they may be wrong. */
  async function fetchNewest(): Promise<string | null> {
    const settle = merged.refetching();
    const { data, pageInfo, streamCursor } = await source.fetch({ limit });
    settle(data, pageInfo.hasNextPage);
    if (older === undefined) older = pageInfo.hasNextPage ? (pageInfo.endCursor ?? undefined) : undefined;
    show({ status: "ready", hasMore: older !== undefined });
    return streamCursor;
  }

  async function fetchAgain(): Promise<void> {
    try {
      older = undefined;
      await fetchNewest();
    } catch (error) {
      if (error instanceof NewFeedError) show({ error });
      else throw error;
    }
  }

  async function load(): Promise<void> {
    try {
      const from = await fetchNewest();
      if (closed) return;
      subscription = source.follow(from);
      subscription.subscribe((event) => {
        if (event.type === "reset") return void fetchAgain();
        source.apply(event, merged);
        show();
      });
      // Where the position could not be told, what came between the two is in a second answer.
      if (from === null) {
        await subscription.ready;
        await fetchNewest();
      }
    } catch (error) {
      if (error instanceof NewFeedError) show({ status: "failed", error });
      throw error;
    }
  }
  const ready = load();
  ready.catch(() => {});

  const list: LiveList<T> = {
    get state() {
      return state.state;
    },
    subscribe: state.subscribe,
    ready,
    async loadMore() {
      if (older === undefined) return;
      const { data, pageInfo } = await source.fetch({ limit, cursor: older });
      merged.add(data);
      older = pageInfo.hasNextPage ? (pageInfo.endCursor ?? undefined) : undefined;
      show({ hasMore: older !== undefined });
    },
    close() {
      closed = true;
      stopPending?.();
      subscription?.close();
    },
  };
  return { list, merged, show };
}

export interface LiveComments extends LiveList<Comment> {
  /** Shown at once among `pending`; rejects with the reason when it is refused, and is not shown any more then. */
  add(content: string): Promise<Comment>;
}

type Comments = Pick<NewFeedClient, "comments" | "follow" | "session">;

const blankAuthor = ({ id, username, fullName }: Account) => ({ id, username, fullName, avatarUrl: null });

/** The comments of a post, or with `parentCommentId` the replies to one of them. */
export function liveComments(
  client: Comments,
  postId: string,
  { limit = 20, parentCommentId }: { limit?: number; parentCommentId?: string } = {},
): LiveComments {
  const isOfList = (comment: { parentCommentId: string | null }) => comment.parentCommentId === (parentCommentId ?? null);
  // That it is not pending any more is what shows it, in the same step.
  const outbox: Outbox<Comment> = createOutbox<Comment>((comment) => merged.upsert(comment));
  const { list, merged, show } = createLiveList({
    limit,
    pending: outbox,
    fetch: (query) => client.comments.list(postId, { ...query, ...(parentCommentId !== undefined && { parentCommentId }) }),
    follow: (cursor) => client.follow.post(postId, { cursor }),
    apply(event, into) {
      switch (event.type) {
        case "comment_created":
        case "comment_updated":
          if (isOfList(event.comment) && !outbox.confirm(event.comment)) into.upsert(event.comment);
          return;
        case "comment_deleted":
          into.remove(
            event.commentId,
            into.items.find(({ id }) => id === event.commentId)?.replyCount ? { content: "", author: null, deleted: true } : undefined,
          );
          return;
        case "retract":
          for (const { id } of event.items) into.remove(id);
      }
    },
  });
  return Object.assign(list, {
    async add(content: string) {
      const { user } = client.session.state;
      const now = new Date().toISOString();
      const draft = (clientMutationId: string): Comment => ({
        id: clientMutationId,
        postId,
        parentCommentId: parentCommentId ?? null,
        author: user && blankAuthor(user),
        content,
        deleted: false,
        likeCount: 0,
        likedByMe: false,
        replyCount: 0,
        clientMutationId,
        createdAt: now,
        updatedAt: now,
        revision: 0,
      });
      const written = await outbox.send(draft, (clientMutationId) =>
        client.comments.create(postId, { content, clientMutationId, ...(parentCommentId !== undefined && { parentCommentId }) }),
      );
      show();
      return written;
    },
  });
}

export interface LiveInbox extends LiveList<Notification> {
  /** How many are unread; null before it is known. */
  readonly unread: Observable<number | null>;
}

/** One's notifications, with how many are unread. */
export function liveInbox(client: Pick<NewFeedClient, "notifications" | "follow">, { limit = 20 }: { limit?: number } = {}): LiveInbox {
  const unread = createObservable<number | null>(null);
  const { list } = createLiveList<Notification, InboxEvent>({
    limit,
    async fetch(query) {
      const page = await client.notifications.list(query);
      unread.set(page.unreadCount);
      return page;
    },
    follow: (cursor) => client.follow.inbox({ cursor }),
    apply(event, into) {
      if ("unreadCount" in event && event.unreadCount !== undefined) unread.set(event.unreadCount);
      switch (event.type) {
        case "notification":
          // Also of a revision that is here: it may have been marked by a `notification_read` that was before it.
          into.upsert(event.notification, true);
          return;
        case "notification_read":
          for (const { id } of into.items) if (event.all || event.ids?.includes(id)) into.patch(id, { read: true });
          return;
        case "retract":
          for (const { id } of event.items) into.remove(id);
      }
    },
  });
  return Object.assign(list, { unread });
}
