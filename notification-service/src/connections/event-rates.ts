import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import { socketEventRate } from "@newfeed/shared/contracts/limits.ts";

export type EventVerdict = "allowed" | "refused" | "disconnect";

/** How often the sockets of a user may emit, all together, in this instance. */
export interface EventRates {
  /** Counts one event. A client that goes on although it is refused is to be disconnected. */
  take(userId: UserId): EventVerdict;
  /** Seconds until the user may emit again; 0 if that is now. */
  waitOf(userId: UserId): number;
}

/** A token bucket: what is left, and when that was so. Below zero is what was emitted in spite of refusals. */
interface Bucket {
  left: number;
  at: number;
}

const mayBeKept = 10_000;

/** `factor` multiplies the rates, as it does all limits. */
export function createEventRates(factor: number, now: () => number = () => performance.now()): EventRates {
  const burst = socketEventRate.burst * factor;
  const perSecond = socketEventRate.perSecond * factor;
  const buckets = new Map<UserId, Bucket>();

  const leftIn = ({ left, at }: Bucket) => Math.min(burst, left + ((now() - at) / 1000) * perSecond);

  /** A full bucket says nothing. */
  function dropFull(): void {
    for (const [userId, bucket] of buckets) if (leftIn(bucket) >= burst) buckets.delete(userId);
  }

  return {
    take(userId) {
      let bucket = buckets.get(userId);
      if (!bucket) {
        if (buckets.size >= mayBeKept) dropFull();
        bucket = { left: burst, at: now() };
        buckets.set(userId, bucket);
      }
      const left = Math.max(-socketEventRate.refused, leftIn(bucket) - 1);
      Object.assign(bucket, { left, at: now() });
      if (left >= 0) return "allowed";
      return left <= -socketEventRate.refused ? "disconnect" : "refused";
    },
    waitOf(userId) {
      const bucket = buckets.get(userId);
      return bucket ? Math.max(0, -leftIn(bucket) / perSecond) : 0;
    },
  };
}
