import { Readable } from "node:stream";
import { BalancedPool, errors, Pool } from "undici";
import { Problem } from "../contracts/errors.ts";
import { type BreakerLimits, type ServiceName, serviceTable } from "../contracts/services.ts";
import { reasonOf } from "../ports/failure-log.ts";
import type { Logger } from "../ports/logger.ts";
import type { AnswerReceiver, RouteCaller, Upstream, UpstreamRequest } from "../ports/upstream.ts";
import { breakerOptions, createBreaker, isRefusal } from "./breaker.ts";
import { CallerGone, createCollector, createExchange, createRouteExchange, type Exchange } from "./exchange.ts";
import { watchForRecovery } from "./recovery.ts";

/** Concurrent calls to one service; opossum's own `capacity` would count refusals as failures. */
const concurrency = 512;

/** How long an open breaker refuses when the service answered 503, before it lets one call try. */
const unavailableMs = 2_000;

/** A 5xx of the service itself: a failure for the breaker, and an answer that the caller has already. */
class FailedAnswer extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`answered ${status}`);
    this.status = status;
  }
}

const callerGone = () => new CallerGone("the caller disconnected");

/** The service cannot be reached. After `upstream_timeout`, it may still be working on the call. */
const isUnreachable = (error: unknown) => error instanceof Problem && error.code === "service_unavailable";

/** Nothing listens there, so nothing was sent: another instance may be tried. */
const refused = new Set(["ECONNREFUSED", "UND_ERR_CONNECT_TIMEOUT"]);

/**
 * Reaches a service at `http://host:port` (several instances: separated by commas, in turn), or at `unix:/path`
 * within one machine.
 */
export function createUpstream(
  service: ServiceName,
  url: string,
  {
    limits = serviceTable[service].breaker,
    connections = 128,
    logger,
    openCaller,
  }: {
    limits?: BreakerLimits;
    connections?: number;
    logger?: Pick<Logger, "warn" | "info">;
    /** Calls of routes go this way; opened by the first one. */
    openCaller?: (() => Promise<RouteCaller>) | undefined;
  } = {},
): Upstream {
  const local = url.startsWith("unix:") ? url.slice("unix:".length) : undefined;
  const options = {
    connections,
    pipelining: 1,
    keepAliveTimeout: 4_000,
    bodyTimeout: 60_000,
    headersTimeout: limits.timeoutMs + 5_000,
    connect: { timeout: 2_000, ...(local && { socketPath: local }) },
  };
  const instances = url.split(",");
  const pool = instances.length > 1 ? new BalancedPool(instances, options) : new Pool(local ? `http://${service}` : url, options);

  /**
   * A refused connection has read nothing of a body. The pool may pick an instance that has just stopped more than once:
   * it only lowers that one's weight each time.
   */
  async function sendTo(exchange: Exchange, tries: number): Promise<number | undefined> {
    try {
      return await exchange.send(pool);
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : "";
      if (tries === 1 || !refused.has(code)) throw error;
      return sendTo(exchange, tries - 1);
    }
  }

  /** Resolves when the receiver has the headers. */
  async function send(exchange: Exchange, { body }: UpstreamRequest): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const startTimer = () => {
      timer = setTimeout(() => exchange.abort(new Problem("upstream_timeout", { internal: `${service} did not answer in time` })), limits.timeoutMs);
    };
    const sending = body instanceof Readable && !body.readableEnded ? body : undefined;
    if (sending) sending.once("end", startTimer);
    else startTimer();
    try {
      const failure = await sendTo(exchange, 2 * instances.length);
      if (failure !== undefined) throw new FailedAnswer(failure);
    } catch (cause) {
      if (cause instanceof FailedAnswer || cause instanceof Problem || cause instanceof CallerGone) throw cause;
      if (sending?.destroyed && !sending.readableEnded) throw new CallerGone("the caller stopped sending", { cause });
      const late = cause instanceof errors.HeadersTimeoutError;
      if (late && sending && !sending.readableEnded) throw new CallerGone("the caller stopped sending", { cause });
      if (late) throw new Problem("upstream_timeout", { internal: `${service} did not answer in time`, cause });
      throw new Problem("service_unavailable", { internal: `${service} cannot be reached`, retryAfter: 1, cause });
    } finally {
      sending?.off("end", startTimer);
      clearTimeout(timer);
    }
  }

  const breaking = breakerOptions({ ...limits, ignores: (error) => error instanceof CallerGone });
  const breaker = createBreaker(send, breaking);
  let openedAt = 0;
  /** Of the first opening: a try that fails opens it again. */
  let openSince: number | undefined;
  let lastFailure: unknown;
  breaker.on("failure", (error: unknown) => {
    lastFailure = error;
    // Its own 503: what it needs for such a call is away or full for now. The breaker reads this when it opens.
    const unavailable = error instanceof FailedAnswer && error.status === 503;
    breaking.resetTimeout = unavailable ? Math.min(unavailableMs, limits.resetMs) : limits.resetMs;
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
    if (openSince === undefined) logger?.warn("a breaker opened", { upstream: service, reason: reasonOf(lastFailure) });
    openSince ??= openedAt;
    stopWatching();
    recovery = watchForRecovery({ isReady, unreachable: isUnreachable(lastFailure), recovered: () => breaker.close() });
  });
  breaker.on("close", () => {
    if (openSince !== undefined) logger?.info("a breaker closed", { upstream: service, openForSeconds: Math.round((Date.now() - openSince) / 1_000) });
    openSince = undefined;
    stopWatching();
  });
  let inFlight = 0;
  let opened: Promise<RouteCaller> | undefined;
  const exchangeFor = (request: UpstreamRequest, receiver: AnswerReceiver): Exchange => {
    const { call } = request;
    if (!call || !openCaller) return createExchange(request, receiver);
    const caller = () => {
      opened ??= openCaller();
      return opened;
    };
    return createRouteExchange({ ...request, call }, receiver, caller, limits.timeoutMs);
  };

  async function guarded(exchange: Exchange, request: UpstreamRequest): Promise<void> {
    if (breaker.opened) {
      const retryAfter = Math.max(1, Math.ceil((openedAt + breaking.resetTimeout - Date.now()) / 1000));
      throw new Problem("service_unavailable", { internal: `the breaker of ${service} is open`, retryAfter, logged: false });
    }
    if (inFlight >= concurrency) throw new Problem("service_unavailable", { internal: `${service} has ${inFlight} calls in flight`, retryAfter: 1 });
    inFlight++;
    try {
      await breaker.fire(exchange, request);
    } catch (error) {
      if (error instanceof FailedAnswer) return;
      // Opened between the check and the call.
      if (isRefusal(error)) throw new Problem("service_unavailable", { retryAfter: Math.ceil(breaking.resetTimeout / 1000), logged: false });
      throw error;
    } finally {
      inFlight--;
    }
  }

  return {
    async request(request) {
      const { signal } = request;
      const collector = createCollector();
      const exchange = exchangeFor(request, collector);
      const gone = () => exchange.abort(callerGone());
      if (signal?.aborted) gone();
      signal?.addEventListener("abort", gone, { once: true });
      const forget = () => signal?.removeEventListener("abort", gone);
      try {
        await guarded(exchange, request);
      } catch (error) {
        forget();
        throw error;
      }
      collector.finished.then(forget, forget);
      return collector.response();
    },
    pass(request, receiver) {
      const exchange = createExchange(request, receiver);
      return { started: guarded(exchange, request), resume: exchange.resume, cancel: () => exchange.abort(callerGone()) };
    },
    get breaker() {
      const { fires, failures } = breaker.stats;
      return { service, state: breaker.opened ? "open" : breaker.halfOpen ? "half-open" : "closed", calls: fires, failures } as const;
    },
    resetBreaker: () => breaker.close(),
    async close() {
      stopWatching();
      breaker.shutdown();
      (await opened)?.close();
      await pool.destroy();
    },
  };
}
