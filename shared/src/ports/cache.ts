/** What a cache has under a key. */
export interface CacheEntry {
  /** Undefined when there is none. */
  value: string | undefined;
  /** Goes back with `write`, which knows by it whether the key was invalidated since. */
  version: string;
}

export interface CacheStats {
  entries: number;
  /** Of all values, in UTF-8. */
  bytes: number;
  /** Keys that `read` had a value for, and those that it had none for. */
  hits: number;
  misses: number;
  /** Some of the entries, a thousand at most. */
  keys: readonly { key: string; bytes: number }[];
}

/**
 * Values that can be made again at any time. What is shared by all instances that have the same server. Never throws: a cache
 * that is away has nothing.
 */
export interface Cache {
  /** An entry for each key, in order. */
  read(keys: readonly string[]): Promise<readonly CacheEntry[]>;
  /**
   * Keeps a value until it is invalidated, expires, or is among the least recently used of too many. Keeps nothing when the key
   * was invalidated after `version` was read: what was loaded before may be what is not true any more.
   */
  write(key: string, value: string, options: { version: string; ttlMs: number }): Promise<void>;
  invalidate(keys: readonly string[]): Promise<void>;
  invalidateAll(): Promise<void>;
  stats(): Promise<CacheStats>;
  close(): Promise<void>;
}

/** So many keys are listed by `stats`. */
export const listedKeys = 1_000;
/** Of one cache. */
export const cacheBounds = { entries: 2_000, bytes: 32 * 1024 * 1024 } as const;
