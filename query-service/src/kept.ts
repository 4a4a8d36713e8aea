import type { Cache } from "@newfeed/shared/ports/cache.ts";

const ttlMs = 5 * 60_000;

/** Something that is the same for all viewers, kept for five minutes or until it is forgotten. All who wait for it share one load. */
export function createKept<T>(cache: Cache, key: string, load: () => Promise<T>) {
  let loading: Promise<T> | undefined;

  async function fill(version: string): Promise<T> {
    const value = await load();
    await cache.write(key, JSON.stringify(value), { version, ttlMs });
    return value;
  }

  return {
    async read(): Promise<T> {
      const [entry] = await cache.read([key]);
      if (entry?.value !== undefined) return JSON.parse(entry.value);
      loading ??= fill(entry?.version ?? "").finally(() => {
        loading = undefined;
      });
      return loading;
    },
    forget: (): Promise<void> => cache.invalidate([key]),
  };
}
export type Kept<T> = ReturnType<typeof createKept<T>>;
