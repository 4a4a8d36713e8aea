import { setTimeout as sleep } from "node:timers/promises";
import { RateLimiterMemory, RateLimiterRedis } from "rate-limiter-flexible";
import type { LimitName } from "../contracts/limits.ts";
import { createLimiter } from "../embedded/limiter.ts";
import type { Limiter } from "../ports/limiter.ts";
import type { Logger } from "../ports/logger.ts";
import { openRedis } from "./redis.ts";
import { withPointsTogether } from "./redis-points.ts";

/** While each instance counts alone, this share of a limit's points is left: one who guesses passwords may ask them all. */
const shareWithoutRedis: Partial<Record<LimitName, number>> = { loginFailure: 0.5, loginFailureByAddress: 0.5, loginFailureByLogin: 0.5 };
const pauseMs = 1_000;
const checkTries = 5;
const checkPauseMs = 100;

export interface RedisLimiterOptions {
  url: string;
  /** Multiplies every limit. */
  factor: number;
  logger: Logger;
}

export interface RedisLimiter extends Limiter {
  /** False while Redis is known to be away. */
  readonly ready: boolean;
  /** Throws when Redis counts nothing. One that is reached may refuse every write: OOM, MISCONF, READONLY. */
  check(): Promise<void>;
}

/**
 * Counts in Redis, for all instances together. While Redis fails, each instance counts by itself, and only one call a
 * second waits (for 100 ms at most) to see whether Redis is back.
 */
export function createRedisLimiter({ url, factor, logger }: RedisLimiterOptions): RedisLimiter {
  const redis = openRedis(url, "commands", logger);
  const storeClient = withPointsTogether(redis.client);
  const together = createLimiter(
    factor,
    ({ name, ...counting }) => new RateLimiterRedis({ ...counting, keyPrefix: `newfeed:limit:${name}`, storeClient, rejectIfRedisNotReady: true }),
  );
  const alone = createLimiter(
    factor,
    ({ name, points, duration }) =>
      new RateLimiterMemory({ keyPrefix: name, duration, points: Math.max(1, Math.floor(points * (shareWithoutRedis[name] ?? 1))) }),
  );
  let failing = false;
  let askAgainAt = 0;
  const tryWrite = () => redis.client.set("newfeed:limit:health", 1, "EX", 60);

  async function ask<T>(call: (limiter: Limiter) => Promise<T>): Promise<T> {
    if (failing) {
      if (performance.now() < askAgainAt) return call(alone);
      askAgainAt = performance.now() + pauseMs;
    }
    try {
      // What only reads works while Redis refuses every write.
      if (failing) await tryWrite();
      const answer = await call(together);
      if (failing) logger.info("limits are counted in Redis again");
      failing = false;
      return answer;
    } catch (error) {
      if (!failing) logger.warn("limits are counted in this process", { error });
      failing = true;
      askAgainAt = performance.now() + pauseMs;
      return call(alone);
    }
  }

  return {
    get ready() {
      return redis.ready;
    },
    async check() {
      // One answer that comes late is no outage.
      for (let left = checkTries; ; left--) {
        try {
          await tryWrite();
          return;
        } catch (error) {
          if (left === 1) throw error;
          await sleep(checkPauseMs);
        }
      }
    },
    consume: (limit, key, points) => ask((limiter) => limiter.consume(limit, key, points)),
    refund: (limit, key) => ask((limiter) => limiter.refund(limit, key)),
    peek: (limit, key) => ask((limiter) => limiter.peek(limit, key)),
    async reset(limit, key) {
      await alone.reset(limit, key);
      await ask((limiter) => limiter.reset(limit, key));
    },
    close: () => redis.close(),
  };
}
