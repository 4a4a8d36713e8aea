import type { LimitName } from "../contracts/limits.ts";

/** Where a key stands in its window. */
export interface LimitState {
  allowed: boolean;
  /** Points in a whole window. */
  limit: number;
  remaining: number;
  /** Points that were asked for in this window, also those that were refused. */
  consumed: number;
  /** Until the window ends. */
  resetMs: number;
}

/** Counts points per limit and key in fixed windows. The first point opens a key's window. */
export interface Limiter {
  /** Takes points, one by default; never throws for a key that has none left. */
  consume(limit: LimitName, key: string, points?: number): Promise<LimitState>;
  /** Gives back one point that was taken. */
  refund(limit: LimitName, key: string): Promise<void>;
  /** Where the key stands, taking nothing. */
  peek(limit: LimitName, key: string): Promise<LimitState>;
  /** Forgets a key. */
  reset(limit: LimitName, key: string): Promise<void>;
  close(): Promise<void>;
}
