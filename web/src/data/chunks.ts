export interface Keyed {
  key: string;
}

export interface Chunk<T> {
  key: string;
  items: readonly T[];
}

/**
 * Parts a growing list into chunks, so that a change of one item renders its own chunk again and no other, however long the
 * list is. An item stays in its chunk; a chunk in which nothing has changed is the same object as before. `isEqual` compares
 * items of one key; a chunk grows up to `most`.
 */
export function createChunks<T extends Keyed>(isEqual: (a: T, b: T) => boolean, most: number): (items: readonly T[]) => readonly Chunk<T>[] {
  /** The chunk of each item that is listed. */
  let chunkOf = new Map<string, string>();
  let known = new Map<string, Chunk<T>>();
  let count = 0;

  return (items) => {
    const sizes = new Map<string, number>();
    /** The chunk of the nearest item from here on that is in one. */
    const ahead: (string | undefined)[] = [];
    for (let at = items.length - 1, next: string | undefined; at >= 0; at--) {
      const own = chunkOf.get((items[at] as T).key);
      if (own !== undefined) sizes.set(own, (sizes.get(own) ?? 0) + 1);
      next = own ?? next;
      ahead[at] = next;
    }
    const nowIn = new Map<string, string>();
    const chunks: { key: string; items: T[] }[] = [];
    const closed = new Set<string>();
    for (const [at, item] of items.entries()) {
      const last = chunks.at(-1);
      let key = chunkOf.get(item.key);
      if (key === undefined) {
        // Beside its neighbour while there is room, and within a chunk in any case.
        const hasRoom = last && ((sizes.get(last.key) ?? 0) < most || ahead[at] === last.key);
        if (!hasRoom) count += 1;
        key = hasRoom ? last.key : `${count}`;
        sizes.set(key, (sizes.get(key) ?? 0) + 1);
      } else if (closed.has(key) && last) key = last.key; // it has moved
      nowIn.set(item.key, key);
      if (last?.key === key) last.items.push(item);
      else {
        if (last) closed.add(last.key);
        chunks.push({ key, items: [item] });
      }
    }
    chunkOf = nowIn;
    const next = new Map<string, Chunk<T>>();
    for (const chunk of chunks) {
      const before = known.get(chunk.key);
      const isSame = before?.items.length === chunk.items.length && before.items.every((item, at) => isEqual(item, chunk.items[at] as T));
      next.set(chunk.key, isSame ? before : chunk);
    }
    known = next;
    return [...next.values()];
  };
}
