import type { IncomingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";

/** What a request is about, where it calls a route: for upstreams that do not speak HTTP alone. */
export interface RouteCall {
  /** The route's name. */
  route: string;
  params: Readonly<Record<string, string>>;
  query: Readonly<Record<string, string>>;
  /** JSON. */
  body?: string | undefined;
}

/** Calls routes of a service another way than over HTTP. */
export interface RouteCaller {
  /**
   * Its answer, with the status and the body that HTTP would have; null if nobody there takes such calls, or knows the route: then nothing
   * was done. Throws what ended the call.
   */
  call(
    call: RouteCall,
    headers: IncomingHttpHeaders,
    options: { signal: AbortSignal; timeoutMs: number },
  ): Promise<{ status: number; propagated: boolean; text: string } | null>;
  close(): void;
}

export interface UpstreamRequest {
  method: string;
  /** Path with query. */
  path: string;
  headers: IncomingHttpHeaders;
  body?: string | Buffer | Readable;
  /** Cancels the call. */
  signal?: AbortSignal;
  /** The same as a call of a route. */
  call?: RouteCall;
}

export interface UpstreamResponse {
  status: number;
  headers: IncomingHttpHeaders;
  body: {
    /** Waits for all of it. Rejects when it breaks off. */
    text(): Promise<string>;
  };
}

/** Takes an answer piece by piece: `start` once, then `data` as often as needed, then `end` or `broken`. */
export interface AnswerReceiver {
  start(status: number, headers: IncomingHttpHeaders): void;
  /** False asks to wait until `resume` is called. */
  data(chunk: Buffer): boolean;
  end(): void;
  /** It failed after the start. */
  broken(error: Error): void;
}

/** An answer being passed to its receiver. */
export interface Passage {
  /** Resolves after `start` was called; until then, failures are thrown here as `request` throws them. */
  readonly started: Promise<void>;
  /** Goes on after `data` answered false. */
  resume(): void;
  /** The caller disconnected: the rest is not wanted. */
  cancel(): void;
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
 * `service_unavailable` (with `retryAfter`) when the breaker is open or the service cannot be reached, `upstream_timeout` when the
 * headers take too long. A 5xx answer is passed on, and counted as a failure.
 */
export interface Upstream {
  request(request: UpstreamRequest): Promise<UpstreamResponse>;
  /** The same for an answer that is passed on piece by piece. */
  pass(request: UpstreamRequest, receiver: AnswerReceiver): Passage;
  readonly breaker: BreakerState;
  resetBreaker(): void;
  close(): Promise<void>;
}
