import { type Cache, type CacheStats, cacheBounds, listedKeys } from "../ports/cache.ts";
import type { Logger } from "../ports/logger.ts";
import { openRedis } from "./redis.ts";

/** For how long an invalidation is remembered: for longer than a load takes. */
const rememberedMs = 60_000;

/** One slot of a Redis cluster: the scripts touch several keys. */
const prefix = "{newfeed:cache}:";
const entryOf = (key: string) => `${prefix}value:${key}`;
const versionOf = (key: string) => `${prefix}version:${key}`;
/** Changes when everything is invalidated. */
const generation = `${prefix}generation`;
/** Keys by when their values expire, in milliseconds: what there is, and what goes first. */
const index = `${prefix}index`;
const counts = `${prefix}counts`;

/** KEYS: the key's version, the generation, index. ARGV: both as they were read, key, value, ttl, now, bound, prefix of values. */
const writeValue = `
if (redis.call('get', KEYS[1]) or '') ~= ARGV[1] or (redis.call('get', KEYS[2]) or '') ~= ARGV[2] then return 0 end
redis.call('set', ARGV[8] .. ARGV[3], ARGV[4], 'PX', ARGV[5])
redis.call('zadd', KEYS[3], ARGV[6] + ARGV[5], ARGV[3])
redis.call('zremrangebyscore', KEYS[3], '-inf', ARGV[6])
local surplus = redis.call('zcard', KEYS[3]) - ARGV[7]
if surplus > 0 then
  local first = redis.call('zpopmin', KEYS[3], surplus)
  for i = 1, #first, 2 do redis.call('del', ARGV[8] .. first[i]) end
end
return 1`;

/** KEYS: index, generation. ARGV: prefix of values, a new generation. */
const removeAll = `
redis.call('set', KEYS[2], ARGV[2])
for _, key in ipairs(redis.call('zrange', KEYS[1], 0, -1)) do redis.call('del', ARGV[1] .. key) end
redis.call('del', KEYS[1])`;

/** KEYS: index. ARGV: now, prefix of values, how many to list. */
const describe = `
redis.call('zremrangebyscore', KEYS[1], '-inf', ARGV[1])
local bytes, listed, keys = 0, {}, redis.call('zrange', KEYS[1], 0, -1)
for i, key in ipairs(keys) do
  local size = redis.call('strlen', ARGV[2] .. key)
  bytes = bytes + size
  if i <= tonumber(ARGV[3]) then listed[#listed + 1] = key; listed[#listed + 1] = size end
end
return {#keys, bytes, listed}`;

const none: CacheStats = { entries: 0, bytes: 0, hits: 0, misses: 0, keys: [] };

export interface RedisCache extends Cache {
  /** False while Redis is known to be away. */
  readonly ready: boolean;
}

/**
 * A cache in Redis, which all instances share; of too many entries those go that expire first. While Redis is away it has
 * nothing, and an invalidation is lost: an entry from before then lives until it expires.
 */
export function createRedisCache({ url, entries = cacheBounds.entries, logger }: { url: string; entries?: number; logger: Logger }): RedisCache {
  const redis = openRedis(url, "commands", logger);
  const { client } = redis;
  const away = (what: string) => (error: unknown) => logger.debug("the cache in Redis failed", { what, error });

  return {
    get ready() {
      return redis.ready;
    },
    async read(keys) {
      if (keys.length === 0) return [];
      try {
        const [all, ...found] = await client.mget(generation, ...keys.flatMap((key) => [entryOf(key), versionOf(key)]));
        const read = keys.map((_, at) => ({ value: found[2 * at] ?? undefined, version: `${found[2 * at + 1] ?? ""}/${all ?? ""}` }));
        const hits = read.filter(({ value }) => value !== undefined).length;
        client
          .pipeline()
          .hincrby(counts, "hits", hits)
          .hincrby(counts, "misses", read.length - hits)
          .exec()
          .catch(away("count"));
        return read;
      } catch (error) {
        away("read")(error);
        return keys.map(() => ({ value: undefined, version: "unknown" }));
      }
    },
    async write(key, value, { version, ttlMs }) {
      const [own, all] = version.split("/");
      if (own === undefined || all === undefined) return;
      const keys = [versionOf(key), generation, index];
      await client.eval(writeValue, keys.length, ...keys, own, all, key, value, ttlMs, Date.now(), entries, entryOf("")).catch(away("write"));
    },
    async invalidate(keys) {
      if (keys.length === 0) return;
      const work = client
        .pipeline()
        .unlink(...keys.map(entryOf))
        .zrem(index, ...keys);
      for (const key of keys) work.set(versionOf(key), crypto.randomUUID(), "PX", rememberedMs);
      await work.exec().catch(away("invalidate"));
    },
    async invalidateAll() {
      await client.eval(removeAll, 2, index, generation, entryOf(""), crypto.randomUUID()).catch(away("invalidate"));
    },
    async stats() {
      try {
        const [[entryCount, bytes, listed], { hits = 0, misses = 0 }] = await Promise.all([
          client.eval(describe, 1, index, Date.now(), entryOf(""), listedKeys) as Promise<[number, number, (string | number)[]]>,
          client.hgetall(counts) as Promise<{ hits?: string; misses?: string }>,
        ]);
        const keys = Array.from({ length: listed.length / 2 }, (_, at) => ({ key: String(listed[2 * at]), bytes: Number(listed[2 * at + 1]) }));
        return { entries: entryCount, bytes, hits: Number(hits), misses: Number(misses), keys };
      } catch (error) {
        away("stats")(error);
        return none;
      }
    },
    close: () => redis.close(),
  };
}
