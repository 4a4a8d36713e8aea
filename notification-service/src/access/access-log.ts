import type { Query } from "@newfeed/shared/ports/database.ts";
import { AccessChange } from "../signals.ts";

const atOnce = 1_000;

/**
 * Runs `work` one at a time, and once for all who ask while it waits for its turn. Whoever asks gets a run that begins
 * after they asked.
 */
export function createRounds(work: () => Promise<void>): () => Promise<void> {
  let previous: Promise<unknown> = Promise.resolve();
  let waiting: Promise<void> | undefined;
  return () => {
    waiting ??= previous.then(() => {
      waiting = undefined;
      const round = work();
      previous = round.catch(() => {});
      return round;
    });
    return waiting;
  };
}

/**
 * Applies the changes of access that are in the database and were not applied here yet, in order; one that fails is
 * tried again by the next call. Ids are given out before commit: a change is looked for until half a minute after it
 * was made, which is longer than a transaction lives.
 */
export function createAccessLog(query: Query, apply: (change: AccessChange) => Promise<void>): () => Promise<void> {
  /** Up to here nothing can appear any more. */
  let settled = 0;
  const applied = new Set<number>();
  return async () => {
    let after = settled;
    let unbroken = true;
    for (;;) {
      const rows = await query<{ id: number; change: unknown; old: boolean }>(
        "SELECT id, change, created_at < now() - interval '30 seconds' AS old FROM access_change WHERE id > $1 ORDER BY id LIMIT $2",
        [after, atOnce],
      );
      for (const { id, change, old } of rows) {
        if (!applied.has(id)) {
          const parsed = AccessChange.safeParse(change);
          // What a newer version knows of, this one cannot apply.
          if (parsed.success) await apply(parsed.data);
          applied.add(id);
        }
        unbroken &&= old;
        if (unbroken) {
          settled = id;
          applied.delete(id);
        }
        after = id;
      }
      if (rows.length < atOnce) return;
    }
  };
}
