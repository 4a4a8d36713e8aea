/** The order of a list that only its server knows: as its pages came. What comes live stands first. */
export interface ServedOrder {
  compare(one: { id: string }, other: { id: string }): number;
  /** A page, behind those before it, or as the first one. */
  place(page: readonly { id: string }[], isFirst: boolean): void;
  /** A page before those that are known. */
  placeBefore(page: readonly { id: string }[]): void;
  /** What came live, if it has no place yet. */
  placeFirst(item: { id: string }): void;
}

export function createServedOrder(): ServedOrder {
  const places = new Map<string, number>();
  let [first, last] = [0, 0];
  // What an earlier run of pages listed, and this one does not, stands behind.
  const placeOf = ({ id }: { id: string }) => places.get(id) ?? Number.MAX_SAFE_INTEGER;
  return {
    compare: (one, other) => placeOf(one) - placeOf(other),
    place(page, isFirst) {
      if (isFirst) places.clear();
      for (const { id } of page) if (!places.has(id)) places.set(id, ++last);
    },
    placeBefore(page) {
      for (const { id } of [...page].reverse()) if (!places.has(id)) places.set(id, --first);
    },
    placeFirst({ id }) {
      if (!places.has(id)) places.set(id, --first);
    },
  };
}
