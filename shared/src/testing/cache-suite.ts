import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Cache } from "../ports/cache.ts";
import { eventually } from "./eventually.ts";

export interface CacheUnderTest {
  /** With room for so many entries. */
  open(entries: number): Promise<Cache>;
  close(): Promise<void>;
}

const ttlMs = 60_000;

/** What a cache promises (`ports/cache.ts`). */
export function cacheSuite(name: string, start: () => Promise<CacheUnderTest>): void {
  describe(name, () => {
    let world: CacheUnderTest;
    let cache: Cache;
    let key: string;
    beforeEach(async () => {
      world = await start();
      cache = await world.open(100);
      await cache.invalidateAll();
      key = `post:${randomUUID()}`;
    });
    afterEach(() => world.close());

    const read = async (of: string) => (await cache.read([of]))[0] as { value: string | undefined; version: string };
    const keep = async (of: string, value: string, ttl = ttlMs) => cache.write(of, value, { version: (await read(of)).version, ttlMs: ttl });

    test("gives what was written, by key and in order, and nothing of other keys", async () => {
      await keep(key, "one");
      await keep(`${key}:2`, "zwölf 🎉");
      expect((await cache.read([`${key}:2`, `${key}:3`, key])).map(({ value }) => value)).toEqual(["zwölf 🎉", undefined, "one"]);
      expect(await cache.read([])).toEqual([]);
      await keep(key, "another");
      expect((await read(key)).value).toBe("another");
    });

    test("forgets a key that is invalidated, and no other", async () => {
      await keep(key, "one");
      await keep(`${key}:2`, "two");
      await cache.invalidate([key, `${key}:3`]);
      expect((await cache.read([key, `${key}:2`])).map(({ value }) => value)).toEqual([undefined, "two"]);
      await keep(key, "one again");
      expect((await read(key)).value).toBe("one again");
      await cache.invalidate([]);
    });

    test("does not keep what was loaded before an invalidation, of the key or of all", async () => {
      for (const invalidate of [() => cache.invalidate([key]), () => cache.invalidateAll()]) {
        const { version } = await read(key);
        await invalidate();
        await cache.write(key, "from before", { version, ttlMs });
        expect((await read(key)).value).toBeUndefined();
        await keep(key, "from after");
        expect((await read(key)).value).toBe("from after");
      }
    });

    test("forgets all", async () => {
      await keep(key, "one");
      await keep(`${key}:2`, "two");
      await cache.invalidateAll();
      expect((await cache.read([key, `${key}:2`])).map(({ value }) => value)).toEqual([undefined, undefined]);
      expect(await cache.stats()).toMatchObject({ entries: 0, bytes: 0, keys: [] });
    });

    test("forgets what has expired", async () => {
      await keep(key, "for a moment", 50);
      await keep(`${key}:2`, "for longer");
      await eventually(async () => expect((await read(key)).value).toBeUndefined());
      expect(await cache.stats()).toMatchObject({ entries: 1, keys: [{ key: `${key}:2`, bytes: 10 }] });
    });

    test("has a bound", async () => {
      const small = await world.open(3);
      for (let n = 0; n < 10; n++) {
        const [entry] = await small.read([`${key}:${n}`]);
        await small.write(`${key}:${n}`, "value", { version: entry?.version ?? "", ttlMs: ttlMs + n });
      }
      const { entries, keys } = await small.stats();
      expect(entries).toBe(3);
      expect(keys.map((each) => each.key).sort()).toEqual([7, 8, 9].map((n) => `${key}:${n}`));
    });

    test("counts entries, bytes, hits and misses", async () => {
      const before = await cache.stats();
      await keep(key, "zwölf");
      await cache.read([key, `${key}:2`, key]);
      await eventually(async () => {
        const { entries, bytes, hits, misses, keys } = await cache.stats();
        // `keep` reads before it writes.
        expect({ entries, bytes, hits: hits - before.hits, misses: misses - before.misses }).toEqual({ entries: 1, bytes: 6, hits: 2, misses: 2 });
        expect(keys).toEqual([{ key, bytes: 6 }]);
      });
    });
  });
}
