import { newMutationId } from "./calls/content.ts";
import { createObservable, type Observable } from "./observable.ts";

/** Something written here that the server has not confirmed yet. */
export interface Pending<T> {
  clientMutationId: string;
  item: T;
}

interface Written {
  id: string;
  clientMutationId: string | null;
}

/**
 * What was written and is shown before it is confirmed. The answer and the live event both name the write by its
 * `clientMutationId`; whichever comes first confirms it. `state` holds what is still pending, oldest first.
 */
export interface Outbox<T extends Written> extends Observable<readonly Pending<T>[]> {
  /**
   * Shows `draft` at once and sends it. Resolves with the written item; rejects with the `NewFeedError` when it is
   * refused: it is not shown any more then. A write that a live event has confirmed resolves, though its answer got lost.
   * With the `clientMutationId` of an earlier attempt, what that has written is not written again.
   */
  send(draft: (clientMutationId: string) => T, call: (clientMutationId: string) => Promise<T>, clientMutationId?: string): Promise<T>;
  /** For each item that comes live or in a list: confirms the write that it is of, if it is one of these. True when it was. */
  confirm(item: T | Confirmation<T>): boolean;
  /** The same for an item while it is pending (by its `clientMutationId`) and afterwards (by its id): a key to render it by. */
  keyOf(id: string): string;
  /** Shows nothing of what is under way, not even when it is confirmed: for another user of the same page. */
  clear(): void;
}

/** An item as it comes live, without what depends on the viewer. */
export type Confirmation<T> = Omit<
  T,
  "likedByMe" | "bookmarkedByMe" | "repostedByMe" | "mutedByMe" | "shareCount" | "quotedPost" | "publishAt" | "moderation" | "poll"
>;

/** `show` puts a confirmed item where it stays, in the same step in which it stops being pending. */
export function createOutbox<T extends Written>(show: (item: T) => void = () => {}): Outbox<T> {
  const pending = createObservable<readonly Pending<T>[]>([]);
  const confirmed = new Map<string, T>();
  const keys = new Map<string, string>();

  function place(clientMutationId: string, item: T): void {
    keys.set(item.id, clientMutationId);
    show(item);
  }

  function dequeue(clientMutationId: string): boolean {
    const rest = pending.state.filter((entry) => entry.clientMutationId !== clientMutationId);
    if (rest.length === pending.state.length) return false;
    pending.set(rest);
    return true;
  }

  return {
    get state() {
      return pending.state;
    },
    subscribe: pending.subscribe,
    async send(draft, call, clientMutationId = newMutationId()) {
      pending.set([...pending.state, { clientMutationId, item: draft(clientMutationId) }]);
      try {
        const item = await call(clientMutationId);
        // Otherwise it was cleared.
        if (confirmed.has(clientMutationId) || pending.state.some((entry) => entry.clientMutationId === clientMutationId)) place(clientMutationId, item);
        dequeue(clientMutationId);
        return item;
      } catch (error) {
        const item = confirmed.get(clientMutationId);
        if (item) return item;
        dequeue(clientMutationId);
        throw error;
      } finally {
        confirmed.delete(clientMutationId);
      }
    },
    confirm(item) {
      const { clientMutationId } = item as T;
      const entry = clientMutationId === null ? undefined : pending.state.find((other) => other.clientMutationId === clientMutationId);
      if (!entry) return false;
      const written = { ...entry.item, ...item } as T;
      confirmed.set(entry.clientMutationId, written);
      place(entry.clientMutationId, written);
      return dequeue(entry.clientMutationId);
    },
    keyOf: (id) => keys.get(id) ?? id,
    clear() {
      confirmed.clear();
      keys.clear();
      pending.set([]);
    },
  };
}
