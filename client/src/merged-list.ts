import { createEntityStore, type EntityStore } from "./entity-store.ts";
import type { LiveForm, Revisioned } from "./merge.ts";

/**
 * A list that live events and fetched pages flow into, in whatever order they come: it ends up as the server has it.
 * What is deleted stays so, though an answer that is older still holds it.
 */
export interface MergedList<T extends Revisioned> {
  readonly items: readonly T[];
  /** The places of `items`, and of what was removed: a place stays until it is fetched again, so that nothing moves under a reader. */
  readonly ids: readonly string[];
  /** `even`: also when the revision is equal to the known one. */
  upsert(item: LiveForm<T>, even?: boolean): void;
  /** Changes an item without a revision of its own: until its next event or fetch says otherwise. */
  patch(id: string, change: Partial<T>): void;
  /** For good; with `left`, that stays in its place. */
  remove(id: string, left?: Partial<T>): void;
  /** Gives up the place of an item. */
  dropPlace(id: string): void;
  /**
   * Before a fetch is sent; its answer goes into the function that this returns: the first items, or those that come
   * after `after`, and whether more follow. What was listed before, belongs among them and is missing is gone.
   */
  refetching(after?: T): (items: readonly T[], hasMore: boolean) => void;
  /** Adds fetched items; says nothing of what is missing among them. */
  add(items: readonly T[]): void;
  /** How many places stand up to and with an item, whether it has a place or not. */
  placesUpTo(item: T): number;
  /** Drops the places from one index to before another. */
  drop(from: number, to?: number): void;
}

/** `changed` is called when `ids` are others. With a `store`, items are shared with other lists. */
export function createMergedList<T extends Revisioned>(
  order: (one: T, other: T) => number,
  shared?: EntityStore<T>,
  changed: () => void = () => {},
): MergedList<T> {
  let ids: readonly string[] = [];
  let listed = new Set<string>();
  let items: readonly T[] = [];
  const store = shared ?? createEntityStore<T>({ held: () => ids });

  function set(next: readonly string[]): void {
    if (next.length === ids.length && next.every((id, index) => id === ids[index])) return;
    ids = next;
    listed = new Set(next);
    changed();
  }

  /** Whether the place at `index` stands before an item. A removed item, which has no order, stays with what follows it. */
  function isBefore(places: readonly string[], index: number, item: T): boolean {
    for (let at = index; at < places.length; at++) {
      const other = store.get(places[at] as string);
      if (other) return order(other, item) < 0;
    }
    return false;
  }

  /** Compares with what stands in front of the item: with nothing for a new one, however long the list is. */
  function insert(item: T): void {
    let at = 0;
    while (at < ids.length && isBefore(ids, at, item)) at++;
    const next = ids.slice();
    next.splice(at, 0, item.id);
    ids = next;
    listed.add(item.id);
    changed();
  }

  function dropPlace(id: string): void {
    if (listed.has(id)) set(ids.filter((other) => other !== id));
  }

  function upsert(incoming: LiveForm<T>, even?: boolean): void {
    const known = store.get(incoming.id);
    store.merge(incoming, even);
    const item = store.get(incoming.id);
    if (!item || (store.isRemoved(item.id) && !item.deleted)) return;
    if (!listed.has(item.id)) {
      // A removed item is listed only where it has its place still, or where the server lists its remains.
      if (!store.isRemoved(item.id) || incoming.deleted) insert(item);
    } else if (known && order(known, item) !== 0) {
      dropPlace(item.id);
      insert(item);
    }
  }

  /** Puts fetched items among the places from `from` on. `isGone` says which of those between them are given up. */
  function put(fetched: readonly T[], from: number, hasMore: boolean, isGone: (id: string) => boolean): void {
    const coming = fetched.filter(({ id, deleted }) => listed.has(id) || !store.isRemoved(id) || deleted).sort(order);
    const arriving = new Set(coming.map(({ id }) => id));
    const [head, rest] = [ids.slice(0, from), ids.slice(from)].map((places) => places.filter((id) => !arriving.has(id))) as [string[], string[]];
    const next: string[] = [];
    let at = 0;
    for (const item of coming) {
      for (; at < rest.length && isBefore(rest, at, item); at++) if (!isGone(rest[at] as string)) next.push(rest[at] as string);
      next.push(item.id);
    }
    const tail = rest.slice(at);
    set([...head, ...next, ...(hasMore ? tail : tail.filter((id) => !isGone(id)))]);
  }

  function placesUpTo(item: T): number {
    let count = 0;
    while (count < ids.length && (ids[count] === item.id || isBefore(ids, count, item))) count++;
    return count;
  }

  return {
    get items() {
      const present = ids.flatMap((id) => store.get(id) ?? []);
      if (present.length !== items.length || present.some((item, index) => item !== items[index])) items = present;
      return items;
    },
    get ids() {
      return ids;
    },
    upsert,
    patch: (id, change) => store.patch(id, () => change),
    remove(id, left) {
      store.remove(id, left);
    },
    dropPlace,
    refetching(after) {
      const before = new Set(ids);
      const take = store.fetching();
      return (fetched, hasMore) => {
        take(fetched);
        put(fetched, after ? placesUpTo(after) : 0, hasMore, (id) => before.has(id));
      };
    },
    add(fetched) {
      for (const item of fetched) upsert(item, true);
    },
    placesUpTo,
    drop(from, to = ids.length) {
      set([...ids.slice(0, from), ...ids.slice(to)]);
    },
  };
}
