import type { IncomingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";

export interface UpstreamRequest {
  method: string;
  /** Path with query. */
  path: string;
  headers: IncomingHttpHeaders;
  body?: string | Readable;
  /** Gives the call up. */
  signal?: AbortSignal;
}

export interface UpstreamResponse {
  status: number;
  headers: IncomingHttpHeaders;
  /** Must be consumed or destroyed. */
  body: Readable & { text(): Promise<string> };
}

export interface BreakerState {
  service: string;
  state: "closed" | "open" | "half-open";
  /** Calls in the rolling window. */
  calls: number;
  failures: number;
}

/**
 * Another service, behind a circuit breaker. `request` resolves when the headers are there; it throws a `Problem`:
 * `service_unavailable` (with `retryAfter`) when the breaker is open or nobody answers, `upstream_timeout` when the
 * headers take too long. A 5xx answer is passed on, and counted as a failure.
 */
export interface Upstream {
  request(request: UpstreamRequest): Promise<UpstreamResponse>;
  readonly breaker: BreakerState;
  resetBreaker(): void;
  close(): Promise<void>;
}
