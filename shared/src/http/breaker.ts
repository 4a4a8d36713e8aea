import CircuitBreaker from "opossum";
import type { BreakerLimits } from "../contracts/services.ts";

/** Below this many calls in ten seconds a breaker of a service never opens. */
const usualVolume = { calls: 10, withinMs: 10_000 };

export interface BreakerOptions extends Pick<BreakerLimits, "errorPercentage" | "resetMs"> {
  /** Failures that say nothing of who was called. */
  ignores: (error: unknown) => boolean;
  /** Below so many calls within the time it never opens. */
  volume?: { calls: number; withinMs: number };
}

/** The options of a breaker. `resetTimeout` may be changed: it is read when the breaker opens. */
export const breakerOptions = ({ errorPercentage, resetMs, ignores, volume = usualVolume }: BreakerOptions) => ({
  timeout: false as const,
  errorThresholdPercentage: errorPercentage,
  resetTimeout: resetMs,
  volumeThreshold: volume.calls,
  rollingCountTimeout: volume.withinMs,
  // Both store and sort the latency of every call.
  rollingPercentilesEnabled: false,
  enableSnapshots: false,
  errorFilter: ignores,
});

/** Refuses calls, with `isRefusal`, while most of the last ones failed. */
export const createBreaker = <Values extends unknown[], Result>(
  call: (...values: Values) => Promise<Result>,
  options: ReturnType<typeof breakerOptions>,
): CircuitBreaker<Values, Result> => new CircuitBreaker(call, options);

/** The breaker was open. */
export const isRefusal = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "EOPENBREAKER";
