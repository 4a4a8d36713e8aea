import type { Cache, CacheStats } from "@newfeed/shared/ports/cache.ts";
import { requireAdministrator, type Viewer } from "@newfeed/shared/ports/call.ts";
import type { Store } from "./store.ts";

/** Forgets one entry, or all, and publishes that. Throws `forbidden`. */
export async function invalidateCache(
  { cache, store }: { cache: Pick<Cache, "invalidate" | "invalidateAll">; store: Store },
  administrator: Viewer,
  cacheKey: string | null,
): Promise<void> {
  requireAdministrator(administrator);
  await (cacheKey === null ? cache.invalidateAll() : cache.invalidate([cacheKey]));
  await store.publishInvalidation(administrator.userId, cacheKey);
}

/** What the cache holds. Throws `forbidden`. */
export async function cacheStatistics(cache: Pick<Cache, "stats">, administrator: Viewer): Promise<CacheStats> {
  requireAdministrator(administrator);
  return cache.stats();
}
