/** What lists are merged by: the higher revision of an id wins. */
export interface Revisioned {
  id: string;
  revision: number;
  /** What is left of a comment that has replies. */
  deleted?: boolean;
}

/** What a live event holds of an item: all but what depends on who is looking. */
export type LiveForm<T extends Revisioned> = Omit<T, "likedByMe"> & Partial<T> & Revisioned;

interface Dated {
  id: string;
  createdAt: string;
  publishedAt?: string | null;
}

/** The order of every list of NewFeed. */
export function newestFirst(one: Dated, other: Dated): number {
  const [a, b] = [one.publishedAt ?? one.createdAt, other.publishedAt ?? other.createdAt];
  if (a !== b) return a > b ? -1 : 1;
  return one.id === other.id ? 0 : one.id > other.id ? -1 : 1;
}

/**
 * A list with an item that came live: added in its place, or put over an older revision; what only a fetch knows
 * (`likedByMe`) stays. The same list when there is no news in it. Of an equal revision nothing is taken, for a fetch may
 * have counted more since; `even` takes it all the same.
 */
export function mergeItem<T extends Revisioned>(items: readonly T[], incoming: LiveForm<T>, order: (one: T, other: T) => number, even = false): readonly T[] {
  const known = items.find(({ id }) => id === incoming.id);
  if (known && (known.revision > incoming.revision || (known.revision === incoming.revision && !even))) return items;
  const merged = { ...(known ?? { likedByMe: false }), ...incoming } as unknown as T;
  return [...items.filter((item) => item !== known), merged].sort(order);
}

/** A list without an item. The same list when it is not in it. */
export function removeItem<T extends { id: string }>(items: readonly T[], id: string): readonly T[] {
  return items.some((item) => item.id === id) ? items.filter((item) => item.id !== id) : items;
}

/** A like as it will be counted. */
export function withLike<T extends { likedByMe: boolean; likeCount: number }>(item: T, liked: boolean): T {
  if (item.likedByMe === liked) return item;
  return { ...item, likedByMe: liked, likeCount: Math.max(0, item.likeCount + (liked ? 1 : -1)) };
}

/**
 * A list that live events and fetched pages flow into, in whatever order they come: it ends up as the server has it.
 * What is deleted stays so, though an answer that is older still holds it.
 */
export interface MergedList<T extends Revisioned> {
  readonly items: readonly T[];
  /** `even`: also when the revision is the one that is here. */
  upsert(item: LiveForm<T>, even?: boolean): void;
  /** Changes what is here without a revision of its own: until the item's next event or fetch says otherwise. */
  patch(id: string, change: Partial<T>): void;
  /** For good; with `left`, that stays in its place. */
  remove(id: string, left?: Partial<T>): void;
  /**
   * Before a fetch is sent; what it answers goes into the function that this returns: the newest items, and whether there
   * are older ones. What was here before, and is missing in it, is gone. Older pages `add` to what is here instead.
   */
  refetching(): (newest: readonly T[], hasOlder: boolean) => void;
  add(older: readonly T[]): void;
}

export function createMergedList<T extends Revisioned>(order: (one: T, other: T) => number): MergedList<T> {
  let items: readonly T[] = [];
  const removed = new Set<string>();
  const isGone = (item: Revisioned) => removed.has(item.id) && !item.deleted;

  /** A fetch of the same revision knows more than what is here, and is not older. */
  function put(fetched: readonly T[]): void {
    const byId = new Map(items.map((item) => [item.id, item]));
    for (const item of fetched) {
      const known = byId.get(item.id);
      if (!isGone(item) && !(known && known.revision > item.revision)) byId.set(item.id, item);
    }
    items = [...byId.values()].sort(order);
  }

  return {
    get items() {
      return items;
    },
    upsert(item, even) {
      if (!isGone(item)) items = mergeItem(items, item, order, even);
    },
    patch(id, change) {
      items = items.map((item) => (item.id === id ? { ...item, ...change } : item));
    },
    remove(id, left) {
      removed.add(id);
      if (left) this.patch(id, left);
      else items = removeItem(items, id);
    },
    refetching() {
      const before = new Set(items.map(({ id }) => id));
      return (newest, hasOlder) => {
        const oldest = newest.at(-1);
        const present = new Set(newest.map(({ id }) => id));
        const isCovered = (item: T) => !hasOlder || (oldest !== undefined && order(item, oldest) <= 0);
        items = items.filter((item) => present.has(item.id) || !before.has(item.id) || !isCovered(item));
        put(newest);
      };
    },
    add: put,
  };
}
