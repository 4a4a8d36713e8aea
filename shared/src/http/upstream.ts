import CircuitBreaker from "opossum";
import { BalancedPool, errors, Pool } from "undici";
import { Problem } from "../contracts/errors.ts";
import type { ServiceName } from "../contracts/events.ts";
import type { Upstream, UpstreamRequest, UpstreamResponse } from "../ports/upstream.ts";
import { takeMark } from "./passed-on.ts";
import { watchForRecovery } from "./recovery.ts";

export interface BreakerLimits {
  /** From when the service has the whole request until the headers of its answer are there. */
  timeoutMs: number;
  errorPercentage: number;
  /** How long an open breaker refuses before it lets one call try. */
  resetMs: number;
}

const usual: BreakerLimits = { timeoutMs: 10_000, errorPercentage: 50, resetMs: 30_000 };
export const breakerLimits: Record<ServiceName, BreakerLimits> = {
  "auth-service": { timeoutMs: 5_000, errorPercentage: 50, resetMs: 20_000 },
  "user-service": usual,
  "post-service": usual,
  "comment-service": usual,
  "notification-service": usual,
  "media-service": { timeoutMs: 30_000, errorPercentage: 60, resetMs: 45_000 },
};

/** Below this many calls in ten seconds a breaker never opens. */
const volumeThreshold = 10;
/** Calls to one service at the same time; opossum's own `capacity` would count refusals as failures. */
const concurrency = 512;

/** A 5xx of the service's own is a failure to the breaker, and still an answer to the caller. */
class FailedAnswer extends Error {
  readonly response: UpstreamResponse;
  constructor(response: UpstreamResponse) {
    super(`answered ${response.status}`);
    this.response = response;
  }
}

/** Nobody is there. Another problem than `upstream_timeout`: who did not answer may still be at it. */
const isUnreachable = (error: unknown) => error instanceof Problem && error.code === "service_unavailable";

/** The caller went away, or stopped sending: no failure of the service. */
class CallerGone extends Error {
  readonly status = 400;
}

/** Nothing listens there, so nothing was sent: the next instance may be asked. */
const refused = new Set(["ECONNREFUSED", "UND_ERR_CONNECT_TIMEOUT"]);

/**
 * Reaches a service at `http://host:port` (several instances: separated by commas, asked in turn), or at `unix:/path`
 * within one machine.
 */
export function createUpstream(service: ServiceName, url: string, limits: BreakerLimits = breakerLimits[service]): Upstream {
  const local = url.startsWith("unix:") ? url.slice("unix:".length) : undefined;
  const options = {
    connections: 128,
    pipelining: 1,
    keepAliveTimeout: 4_000,
    bodyTimeout: 60_000,
    headersTimeout: limits.timeoutMs + 5_000,
    connect: { timeout: 2_000, ...(local && { socketPath: local }) },
  };
  const instances = url.split(",");
  const pool = instances.length > 1 ? new BalancedPool(instances, options) : new Pool(local ? `http://${service}` : url, options);

  async function send({ method, path, headers, body, signal }: UpstreamRequest): Promise<UpstreamResponse> {
    const timeout = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const startTimer = () => {
      timer = setTimeout(() => timeout.abort(), limits.timeoutMs);
    };
    const sending = typeof body === "object" && !body.readableEnded ? body : undefined;
    if (sending) sending.once("end", startTimer);
    else startTimer();
    try {
      const dispatch = () =>
        pool.request({ method, path, headers, body: body ?? null, signal: signal ? AbortSignal.any([timeout.signal, signal]) : timeout.signal });
      const answer = await dispatch().catch((error: unknown) => {
        const code = error instanceof Error && "code" in error ? String(error.code) : "";
        if (sending || !refused.has(code)) throw error;
        return dispatch();
      });
      const response = { status: answer.statusCode, headers: answer.headers, body: answer.body };
      const passedOn = takeMark(answer.headers);
      if (answer.statusCode >= 500 && !passedOn) throw new FailedAnswer(response);
      return response;
    } catch (cause) {
      if (cause instanceof FailedAnswer) throw cause;
      if (signal?.aborted) throw new CallerGone("the caller went away", { cause });
      if (sending && !sending.readableEnded && cause instanceof errors.HeadersTimeoutError) throw new CallerGone("the caller stopped sending", { cause });
      if (timeout.signal.aborted || cause instanceof errors.HeadersTimeoutError)
        throw new Problem("upstream_timeout", { internal: `${service} did not answer in time`, cause });
      throw new Problem("service_unavailable", { internal: `${service} cannot be reached`, retryAfter: 1, cause });
    } finally {
      sending?.off("end", startTimer);
      clearTimeout(timer);
    }
  }

  const breaker = new CircuitBreaker(send, {
    timeout: false,
    errorThresholdPercentage: limits.errorPercentage,
    resetTimeout: limits.resetMs,
    volumeThreshold,
    rollingCountTimeout: 10_000,
    errorFilter: (error: unknown) => error instanceof CallerGone,
  });
  let openedAt = 0;
  let unreachable = false;
  breaker.on("failure", (error: unknown) => {
    unreachable = isUnreachable(error);
  });
  const isReady = async (stopped: AbortSignal) => {
    const { statusCode, body } = await pool.request({ method: "GET", path: "/health/ready", signal: stopped });
    await body.dump();
    return statusCode === 200;
  };
  let recovery: ReturnType<typeof watchForRecovery> | undefined;
  const stopWatching = () => recovery?.stop();
  breaker.on("open", () => {
    openedAt = Date.now();
    stopWatching();
    recovery = watchForRecovery({ isReady, away: unreachable, back: () => breaker.close() });
  });
  breaker.on("close", stopWatching);
  let inFlight = 0;

  return {
    async request(request) {
      if (breaker.opened) {
        const retryAfter = Math.max(1, Math.ceil((openedAt + limits.resetMs - Date.now()) / 1000));
        throw new Problem("service_unavailable", { internal: `the breaker of ${service} is open`, retryAfter });
      }
      if (inFlight >= concurrency) throw new Problem("service_unavailable", { internal: `${service} has ${inFlight} calls in flight`, retryAfter: 1 });
      inFlight++;
      try {
        return await breaker.fire(request);
      } catch (error) {
        if (error instanceof FailedAnswer) return error.response;
        // Opened between the check and the call.
        if (error instanceof Error && "code" in error && error.code === "EOPENBREAKER")
          throw new Problem("service_unavailable", { retryAfter: Math.ceil(limits.resetMs / 1000) });
        throw error;
      } finally {
        inFlight--;
      }
    },
    get breaker() {
      const { fires, failures } = breaker.stats;
      return { service, state: breaker.opened ? "open" : breaker.halfOpen ? "half-open" : "closed", calls: fires, failures } as const;
    },
    resetBreaker: () => breaker.close(),
    async close() {
      stopWatching();
      breaker.shutdown();
      await pool.destroy();
    },
  };
}
