import { type Cache, cacheBounds, listedKeys } from "../ports/cache.ts";

interface Kept {
  value: string;
  bytes: number;
  expiresAt: number;
}

/** For how long an invalidation is remembered: for longer than a load takes. */
const rememberedMs = 60_000;

/** A cache in this process. `bounds` limits entries, and the bytes of their values. */
export function createEmbeddedCache(bounds: { entries: number; bytes: number } = cacheBounds): Cache {
  // In the order of their last use.
  const kept = new Map<string, Kept>();
  /** When keys were invalidated, the earliest first. */
  const invalidated = new Map<string, { version: number; at: number }>();
  let version = 0;
  let generation = 0;
  let [bytes, hits, misses] = [0, 0, 0];

  function drop(key: string): void {
    bytes -= kept.get(key)?.bytes ?? 0;
    kept.delete(key);
  }
  function forgetOld(): void {
    const now = performance.now();
    for (const [key, { at }] of invalidated) {
      if (now - at < rememberedMs) break;
      invalidated.delete(key);
    }
  }
  const versionOf = (key: string) => `${generation}.${invalidated.get(key)?.version ?? 0}`;

  return {
    async read(keys) {
      return keys.map((key) => {
        const found = kept.get(key);
        if (found && found.expiresAt > performance.now()) {
          kept.delete(key);
          kept.set(key, found);
          hits++;
          return { value: found.value, version: versionOf(key) };
        }
        if (found) drop(key);
        misses++;
        return { value: undefined, version: versionOf(key) };
      });
    },
    async write(key, value, { version, ttlMs }) {
      if (version !== versionOf(key)) return;
      drop(key);
      const entry = { value, bytes: Buffer.byteLength(value), expiresAt: performance.now() + ttlMs };
      kept.set(key, entry);
      bytes += entry.bytes;
      for (const oldest of kept.keys()) {
        if (kept.size <= bounds.entries && bytes <= bounds.bytes) break;
        drop(oldest);
      }
    },
    async invalidate(keys) {
      forgetOld();
      for (const key of keys) {
        drop(key);
        invalidated.delete(key);
        invalidated.set(key, { version: ++version, at: performance.now() });
      }
    },
    async invalidateAll() {
      generation++;
      kept.clear();
      invalidated.clear();
      bytes = 0;
    },
    async stats() {
      const now = performance.now();
      for (const [key, { expiresAt }] of kept) if (expiresAt <= now) drop(key);
      const keys = [...kept].slice(-listedKeys).map(([key, entry]) => ({ key, bytes: entry.bytes }));
      return { entries: kept.size, bytes, hits, misses, keys };
    },
    async close() {},
  };
}
