import { hash } from "node:crypto";

export interface DocumentCacheOptions {
  /** Characters of all documents together. A prepared one takes about twenty times its text. */
  characters?: number;
  /** Longer documents are prepared each time. */
  longest?: number;
  now?: () => number;
}

/** For how long a document stays after its last use, whatever else comes. */
const keptMs = 60_000;
/** Documents that were seen once, by their hashes. */
const seenOnce = 1_000;

/**
 * Caches what `prepare` makes of a document's text, by text and operation. Documents come from strangers, so they cannot
 * fill it: one is taken at its second sight; all together are bounded; and a new one takes only the place of documents
 * that have not been used for a minute. What `prepare` throws is thrown, and not kept.
 */
export function createDocumentCache<Prepared>(
  prepare: (text: string, operationName: string | undefined) => Prepared,
  { characters = 256 * 1024, longest = 4 * 1024, now = () => performance.now() }: DocumentCacheOptions = {},
): (text: string, operationName: string | undefined) => Prepared {
  // In the order of their last use.
  const kept = new Map<string, { prepared: Prepared; usedAt: number }>();
  // In the order in which they were seen.
  const once = new Set<string>();
  let used = 0;

  /** Whether there is a place of this length, after those that are no longer used have gone. */
  function makeRoom(length: number): boolean {
    for (const [key, { usedAt }] of kept) {
      if (used + length <= characters) return true;
      if (now() - usedAt < keptMs) return false;
      kept.delete(key);
      used -= key.length;
    }
    return used + length <= characters;
  }

  function isSecondSight(key: string): boolean {
    const seen = hash("sha256", key, "base64");
    if (once.delete(seen)) return true;
    once.add(seen);
    for (const first of once) {
      if (once.size <= seenOnce) break;
      once.delete(first);
    }
    return false;
  }

  return (text, operationName) => {
    // With its length before it, a name ends where the text begins.
    const key = `${operationName?.length ?? ""} ${operationName ?? ""}${text}`;
    const found = kept.get(key);
    if (found) {
      found.usedAt = now();
      kept.delete(key);
      kept.set(key, found);
      return found.prepared;
    }
    const prepared = prepare(text, operationName);
    if (key.length <= longest && isSecondSight(key) && makeRoom(key.length)) {
      kept.set(key, { prepared, usedAt: now() });
      used += key.length;
    }
    return prepared;
  };
}
