/** Ids are given out before their transactions commit, most of which last less than this. */
const settledAfterMs = 2_000;
const lookBackEveryMs = 5_000;

/** Where a reader of rows that it deals with in id order, and that leave their index then, begins to look. */
export interface LowWaterMark {
  /** The id behind which to look now: mostly the mark; every five seconds 0, so that no row is left behind, however late it was committed. */
  lookBehind(): number;
  /** All rows up to this id that could be seen have been dealt with. */
  reached(id: number): void;
}

/**
 * Keeps a reader from walking over the index entries of all that it has dealt with, again and again: they stay until vacuum,
 * and while any transaction lasts, none can be skipped without looking at its row. The mark follows what was reached two
 * seconds ago, so that what was committed in another order than that of its ids is seen at once.
 */
export function createLowWaterMark(now: () => number = () => performance.now()): LowWaterMark {
  let mark = 0;
  let lookBackAt = Number.NEGATIVE_INFINITY;
  let next: { id: number; settledAt: number } | undefined;
  return {
    lookBehind() {
      if (now() >= lookBackAt) {
        lookBackAt = now() + lookBackEveryMs;
        return 0;
      }
      return mark;
    },
    reached(id) {
      if (next && now() >= next.settledAt) {
        mark = Math.max(mark, next.id);
        next = undefined;
      }
      next ??= { id, settledAt: now() + settledAfterMs };
    },
  };
}
