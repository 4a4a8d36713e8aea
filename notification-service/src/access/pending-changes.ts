import type { Query } from "@newfeed/shared/ports/database.ts";
import { AccessChange } from "../signals.ts";
import { readAccessChanges } from "./access-store.ts";

const pageSize = 1_000;

/**
 * Returns a function that applies the access changes which are in the database and were not applied here yet, in order; one
 * that fails is retried by the next call. Not to be called while it runs. Ids are assigned before the commit, so rows
 * are read again until no lower id can appear (docs/decisions/0010-access-changes.md).
 */
export function createPendingChanges(query: Query, apply: (change: AccessChange) => Promise<void>): () => Promise<void> {
  /** Up to this id every change is applied, and none can appear. */
  let settledUpTo = 0;
  const appliedBeyond = new Set<number>();
  return async () => {
    let after = settledUpTo;
    let allSettled = true;
    for (;;) {
      const rows = await readAccessChanges(query, after, pageSize);
      for (const { id, change, settled } of rows) {
        if (!appliedBeyond.has(id)) {
          const parsed = AccessChange.safeParse(change);
          // A change of a kind that only a newer instance knows cannot be applied.
          if (parsed.success) await apply(parsed.data);
          appliedBeyond.add(id);
        }
        allSettled &&= settled;
        if (allSettled) {
          settledUpTo = id;
          appliedBeyond.delete(id);
        }
        after = id;
      }
      if (rows.length < pageSize) return;
    }
  };
}
