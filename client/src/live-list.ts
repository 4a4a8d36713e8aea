import type { NewFeedClient } from "./client.ts";
import { createCommentCache } from "./comment-cache.ts";
import { NewFeedError } from "./errors.ts";
import { applyToInbox } from "./inbox.ts";
import type { InboxEvent, LiveEvent, PostEvent } from "./live/events.ts";
import type { Subscription } from "./live/subscription.ts";
import { createObservable, type Observable } from "./observable.ts";
import type { Pending } from "./outbox.ts";
import { createPagedList, type PagedList } from "./paged-list.ts";
import type { Comment, Notification, NotificationPage, Page } from "./types.ts";

export interface ListState<T> {
  status: "loading" | "ready" | "failed";
  /** In the list's order. */
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

interface Source<T extends { id: string; revision: number; createdAt: string }, E extends LiveEvent> {
  list: PagedList<T, Page<T> & { streamCursor: string | null }>;
  follow(cursor: string | null): Subscription<E>;
  apply(event: E): void;
  /** Which items are shown; all by default. */
  isShown?(item: T): boolean;
  pending?: Observable<readonly Pending<T>[]>;
}

function createLiveList<T extends { id: string; revision: number; createdAt: string }, E extends LiveEvent>({
  list,
  follow,
  apply,
  isShown,
  pending,
}: Source<T, E>): LiveList<T> {
  const state = createObservable<ListState<T>>({ status: "loading", items: [], pending: [], hasMore: false });
  let subscription: Subscription<E> | undefined;
  let closed = false;

  function show(change: Partial<ListState<T>> = {}): void {
    const items = isShown ? list.items.filter(isShown) : list.items;
    state.set({ ...state.state, items, pending: pending?.state ?? [], hasMore: list.state.hasMore, ...change });
  }
  // A confirmed write appears in `items` in the same step in which it leaves `pending`.
  const stopPending = pending?.subscribe(() => show());

  async function fetchNewest(): Promise<string | null> {
    const { streamCursor } = await list.refetch();
    show({ status: "ready" });
    return streamCursor;
  }

  async function fetchAgain(): Promise<void> {
    try {
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
      subscription = follow(from);
      subscription.subscribe((event) => {
        if (event.type === "reset") return void fetchAgain();
        apply(event);
        show();
      });
      // Without a position, a second fetch brings what came between the first one and the stream.
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

  return {
    get state() {
      return state.state;
    },
    subscribe: state.subscribe,
    ready,
    async loadMore() {
      await list.loadMore();
      show();
    },
    close() {
      closed = true;
      stopPending?.();
      subscription?.close();
    },
  };
}

export interface LiveComments extends LiveList<Comment> {
  /** Shown at once among `pending`; rejects with the reason when it is refused, and is not shown any more then. */
  add(content: string): Promise<Comment>;
}

/** The comments of a post, or with `parentCommentId` the replies to one of them: newest first, or as `PagedListOptions` says of `most_liked`. */
export function liveComments(
  client: Pick<NewFeedClient, "comments" | "follow" | "session">,
  postId: string,
  { limit = 20, parentCommentId = null, order = "newest" }: { limit?: number; parentCommentId?: string | null; order?: "newest" | "most_liked" } = {},
): LiveComments {
  const place = { postId, parentCommentId };
  const cache = createCommentCache(client, {
    listsOf: (other) => (other.parentCommentId === parentCommentId ? [list] : []),
    held: () => list.state.ids,
  });
  const list: PagedList<Comment, Awaited<ReturnType<typeof cache.fetch>>> = createPagedList({
    store: cache.store,
    limit,
    order,
    fetch: (query, options) => cache.fetch(place, query, options),
  });
  const live = createLiveList<Comment, PostEvent>({
    list,
    follow: (cursor) => client.follow.post(postId, { cursor }),
    apply: cache.apply,
    // As the server lists them: of a deleted comment, only one with replies.
    isShown: ({ deleted, replyCount }) => !deleted || replyCount > 0,
    pending: cache.outbox,
  });
  return Object.assign(live, { add: (content: string) => cache.write(place, content) });
}

export interface LiveInbox extends LiveList<Notification> {
  /** How many are unread; null before it is known. */
  readonly unread: Observable<number | null>;
}

/** The user's notifications, with how many are unread. */
export function liveInbox(client: Pick<NewFeedClient, "notifications" | "follow">, { limit = 20 }: { limit?: number } = {}): LiveInbox {
  const unread = createObservable<number | null>(null);
  const list = createPagedList<Notification, NotificationPage>({
    limit,
    async fetch(query, options) {
      const page = await client.notifications.list(query, options);
      unread.set(page.unreadCount);
      return page;
    },
  });
  const live = createLiveList<Notification, InboxEvent>({
    list,
    follow: (cursor) => client.follow.inbox({ cursor }),
    apply(event) {
      if ("unreadCount" in event && event.unreadCount !== undefined) unread.set(event.unreadCount);
      applyToInbox(event, list);
    },
  });
  return Object.assign(live, { unread });
}
