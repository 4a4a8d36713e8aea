import { type LiveForm, newerOf, type Revisioned } from "./merge.ts";
import { createKeyedListeners } from "./observable.ts";

/**
 * Each item once, whatever lists show it: the newest revision that an answer or a live event brought. Lists hold ids.
 * A removed item stays removed, though an answer or an event that is older still holds it.
 */
export interface EntityStore<T extends Revisioned> {
  /** Undefined when it is not known; null when it was removed and nothing is left of it. */
  get(id: string): T | null | undefined;
  isRemoved(id: string): boolean;
  /** Calls `listener` when the result of `get` changes; returns a function that stops. */
  subscribe(id: string, listener: () => void): () => void;
  /** Takes what came live, by the rule of `newerOf`; what is left of a removed comment (`deleted`) too. */
  merge(item: LiveForm<T>, even?: boolean): void;
  /**
   * Before a fetch is sent; what it answers goes into the function that this returns. An answer of an equal revision is
   * taken. An item that was removed before the fetch was sent, and is in its answer, is back: a block that was lifted.
   */
  fetching(): (items: readonly T[]) => void;
  /** Changes an item without a revision of its own: until its next event or fetch says otherwise. */
  patch(id: string, change: (item: T) => Partial<T>): void;
  /**
   * Removes an item; with `left`, that much of it stays. Returns a function that takes the removal back when it is
   * refused: false when the item was removed again meanwhile, and stays removed.
   */
  remove(id: string, left?: Partial<T>): () => boolean;
  clear(): void;
}

interface Entry<T> {
  item: T | null;
  /** Which removal it was, counted from 1; 0 for what is there. */
  removal: number;
  /** Not written since the last sweep. */
  isOld: boolean;
}

export interface EntityStoreOptions {
  /** Above this number, items that nothing watches and no list holds leave memory. 2,000 by default. */
  limit?: number;
  /** Ids that lists hold. */
  held?: () => Iterable<string>;
}

/** By content: the server lists fields in the same order each time. */
const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

export function createEntityStore<T extends Revisioned>({ limit = 2_000, held = () => [] }: EntityStoreOptions = {}): EntityStore<T> {
  const entries = new Map<string, Entry<T>>();
  const listeners = createKeyedListeners();
  let removals = 0;
  let sweepAt = limit;

  /** What was written since the last sweep stays for now: an answer under way may be about to list it. */
  function sweep(): void {
    const used = new Set(held());
    for (const [id, entry] of entries) {
      if (entry.isOld && !used.has(id) && !listeners.has(id)) entries.delete(id);
      else entry.isOld = true;
    }
    sweepAt = Math.max(limit, 2 * entries.size);
  }

  function set(id: string, item: T | null, removal: number): void {
    entries.set(id, { item, removal, isOld: false });
    if (entries.size > sweepAt) sweep();
    listeners.notify(id);
  }

  return {
    get: (id) => entries.get(id)?.item,
    isRemoved: (id) => (entries.get(id)?.removal ?? 0) > 0,
    subscribe: listeners.subscribe,
    merge(incoming, even) {
      const entry = entries.get(incoming.id);
      if (entry?.removal && !incoming.deleted) return;
      const known = entry?.item ?? undefined;
      const merged = newerOf(known, incoming, even);
      if (merged !== known) set(incoming.id, merged, entry?.removal ?? 0);
    },
    fetching() {
      const asOf = removals;
      return (items) => {
        for (const item of items) {
          const entry = entries.get(item.id);
          if (entry && entry.removal > asOf && !item.deleted) continue;
          if (entry?.item && entry.item.revision > item.revision) continue;
          const isBack = entry !== undefined && entry.removal > 0 && !item.deleted;
          if (!entry || isBack || !isSame(entry.item, item)) set(item.id, item, isBack ? 0 : (entry?.removal ?? 0));
          else entry.isOld = false;
        }
      };
    },
    patch(id, change) {
      const entry = entries.get(id);
      if (!entry?.item) return;
      const changes = change(entry.item);
      if (Object.keys(changes).length > 0) set(id, { ...entry.item, ...changes }, entry.removal);
    },
    remove(id, left) {
      const before = entries.get(id);
      const removal = ++removals;
      set(id, before?.item && left ? { ...before.item, ...left } : null, removal);
      return () => {
        if (!before || entries.get(id)?.removal !== removal) return false;
        set(id, before.item, before.removal);
        return true;
      };
    },
    clear() {
      entries.clear();
      for (const id of listeners.keys()) listeners.notify(id);
    },
  };
}
