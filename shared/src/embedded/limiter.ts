import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { type LimitName, limits, pointsOf } from "../contracts/limits.ts";
import type { Limiter, LimitState } from "../ports/limiter.ts";

/** How one limit counts: `points` within `duration` seconds. */
export interface Counting {
  name: LimitName;
  points: number;
  duration: number;
}

/** Counts in this process. `factor` multiplies every limit. */
export function createEmbeddedLimiter(factor: number): Limiter {
  return createLimiter(factor, ({ name, ...counting }) => new RateLimiterMemory({ keyPrefix: name, ...counting }));
}

/** Counts wherever `open` does. */
export function createLimiter(factor: number, open: (counting: Counting) => RateLimiterAbstract): Limiter {
  const limiters = new Map(
    (Object.keys(limits) as LimitName[]).map((name) => {
      const points = pointsOf(name, factor);
      return [name, open({ name, points, duration: limits[name].windowSeconds })];
    }),
  );
  const of = (name: LimitName) => {
    const limiter = limiters.get(name);
    if (!limiter) throw new Error(`no limit is called ${name}`);
    return limiter;
  };
  const state = (name: LimitName, result: RateLimiterRes | null): LimitState => {
    const { points, duration } = of(name);
    const consumed = result?.consumedPoints ?? 0;
    const remaining = Math.max(0, points - consumed);
    return { allowed: consumed <= points, limit: points, remaining, consumed, resetMs: result?.msBeforeNext ?? duration * 1000 };
  };
  return {
    async consume(name, key, points = 1) {
      try {
        return state(name, await of(name).consume(key, points));
      } catch (refused) {
        if (refused instanceof RateLimiterRes) return state(name, refused);
        throw refused;
      }
    },
    async refund(name, key) {
      await of(name).reward(key);
    },
    async peek(name, key) {
      const standing = state(name, await of(name).get(key));
      return { ...standing, allowed: standing.remaining > 0 };
    },
    async reset(name, key) {
      await of(name).delete(key);
    },
    async close() {},
  };
}
